"""The one way in: bytes of whatever an address answered become a feed, or a reason in words."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import etree

from cong.harvest.parse import atom, boxed, jsonfeed, names, rss
from cong.harvest.parse.charset import to_utf8, with_windows_signs
from cong.harvest.parse.parts import Context
from cong.harvest.parse.raw import NotAFeed, RawFeed, Rules
from cong.harvest.parse.tree import Malformed, tree

_BLANK = b" \t\r\n\0"
_MOST_BYTES = 20_000_000
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,300}>\s*)?(?:<!--(?:(?!-->).)*+-->\s*)*+<(?:!doctype\s+html|html|head|body|meta|script|title|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEEDLIKE = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_WEBLIKE = re.compile(rb"<(?:html|body|head|div|script)\b", re.IGNORECASE)
_PASSWORD = re.compile(rb"""type\s*=\s*["']?password""", re.IGNORECASE)
_ADVERTISED = re.compile(rb"<link\b[^>]{0,500}>", re.IGNORECASE)
_FEED_TYPE = re.compile(rb"application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(rb"""href\s*=\s*["']([^"']{1,500})["']""", re.IGNORECASE)


def discover(body: bytes, *, url: str, charset: str | None, rules: Rules) -> RawFeed:
    """Read a feed. `url` is where the body came from, `charset` what the HTTP header said.

    Raises NotAFeed, and nothing else, for anything that is not a feed. No items is an answer, not an error.
    """
    _check_zone(rules)
    if not body[:4096].strip(_BLANK) and not body.strip(_BLANK):
        raise NotAFeed("empty", "Địa chỉ trả về nội dung rỗng.")
    if len(body) > _MOST_BYTES:
        raise NotAFeed("too-big", f"Nội dung lớn hơn {_MOST_BYTES // 1_000_000} MB.")
    document = with_windows_signs(to_utf8(body, charset))
    start = document[:4096].lstrip(_BLANK)
    if start[:1] in (b"{", b"["):
        return jsonfeed.read(document, url, rules)
    if _HTML.match(start):
        document = _inside(document, url)
    try:
        root = tree(document)
    except Malformed as broken:
        return _lenient(broken, url, rules)
    return _read(root, Context(url=url, rules=rules, based=b"xml:base" in document))


def _inside(page: bytes, url: str) -> bytes:
    """Return the feed that a broken server wrapped into a web page; raises NotAFeed when there is none."""
    for word in (b"feed", b"rss"):
        end = page.rfind(b"</%s>" % word)
        start = page.find(b"<%s " % word, 0, end) if end > 0 else -1
        if start >= 0:
            return page[start : end + len(word) + 3]
    raise _page(page, url)


def _check_zone(rules: Rules) -> None:
    try:
        ZoneInfo(rules.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotAFeed("timezone", f"Múi giờ “{rules.timezone}” trong cấu hình nguồn không có thật.") from error


def _read(root: etree._Element, context: Context) -> RawFeed:
    word = names.name(root).rpartition(":")[2]
    if word in ("feed", "entry"):
        _rename(root, "atom", f"{{{names.ATOM}}}")
        return atom.read(root, context)
    if word in ("rss", "rdf", "channel"):
        _rename(root, "", "")
        return rss.read(root, context)
    if word in ("html", "body"):
        raise _page(etree.tostring(root), context.url)
    raise NotAFeed("no-channel", f"Tệp XML không phải nguồn tin: thẻ gốc là <{word[:40]}>, không phải RSS hay Atom.")


def _rename(root: etree._Element, wanted: str, space: str) -> None:
    """Put the words of a feed whose namespace is missing or unknown into the one that they belong to."""
    own = names.name(root).rpartition(":")[0]
    if own in (wanted, "rdf"):
        return
    given = etree.QName(root).namespace
    for element in root.iter(f"{{{given}}}*" if given else "{}*"):
        element.tag = space + etree.QName(element).localname


def _lenient(broken: Malformed, url: str, rules: Rules) -> RawFeed:
    feedlike = _FEEDLIKE.search(broken.mended)
    if not feedlike and _WEBLIKE.search(broken.mended):
        raise _page(broken.mended, url)
    found = boxed.read(broken.mended, url, rules) if feedlike else None
    if found is None or not found.items:
        raise NotAFeed("malformed", f"Tệp XML sai cú pháp, không đọc được: {broken.reason}")
    return found


def _page(document: bytes, url: str) -> NotAFeed:
    """Say what kind of page it is; many name their feed's address."""
    if _PASSWORD.search(document):
        return NotAFeed("html", "Địa chỉ trả về một trang đăng nhập, không phải nguồn tin.")
    for link in _ADVERTISED.findall(document[:100_000]):
        address = _HREF.search(link)
        if address and _FEED_TYPE.search(link):
            feed = names.join(url, address[1].decode("utf-8", "replace").replace("&amp;", "&"))
            return NotAFeed(
                "html", f"Địa chỉ trả về một trang web, không phải nguồn tin. Trang này giới thiệu nguồn tin ở {feed}"
            )
    return NotAFeed("html", "Địa chỉ trả về một trang web (HTML), không phải nguồn tin RSS, Atom hay JSON Feed.")
