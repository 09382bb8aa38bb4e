"""Content equality: every entry of saved feeds as our parser and as feedparser read it, each difference explained.

`python -m bench.equality FOLDER` (or FEEDS_FOLDER) reads all files below the folder and compares id, link, title, text
and instant of each entry. It prints how many are equal, each class of difference with its reason and an example, and
one by one what no reason explains. Exit status 1 when an entry that feedparser finds is lost or a difference is
unexplained. Blanks, the Unicode form and our words for a picture are no difference; dates without a zone count as UTC
on both sides.
"""

from __future__ import annotations

import calendar
import os
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import nh3
from lxml import etree, html

from cong.harvest.parse import NotAFeed, RawItem, Rules, clean, discover
from cong.harvest.parse.elements import NAMES
from cong.kernel.text import nfc

_URL = "https://vidu.vn/tin/rss.xml"
_RULES = Rules(now=datetime.now(UTC), timezone="UTC")
_PICTURE = re.compile(r"\[Ảnh(?:: [^\[\]]*)?\]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")
_UNSEEN = ("script", "style", "template", "noscript", "iframe", "svg", "title", "noframes", "noembed")
_MARKUP = re.compile(r"<[^<>]*>|&#?\w+;")
_LOOSE = re.compile(r"<(?!!)/?([a-zA-Z][\w:-]*)?(?=([\s/>]))?")
_CHARSETS = ("utf-8", "cp1258", "euc_jp", "cp932", "cp949", "gb18030", "big5", "koi8_r", "cp1251", "cp874", "cp1255")
_FIELDS = ("id", "link", "title", "text", "instant")
_SHOWN = 70


@dataclass(frozen=True, kw_only=True)
class Text:
    """What can be read of a text, without blanks; two readings when it may be plain. `seen`: what a browser shows."""

    given: str
    whole: frozenset[str]
    seen: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """An entry as feedparser reads it; the first of `texts` and of `instants` is the one that counts."""

    id: str
    link: str
    title: str
    texts: tuple[Text, ...]
    instants: tuple[datetime | None, ...]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One entry, read twice; `raw` is how feedparser reads it when it sanitises nothing."""

    ours: RawItem
    theirs: Theirs
    raw: Callable[[], Theirs]

    @property
    def text(self) -> str:
        (said,) = readable(_PICTURE.sub("", clean.body(self.ours.html, self.ours.url or _URL))).whole
        return said

    @property
    def instant(self) -> datetime | None:
        """To the second: feedparser knows no fractions."""
        moment = self.ours.published or self.ours.updated
        return moment.replace(microsecond=0) if moment else None


@dataclass(kw_only=True)
class Report:
    """What came out; `classes` counts (field, reason), `examples` holds the first of each."""

    feeds: int = 0
    neither: int = 0
    entries: int = 0
    ours: int = 0
    equal: int = 0
    seconds: Counter[str] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)


Reasons = dict[str, Callable[[Pair], bool]]

_IDS: Reasons = {
    "relative id stays as given: an identity must outlive a move of the site": lambda pair: _is_relative(
        pair.ours.guid, pair.theirs.id
    ),
    "only we find an id": lambda pair: not pair.theirs.id,
}
_LINKS: Reasons = {
    "only we find a link": lambda pair: not pair.theirs.link,
    "no address of the web: feedparser makes one of an id that is none": lambda pair: (
        not pair.ours.url and pair.theirs.link == pair.theirs.id
    ),
}
_TITLES: Reasons = {
    "only we find a title": lambda pair: not pair.theirs.title,
    "feedparser repairs what looks like UTF-8 read as Windows-1252; we keep what the source says": lambda pair: (
        squeezed(_repaired(pair.ours.title)) in readable(pair.theirs.title, plain=True).whole
    ),
    "feedparser misses the charset and takes its bytes for Windows-1252": lambda pair: (
        squeezed(pair.ours.title) in map(squeezed, _read_again(pair.theirs.title))
    ),
    "invisible characters are left out": lambda pair: (
        visible(pair.ours.title) in map(visible, readable(pair.theirs.title, plain=True).whole)
    ),
    "feedparser's sanitiser loses characters": lambda pair: (
        squeezed(pair.ours.title) in readable(pair.raw().title, plain=True).whole
    ),
}
_TEXTS: Reasons = {
    "only we find a text": lambda pair: not any(max(text.whole) for text in pair.theirs.texts),
    "invisible characters are left out": lambda pair: _among(pair, _wholes(pair.theirs.texts[:1])),
    "another of the entry's texts: whole text before summary before a medium's caption": lambda pair: _among(
        pair, _wholes(pair.theirs.texts)
    ),
    "feedparser's sanitiser loses characters": lambda pair: _among(pair, _wholes(pair.raw().texts)),
    "feedparser repairs what looks like UTF-8 read as Windows-1252; we keep what the source says": lambda pair: (
        _repaired(pair.text) in _wholes(pair.theirs.texts)
    ),
    "feedparser misses the charset and takes its bytes for Windows-1252": lambda pair: _among(
        pair, (said for text in pair.raw().texts for again in _read_again(text.given) for said in readable(again).whole)
    ),
    "`<` before what is no element of HTML is a sign that somebody wrote": lambda pair: _among(
        pair, (said for text in pair.raw().texts for said in readable(_LOOSE.sub(_as_sign, text.given)).whole)
    ),
    "what browsers do not show is left out (script, noscript, iframe, svg …)": lambda pair: _among(
        pair, (said for text in pair.raw().texts for said in text.seen)
    ),
    "a sign shown by a small picture is written as that sign": lambda pair: _among(
        pair, (said for text in pair.raw().texts for said in text.seen), signs=False
    ),
    "broken markup is read as browsers read it": lambda pair: _among(
        pair, (said for text in pair.raw().texts for said in readable(_as_html5(text.given)).seen), signs=False
    ),
}
_INSTANTS: Reasons = {
    "no date: before 1970 or more than two days ahead": lambda pair: (
        pair.instant is None and not _is_sane(pair.theirs.instants[0])
    ),
    "only we can read the date": lambda pair: pair.theirs.instants[0] is None and pair.instant is not None,
    "another of the entry's dates": lambda pair: pair.instant in pair.theirs.instants[1:],
}
_REASONS = {"id": _IDS, "link": _LINKS, "title": _TITLES, "text": _TEXTS, "instant": _INSTANTS}


def main(folder: str = "") -> None:
    place = Path(folder or os.environ.get("FEEDS_FOLDER", ""))
    if not (folder or os.environ.get("FEEDS_FOLDER")) or not place.is_dir():
        sys.exit("Hãy chỉ thư mục có các nguồn tin đã lưu: python -m bench.equality THƯ_MỤC, hoặc đặt FEEDS_FOLDER.")
    report = Report()
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        compare(path.name, path.read_bytes(), report)
    show(report)
    sys.exit(1 if report.lost or report.unexplained else 0)


def compare(name: str, body: bytes, report: Report) -> None:
    """Read a body twice and add to the report what is the same and what is not."""
    started = time.process_time()
    theirs = [_theirs(entry) for entry in _parsed(body, sanitised=True)]
    between = time.process_time()
    try:
        items = discover(body, url=_URL, charset=None, rules=_RULES).items
    except NotAFeed as problem:
        items = ()
        report.neither += not theirs
        if theirs:
            report.notes.append(f"{name}: not a feed for us ({problem.code}), {len(theirs)} entries for feedparser")
    report.seconds += Counter({"theirs": between - started, "ours": time.process_time() - between})
    if len(items) > len(theirs):
        report.notes.append(f"{name}: {len(items)} entries for us, {len(theirs)} for feedparser")
    report.feeds += 1
    report.entries += len(theirs)
    report.ours += len(items)

    @cache
    def raw() -> list[Theirs]:
        return [_theirs(entry) for entry in _parsed(body, sanitised=False)]

    for number, ours in enumerate(_matched(theirs, items)):
        if ours is None:
            report.lost.append(f"{name} #{number} {theirs[number].id or theirs[number].link} {theirs[number].title}")
        else:
            _judge(name, Pair(ours=ours, theirs=theirs[number], raw=lambda at=number: raw()[at]), report)  # type: ignore[misc]  # mypy cannot infer a lambda's default


def _matched(theirs: Sequence[Theirs], items: Sequence[RawItem]) -> Iterator[RawItem | None]:
    """Yield for each of feedparser's entries ours: in order when there are as many, else by what names an entry."""
    if len(theirs) == len(items):
        yield from items
        return
    left = list(items)
    for one in theirs:
        found = next((item for item in left if _is_same(one, item)), None)
        if found:
            left.remove(found)
        yield found


def _is_same(one: Theirs, item: RawItem) -> bool:
    if one.id and item.guid:
        return one.id == item.guid or _is_relative(item.guid, one.id)
    return bool(one.link and one.link == item.url) or bool(item.title and squeezed(one.title) == squeezed(item.title))


def _is_relative(given: str, absolute: str) -> bool:
    return bool(given) and "://" not in given and absolute.endswith(given.lstrip("./"))


def _judge(name: str, pair: Pair, report: Report) -> None:
    different = [what for what in _FIELDS if not _EQUAL[what](pair)]
    report.equal += not different
    for what in different:
        reason = next((reason for reason, holds in _REASONS[what].items() if holds(pair)), "")
        if not reason:
            report.unexplained.append(f"{name} {pair.ours.guid or pair.ours.url}: {what} {_excerpt(what, pair)}")
        report.classes[what, reason or "unexplained"] += 1
        report.examples.setdefault((what, reason), f"{name}: {_excerpt(what, pair)}")


_EQUAL: dict[str, Callable[[Pair], bool]] = {
    "id": lambda pair: squeezed(pair.theirs.id) == squeezed(pair.ours.guid),
    "link": lambda pair: squeezed(pair.theirs.link) == squeezed(pair.ours.url),
    "title": lambda pair: squeezed(pair.ours.title) in readable(pair.theirs.title, plain=True).whole,
    "text": lambda pair: pair.text in pair.theirs.texts[0].whole,
    "instant": lambda pair: pair.instant == pair.theirs.instants[0],
}
_BOTH: dict[str, Callable[[Pair], tuple[object, object]]] = {
    "id": lambda pair: (pair.theirs.id, pair.ours.guid),
    "link": lambda pair: (pair.theirs.link, pair.ours.url),
    "title": lambda pair: (pair.theirs.title, pair.ours.title),
    "text": lambda pair: (min(pair.theirs.texts[0].whole), pair.text),
    "instant": lambda pair: (pair.theirs.instants[0], pair.instant),
}


def _excerpt(what: str, pair: Pair) -> str:
    """Return both from shortly before the place where they part."""
    theirs, ours = (str(one) for one in _BOTH[what](pair))
    same = next((place for place, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b), 0)
    start = max(same - _SHOWN // 3, 0)
    return f"{theirs[start : start + _SHOWN]!r} | {ours[start : start + _SHOWN]!r}"


def _parsed(body: bytes, *, sanitised: bool) -> list[Any]:
    found = feedparser.parse(
        body, response_headers={"content-location": _URL}, sanitize_html=sanitised, resolve_relative_uris=sanitised
    )
    return list(found.entries)


def _theirs(entry: Any) -> Theirs:
    said = [*entry.get("content", ()), entry.get("summary_detail", {}), {"value": entry.get("summary", "")}]
    title = entry.get("title_detail", {"value": entry.get("title", "")})
    return Theirs(
        id=entry.get("id", ""), link=entry.get("link", ""), title=title.get("value", ""),
        texts=tuple(readable(one["value"], plain=one.get("type") == "text/plain") for one in said if one.get("value"))
        or (readable(""),),
        instants=_instants(entry),
    )  # fmt: skip


def _instants(entry: Any) -> tuple[datetime | None, ...]:
    """Return the dates in the order in which feedparser's users ask for them; at least one place."""
    names = [f"{name}_parsed" for name in ("published", "created", "updated")]
    # Asked in its own way, feedparser gives another date for one that is not there.
    said = [_moment(given) for name in names if (given := dict.get(entry, name))]
    return tuple(said) or (None,)


def _moment(said: time.struct_time) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=calendar.timegm(said))
    except (ValueError, OverflowError):
        return None


def _is_sane(moment: datetime | None) -> bool:
    return moment is not None and datetime(1970, 1, 1, tzinfo=UTC) <= moment <= _RULES.now + timedelta(days=2)


def readable(said: str, *, plain: bool = False) -> Text:
    """Return what a reader can read of HTML, found by lxml alone: neither parser judges itself."""
    given = frozenset({squeezed(said)})
    if not _MARKUP.search(said):
        return Text(given=said, whole=given, seen=given)
    also = given if plain else frozenset[str]()
    try:
        root = html.fragment_fromstring(said.replace("\0", ""), create_parent="div")
    except (ValueError, etree.ParserError):
        return Text(given=said, whole=given, seen=given)
    whole = squeezed(str(root.xpath("string()")))
    for one in list(root.iter(*_UNSEEN)):
        one.drop_tree()
    return Text(given=said, whole=also | {whole}, seen=also | {squeezed(str(root.xpath("string()")))})


def squeezed(said: str) -> str:
    return "".join(nfc(said).split())


def visible(said: str) -> str:
    return _INVISIBLE.sub("", said)


def _as_bytes(said: str) -> bytes:
    """Return the bytes of text that was read as Windows-1252, none when it cannot have been."""
    try:
        return b"".join(char.encode("cp1252" if ord(char) > 0xFF else "latin-1") for char in said)
    except UnicodeError:
        return b""


def _repaired(said: str) -> str:
    try:
        return _as_bytes(said).decode()
    except UnicodeError:
        return said


def _read_again(said: str) -> Iterator[str]:
    """Yield what the bytes of text that was read as Windows-1252 say in other charsets."""
    for name in _CHARSETS:
        with suppress(UnicodeError):
            yield _as_bytes(said).decode(name)


def _wholes(texts: Iterable[Text]) -> Iterator[str]:
    return (said for text in texts for said in text.whole)


def _among(pair: Pair, readings: Iterable[str], *, signs: bool = True) -> bool:
    """Tell whether one of the readings is ours, apart from invisible characters and, if wanted, pictographs."""
    drop = visible if signs else without_signs
    return drop(pair.text) in map(drop, readings)


def without_signs(said: str) -> str:
    return "".join(char for char in visible(said) if unicodedata.category(char) not in ("So", "Sk", "Mn"))


def _as_sign(match: re.Match[str]) -> str:
    name = (match[1] or "").lower()
    is_element = match[2] is not None and (name in NAMES or ":" in name or "-" in name)
    return match[0] if is_element else match[0].replace("<", "&lt;")


def _as_html5(said: str) -> str:
    """Return the markup as a parser built on the standard of browsers closes and mends it."""
    return nh3.clean(said, tags=set(NAMES), clean_content_tags=set())


def show(report: Report) -> None:
    found = f"{report.entries} entries for feedparser, {report.ours} for us, {len(report.lost)} lost"
    print(f"{report.feeds} files, {report.neither} that neither reads; {found}; load {os.getloadavg()[0]:.1f}")
    share = 100 * report.equal / max(report.entries, 1)
    print(f"equal in all of {', '.join(_FIELDS)}: {report.equal} ({share:.1f}%)")
    theirs, ours = report.seconds["theirs"], report.seconds["ours"]
    print(f"CPU s: feedparser {theirs:.2f}, ours {ours:.2f}, ratio {theirs / max(ours, 1e-9):.1f}\n")
    for (what, reason), count in sorted(report.classes.items(), key=lambda one: (_FIELDS.index(one[0][0]), -one[1])):
        print(f"{what:8}{count:6}  {reason}\n{'':16}{report.examples.get((what, reason), '')}")
    for title, lines in (("only read by one", report.notes), ("LOST", report.lost),
                         ("UNEXPLAINED", report.unexplained)):  # fmt: skip
        if lines:
            print("\n".join([f"\n{title}:", *lines]))


if __name__ == "__main__":
    main(*sys.argv[1:])
