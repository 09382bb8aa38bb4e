"""Reading texts, markup and addresses out of XML elements."""

from __future__ import annotations

import base64
import binascii
import html as entities
import re
from urllib.parse import urljoin

from lxml import etree

from cong.harvest.parse import clean
from cong.harvest.parse.tree import BASE, Element

_SPACE = re.compile(r'\s?xmlns(?::\w+)?="[^"]*"')
_PREFIX = re.compile(r"<(/?)\w+:")
_WRAP = re.compile(r"^<div[^>]*>(.*)</div>\s*$", re.DOTALL)


def text(element: Element) -> str:
    """Return the text of an element and all within it, stripped."""
    if len(element):
        return "".join(element.itertext()).strip()
    return (element.text or "").strip()


def inner(element: Element) -> str:
    """Return what stands inside an element as HTML: markup kept, one wrapping div taken off."""
    if not len(element):
        return (element.text or "").strip()
    parts = [entities.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    whole = _PREFIX.sub(r"<\1", _SPACE.sub("", "".join(parts))).strip()
    match = _WRAP.match(whole)
    return (match[1] if match else whole).strip()


def content(element: Element) -> str:
    """Return an Atom text construct as HTML: text is escaped, html and xhtml are markup, base64 is decoded."""
    kind = (element.get("type") or "text").lower()
    mode = (element.get("mode") or "").lower()
    if len(element):
        return inner(element)
    said = (element.text or "").strip()
    if mode == "base64" or _is_binary(kind, mode):
        return _decoded(said)
    if kind in ("text", "text/plain") and mode != "escaped" and "<" in said:
        return entities.escape(said, quote=False)
    return said


def _is_binary(kind: str, mode: str) -> bool:
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html")) and mode != "escaped"


def _decoded(said: str) -> str:
    try:
        return base64.b64decode(said, validate=False).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return said


def title(element: Element) -> str:
    """Return a title as plain text; escaped markup inside it is taken out."""
    return clean.text(content(element) if element.get("type") else inner(element))


def base(element: Element, outer: str) -> str:
    """Return the address that relative addresses in this element stand against (xml:base of it and its ancestors)."""
    chain = [value for node in (element, *element.iterancestors()) if (value := node.get(BASE))]
    for value in reversed(chain):
        outer = join(outer, value)
    return outer


def join(outer: str, address: str) -> str:
    """Return the absolute address; what cannot be joined stays as it is."""
    if address.startswith(("http://", "https://")) and "/.." not in address:
        return address.strip()
    try:
        return urljoin(outer, address.strip())
    except ValueError:
        return address.strip()
