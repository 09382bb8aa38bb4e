"""From the shelf to the index: entries as documents, changes as batches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from operator import attrgetter
from random import Random
from typing import Any

from django.utils import timezone

from cong.agencies.models import Agency
from cong.entries.models import Change, Entry, Stream
from cong.search.engines.engine import Document, Mark
from cong.search.index import shelved
from cong.search.index.shelved import Shelved

STREAM = "entries"

# What is read of an entry, in the order of `Shelved`.
_READ = (
    "id", "release_id", "kind", "agency_id", "part", "section", "lang", "title", "summary", "html", "source_name",
    "number", "tags", "picture", "published_at",
)  # fmt: skip
_AGENCY = _READ.index("agency_id")
_values = attrgetter(*_READ)
_RUN = 50
_ASKED = 500
"""Ids in one question to the database."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Changes read from the stream: what to put, what to remove, and the mark that then holds."""

    put: tuple[Document, ...]
    remove: tuple[int, ...]
    mark: Mark
    changes: int


def document(entry: Entry) -> Document:
    """Return what is searched of an entry."""
    return shelved.document(_shelved(_values(entry), entry.agency.category, timezone.get_default_timezone()))


def _shelved(values: Sequence[Any], category: str, zone: tzinfo) -> Shelved:
    day = values[-1].astimezone(zone).date()
    return Shelved._make((*values[: _AGENCY + 1], category, *values[_AGENCY + 1 :], day))


def last_mark(program: str) -> Mark:
    """Return the mark of an index of that program that has read everything until now."""
    last = Change.objects.filter(stream=STREAM).order_by("-seq").first()
    return _mark(last, program) if last else Mark(seq=0, change="", version=program)


def last_seq() -> int:
    """Return the number of the newest change."""
    return Stream.objects.filter(name=STREAM).values_list("last_seq", flat=True).first() or 0


def size() -> int:
    """Return how many entries there are."""
    return Entry.objects.count()


def knows(mark: Mark) -> bool:
    """Tell whether this shelf's history holds the change at which an index stands: it may be another shelf's index."""
    if mark.seq == 0:
        return True
    change = Change.objects.filter(stream=STREAM, seq=mark.seq).first()
    return change is not None and _mark(change, mark.version).change == mark.change


def everything(size: int) -> Iterator[list[Shelved]]:
    """Yield the whole shelf by id, `size` entries at a time."""
    categories, zone, last = _categories(), timezone.get_default_timezone(), 0
    rows = Entry.objects.order_by("pk").values_list(*_READ)
    while chunk := list(rows.filter(pk__gt=last)[:size]):
        last = chunk[-1][0]
        if any(row[_AGENCY] not in categories for row in chunk):  # an agency younger than this build
            categories = _categories()
        yield [_shelved(row, categories[row[_AGENCY]], zone) for row in chunk]


def _categories() -> dict[int, str]:
    return dict(Agency.objects.values_list("pk", "category"))


def some(number: int, chance: Random) -> Iterator[Document]:
    """Yield at most so many documents from places chosen at random, each once; all of them when there are not more."""
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if size() <= number:
        yield from (shelved.document(one) for chunk in everything(_RUN) for one in chunk)
        return
    seen: set[int] = set()
    for _ in range(number // _RUN):
        rows = Entry.objects.select_related("agency").filter(pk__gte=chance.randint(1, newest)).order_by("pk")[:_RUN]
        for entry in rows:
            if entry.pk not in seen:
                seen.add(entry.pk)
                yield document(entry)


def after(mark: Mark, size: int) -> Batch | None:
    """Return the next changes, None when there are none.

    Entries are read as they are now, which may be newer than the change; their later change puts them again.
    """
    changes = list(Change.objects.after(mark.seq, stream=STREAM)[:size])
    if not changes:
        return None
    ids = list(dict.fromkeys(change.entry_id for change in changes))
    return _batch(ids, _mark(changes[-1], mark.version), len(changes))


def again(ids: Collection[int], mark: Mark) -> Batch:
    """Return the batch that makes an index hold these entries as they are now."""
    return _batch(list(dict.fromkeys(ids)), mark, 0)


def releases(first: int, last: int | None) -> dict[int, int]:
    """Return which release of each entry is public, for entries with first <= id < last; None: without end."""
    rows = Entry.objects.filter(pk__gte=first)
    return dict((rows if last is None else rows.filter(pk__lt=last)).values_list("pk", "release_id"))


def bound(first: int, size: int) -> int | None:
    """Return the id before which `size` entries from `first` on stand, None when there are not more than that."""
    return Entry.objects.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)[size : size + 1].first()


def changed_after(seq: int, ids: Sequence[int]) -> set[int]:
    """Return those of the entries that have a change which an index at `seq` has not read."""
    later = Change.objects.after(seq, stream=STREAM).order_by()
    parts = (ids[first : first + _ASKED] for first in range(0, len(ids), _ASKED))
    return {one for part in parts for one in later.filter(entry_id__in=part).values_list("entry_id", flat=True)}


def _batch(ids: list[int], mark: Mark, changes: int) -> Batch:
    live = Entry.objects.select_related("agency").in_bulk(ids)
    return Batch(
        put=tuple(document(live[number]) for number in ids if number in live),
        remove=tuple(number for number in ids if number not in live),
        mark=mark,
        changes=changes,
    )


def _mark(change: Change, program: str) -> Mark:
    return Mark(seq=change.seq, change=f"{change.op} {change.entry_id} {change.at.timestamp():.6f}", version=program)
