"""UTF-8 bytes to an XML tree, strictly; the mistakes that many feeds make are mended first, others are refused."""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

from cong.harvest.parse.raw import NotAFeed

_MOST_AMPERSANDS = 1_000_000
_LIMIT = 114  # libxml2's XML_ERR_RESOURCE_LIMIT
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>\s*")
_START = re.compile(r"<\?xml\b|<(?:\w{1,20}:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_END = re.compile(r"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*(?:\[.*?\]\s*>|\[[^\]]*\Z|>)", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RAW = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?"
)
_PREFIXED = re.compile(r"[<\s/]([A-Za-z][\w.-]{0,30}):[A-Za-z]")
_DECLARED = re.compile(r"\sxmlns:([\w.-]{1,40})\s*=")
_MOST_PREFIXES = 50
_ROOT = re.compile(r"<[A-Za-z][^\s/>]*")
_USUAL = {
    "media": "http://search.yahoo.com/mrss/", "dc": "http://purl.org/dc/elements/1.1/",
    "content": "http://purl.org/rss/1.0/modules/content/", "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "dcterms": "http://purl.org/dc/terms/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}  # fmt: skip


class Malformed(Exception):
    """No XML, even after mending; `mended` is the best text that there is for a lenient reader."""

    def __init__(self, reason: str, mended: bytes) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mended = mended


def tree(document: bytes) -> etree._Element:
    """Return the root element; raises Malformed, or NotAFeed for a document that is made to hurt."""
    if b"<!DOCTYPE" not in document[:2048]:
        try:
            root = _strict(document)
            if root.getroottree().docinfo.internalDTD is None:
                return root
        except etree.XMLSyntaxError:
            pass
    if document.count(b"&") > _MOST_AMPERSANDS:
        raise NotAFeed("too-big", "Tệp quá lớn và có lỗi cú pháp XML; hệ thống không sửa hộ được.")
    mended = mend(document.decode("utf-8", "replace")).encode("utf-8", "replace")
    try:
        return _strict(mended)
    except etree.XMLSyntaxError as error:
        raise Malformed(str(error.msg).partition("\n")[0][:200], mended) from error


def _strict(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        limited = getattr(error, "code", None) == _LIMIT  # the stubs do not know it
        if limited and "depth" in (error.msg or ""):
            raise NotAFeed("too-deep", "Tệp XML lồng quá sâu (hơn 256 tầng), không phải một nguồn tin thật.") from error
        if limited:
            raise NotAFeed("too-big", "Tệp XML có một phần dài quá mức cho phép (10 MB).") from error
        raise


def mend(text: str) -> str:
    """Take away what stands around the document, control characters and DTD; mend references and prefixes."""
    start = _START.search(text, 0, 4096)
    if start:
        text = text[start.start() :]
    text = _CONTROL.sub("", _DECLARATION.sub("", text, count=1))
    text = _without_doctype(text)
    ends = list(_END.finditer(text, max(0, len(text) - 4096)))
    if ends:
        text = text[: ends[-1].end()]
    parts = _RAW.split(text)
    parts[::2] = [_REFERENCE.sub(_character, part) if "&" in part else part for part in parts[::2]]
    return _with_prefixes("".join(parts))


def _without_doctype(text: str) -> str:
    # Looking for its end from one place only: thousands of beginnings without an end must not cost their square.
    place = text[:4096].upper().find("<!DOCTYPE")
    found = _DOCTYPE.match(text, place) if place >= 0 else None
    return text[: found.start()] + text[found.end() :] if found else text


def _character(match: re.Match[str]) -> str:
    """Return a reference that XML knows: HTML's names as characters, anything else as the text that it is."""
    decimal, hexadecimal, name = match.groups()
    if name:
        known = html5.get(f"{name};")
        return "".join(f"&#{ord(char)};" for char in known) if known else f"&amp;{name};"
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        return match[0] if _is_xml(code) else "\ufffd"
    return "&amp;"


def _is_xml(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _with_prefixes(text: str) -> str:
    """Declare on the root every prefix that is used without being declared."""
    outside = _RAW.sub("", text)
    unknown = set(_PREFIXED.findall(outside)) - set(_DECLARED.findall(outside)) - {"xml", "xmlns"}
    root = _ROOT.search(text)
    if not unknown or len(unknown) > _MOST_PREFIXES or not root:
        return text
    said = "".join(f' xmlns:{prefix}="{_USUAL.get(prefix, f"urn:unknown:{prefix}")}"' for prefix in sorted(unknown))
    return text[: root.end()] + said + text[root.end() :]
