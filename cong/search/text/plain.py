"""The words of a sanitised HTML body, one block a line. Pure."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"""<(/?[a-zA-Z][a-zA-Z0-9]*|!|\?)(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_INLINE = re.compile(
    r"/?(?:a|abbr|b|bdi|bdo|cite|code|dfn|em|i|kbd|mark|q|s|samp|small|span|strong|sub|sup|time|u|var|wbr)"
)


def plain_text(html: str) -> str:
    """Return the text of a body without markup; the end of a block is the end of a line."""
    if "<" in html:
        html = _TAG.sub(_instead, html)
    lines = (" ".join(line.split()) for line in unescape(html).split("\n"))
    return "\n".join(line for line in lines if line)


def _instead(tag: re.Match[str]) -> str:
    return "" if _INLINE.fullmatch(tag[1].lower()) else "\n"
