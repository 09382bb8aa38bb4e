"""How moments are written for readers, in Vietnamese and English, always on the portal's own clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import groupby
from typing import Protocol

from django.utils import timezone
from django.utils.translation import get_language

_MIDNIGHT = time(0)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class Published(Protocol):
    """Anything with the moment at which it was published."""

    @property
    def published_at(self) -> datetime: ...


def local_day(at: datetime | date) -> date:
    """Return the day on which a moment falls for readers; a day stays what it is."""
    return _local(at).date() if isinstance(at, datetime) else at


def day(at: datetime | date) -> str:
    """23/11/2026, in English 23 Nov 2026."""
    return _day(_local(at) if isinstance(at, datetime) else at)


def clock(at: datetime) -> str:
    """10:30, by 24 hours in both languages."""
    local = _local(at)
    return f"{local.hour:02}:{local.minute:02}"


def moment(at: datetime) -> str:
    """10:30, 23/11/2026; midnight sharp is taken as "the day is all the source said"."""
    local = _local(at)
    if local.time() == _MIDNIGHT:
        return _day(local)
    return f"{local.hour:02}:{local.minute:02}, {_day(local)}"


def weekday_date(at: datetime | date) -> str:
    """Thứ Hai, 23/11/2026, in English Monday, 23 Nov 2026."""
    names = _WEEKDAYS["en" if _is_english() else "vi"]
    return f"{names[local_day(at).weekday()]}, {day(at)}"


def iso(at: datetime | date) -> str:
    """Return the form for `datetime=` attributes and machines: to the second, with the offset."""
    return _local(at).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


def _local(at: datetime) -> datetime:
    # `timezone.localtime` looks for a clock of the reader's first; a page has none.
    return at.astimezone(timezone.get_default_timezone())


def _day(on: date) -> str:
    if _is_english():
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    return f"{on.day:02}/{on.month:02}/{on.year:04}"


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def by_day(entries: Iterable[Published]) -> list[tuple[date, list[Published]]]:
    """Split entries, newest first, into runs of the same day."""
    return [(on, list(run)) for on, run in groupby(entries, key=lambda entry: local_day(entry.published_at))]
