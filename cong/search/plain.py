"""The words of a sanitised HTML body, one block a line. Pure."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"""<(/?[a-zA-Z][a-zA-Z0-9]*|!|\?)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_INLINE = re.compile(
    r"/?(?:a|abbr|b|bdi|bdo|cite|code|dfn|em|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|u|var|wbr)"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def plain_text(html: str) -> str:
    """Return the text of a body without markup; the end of a block is the end of a line."""
    if "<" in html:
        html = _TAG.sub(_instead, html)
    return _LINES.sub("\n", _SPACES.sub(" ", unescape(html))).strip()


def _instead(tag: re.Match[str]) -> str:
    return "" if _INLINE.fullmatch(tag[1].lower()) else "\n"
