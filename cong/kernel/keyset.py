"""Keyset pages: a place in a list by (moment, id), never by counting rows."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

T = TypeVar("T")
M = TypeVar("M", bound=Model)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SHAPE = struct.Struct(">qq")


class BadCursor(ValueError):
    """The place in the list is not one that we made."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A place in a list ordered by moment, then id, newest first."""

    at: datetime
    id: int

    def __str__(self) -> str:
        raw = _SHAPE.pack((self.at - _EPOCH) // _MICROSECOND, self.id)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read what `str()` wrote; raises BadCursor for anything else."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            micros, number = _SHAPE.unpack(raw)
            place = cls(at=_EPOCH + micros * _MICROSECOND, id=number)
        except (ValueError, OverflowError, struct.error) as error:
            raise BadCursor(text) from error
        # The decoder skips what is no base64: without this, one page would have many addresses.
        if str(place) != text:
            raise BadCursor(text)
        return place


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list: rows newest first, and the cursors of its neighbours when they exist."""

    rows: list[T]
    newer: Cursor | None
    older: Cursor | None


def page_of(
    rows: QuerySet[M],
    *,
    field: str,
    size: int,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> Page[M]:
    """Return `size` rows older than `before`, or newer than `after`, or the newest, in one query.

    `field` is the moment column; the list is ordered by (-field, -id) and needs an index on both.
    """
    found = list(stretch(rows, field=field, size=size, before=before, after=after))
    return paged(found, field=field, size=size, before=before, after=after)


def stretch(
    rows: QuerySet[M], *, field: str, size: int, before: Cursor | None = None, after: Cursor | None = None
) -> QuerySet[M]:
    """Return what is asked for one page, a row more than it shows; newer than a place, it is the oldest first."""
    if after is not None:
        return rows.filter(_newer(field, after)).order_by(field, "pk")[: size + 1]
    if before is not None:
        rows = rows.filter(_older(field, before))
    return rows.order_by(f"-{field}", "-pk")[: size + 1]


def paged(
    found: list[M], *, field: str, size: int, before: Cursor | None = None, after: Cursor | None = None
) -> Page[M]:
    """Return the page that the rows of its `stretch` make."""

    def beyond(row: M) -> Cursor:
        return Cursor(at=getattr(row, field), id=row.pk)

    more, shown = len(found) > size, found[:size]
    if after is not None:
        shown = shown[::-1]
        newer = beyond(shown[0]) if more and shown else None
        return Page(rows=shown, newer=newer, older=beyond(shown[-1]) if shown else None)
    newer = beyond(shown[0]) if before is not None and shown else None
    return Page(rows=shown, newer=newer, older=beyond(shown[-1]) if more else None)


def _older(field: str, place: Cursor) -> Q:
    # The first condition lets both engines walk the index; the second settles equal moments.
    return Q(**{f"{field}__lte": place.at}) & (Q(**{f"{field}__lt": place.at}) | Q(pk__lt=place.id))


def _newer(field: str, place: Cursor) -> Q:
    return Q(**{f"{field}__gte": place.at}) & (Q(**{f"{field}__gt": place.at}) | Q(pk__gt=place.id))
