"""Pure: the last thirty days of a source as small columns: new items stand above the line, failures hang below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import sqrt

DAYS = 30
_WIDE, _GAP = 5, 1
_ABOVE, _LINE, _BELOW, _SPACE = 18, 3, 9, 2
_LEAST = 2
_LINE_AT = _ABOVE + _SPACE
_BELOW_AT = _LINE_AT + _LINE + _SPACE
WIDTH, HEIGHT = DAYS * (_WIDE + _GAP) - _GAP, _BELOW_AT + _BELOW

# What stands for a state besides its word: path data in a square of 16, no two of one outline.
SHAPES: Mapping[str, str] = {
    "new": "M8 1a7 7 0 1 0 0 14A7 7 0 1 0 8 1zm0 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 1 1 0-9z",
    "ok": "M6.2 14 .8 8.6 3 6.4l3.2 3.2L13 2.8 15.2 5z",
    "slow": "M2 1h12v2.5L9.8 8 14 12.5V15H2v-2.5L6.2 8 2 3.5z",
    "changed": "M8 0l8 8-8 8-8-8zm0 3.6L3.6 8 8 12.4 12.4 8z",
    "failing": "M8 1l8 14H0zM7 6v4h2V6zm0 5.3v2h2v-2z",
    "broken": "M3.2 1 8 5.8 12.8 1 15 3.2 10.2 8l4.8 4.8-2.2 2.2L8 10.2 3.2 15 1 12.8 5.8 8 1 3.2z",
    "disabled": "M1 6.5h14v3H1z",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day of a source: how often it was visited, how often in vain, and how many items were new."""

    on: date
    visits: int = 0
    failures: int = 0
    new: int = 0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is drawn, as path data in a box of `width` and `height`, and the sums that say it in words.

    `visited`: days on which a visit succeeded; `unvisited`: days without any visit.
    """

    days: tuple[Day, ...]
    new: str
    visited: str
    unvisited: str
    failed: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def sums(self) -> Day:
        """Return all days as one, under the date of the first."""
        return Day(
            on=self.days[0].on, visits=sum(one.visits for one in self.days),
            failures=sum(one.failures for one in self.days), new=sum(one.new for one in self.days),
        )  # fmt: skip

    @property
    def failed_days(self) -> int:
        return sum(one.failures > 0 for one in self.days)

    @property
    def told(self) -> tuple[Day, ...]:
        """Return the days that have something to tell, newest first."""
        return tuple(one for one in reversed(self.days) if one.visits)


def edges(today: date, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the moments at which the days up to `today` begin, oldest first."""
    days = (today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
    return tuple(datetime(day.year, day.month, day.day, tzinfo=zone) for day in days)


def filled(counts: Iterable[Day], *, today: date) -> tuple[Day, ...]:
    """Return every day up to `today`, oldest first; several counts of one day are added, others are left out."""
    days = {today - timedelta(days=back): [0, 0, 0] for back in range(DAYS - 1, -1, -1)}
    for one in counts:
        if held := days.get(one.on):
            held[0] += one.visits
            held[1] += one.failures
            held[2] += one.new
    return tuple(Day(on=on, visits=visits, failures=failures, new=new) for on, (visits, failures, new) in days.items())


def drawn(days: tuple[Day, ...]) -> Bar:
    """Draw the days. Heights above are square roots, so that one flood does not flatten a month of ordinary days."""
    most = max((one.new for one in days), default=0)
    new, visited, unvisited, failed = [], [], [], []
    for number, one in enumerate(days):
        left = number * (_WIDE + _GAP)
        if one.new:
            high = max(_ABOVE * sqrt(one.new / most), _LEAST)
            new.append(_box(left, _ABOVE - high, _WIDE, high))
        if one.visits > one.failures:
            visited.append(_box(left, _LINE_AT, _WIDE, _LINE))
        if one.failures:
            high = max(_BELOW * min(one.failures / max(one.visits, 1), 1), _LEAST)
            failed.append(_box(left, _BELOW_AT, _WIDE, high))
        if not one.visits:
            unvisited.append(_box(left + (_WIDE - 1) / 2, _LINE_AT + 1, 1, 1))
    return Bar(
        days=days, new="".join(new), visited="".join(visited), unvisited="".join(unvisited), failed="".join(failed)
    )  # fmt: skip


def _box(left: float, top: float, wide: float, high: float) -> str:
    return f"M{left:g} {round(top, 2):g}h{wide:g}v{round(high, 2):g}h-{wide:g}z"
