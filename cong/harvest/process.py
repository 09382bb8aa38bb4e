"""Pure: when a source is visited next, and what state its record shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

MINUTE, DAY, WEEK = 60, 86_400, 604_800
SHORTEST, LONGEST = 5 * MINUTE, 6 * 3600
_BROKEN_AFTER = 5


@dataclass(frozen=True, kw_only=True)
class Visit:
    """When to come again, and the counters that go with it."""

    interval_s: int
    next_at: datetime
    empty_polls: int = 0
    fail_count: int = 0


def after_success(
    *, source: int, at: datetime, interval_s: int, empty_polls: int, new: int, published: Sequence[datetime],
    floor_s: int, every_s: int,
) -> Visit:  # fmt: skip
    """Return the next visit: half the median gap of the last items, half as much again after each empty poll.

    `floor_s` is what the source asked for (ttl, max-age, Retry-After); `every_s` an operator's fixed interval or 0.
    """
    if every_s:
        return Visit(
            interval_s=every_s,
            next_at=at + timedelta(seconds=every_s),
            empty_polls=0 if new else empty_polls + 1,
        )
    base = _half_gap(published) if new else int(interval_s * 1.5)
    floor = min(floor_s, DAY)
    interval = max(min(max(base, SHORTEST), LONGEST), floor)
    return Visit(
        interval_s=interval,
        next_at=at + _spread(source, interval, floor),
        empty_polls=0 if new else empty_polls + 1,
    )


def after_failure(*, source: int, at: datetime, interval_s: int, fail_count: int, retry_after: int | None) -> Visit:
    """Return the next visit after the n-th failure in a row: 2^n × 5 minutes up to a day.

    It is never before Retry-After, of which at most a week is believed.
    """
    floor = min(retry_after or 0, WEEK)
    wait = max(min(2 ** min(fail_count, 10) * SHORTEST, DAY), floor)
    return Visit(interval_s=interval_s, next_at=at + _spread(source, wait, floor), fail_count=fail_count + 1)


def _half_gap(published: Sequence[datetime]) -> int:
    moments = sorted(published, reverse=True)[:20]
    gaps = [(a - b).total_seconds() for a, b in pairwise(moments)]
    return int(median(gaps) / 2) if gaps else 3 * SHORTEST


def _spread(source: int, seconds: int, floor: int) -> timedelta:
    """Shift by up to ±10%, always the same for one source, so that ten thousand do not come at once.

    The shift never goes below `floor`, the wait that the source asked for.
    """
    share = (source * 2_654_435_761 % 2001 - 1000) / 10_000
    return timedelta(seconds=max(seconds * (1 + share), floor))


def health(fail_count: int) -> str:
    """Return the state after that many failures in a row."""
    if not fail_count:
        return "ok"
    return "broken" if fail_count >= _BROKEN_AFTER else "failing"
