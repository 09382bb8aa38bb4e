"""The writing side of the shelf. Only `publishing` may import this (import contract)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from cong.entries.models import Change, Copy, Correction, Entry, FrontPage, Judgement, Op, Stream, Tombstone
from cong.kernel import bulk

STREAM = "entries"
_COLUMNS = tuple(field.attname for field in Entry._meta.concrete_fields)


def put_new(rows: Sequence[dict[str, Any]], *, first: bool = False) -> None:
    """Insert entries, given as attribute → value for every column. `first`: none of them was ever on the shelf."""
    bulk.insert(Entry, _COLUMNS, map(itemgetter(*_COLUMNS), rows))
    if not first:
        Tombstone.objects.filter(pk__in=[row["id"] for row in rows]).delete()


def put_again(rows: Iterable[dict[str, Any]]) -> None:
    """Replace entries that are on the shelf with their corrected form."""
    for row in rows:
        values = dict(row)
        Entry.objects.filter(pk=values.pop("id")).update(**values)


def tell_judgements(entries: Collection[int], rows: Iterable[tuple[int, str, datetime]]) -> None:
    """Say anew by which steps (entry, step, moment) the entries came to be public."""
    Judgement.objects.filter(entry_id__in=entries).delete()
    bulk.insert(Judgement, ("entry_id", "step", "at"), rows)


def tell_corrections(told: Iterable[Correction]) -> None:
    """Add corrections to what readers are told."""
    columns = ("release_id", "entry_id", "at", "note", "diff")
    bulk.insert(Correction, columns, ([getattr(one, name) for name in columns] for one in told))


def tell_copies(entry: int, rows: Iterable[tuple[int, str, str, datetime]]) -> None:
    """Say anew where else the story stands: (agency, name of the source, address, moment)."""
    Copy.objects.filter(entry_id=entry).delete()
    bulk.insert(Copy, ("entry_id", "agency_id", "source_name", "url", "at"), ((entry, *row) for row in rows))


def put_front(row: dict[str, Any]) -> None:
    """Say how a page is composed, given as attribute → value for every column."""
    values = dict(row)
    if not FrontPage.objects.filter(pk=values.pop("id")).update(**values):
        FrontPage(**row).save(force_insert=True)


def clear_front(number: int) -> None:
    """Take a composition away: its page is filled by itself again. There is no grave: it had no address."""
    FrontPage.objects.filter(pk=number).delete()


def bury(grave: Tombstone) -> None:
    """Take an entry off the shelf with all that was told of it, and leave a tombstone."""
    Entry.objects.filter(pk=grave.pk).delete()
    Judgement.objects.filter(entry_id=grave.pk).delete()
    Correction.objects.filter(entry_id=grave.pk).delete()
    Copy.objects.filter(entry_id=grave.pk).delete()
    grave.save(force_insert=True)


def announce(changes: Sequence[tuple[int, Op]], *, at: datetime) -> int:
    """Give the changes their numbers without a gap and return the last. Call last: the counter row stays locked.

    Right after the commit, in this process, they are told to what the setting SHELF_TOLD names: what is withdrawn must
    be gone when the act returns. All others follow the stream from their own cursor.
    """
    kept = Stream.objects.select_for_update().values_list("last_seq", flat=True).get(name=STREAM)
    first = kept + 1
    rows = [(STREAM, seq, entry_id, op.value, at) for seq, (entry_id, op) in enumerate(changes, first)]
    bulk.insert(Change, ("stream", "seq", "entry_id", "op", "at"), rows)
    last = kept + len(rows)
    bulk.update(Stream, ("last_seq",), [(last, STREAM)])
    transaction.on_commit(partial(_tell, tuple(changes), last), robust=True)
    return last


def _tell(changes: Sequence[tuple[int, Op]], last: int) -> None:
    for name in settings.SHELF_TOLD:
        told: Callable[[Sequence[tuple[int, Op]], int], None] = import_string(name)
        told(changes, last)
