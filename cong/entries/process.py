"""Pure: what of an entry is shown where."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<[^>]*>")
_OPENING = 6_000


def lede(summary: str, html: str) -> str:
    """Return the summary, or nothing when the body opens with the same words."""
    opening = _letters(unescape(_TAG.sub(" ", html[:_OPENING])))
    return "" if _letters(summary) in opening else summary


def _letters(text: str) -> str:
    return "".join(text.rstrip(" .…").split())
