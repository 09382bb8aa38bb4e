"""From the shelf to the index: entries as documents, changes as batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cong.agencies.models import Category
from cong.entries.models import Change, Entry, Kind, Stream
from cong.search.engine import Document, Mark
from cong.search.plain import plain_text
from cong.search.tantivy_engine import VERSION

STREAM = "entries"
_AUTHORITY = {Category.CENTRAL: 1.15, Category.SOCIOPOLITICAL: 1.05, Category.MINISTRY: 1.05, Category.PARTNER: 0.9}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Changes read from the stream: what to put, what to remove, and the mark that then holds."""

    put: tuple[Document, ...]
    remove: tuple[int, ...]
    mark: Mark
    changes: int


def document(entry: Entry) -> Document:
    """Return what is searched of an entry; a document without a number of its own is known by the one in its title."""
    return Document(
        id=entry.pk,
        title=entry.title,
        summary=entry.summary,
        body=plain_text(entry.html),
        number=entry.number or (entry.title if entry.kind == Kind.DOCUMENT else ""),
        kind=entry.kind,
        section=entry.section,
        part=entry.part,
        agency=entry.agency_id,
        lang=entry.lang,
        published_at=entry.published_at,
        authority=_AUTHORITY.get(Category(entry.agency.category), 1.0),
    )


def last_mark() -> Mark:
    """Return the mark of an index that has read everything until now."""
    last = Change.objects.filter(stream=STREAM).order_by("-seq").first()
    return _mark(last) if last else Mark(seq=0, change="", version=VERSION)


def last_seq() -> int:
    """Return the number of the newest change."""
    return Stream.objects.filter(name=STREAM).values_list("last_seq", flat=True).first() or 0


def knows(mark: Mark) -> bool:
    """Tell whether this shelf's history holds the change at which an index stands: it may be another shelf's index."""
    if mark.seq == 0:
        return True
    change = Change.objects.filter(stream=STREAM, seq=mark.seq).first()
    return change is not None and _mark(change).change == mark.change


def everything(size: int) -> Iterator[list[Document]]:
    """Yield the whole shelf by id, `size` entries at a time."""
    last = 0
    rows = Entry.objects.select_related("agency").order_by("pk")
    while chunk := list(rows.filter(pk__gt=last)[:size]):
        last = chunk[-1].pk
        yield [document(entry) for entry in chunk]


def after(mark: Mark, size: int) -> Batch | None:
    """Return the next changes, None when there are none.

    Entries are read as they are now, which may be newer than the change; their later change puts them again.
    """
    changes = list(Change.objects.after(mark.seq, stream=STREAM)[:size])
    if not changes:
        return None
    ids = dict.fromkeys(change.entry_id for change in changes)
    live = Entry.objects.select_related("agency").in_bulk(list(ids))
    return Batch(
        put=tuple(document(live[number]) for number in ids if number in live),
        remove=tuple(number for number in ids if number not in live),
        mark=_mark(changes[-1]),
        changes=len(changes),
    )


def _mark(change: Change) -> Mark:
    return Mark(seq=change.seq, change=f"{change.op} {change.entry_id} {change.at.timestamp():.6f}", version=VERSION)
