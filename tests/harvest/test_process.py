"""When a source is visited next."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cong.harvest import process
from cong.harvest.process import DAY, LONGEST, MINUTE, SHORTEST, WEEK, Visit
from tests.makers import NOON

_BIG = st.integers(0, 10**12)
_TENTH = 0.1


def _after(  # what most tests leave alone has a default
    *, source: int = 1, interval_s: int = 900, empty_polls: int = 0, new: int = 0,
    published: list[datetime] | None = None, floor_s: int = 0, every_s: int = 0,
) -> Visit:  # fmt: skip
    return process.after_success(
        source=source, at=NOON, interval_s=interval_s, empty_polls=empty_polls, new=new,
        published=published or [], floor_s=floor_s, every_s=every_s,
    )  # fmt: skip


def _hourly(hours: int) -> list[datetime]:
    return [NOON - timedelta(hours=hours * number) for number in range(30)]


def test_a_source_is_visited_twice_as_often_as_it_writes() -> None:
    visit = _after(new=3, published=_hourly(2))

    assert visit.interval_s == 3600


def test_a_very_busy_source_is_left_alone_for_five_minutes() -> None:
    visit = _after(new=3, published=[NOON] * 10)

    assert visit.interval_s == SHORTEST


def test_a_very_quiet_source_is_visited_every_six_hours() -> None:
    visit = _after(new=1, published=_hourly(24 * 30))

    assert visit.interval_s == LONGEST


def test_only_the_last_twenty_items_tell_the_pace() -> None:
    old = [NOON - timedelta(days=400 + number) for number in range(100)]

    visit = _after(new=1, published=old + [NOON - timedelta(hours=number) for number in range(20)])

    assert visit.interval_s == 1800


def test_one_item_tells_no_pace() -> None:
    assert _after(new=1, published=[NOON]).interval_s == 15 * MINUTE


def test_each_empty_visit_makes_the_wait_half_as_long_again() -> None:
    first = _after(interval_s=1000)
    second = _after(interval_s=first.interval_s, empty_polls=first.empty_polls)

    assert (first.interval_s, first.empty_polls) == (1500, 1)
    assert (second.interval_s, second.empty_polls) == (2250, 2)


def test_something_new_ends_the_count_of_empty_visits() -> None:
    assert _after(new=1, published=_hourly(1), empty_polls=7).empty_polls == 0


def test_an_operators_interval_is_kept_to_the_second() -> None:
    visit = _after(every_s=120, floor_s=9000)

    assert (visit.interval_s, visit.next_at) == (120, NOON + timedelta(seconds=120))


def test_failures_double_the_wait_up_to_a_day() -> None:
    waits = [
        process.after_failure(source=0, at=NOON, interval_s=900, fail_count=count, retry_after=None).next_at - NOON
        for count in (0, 1, 2, 20, 100_000)
    ]

    # Source 0 is shifted by a tenth down, as its number says.
    assert [round(wait.total_seconds() / (1 - _TENTH)) for wait in waits] == [300, 600, 1200, DAY, DAY]


def test_a_failure_counts_itself_and_keeps_the_pace() -> None:
    visit = process.after_failure(source=5, at=NOON, interval_s=777, fail_count=2, retry_after=None)

    assert (visit.interval_s, visit.fail_count) == (777, 3)


@given(st.integers(1, 10**9), st.integers(0, 40), _BIG)
def test_a_failed_source_is_never_visited_before_its_retry_after(source: int, count: int, retry_after: int) -> None:
    visit = process.after_failure(
        source=source, at=NOON, interval_s=900, fail_count=count, retry_after=retry_after
    )  # fmt: skip

    assert visit.next_at >= NOON + timedelta(seconds=min(retry_after, WEEK))
    assert visit.next_at <= NOON + timedelta(seconds=WEEK * (1 + _TENTH))


@given(st.integers(1, 10**9), _BIG, st.integers(300, LONGEST), st.booleans())
def test_a_source_is_never_visited_before_it_wants(source: int, floor_s: int, interval_s: int, new: bool) -> None:
    visit = _after(source=source, floor_s=floor_s, interval_s=interval_s, new=int(new), published=_hourly(3))

    assert visit.next_at >= NOON + timedelta(seconds=min(floor_s, DAY))


def test_ten_thousand_sources_do_not_come_at_once() -> None:
    moments = [_after(source=number, interval_s=2400).next_at for number in range(10_000)]

    busiest = max(sum(1 for one in moments if one.replace(second=0, microsecond=0) == minute) for minute in
                  {one.replace(second=0, microsecond=0) for one in moments})  # fmt: skip
    assert busiest < 1000
    assert max(moments) - min(moments) >= timedelta(minutes=11)


def test_the_state_follows_the_failures_in_a_row() -> None:
    assert [process.health(count) for count in (0, 1, 4, 5, 50)] == ["ok", "failing", "failing", "broken", "broken"]
