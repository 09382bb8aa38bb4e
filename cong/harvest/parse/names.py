"""Elements as words: `dc:creator` whatever prefix the feed chose; text, markup and base of an element."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml import etree

from cong.kernel.text import nfc

Children = dict[str, list[etree._Element]]

ATOM = "http://www.w3.org/2005/Atom"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_LONGEST = 200
_PREFIXES = {
    "": "",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss091": "",
    "http://backend.userland.com/rss092": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/net/rss1.1#": "",
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/atompub/tombstones/1.0": "at",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://purl.org/rss/1.0/modules/dcterms": "dcterms",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/rss/1.0/modules/syndication": "sy",
    "http://search.yahoo.com/mrss": "media",
    "http://video.search.yahoo.com/mrss": "media",
    "http://tools.search.yahoo.com/mrss": "media",
    "http://www.rssboard.org/media-rss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_OPENING = re.compile(r"^<[^>]*>")
_HARD = re.compile(r"/\.|[\[\]]")
_WRAPPED = re.compile(r"^\s*<div\b[^<>]*>(.*)</div>\s*$", re.DOTALL | re.IGNORECASE)


@lru_cache(maxsize=2048)
def _name(tag: str) -> str:
    space, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    prefix = _PREFIXES.get(space.rstrip("/").lower(), "?")
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


def name(element: etree._Element) -> str:
    """Return `local` for RSS's own words, `prefix:local` for known namespaces, `?:local` for unknown ones."""
    tag = element.tag
    return _name(tag) if len(tag) < _LONGEST else "?:"


def children(element: etree._Element) -> Children:
    """Return the children by name, in document order."""
    found: Children = {}
    for child in element:
        tag = child.tag
        word = _name(tag) if len(tag) < _LONGEST else "?:"
        if word in found:
            found[word].append(child)
        else:
            found[word] = [child]
    return found


def text(element: etree._Element) -> str:
    """Return all the text in the element, in NFC."""
    if len(element):
        return nfc(str(etree.tostring(element, method="text", encoding="unicode", with_tail=False)).strip())
    return nfc((element.text or "").strip())


def markup(element: etree._Element) -> str:
    """Return the HTML that an element holds: escaped or CDATA text as it is, child elements written out."""
    if not len(element):
        return nfc((element.text or "").strip())
    for inner in element.iter(f"{_XHTML}*"):
        inner.tag = inner.tag.removeprefix(_XHTML)
    whole = str(etree.tostring(element, method="html", encoding="unicode", with_tail=False))
    inside = _OPENING.sub("", whole, count=1).rpartition("</")[0].strip()
    wrapped = _WRAPPED.match(inside)
    return nfc((wrapped[1] if wrapped and "<div" not in wrapped[1] else inside).strip())


def escaped(plain: str) -> str:
    """Return plain text as HTML."""
    return html.escape(plain, quote=False)


def first(found: Children, names: Iterable[str]) -> str:
    """Return the first text that is not empty, in the order of `names`."""
    for one in names:
        for element in found.get(one, ()):
            if said := text(element):
                return said
    return ""


def first_markup(found: Children, names: Iterable[str]) -> str:
    """Return the first HTML that is not empty, in the order of `names`."""
    for one in names:
        for element in found.get(one, ()):
            if said := markup(element):
                return said
    return ""


def base(element: etree._Element, outer: str) -> str:
    """Return the address against which relative ones in the element are meant: every `xml:base` around it counts."""
    bases = [said for one in (element, *element.iterancestors()) if (said := one.get(f"{_XML}base"))]
    for said in reversed(bases):
        outer = join(outer, said)
    return outer


def lang(element: etree._Element) -> str:
    return nfc((element.get(f"{_XML}lang") or "").strip())


def join(outer: str, address: str) -> str:
    """Return the absolute address; an address that is none at all is an empty string."""
    said = address.strip()
    if not said:
        return ""
    # The standard library's way is exact but slow, and nearly every address is one of these two.
    if said.isascii() and not _HARD.search(said):
        if said.startswith(("http://", "https://")):
            return said
        if said[0] == "/" and said[1:2] not in ("/", "\\", "") and (origin := _origin(outer)):
            return nfc(origin + said)
    try:
        return nfc(urljoin(outer, said))
    except ValueError:
        return ""


@lru_cache(maxsize=256)
def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
