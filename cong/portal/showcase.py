"""The components page: every component in every state, for those who build and check the portal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cong.design import tokens
from cong.entries.models import Entry
from cong.portal.samples import Samples


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show them; whoever mounts this says for whom."""
    pictured = Entry.objects.filter(picture__gt="", picture_width__gte=640).newest_first()[:1]
    sample = Samples(picture=next(iter(pictured), None))
    context = {"sample": sample, "tokens": _tokens(), "address": lambda year: f"#{year.year}"}
    answer = render(request, "portal/showcase.html", context)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def demo(request: HttpRequest) -> HttpResponse:
    """Show them to anybody who tries the portal out; elsewhere there is no such page."""
    if not settings.DEMO:
        raise Http404
    return components(request)


def _tokens() -> dict[str, Any]:
    sheet = tokens.SHEET.read_text()
    themes = [tokens.colours(sheet), tokens.colours(sheet, dark=True)]
    pairs = [
        (pair, *(tokens.contrast(theme[pair.front], theme[pair.ground]) for theme in themes)) for pair in tokens.PAIRS
    ]
    names = sorted({name for name, day in themes[0].items() if len(day) in (4, 7)})
    colours = [(name, themes[0][name], themes[1][name]) for name in names]
    return {"pairs": pairs, "colours": colours, "sizes": tokens.sizes(sheet)}
