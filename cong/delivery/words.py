"""What the front says itself, without a request and without the database."""

from __future__ import annotations

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from cong.design import dates

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Retry-After": "30",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of a page that no middleware sees."""

_MAIN = b"<main "


def unavailable() -> str:
    """Return the page that says the portal will be back, in the language that is active."""
    return render_to_string("503.html")


def with_strip(html: bytes, at: datetime) -> bytes:
    """Say on a page, above its main part, that it is the copy of that moment; other documents stay as they are."""
    said = _("Cổng đang được khôi phục. Bạn đang xem bản lưu lúc %(clock)s ngày %(day)s.") % {
        "clock": dates.clock(timezone.localtime(at)),
        "day": dates.day(timezone.localtime(at)),
    }
    strip = Markup('<p class="demo-strip" role="status">{}</p>').format(said)
    return html.replace(_MAIN, str(strip).encode() + _MAIN, 1)
