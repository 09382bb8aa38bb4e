"""Icons of the `lucide` package as one inline sprite that holds only what the page used."""

from __future__ import annotations

import re
from contextvars import ContextVar
from functools import lru_cache

import lucide.jinja
from markupsafe import Markup

_OUTER = re.compile(r"^<svg[^>]*>\s*|\s*</svg>\s*$")
_BETWEEN = re.compile(r"\s*\n\s*| (?=/>)")
_USED: ContextVar[tuple[str, ...]] = ContextVar("icons", default=())


def icon(name: str) -> Markup:
    """Return a decorative icon that points into the page's sprite; the text beside it carries the meaning."""
    used = _USED.get()
    if name not in used:
        _USED.set((*used, name))
    return Markup('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)


def sprite() -> Markup:
    """Return the symbols of every icon used since the last sprite; belongs at the end of the page."""
    used = _USED.get()
    _USED.set(())
    return Markup("<svg hidden>{}</svg>").format(Markup("").join(map(_symbol, used))) if used else Markup("")


@lru_cache(maxsize=256)
def _symbol(name: str) -> Markup:
    drawing = _BETWEEN.sub("", _OUTER.sub("", str(lucide.jinja.lucide(name))))
    # The drawing comes from a pinned package, never from input.
    return Markup('<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>').format(name, Markup(drawing))  # noqa: S704
