"""Bytes to an XML tree with every dangerous thing of XML switched off; ordinary sloppiness is mended, nothing guessed."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from cong.harvest.parse import charset
from cong.harvest.parse.raw import NotAFeed

Element = etree._Element

BASE = "{http://www.w3.org/XML/1998/namespace}base"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SPACES = {
    "": "", "http://purl.org/rss/1.0": "", "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "", "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss": "", "http://purl.org/net/rss1.1#": "", "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom", "http://purl.org/dc/elements/1.1": "dc", "http://purl.org/dc/terms": "dct",
    "http://purl.org/rss/1.0/modules/content": "content", "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes", "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/modules/syndication": "sy", "http://purl.org/atompub/tombstones/1.0": "at",
    "http://www.w3.org/1999/xhtml": "xhtml",
}  # fmt: skip
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_BARE = re.compile(r"&(?!(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)")
_XML = {"amp", "lt", "gt", "quot", "apos"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMERIC_CONTROL = re.compile(r"&#(?:0*(?:[0-8]|1[1-24-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", re.DOTALL)
_PAGE = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)

_FEED_INSIDE = re.compile(rb"<(?:feed\s+xmlns|rss\s+version)", re.IGNORECASE)

_names: dict[str, tuple[str, str]] = {}


def name(tag: str) -> tuple[str, str]:
    """Return (short namespace, lower-case local name) of a tag."""
    found = _names.get(tag)
    if found is None:
        space, _, local = tag[1:].partition("}") if tag[0] == "{" else ("", "", tag)
        found = (_SPACES.get(space.rstrip("/").lower(), _SPACES.get(space.lower(), "?")), local.lower())
        if len(_names) < 5000:
            _names[tag] = found
    return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def root(body: bytes, transport: str | None) -> Element:
    """Return the root; raises NotAFeed for a web page, nothing, or XML beyond mending."""
    if not body.strip():
        raise NotAFeed("empty", "Nguồn trả về nội dung rỗng.")
    if _PAGE.match(body[:5000].partition(b"?>")[2] or body[:5000]):
        if _FEED_INSIDE.search(body):
            raise NotAFeed("malformed", "Kênh tin nằm lẫn trong một trang web.")
        raise NotAFeed(
            "html",
            "Nguồn trả về trang web, không phải kênh tin; kiểm tra lại địa chỉ (có thể phải đăng nhập).",
        )
    straight = _straight(body, transport)
    return straight if straight is not None else _mended(body, transport)


def _straight(body: bytes, transport: str | None) -> Element | None:
    """The fast path: the bytes as they are, when nothing about them can mislead libxml2."""
    said = charset.declared(body)
    plain = said in (None, "utf-8") and (transport or "utf-8").lower() in ("utf-8", "utf8", said or "utf-8")
    if not plain or b"<!DOCTYPE" in body[:3000] or (charset.has_mark(body) and not body.startswith(b"\xef\xbb\xbf")):
        return None
    try:
        return etree.fromstring(body, _parser())
    except etree.XMLSyntaxError:
        return None


def _mended(body: bytes, transport: str | None) -> Element:
    text = charset.decode(body, transport)
    text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
    text = _CONTROL.sub("", _DOCTYPE.sub("", text, count=1))
    parts = _CDATA.split(text)
    text = "".join(part if part.startswith("<![CDATA[") else _entities(part) for part in parts)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), _parser())
    except etree.XMLSyntaxError as error:
        code = "too-deep" if "depth" in str(error).lower() or "huge" in str(error).lower() else "malformed"
        raise NotAFeed(code, f"Kênh tin sai cú pháp XML: {error.msg}") from error


def _entities(text: str) -> str:
    text = _NUMERIC_CONTROL.sub("", text)
    return _ENTITY.sub(_entity, _BARE.sub("&amp;", text))


def _entity(match: re.Match[str]) -> str:
    word = match[1]
    if word in _XML:
        return match[0]
    meant = html5.get(f"{word};")
    return "".join(f"&#{ord(char)};" for char in meant) if meant else f"&amp;{word};"
