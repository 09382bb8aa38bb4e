"""How pages are composed now, and what stands in their slots. The reader's side reads the shelf alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import connection
from django.utils import timezone

from cong.entries.models import FrontPage
from cong.frontpage.process import BLANK, Composition
from cong.kernel import tags
from cong.kernel.compiled import Compiled, Value, compiled, made


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page that can be composed: a section's (empty: the home page), in one language of the frame."""

    section: str = ""
    lang: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """As whom a page is made for staff: at another moment, or with a composition that stands nowhere yet."""

    at: datetime
    compositions: Mapping[Place, Composition]


_look: ContextVar[Look | None] = ContextVar("look", default=None)


@contextmanager
def looking(at: datetime, compositions: Mapping[Place, Composition] | None = None) -> Iterator[None]:
    """Let pages that are made inside be as they will be (or were) at a moment, composed as given where it is given."""
    token = _look.set(Look(at=at, compositions=compositions or {}))
    try:
        yield
    finally:
        _look.reset(token)


def moment() -> datetime:
    """Return the moment for which a page is made: now, unless staff look at another one."""
    look = _look.get()
    return look.at if look else timezone.now()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What editors decided about a page, and when it looks different by itself; None: never."""

    composition: Composition = BLANK
    until: datetime | None = None


def standing(place: Place, at: datetime) -> Standing:
    """Return how a page is composed at that moment: in one query; blank when nobody composed it or its time is over."""
    look = _look.get()
    if look is not None and place in look.compositions:
        return Standing(composition=look.compositions[place])
    row = _row(place)
    if row is None or row.has_expired(at):
        return Standing()
    composition = Composition.read(row.composition)
    ends = [one for one in (row.expires_at, composition.changes_at(at)) if one is not None]
    return Standing(composition=composition, until=min(ends, default=None))


def _row(place: Place) -> FrontPage | None:
    """Return the composition of a place, noted as `FrontPage.from_db` does."""
    values = next(_rows(connection.vendor).rows({"section": place.section, "lang": place.lang}), None)
    if values is None:
        return None
    row = made(FrontPage, _FIELDS, values)
    tags.note(row.pk)
    return row


_FIELDS = tuple(field.attname for field in FrontPage._meta.concrete_fields)


@cache
def _rows(vendor: str) -> Compiled:
    stand_ins: dict[str, Value] = {"section": "?section", "lang": "?lang"}
    return compiled(FrontPage.objects.filter(**stand_ins).values_list(*_FIELDS), stand_ins)
