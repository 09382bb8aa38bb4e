"""Pure: when a source is visited next, when visiting pauses, and what is learnt from where a source moves to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from urllib.parse import SplitResult, urlsplit

MINUTE, DAY, WEEK = 60, 86_400, 604_800
SHORTEST, LONGEST = 5 * MINUTE, 6 * 3600
MOST_WAITING, LONGEST_LAG_S = 5_000, 1.0
_SIGHTINGS, _SIGHTED_OVER = 3, timedelta(hours=24)
_STANDARD_PORTS = frozenset({None, 80, 443})
# Below these an agency registers its name; elsewhere the last two labels do not tell who owns a host.
_CATEGORIES = frozenset({"gov", "edu", "com", "org", "net", "ac", "int", "co", "or", "go"})


@dataclass(frozen=True, kw_only=True)
class Visit:
    """When to come again, and the counters that go with it."""

    interval_s: int
    next_at: datetime
    empty_polls: int = 0
    fail_count: int = 0


def after_success(
    *, source: int, at: datetime, interval_s: int, empty_polls: int, new: int, published: Sequence[datetime],
    floor_s: int, every_s: int, pushed: bool = False,
) -> Visit:  # fmt: skip
    """Return the next visit: half the median gap of the last items, half as much again after each empty poll.

    `floor_s` is what the source asked for (ttl, max-age, Retry-After); `every_s` an operator's fixed interval or 0.
    `pushed`: a hub tells us what is new (a WebSub subscription that lives), and visits are only the net below it.
    """
    if every_s:
        return Visit(
            interval_s=every_s,
            next_at=at + timedelta(seconds=every_s),
            empty_polls=0 if new else empty_polls + 1,
        )
    base = LONGEST if pushed else _half_gap(published) if new else int(interval_s * 1.5)
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


def may_claim(waiting_items: int, db_lag_s: float) -> bool:
    """Tell whether sources may be claimed: not while items pile up before enriching or the database is slow.

    `db_lag_s` is how long the last small write waited for its turn. Fetching pauses; nothing is dropped.
    """
    return waiting_items < MOST_WAITING and db_lag_s < LONGEST_LAG_S


def says_gone(status: int, *, redirected: bool) -> bool:
    """Tell whether a source says by 410 that it is no more: it is switched off at once, with an alarm.

    A 410 from where a redirect led speaks of that place, and is a failure like any other.
    """
    return status == 410 and not redirected


class Move(StrEnum):
    """What to do about permanent redirects (301, 308): nothing, keep watching, take the new address, ask a person."""

    NONE = "none"
    WATCH = "watch"
    REPLACE = "replace"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """One poll that was led permanently to `url`."""

    url: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirected:
    """What has been learnt; `seen` is to be kept for the next poll, `reason` is for the log and the person."""

    move: Move
    seen: tuple[Sighting, ...] = ()
    reason: str = ""


def learn_redirect(
    seen: tuple[Sighting, ...], permanent_url: str, at: datetime, *, source_url: str
) -> Redirected:  # fmt: skip
    """Judge a good poll (304, or 200 and readable) that ended, by permanent redirects, at `permanent_url` ("": none).

    The same target three times over at least a day is believed; any other answer begins anew. Failed polls say nothing
    about a move and are not to be shown here. ASK comes back at every poll until `source_url` changes: ask once for a
    target.
    """
    if not permanent_url or permanent_url == source_url:
        return Redirected(move=Move.NONE)
    same = seen if all(one.url == permanent_url for one in seen) else ()
    # The first ones and the latest are enough to know the number and the time.
    kept = (*same[: _SIGHTINGS - 1], Sighting(url=permanent_url, at=at))
    if len(kept) < _SIGHTINGS or at - kept[0].at < _SIGHTED_OVER:
        return Redirected(move=Move.WATCH, seen=kept)
    if same_owner(source_url, permanent_url):
        reason = f"Nguồn chuyển hẳn sang {_shown(permanent_url)} (301/308) đã hơn 24 giờ; địa chỉ nguồn được thay."
        return Redirected(move=Move.REPLACE, reason=reason)
    reason = (
        f"Nguồn chuyển hẳn sang {_shown(permanent_url)}, thuộc tên miền khác. "
        "Hãy hỏi đơn vị quản trị nguồn rồi xác nhận địa chỉ mới, hoặc tắt nguồn."
    )
    return Redirected(move=Move.ASK, seen=kept, reason=reason)


def same_owner(one: str, other: str) -> bool:
    """Tell whether two addresses surely belong to one owner; False when that cannot be told from their names.

    So it is with the same host (`www.` aside), with one below the other, and with two below one registered name such
    as bo.gov.vn. A change to an unusual port is never sure.
    """
    try:
        first, second = urlsplit(one), urlsplit(other)
        if second.port not in _STANDARD_PORTS | {first.port}:
            return False
    except ValueError:
        return False
    a, b = _name(first), _name(second)
    if a == b:
        return bool(a)
    return _is_below(a, b) or _is_below(b, a) or (bool(_registered(a)) and _registered(a) == _registered(b))


def _shown(url: str) -> str:
    """Return an address without the name and password that may be in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _name(parts: SplitResult) -> str:
    return (parts.hostname or "").rstrip(".").removeprefix("www.")


def _is_below(host: str, above: str) -> bool:
    labels = above.split(".")
    shared = len(labels) < 2 or (len(labels) == 2 and labels[0] in _CATEGORIES)
    return not shared and host.endswith(f".{above}")


def _registered(host: str) -> str:
    labels = host.split(".")
    known = len(labels) >= 3 and labels[-2] in _CATEGORIES and len(labels[-1]) == 2
    return ".".join(labels[-3:]) if known else ""
