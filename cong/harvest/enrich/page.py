"""The bytes of a page become a tree, unless they are made to hurt."""

from __future__ import annotations

import re

from lxml import etree, html

from cong.harvest.parse.charset import to_utf8
from cong.harvest.parse.raw import NotAFeed

MOST_BYTES = 2_000_000
_MOST_TAGS = 60_000
_MOST_PLACES = 10_000
_CHARSET = re.compile(rb"""<meta\b[^<>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_HEAD = 4_096
# The parser compares each attribute of a tag with all others: a hundred thousand of them cost it a minute and more.
_CROWDED = re.compile(
    r"""<([a-zA-Z][^\s/>]*+)(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+"""
    r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+|(?=>)))?+){200,}+[\s/]*+>?"""
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Unreadable(Exception):
    """The bytes are no page that we would read; the message (Vietnamese) is for an operator."""


def tree(body: bytes, charset: str | None) -> html.HtmlElement:
    """Return the root of a page; `charset` is what the HTTP header said. Raises Unreadable."""
    if not body.strip(b" \t\r\n\0"):
        raise Unreadable("Trang rỗng.")
    if len(body) > MOST_BYTES:
        raise Unreadable(f"Trang lớn hơn {MOST_BYTES // 1_000_000} MB nên không đọc; hãy kiểm tra địa chỉ.")
    text = _decoded(body, charset)
    if text.count("<") > _MOST_TAGS:
        raise Unreadable(f"Trang có hơn {_MOST_TAGS} thẻ HTML nên không đọc; hãy kiểm tra địa chỉ.")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(_CROWDED.sub(r"<\1>", text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("Trang không phải HTML đọc được.") from error
    _without_bombs(root)
    return root


def _without_bombs(root: html.HtmlElement) -> None:
    """Take the spans from all cells when they would fill a table with more places than any article shows.

    Extractors write a cell for each place: two thousand rows that span a hundred columns take minutes and gigabytes.
    """
    spanning = [one for one in root.iter("td", "th") if "colspan" in one.attrib or "rowspan" in one.attrib]
    if sum(_span(one, "colspan") * _span(one, "rowspan") for one in spanning) > _MOST_PLACES:
        for one in spanning:
            for name in ("colspan", "rowspan"):
                one.attrib.pop(name, None)


def _span(cell: html.HtmlElement, name: str) -> int:
    said = cell.get(name, "1").strip()[:6]
    return int(said) if said.isascii() and said.isdecimal() else 1


def _decoded(body: bytes, charset: str | None) -> str:
    said = _CHARSET.search(body[:_HEAD])
    try:
        utf8 = to_utf8(body, charset or (said[1].decode("ascii") if said else None))
    except NotAFeed as error:
        raise Unreadable(error.message) from error
    return _CONTROL.sub("", utf8.decode("utf-8", "replace"))
