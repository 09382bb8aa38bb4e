"""Which foreign hosts harvested texts lead to: of one text, and of what a person's agencies took in lately."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.db.models import F
from lxml import etree, html

from cong.harvest.models import ItemRevision, ItemState, Source, Sources
from cong.harvest.process import same_owner
from cong.harvest.sealed import Remembered
from cong.kernel.text import clip

# How many items are looked through: an answer in bounded time, told on the page.
MOST_ITEMS, MOST_HOSTS = 2_000, 300
NEW_FOR = timedelta(days=7)
_MOST_LINKS, _LONGEST_HOST, _TITLE = 500, 253, 120
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SHOWN = (ItemState.HELD, ItemState.PUBLISHED)


@dataclass(frozen=True, kw_only=True)
class Example:
    """An item that links there."""

    item: int
    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """One foreign host: how many items link to it, of which sources, since when; `example` is the newest item."""

    host: str
    items: int
    sources: tuple[str, ...]
    first_seen_at: datetime
    is_new: bool
    example: Example


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found in the last `items` items; `reaches`: when the oldest of them came, None when there are none.

    With less than a week in view no host can be called new (`knows_new`).
    """

    hosts: tuple[Foreign, ...]
    items: int
    reaches: datetime | None
    is_whole: bool
    knows_new: bool
    left_out: int = 0


def linked_hosts(text: str) -> tuple[str, ...]:
    """Return the hosts that a sanitised fragment links to, each once, in the order of the text."""
    if "href=" not in text:
        return ()
    try:
        # One sign that the parser refuses must not hide every link.
        tree = html.fragment_fromstring(_NOT_XML.sub("\ufffd", text), create_parent="div", parser=_parser())
    except (etree.ParserError, ValueError):
        return ()
    links = (str(one.get("href") or "") for one in tree.iter("a"))
    return tuple(dict.fromkeys(_hosts(links)))[:_MOST_LINKS]


def _parser() -> html.HTMLParser:
    # What is nested deeper than libxml2 likes would end the document there.
    return html.HTMLParser(huge_tree=True, remove_comments=True)


def _hosts(links: Iterable[str]) -> Iterator[str]:
    for link in links:
        try:
            parts = urlsplit(link)
            host = (parts.hostname or "").rstrip(".")
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and host and len(host) <= _LONGEST_HOST:
            yield host


def strangers(hosts: Iterable[str], own: Collection[str]) -> tuple[str, ...]:
    """Return the hosts that do not surely belong to the owner of the `own` addresses."""
    return tuple(host for host in hosts if not any(_belongs(host, address) for address in own))


@lru_cache(maxsize=20_000)
def _belongs(host: str, address: str) -> bool:
    return same_owner(address, f"https://{host}/")


def own_addresses(source: Source, page: str) -> tuple[str, ...]:
    """Return the addresses by which an item's own hosts are known: its source, the agency's site, its own page."""
    return tuple(one for url in (source.url, source.agency.site, page) if (one := _origin(url)))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"https://{parts.hostname}/" if parts.hostname else ""


_LINKED = Remembered(lambda _content, text: linked_hosts(text))


def report(sources: Sources, *, at: datetime) -> Report:
    """Look through the newest items of these sources, at most `MOST_ITEMS`: what they last said, released or not."""
    said = ItemRevision.objects.filter(
        publication__item__source__in=sources.order_by(),
        publication__item__state__in=_SHOWN,
        n=F("publication__item__revision"),
    )
    columns = ("publication__item__pk", "publication__item__source_id", "publication__item__url",
               "publication__item__first_seen_at", "snapshot_id", "snapshot__sha256")  # fmt: skip
    rows = list(said.order_by("-publication__item__pk").values_list(*columns)[: MOST_ITEMS + 1])
    is_whole, rows = len(rows) <= MOST_ITEMS, rows[:MOST_ITEMS]
    reaches = min((row[3] for row in rows), default=None)
    knows_new = reaches is not None and reaches <= at - NEW_FOR
    found = _grouped(rows, {one.pk: one for one in sources.select_related("agency")} if rows else {})
    new_after = at - NEW_FOR if knows_new else at
    hosts = sorted(found.values(), key=lambda one: (-one.first.timestamp() if one.first > new_after else 0,
                                                    -one.count, one.host))  # fmt: skip
    examples = _examples(one.newest for one in hosts[:MOST_HOSTS])
    told = tuple(one.told(examples[one.newest], new_after=new_after) for one in hosts[:MOST_HOSTS])
    return Report(hosts=told, items=len(rows), reaches=reaches, is_whole=is_whole, knows_new=knows_new,
                  left_out=len(hosts) - len(told))  # fmt: skip


class _Counted:
    """A host while items are counted; they come the newest first."""

    def __init__(self, host: str, item: int, seen_at: datetime) -> None:
        self.host, self.newest, self.first, self.count = host, item, seen_at, 0
        self.sources: dict[str, None] = {}

    def add(self, source: Source, seen_at: datetime) -> None:
        self.count += 1
        self.sources[source.name or source.slug] = None
        self.first = min(self.first, seen_at)

    def told(self, example: Example, *, new_after: datetime) -> Foreign:
        return Foreign(
            host=self.host, items=self.count, sources=tuple(self.sources), first_seen_at=self.first,
            is_new=self.first > new_after, example=example,
        )  # fmt: skip


def _grouped(
    rows: Sequence[tuple[int, int, str, datetime, int, str]], sources: dict[int, Source]
) -> dict[str, _Counted]:
    found: dict[str, _Counted] = {}
    linked = _LINKED.of({snapshot: sha256 for *_, snapshot, sha256 in rows})
    for item, source, url, seen_at, snapshot, _ in rows:
        for host in strangers(linked[snapshot], own_addresses(sources[source], url)):
            found.setdefault(host, _Counted(host, item, seen_at)).add(sources[source], seen_at)
    return found


def _examples(items: Iterable[int]) -> dict[int, Example]:
    wanted, made = list(dict.fromkeys(items)), {}
    said = ItemRevision.objects.filter(publication__item__in=wanted, n=F("publication__item__revision"))
    rows = said.values_list("publication__item__pk", "publication__item__url", "snapshot__content")
    for item, url, content in rows:
        made[item] = Example(item=item, title=clip(str(json.loads(content)["title"]), _TITLE), url=url)
    return made
