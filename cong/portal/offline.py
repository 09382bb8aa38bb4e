"""What lets the portal stand on a home screen and be read without a network: manifest, service worker, offline page."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cong.design import fonts
from cong.design.jinja import static
from cong.design.languages import LANGUAGES, address_in
from cong.design.words import site_name
from cong.kernel.tags import kept, tagged
from cong.portal.views import page

_PAGE = "/ngoai-tuyen"
_FOLDER = Path(settings.PACKAGE) / "design" / "static" / "design"
# What readers' pages never ask for.
_NOT_THEIRS = {"showcase.css"}


@kept()
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Tell a browser how the portal looks on a home screen."""
    told = {
        "id": "/", "name": site_name(), "short_name": site_name(), "lang": settings.LANGUAGE_CODE, "dir": "ltr",
        "description": _("Tin tức, văn bản, dịch vụ tham gia và trang thành phần của các cơ quan, đơn vị."),
        "start_url": "/", "scope": "/", "display": "minimal-ui", "theme_color": "#7c1619",
        "background_color": "#f5f4f2",
        "icons": [
            _icon("icon-192.png", "192x192"), _icon("icon-512.png", "512x512"),
            _icon("icon-maskable.png", "512x512", purpose="maskable"),
            {"src": static("design/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "shortcuts": [
            {"name": _("Tìm kiếm"), "url": "/tim-kiem"}, {"name": _("Tin mới nhất"), "url": "/tin-tuc/"},
            {"name": _("Văn bản mới"), "url": "/van-ban/"},
        ],
    }  # fmt: skip
    shown = {"ensure_ascii": False}
    return tagged(JsonResponse(told, content_type="application/manifest+json", json_dumps_params=shown))


def _icon(name: str, sizes: str, **more: str) -> dict[str, str]:
    return {"src": static(f"design/icons/{name}"), "sizes": sizes, "type": "image/png", **more}


@kept()
@require_safe
@cache_control(public=True, max_age=0)
def worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker; another frame makes another worker, which is how browsers learn of it."""
    files = frame()
    context: dict[str, Any] = {
        "frame": files,
        "main": settings.LANGUAGE_CODE,
        "version": hashlib.sha256("\n".join(files).encode()).hexdigest()[:12],
        "pages": {code: address_in(code, _PAGE) for code, _name in LANGUAGES},
        "words": {code: _words(code) for code, _name in LANGUAGES},
    }
    return tagged(render(request, "portal/sw.js", context, content_type="text/javascript; charset=utf-8"))


def _words(code: str) -> str:
    with translation.override(code):
        return _("Bạn đang xem bản đã lưu trên máy này lúc")


def frame() -> list[str]:
    """Return the addresses of the static files that any page for readers may need, by their hashed names."""
    ours = sorted(path.name for path in _FOLDER.iterdir() if path.suffix in (".css", ".js", ".svg"))
    names = [name for name in ours if name not in _NOT_THEIRS]
    names += [f"fonts/{fonts.file_name(weight)}" for weight in fonts.WEIGHTS]
    return [static(f"design/{name}") for name in names]


@kept()
@page
def offline(request: HttpRequest) -> HttpResponse:
    return tagged(render(request, "portal/offline.html"))
