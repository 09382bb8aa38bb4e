"""Pictures of a sealed text as links to their largest rendition, so that they open without a script too."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

# A value may hold any sign but the quotation mark: the text was written by our own cleaner.
_ATTRIBUTES = r'(?: [a-z-]+="[^"]*")*'
_SHOWN = rf"(?:<picture>(?:<source{_ATTRIBUTES}>)*)?<img({_ATTRIBUTES})>(?:</picture>)?+"
_PICTURE = re.compile(rf'(<figure(?: class="figure")?>)({_SHOWN})(?!<p>)')
_RENDITION = re.compile(r"/tep/[0-9a-f]{64}-([1-9]\d{0,4})\.webp")


def zoomable(html: str, *, eager: bool = False) -> Markup:
    """Return a sealed text, which is safe, with every picture that fills a figure leading to its widest form.

    What stands for a film elsewhere (a picture with a button below) stays as it is. `eager`: nothing large stands
    above the text, so its first picture is not put off.
    """
    made = _PICTURE.sub(_linked, html)
    if eager:
        made = made.replace(' loading="lazy"', ' fetchpriority="high"', 1)
    return Markup(made)  # noqa: S704 (sealed texts are cleaned)


def _linked(found: re.Match[str]) -> str:
    figure, picture, said = found.groups()
    widest = max(_RENDITION.finditer(picture), key=lambda one: int(one[1]), default=None)
    if widest is None:
        return found[0]
    nameless = ' alt=""' in said or " alt=" not in said
    label = f' aria-label="{escape(_("Xem ảnh lớn"))}"' if nameless else ""
    return f'{figure}<a href="{widest[0]}"{label}>{picture}</a>'
