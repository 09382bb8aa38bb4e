from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.bars import DAYS, HEIGHT, SHAPES, WIDTH, Day, drawn, edges, filled
from cong.harvest.models import Health

TODAY = date(2026, 11, 25)
_BOX = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z")
_counts = st.builds(
    Day,
    on=st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=3)),
    visits=st.integers(0, 10_000),
    failures=st.integers(0, 10_000),
    new=st.integers(0, 1_000_000),
)


def day(back: int, *, visits: int = 0, failures: int = 0, new: int = 0) -> Day:
    return Day(on=TODAY - timedelta(days=back), visits=visits, failures=failures, new=new)


def boxes(path: str) -> list[tuple[float, float, float, float]]:
    found = [tuple(map(float, one)) for one in _BOX.findall(path)]
    assert "".join(_BOX.sub("", path)) == ""
    return [(a, b, c, d) for a, b, c, d in found]


def test_every_day_is_there_oldest_first_also_without_a_visit() -> None:
    days = filled([day(0, visits=4, new=2)], today=TODAY)

    assert len(days) == DAYS
    assert [one.on for one in days] == sorted(one.on for one in days)
    assert days[-1] == day(0, visits=4, new=2)
    assert days[0] == day(29)


def test_a_day_that_is_in_part_rolled_up_is_counted_whole() -> None:
    days = filled([day(3, visits=4, failures=1, new=2), day(3, visits=6, failures=2, new=5)], today=TODAY)

    assert days[-4] == day(3, visits=10, failures=3, new=7)


def test_what_is_older_than_thirty_days_or_of_tomorrow_is_left_out() -> None:
    days = filled([day(30, visits=9), day(-1, visits=9)], today=TODAY)

    assert sum(one.visits for one in days) == 0


def test_days_begin_at_midnight_here_and_not_in_greenwich() -> None:
    found = edges(TODAY, ZoneInfo("Asia/Ho_Chi_Minh"))

    assert len(found) == DAYS
    assert found[-1] == datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_new_items_stand_above_the_line_and_failures_hang_below_it() -> None:
    bar = drawn(filled([day(0, visits=4, failures=1, new=2)], today=TODAY))

    [(left, top, wide, high)] = boxes(bar.new)
    [(_, line, _, _)] = boxes(bar.visited)
    [(_, below, _, _)] = boxes(bar.failed)
    assert left + wide == WIDTH
    assert top + high < line < below


def test_a_day_on_which_every_visit_failed_is_none_on_which_one_succeeded() -> None:
    bar = drawn(filled([day(0, visits=3, failures=3)], today=TODAY))

    assert bar.visited == ""
    assert len(boxes(bar.failed)) == 1
    assert len(boxes(bar.unvisited)) == DAYS - 1


def test_one_new_item_is_seen_beside_a_flood() -> None:
    bar = drawn(filled([day(1, visits=1, new=1), day(0, visits=1, new=100_000)], today=TODAY))

    small, large = sorted(high for _, _, _, high in boxes(bar.new))
    assert small >= 2
    assert large > small


def test_the_sums_say_what_is_drawn() -> None:
    bar = drawn(filled([day(1, visits=5, failures=2, new=1), day(0, visits=7, new=4)], today=TODAY))

    assert (bar.sums.visits, bar.sums.failures, bar.sums.new, bar.failed_days) == (12, 2, 5, 1)
    assert [one.on for one in bar.told] == [TODAY, TODAY - timedelta(days=1)]


@given(st.lists(_counts, max_size=60))
def test_whatever_is_counted_is_drawn_inside_the_box(counts: list[Day]) -> None:
    bar = drawn(filled(counts, today=TODAY))

    for path in (bar.new, bar.visited, bar.unvisited, bar.failed):
        for left, top, wide, high in boxes(path):
            assert 0 <= left <= left + wide <= WIDTH
            assert 0 <= top <= top + high <= HEIGHT + 0.05


def test_every_state_has_a_shape_of_its_own() -> None:
    assert set(SHAPES) == set(Health.values)
    assert len(set(SHAPES.values())) == len(SHAPES)
