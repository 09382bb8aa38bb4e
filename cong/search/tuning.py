"""What staff do to tune search: each act checks the right, holds for the whole portal and goes into the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from cong.accounts.models import User
from cong.entries.models import Entry
from cong.journal.actions import record
from cong.kernel.text import nfc, one_line
from cong.search import teaching
from cong.search.meaning import dictionary
from cong.search.models import Denied, Direction, Expectation, Pin, Wording, WordingKind
from cong.search.models.tuning import LAST_POSITION
from cong.search.roles import must_tune

MOST_SYLLABLES, MOST_EXPECTATIONS = 16, 500

_Row = TypeVar("_Row", bound=models.Model)


class Refused(ValueError):
    """What was filled in cannot be used; `field` names where, the text says why, in Vietnamese."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Word:
    """A wording as it was filled in."""

    kind: WordingKind
    short: str
    long: str
    direction: Direction = Direction.BOTH


@dataclass(frozen=True, kw_only=True)
class Place:
    """A pin as it was filled in."""

    query: str
    entry: int
    position: int
    from_on: date
    until_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A line of the judged set as it was filled in."""

    query: str
    entry: int
    note: str = ""
    is_active: bool = True


# ---- wordings --------------------------------------------------------------------------------------------------------


def add_wording(word: Word, *, by: User, at: datetime) -> Wording:
    """Have a wording found by another one. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    return _kept("wording", Wording(**wording_fields(word)), _TOLD, by=by, at=at)


def change_wording(wording: Wording, word: Word, *, by: User, at: datetime) -> Wording:
    """Say a wording otherwise. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    return _kept("wording", wording, _TOLD, changes=wording_fields(word), by=by, at=at)


def remove_wording(wording: Wording, *, by: User, at: datetime) -> None:
    _removed("wording", wording, by=by, at=at)


_TOLD = ("short", "Hai cách nói này đã được ghi rồi; hãy sửa dòng đã có.")


def wording_fields(word: Word) -> dict[str, Any]:
    """Return the columns of a wording. Raises Refused."""
    short, long = clean(word.short), clean(word.long)
    keys = _key("short", short), _key("long", long)
    if keys[0] == keys[1]:
        raise Refused("long", "Hai cách nói này là một: tìm kiếm vốn không phân biệt dấu và chữ hoa.")
    return {"kind": word.kind, "short": short, "long": long, "direction": word.direction, "short_key": keys[0],
            "long_key": keys[1], "pair": " | ".join(sorted(keys))}  # fmt: skip


# ---- pins ------------------------------------------------------------------------------------------------------------


def pin(place: Place, *, by: User, at: datetime) -> Pin:
    """Put an entry first for a query. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    _must_be_live(place.entry)
    fields = _pin_fields(place)
    if Pin.objects.filter(key=fields["key"]).count() >= LAST_POSITION:
        raise Refused("query", f"Câu tìm này đã có {LAST_POSITION} bài ghim; hãy bỏ bớt.")
    return _kept("pin", Pin(**fields), _PINNED, by=by, at=at)


def change_pin(pinned: Pin, place: Place, *, by: User, at: datetime) -> Pin:
    """Move a pin, or change its days. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    if place.entry != pinned.entry_id:
        _must_be_live(place.entry)
    return _kept("pin", pinned, _PINNED, changes=_pin_fields(place), by=by, at=at)


def unpin(pinned: Pin, *, by: User, at: datetime) -> None:
    _removed("pin", pinned, by=by, at=at)


_PINNED = ("entry", "Bài này đã được ghim cho câu tìm ấy; hãy sửa dòng đã có.")


def _pin_fields(place: Place) -> dict[str, Any]:
    if place.until_on is not None and place.until_on < place.from_on:
        raise Refused("until_on", "Ngày cuối phải từ ngày đầu trở đi.")
    query = clean(place.query)
    return {"query": query, "key": _key("query", query), "entry_id": place.entry, "position": place.position,
            "from_on": place.from_on, "until_on": place.until_on, "note": clean(place.note)}  # fmt: skip


# ---- what is never suggested -----------------------------------------------------------------------------------------


def deny(wording: str, *, note: str = "", by: User, at: datetime) -> Denied:
    """Have titles and repairs with this wording never be offered. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    text = clean(wording)
    row = Denied(wording=text, key=_key("wording", text), note=clean(note))
    return _kept("denied", row, ("wording", "Từ này đã có trong danh sách."), by=by, at=at)


def allow(denied: Denied, *, by: User, at: datetime) -> None:
    """Let a wording be offered again."""
    _removed("denied", denied, by=by, at=at)


# ---- the judged set --------------------------------------------------------------------------------------------------


def expect(expected: Expected, *, by: User, at: datetime) -> Expectation:
    """Add a line to the judged set. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    _must_be_live(expected.entry)
    if Expectation.objects.count() >= MOST_EXPECTATIONS:
        raise Refused("query", f"Bộ kiểm tra có nhiều nhất {MOST_EXPECTATIONS} dòng; hãy bỏ bớt.")
    return _kept("expectation", Expectation(**_expected_fields(expected)), _EXPECTED, by=by, at=at)


def change_expectation(row: Expectation, expected: Expected, *, by: User, at: datetime) -> Expectation:
    """Change a line of the judged set, or let it rest. Raises Refused, PermissionDenied."""
    must_tune(by, at=at)
    if expected.entry != row.entry_id:
        _must_be_live(expected.entry)
    return _kept("expectation", row, _EXPECTED, changes=_expected_fields(expected), by=by, at=at)


def drop_expectation(row: Expectation, *, by: User, at: datetime) -> None:
    _removed("expectation", row, by=by, at=at)


_EXPECTED = ("entry", "Bộ kiểm tra đã có câu tìm này với bài ấy.")


def _expected_fields(expected: Expected) -> dict[str, Any]:
    query = clean(expected.query)
    _key("query", query)
    return {"query": query, "entry_id": expected.entry, "note": clean(expected.note), "is_active": expected.is_active}


# ---- what all of them do ---------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Return what was typed in one line and without control characters."""
    return one_line("".join(char if char.isprintable() else " " for char in nfc(text)))


def _key(field: str, text: str) -> str:
    """Return the folded syllables as tables hold them. Raises Refused for none, or too many."""
    syllables = dictionary.key(text)
    if not syllables:
        raise Refused(field, "Hãy ghi ít nhất một từ hoặc số.")
    if len(syllables) > MOST_SYLLABLES:
        raise Refused(field, f"Nhiều nhất {MOST_SYLLABLES} tiếng.")
    return " ".join(syllables)


def _must_be_live(entry: int) -> None:
    if not Entry.objects.filter(pk=entry).exists():
        raise Refused("entry", "Không có bài nào đang công khai ở địa chỉ (hoặc số) này.")


def _kept(
    name: str, row: _Row, taken: tuple[str, str], *, changes: Mapping[str, Any] | None = None, by: User, at: datetime
) -> _Row:
    """Store a row and write down what it said before and says now; `taken` tells that there is one already."""
    before = _said(row) if row.pk else None
    for field, value in (changes or {}).items():
        setattr(row, field, value)
    verb = "add" if before is None else "change"
    try:
        with transaction.atomic():
            row.save()
            record(f"search.{name}-{verb}", f"{name}:{row.pk}", actor=by.username, at=at, before=before,
                   after=_said(row))  # fmt: skip
    except IntegrityError as error:
        raise Refused(*taken) from error
    _forget()
    return row


def _removed(name: str, row: models.Model, *, by: User, at: datetime) -> None:
    must_tune(by, at=at)
    with transaction.atomic():
        record(f"search.{name}-remove", f"{name}:{row.pk}", actor=by.username, at=at, before=_said(row))
        row.delete()
    _forget()


def _forget() -> None:
    """Let this process answer by the change at once, and again once others can see it."""
    teaching.forget()
    transaction.on_commit(teaching.forget)


def _said(row: models.Model) -> dict[str, Any]:
    told = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}
