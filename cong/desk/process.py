"""Pure: how old a thing in the inbox is, and how its time limit stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_SOON = timedelta(hours=4)


class Urgency(StrEnum):
    NONE = "none"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, kw_only=True)
class Age:
    """A span of time in the unit that people would say it in."""

    amount: int
    unit: str


def age(since: datetime, at: datetime) -> Age:
    """Return the time passed, rounded down: minutes below an hour, hours below two days, days from then on."""
    minutes = max(int((at - since).total_seconds() // 60), 0)
    if minutes < 60:
        return Age(amount=minutes, unit="minutes")
    if minutes < 48 * 60:
        return Age(amount=minutes // 60, unit="hours")
    return Age(amount=minutes // (24 * 60), unit="days")


def urgency(due: datetime | None, at: datetime) -> Urgency:
    """Tell how a time limit stands: late, within four hours, or neither."""
    if due is None:
        return Urgency.NONE
    if due <= at:
        return Urgency.LATE
    return Urgency.SOON if due - at <= _SOON else Urgency.NONE
