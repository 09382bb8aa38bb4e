"""Sitemaps: lists of addresses, indexes of such lists, plain text; with the news, image and video extensions.

A sitemap seldom says titles or texts: those stay "" and enriching fills them from the page itself.
"""

from __future__ import annotations

import io
import mimetypes
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from math import inf
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from lxml import etree

from cong.harvest.adapters.contract import Adapter, Body, Reading, Spec, only_its_address
from cong.harvest.parse import Enclosure, NotAFeed, RawFeed, RawItem, Rules
from cong.harvest.parse.charset import to_utf8
from cong.harvest.parse.clean import looks_like_html
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.names import escaped, name, text
from cong.harvest.parse.parts import MOST_ITEMS, tags
from cong.harvest.parse.pictures import web
from cong.harvest.parse.tree import Malformed, tree

T = TypeVar("T")
Children = dict[str, list[etree._Element]]

_MOST_BYTES = 50_000_000
_MOST_MENDED = 10_000_000
_MOST_ENTRY = 2_000_000
_MOST_MEMBERS = 100
_MOST_URLS = 100_000  # twice what the protocol allows
_MOST_PARTS = 50
_PIECE, _SLICE = 65_536, 16_384
_GZIP = b"\x1f\x8b"
_BEFORE = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
_HTML = re.compile(rb"<!doctype\s+html|<html\b", re.IGNORECASE)
_ROOTS = ("{*}urlset", "{*}sitemapindex")
_NEWER = re.compile(r"([1-9][0-9]{0,3})([hd])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
_MAPS, _MOST_MAPS = 5, 50
_ITEMS = 1000
_LITERAL = re.compile(r"[?\[]")


def read(body: Body, spec: Spec, rules: Rules) -> Reading:
    """Read one sitemap: the newest addresses as items, or of an index the newest lists to follow.

    What counts as new is the later of `lastmod` and the publication date. With `newer`, an address without a date is
    left out: nothing shows that it is young.
    """
    head = next(_pieces(body.content), b"").lstrip(_BEFORE)
    if not head:
        raise NotAFeed("empty", "Địa chỉ trả về nội dung rỗng.")
    want = _Want.of(spec, rules)
    if b"<" not in head[:4]:
        return Reading(feed=_feed(_from_text(body, want), want))
    if _HTML.search(head[:1024]):
        raise NotAFeed("html", "Địa chỉ trả về một trang web (HTML), không phải sitemap.")
    if b"<!DOCTYPE" in head[:2048]:
        return _reading(_mended(body, "DOCTYPE"), body, want)
    try:
        return _reading(_streamed(body.content), body, want)
    except etree.XMLSyntaxError as error:
        return _reading(_mended(body, str(error.msg)), body, want)


@dataclass(frozen=True, kw_only=True)
class _Want:
    """What the registry entry wants of a sitemap; words that `wrong` would refuse count as not said."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    since: datetime | None
    maps: int
    most: int
    rules: Rules

    @classmethod
    def of(cls, spec: Spec, rules: Rules) -> _Want:
        age = _age(spec.config.get("newer"))
        return cls(
            include=_patterns(spec.config.get("include")) or (), exclude=_patterns(spec.config.get("exclude")) or (),
            since=rules.now - age if age else None, maps=_count(spec.config.get("maps"), _MAPS, _MOST_MAPS) or _MAPS,
            most=_count(spec.config.get("most"), _ITEMS, MOST_ITEMS) or _ITEMS, rules=rules,
        )  # fmt: skip

    def asks_for(self, url: str) -> bool:
        """Tell whether the path lies within `include`, if there is one, and outside `exclude`."""
        if not self.include and not self.exclude:
            return True
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        path = unquote(parts.path or "/")
        said = (path, f"{path}?{unquote(parts.query)}") if parts.query else (path,)
        if self.include and not _matches(said, self.include):
            return False
        return not _matches(said, self.exclude)


def _matches(said: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    """Tell whether a pattern fits: `*` in it stands for anything, one without is a beginning.

    Other signs of globs mean themselves, for `?` begins the query by which many sites name their pages.
    """
    return any(
        fnmatchcase(one, _LITERAL.sub(r"[\g<0>]", pattern)) if "*" in pattern else one.startswith(pattern)
        for pattern in patterns
        for one in said
    )


def _reading(elements: Iterator[etree._Element], body: Body, want: _Want) -> Reading:
    """Read the root that comes first and the children of it that come after."""
    root = name(next(elements)).rpartition(":")[2]
    if root == "sitemapindex":
        return Reading(feed=RawFeed(kind="sitemap"), follow=_lists(elements, body, want))
    if root == "urlset":
        return Reading(feed=_feed(_from_xml(elements, body, want), want))
    if root in ("rss", "feed", "rdf"):
        raise NotAFeed(
            "no-channel", 'Địa chỉ này là nguồn tin RSS hay Atom, không phải sitemap; hãy ghi kind = "feed".'
        )
    raise NotAFeed("no-channel", f"Tệp XML không phải sitemap: thẻ gốc là <{root[:40]}>, không phải urlset.")


def _feed(items: Iterable[RawItem], want: _Want) -> RawFeed:
    dated = ((_when(item), item) for item in items)
    return RawFeed(kind="sitemap", items=_newest(dated, want.most, want.since))


def _when(item: RawItem) -> datetime | None:
    return max(filter(None, (item.published, item.updated)), default=None)


def _newest(dated: Iterable[tuple[datetime | None, T]], most: int, since: datetime | None) -> tuple[T, ...]:
    """Return the newest, newest first, then those without a date; no more than twice `most` are ever held."""
    kept: list[tuple[datetime | None, T]] = []
    for when, thing in dated:
        if since and (when is None or when < since):
            continue
        kept.append((when, thing))
        if len(kept) >= 2 * most:
            kept = _sorted(kept)[:most]
    return tuple(thing for _, thing in _sorted(kept)[:most])


def _sorted(dated: list[tuple[datetime | None, T]]) -> list[tuple[datetime | None, T]]:
    return sorted(dated, key=lambda one: -one[0].timestamp() if one[0] else inf)


def _lists(elements: Iterator[etree._Element], body: Body, want: _Want) -> tuple[str, ...]:
    """Return the addresses of the lists that an index names; one that names itself is not followed."""
    found: dict[str, datetime | None] = {}
    for element in elements:
        said = _children(element)
        url = web(_first(said, "loc"), body.url) if _is(element, "sitemap") else ""
        if url and url != body.url and len(found) < MOST_ITEMS:
            found[url] = parse_date(_first(said, "lastmod"), want.rules)
    # A list without a date may well hold news, so `newer` refuses only those that say they are old.
    dated = ((when, url) for url, when in found.items() if not (want.since and when and when < want.since))
    return _newest(dated, want.maps, None)


def _from_xml(elements: Iterator[etree._Element], body: Body, want: _Want) -> Iterator[RawItem]:
    for place, element in enumerate(elements):
        if place >= _MOST_URLS:
            raise NotAFeed("too-many", f"Sitemap liệt kê hơn {_MOST_URLS} địa chỉ; chuẩn chỉ cho phép 50000.")
        if _is(element, "url"):
            said = _children(element)
            url = web(_first(said, "loc"), body.url)
            if url and want.asks_for(url):
                yield _item(said, url, want.rules)


def _item(said: Children, url: str, rules: Rules) -> RawItem:
    news = _inside(said, "news")
    films = [_children(one) for one in said.get("video", ())[:_MOST_PARTS]]
    film = films[0] if films else {}
    about = _first(film, "description")
    dates = (_first(news, "publication_date"), _first(film, "publication_date"))
    updated = parse_date(_first(said, "lastmod"), rules)
    published = next((when for one in dates if (when := parse_date(one, rules))), None)
    image = web(_first(_inside(said, "image"), "loc"), url) or web(_first(film, "thumbnail_loc"), url)
    unread = next(filter(None, (*dates, _first(said, "lastmod"))), "")
    return RawItem(
        guid=url, url=url, title=plain(_first(news, "title") or _first(film, "title")),
        summary=about if looks_like_html(about) else escaped(about),
        lang=_first(_inside(news, "publication"), "language"), published=published, updated=updated,
        date_text="" if published or updated else unread,
        tags=tags((*_first(news, "keywords").split(","), *map(text, film.get("tag", ())))), image=image,
        enclosures=tuple(filter(None, (_film(one, url) for one in films))),
    )  # fmt: skip


def _film(said: Children, base: str) -> Enclosure | None:
    url = web(_first(said, "content_loc"), base)
    if not url:
        return None
    kind = mimetypes.guess_type(url.partition("?")[0])[0] or ""
    return Enclosure(url=url, type=kind if kind.startswith(("video/", "audio/")) else "")


def _children(element: etree._Element) -> Children:
    """Return the children by local name: each extension is known by its words, whatever address its namespace has."""
    found: Children = {}
    for child in element:
        found.setdefault(name(child).rpartition(":")[2], []).append(child)
    return found


def _is(element: etree._Element, word: str) -> bool:
    return name(element).rpartition(":")[2] == word


def _inside(said: Children, word: str) -> Children:
    return _children(said[word][0]) if word in said else {}


def _first(said: Children, word: str) -> str:
    return text(said[word][0]) if word in said else ""


def _from_text(body: Body, want: _Want) -> Iterator[RawItem]:
    """Read a list with one address on each line; other lines are skipped, but the first must be an address."""
    document = to_utf8(b"".join(_pieces(body.content)), body.charset).lstrip(_BEFORE)
    if not document.startswith((b"http://", b"https://")):
        raise NotAFeed("no-channel", "Nội dung không phải sitemap: không phải XML, cũng không phải danh sách địa chỉ.")
    for line in io.BytesIO(document):
        said = line.decode("utf-8", "replace").strip()
        url = web(said, body.url) if said.startswith(("http://", "https://")) and said.isprintable() else ""
        if url and want.asks_for(url):
            yield RawItem(guid=url, url=url)


def _streamed(content: bytes) -> Iterator[etree._Element]:
    """Yield the root, then its children, each forgotten once the next batch comes; raises XMLSyntaxError."""
    parser = etree.XMLPullParser(
        events=("start",), tag=_ROOTS, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root, waiting = None, 0
    for piece in _pieces(content):
        parser.feed(piece)
        started = [element for _, element in parser.read_events() if isinstance(element, etree._Element)]
        if root is None and started:
            root = started[0]
            _check_doctype(root)
            yield root
        waiting += len(piece)
        if root is not None:
            done = list(root)[:-1]
            yield from done
            for child in done:
                root.remove(child)
            waiting = 0 if done else waiting
        if waiting > _MOST_ENTRY:
            raise NotAFeed("too-big", f"Sitemap có một mục lớn hơn {_MOST_ENTRY // 1_000_000} MB.")
    whole = parser.close()
    if root is None:
        yield whole
    yield from list(whole)


def _check_doctype(root: etree._Element) -> None:
    """Refuse a DTD that stands too late to be taken away: without one, no entity of its own can occur."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotAFeed("malformed", "Sitemap có khai báo DOCTYPE; một sitemap đúng chuẩn không cần khai báo này.")


def _mended(body: Body, reason: str) -> Iterator[etree._Element]:
    """Yield the same of a document that is no XML as it stands, after mending what can be mended."""
    parts, size = [], 0
    for piece in _pieces(body.content):
        parts.append(piece)
        size += len(piece)
        if size > _MOST_MENDED:
            raise NotAFeed("malformed", f"Sitemap sai cú pháp XML, không đọc được: {reason[:200]}")
    try:
        root = tree(to_utf8(b"".join(parts), body.charset))
    except Malformed as broken:
        raise NotAFeed("malformed", f"Sitemap sai cú pháp XML, không đọc được: {broken.reason}") from broken
    yield root
    yield from list(root)


def _pieces(content: bytes) -> Iterator[bytes]:
    """Yield the document in pieces, unpacked if it is a gzip file; raises NotAFeed past the limit or when cut."""
    size = 0
    for piece in _unpacked(content) if content.startswith(_GZIP) else _cut(content):
        size += len(piece)
        if size > _MOST_BYTES:
            raise NotAFeed("too-big", f"Sitemap lớn hơn {_MOST_BYTES // 1_000_000} MB sau khi giải nén.")
        if piece:
            yield piece


def _cut(content: bytes) -> Iterator[bytes]:
    return (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what the gzip members hold, never more than a piece at a time; what follows the last one is ignored."""
    broken = NotAFeed("malformed", "Tệp gzip hỏng hoặc bị cắt giữa chừng.")
    inner, place = zlib.decompressobj(31), 0
    for _ in range(_MOST_MEMBERS):
        while True:
            data = content[place : place + _SLICE]
            try:
                piece = inner.decompress(data, _PIECE)
            except zlib.error as error:
                raise broken from error
            place += len(data) - len(inner.unused_data if inner.eof else inner.unconsumed_tail)
            yield piece
            if inner.eof:
                break
            if not data and not piece:
                raise broken
        if not content.startswith(_GZIP, place):
            return
        inner = zlib.decompressobj(31)
    raise broken


def _age(value: Any) -> timedelta | None:
    match = _NEWER.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) * _UNITS[match[2]] if match else None


def _patterns(value: Any) -> tuple[str, ...] | None:
    """Return the patterns of a word that may be one or a list of them; None when it is neither."""
    said = [value] if isinstance(value, str) else value
    if not isinstance(said, list) or not all(isinstance(one, str) and one.startswith(("/", "*")) for one in said):
        return None
    return tuple(said)


def _count(value: Any, otherwise: int, most: int) -> int | None:
    if value is None:
        return otherwise
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most else None


def wrong(spec: Spec) -> str:
    """Tell what is wrong with the words of this kind."""
    config = spec.config
    for word in ("include", "exclude"):
        if word in config and _patterns(config[word]) is None:
            return f"{word} phải là đường dẫn bắt đầu bằng / (hay mẫu bắt đầu bằng *), hoặc danh sách như vậy."
    if "newer" in config and _age(config["newer"]) is None:
        return f"newer “{config['newer']}” không hiểu được; viết như 12h hay 30d."
    for word, otherwise, most in (("maps", _MAPS, _MOST_MAPS), ("most", _ITEMS, MOST_ITEMS)):
        if _count(config.get(word), otherwise, most) is None:
            return f"{word} phải là số nguyên từ 1 đến {most}."
    return ""


ADAPTER = Adapter(
    start=only_its_address, read=read, wrong=wrong, keys=frozenset({"include", "exclude", "newer", "maps", "most"})
)
