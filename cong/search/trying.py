"""Tries out what staff are about to teach, and says why hits stand where they do; changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from cong.entries.models import Entry
from cong.search import teaching
from cong.search.asking import asked_query
from cong.search.engines import chosen
from cong.search.engines.engine import Explanation, Query
from cong.search.meaning import dictionary
from cong.search.meaning.dictionary import Dictionary
from cong.search.models import Wording

SHOWN = 5
EXPLAINED = 10
_LANG = "vi"


@dataclass(frozen=True, kw_only=True)
class Found:
    """The first hits that are public, how many there are, and whether they are only near matches."""

    entries: tuple[Entry, ...]
    total: int
    is_near: bool = False


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a search finds now, and what it would find."""

    query: str
    before: Found
    after: Found


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A hit with its rank, counted from 1; `why` is None for what no word found: it is pinned."""

    rank: int
    entry: Entry
    why: Explanation | None
    is_near: bool
    is_pinned: bool


def wording(text: str, new: Wording, *, instead_of: Wording | None = None, at: datetime) -> Tried:
    """Search with and without a wording that is not stored yet. Raises NotReady."""
    query = asked_query(text, lang=_LANG, at=at)
    rows = Wording.objects.order_by("pk")
    rows = rows.exclude(pk=instead_of.pk) if instead_of else rows
    taught = Dictionary(wordings=teaching.spelled_out([*rows.values_list(*_COLUMNS), _told(new)]))
    words = replace(query.words, alternatives=taught.alternatives(query.words.forms))
    return Tried(query=text, before=found(query), after=found(replace(query, words=words)))


_COLUMNS = ("short_key", "short", "long_key", "long", "direction")


def _told(one: Wording) -> tuple[str, str, str, str, str]:
    return one.short_key, one.short, one.long_key, one.long, one.direction


def pin(text: str, entry: int, position: int, *, at: datetime) -> Tried:
    """Search with and without an entry pinned at a place among the pins of this query. Raises NotReady."""
    query = asked_query(text, lang=_LANG, at=at)
    standing = teaching.standing_pins(timezone.localtime(at).date()).filter(key=" ".join(dictionary.key(text)))
    others = standing.exclude(entry_id=entry).values_list("position", "pk", "entry_id")
    pinned = sorted([*others, (position, math.inf, entry)])
    after = replace(query, pinned=tuple(one for _, _, one in pinned))
    return Tried(query=text, before=found(query), after=found(after))


def found(query: Query) -> Found:
    """Return the first hits of a query. Raises NotReady."""
    page = chosen.reader().search(replace(query, limit=2 * SHOWN))
    hits = page.hits or page.near
    live = Entry.objects.select_related("agency").in_bulk([hit.id for hit in hits])
    entries = tuple(live[hit.id] for hit in hits if hit.id in live)[:SHOWN]
    return Found(entries=entries, total=page.total, is_near=not page.hits and bool(page.near))


def explained(text: str, *, at: datetime) -> tuple[Query, list[Explained]]:
    """Return how a text was understood, and its first hits with the reason of each. Raises NotReady."""
    query = replace(asked_query(text, lang=_LANG, at=at), limit=EXPLAINED)
    engine = chosen.reader()
    page = engine.search(query)
    near = {hit.id for hit in page.near}
    hits = [*page.hits, *page.near][:EXPLAINED]
    live = Entry.objects.select_related("agency").in_bulk([hit.id for hit in hits])
    return query, [
        Explained(rank=rank, entry=live[hit.id], why=engine.explain(query, hit.id), is_near=hit.id in near,
                  is_pinned=hit.id in query.pinned)
        for rank, hit in enumerate(hits, start=1) if hit.id in live
    ]  # fmt: skip
