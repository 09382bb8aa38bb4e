"""Rules of waiting, slots and arguments. Pure: no database, no clock, no framework."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

SLOTS = "sched:"
LONGEST_WAIT = timedelta(minutes=10)
_LONGEST_POWER = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wait_after(attempt: int, longest: timedelta) -> timedelta:
    """Return how long a job rests after its n-th failed attempt: 2, 4, 8 … seconds, never more than `longest`."""
    return min(longest, timedelta(seconds=2 ** min(attempt, _LONGEST_POWER)))


def plain(value: object, where: str) -> object:
    """Return the value as both databases keep it in JSON; TypeError or ValueError name the place of what they cannot.

    Nothing is turned into text behind the caller's back: who wants to hand over a moment writes `.isoformat()`.
    """
    match value:
        case None | bool() | int():
            return value
        case float() if math.isfinite(value):
            return value
        case str():
            return _text(value, where)
        case list() | tuple():
            return [plain(one, f"{where}[{number}]") for number, one in enumerate(value)]
        case Mapping():
            return {_key(key, where): plain(one, f"{where}[{key!r}]") for key, one in value.items()}
        case float():
            raise ValueError(f"{where}: JSON has no {value}")
    raise TypeError(f"{where}: a {type(value).__name__} cannot be kept as JSON")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{where}: the key {key!r} is no text")
    return _text(key, where)


def _text(value: str, where: str) -> str:
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f"{where}: holds NUL or half a character, which PostgreSQL refuses")
    return str(value)


def latest_slot(now: datetime, *, every: timedelta | None, at: time | None, zone: tzinfo) -> datetime:
    """Return the last moment, not after `now`, that is due: a multiple of `every`, or the time `at` in the zone."""
    if every is not None:
        return now.astimezone(UTC) - (now - _EPOCH) % every
    today = now.astimezone(zone).date()
    slot = _moment(today, at or time(), zone)
    return slot if slot <= now else _moment(today - timedelta(days=1), at or time(), zone)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def slot_key(name: str, slot: datetime) -> str:
    """Return the key under which there is one job for one slot of a schedule."""
    return f"{SLOTS}{name}:{slot.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
