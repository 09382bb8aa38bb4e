"""When a letter about new hits goes out. Pure: no database, no clock, no framework."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum


class Often(StrEnum):
    """How often a reader wants letters about one search; the value is stored."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


MORNING = time(6, 30)
"""Local time of daily and weekly letters."""

_HOUR = timedelta(hours=1)
_DAYS = {Often.DAILY: 1, Often.WEEKLY: 7}
_MONDAY = 0


def letter_at(often: Often, *, at: datetime, told_at: datetime | None, zone: tzinfo) -> datetime:
    """Return when what was found `at` is told: at once but an hour after the last letter, in the morning, on Monday."""
    if often is Often.HOURLY:
        return max(at, told_at + _HOUR) if told_at else at
    here = at.astimezone(zone)
    first = here.date()
    if often is Often.WEEKLY:
        first += timedelta(days=(_MONDAY - first.weekday()) % 7)
    moment = datetime.combine(first, MORNING, tzinfo=zone)
    # Compared as moments, not as clock times: a zone may turn its clocks.
    if moment.timestamp() < at.timestamp():
        moment = datetime.combine(first + timedelta(days=_DAYS[often]), MORNING, tzinfo=zone)
    return moment.astimezone(at.tzinfo)


def retry_at(*, at: datetime, tries: int) -> datetime:
    """Return when a letter that could not be delivered is tried again: after 5, 10, 20 … minutes, at most 12 hours."""
    return at + min(timedelta(minutes=5 * 2 ** min(max(tries - 1, 0), 10)), timedelta(hours=12))
