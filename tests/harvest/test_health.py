"""How a source stands, when its agency's person is told, and signs of a takeover."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest import health
from cong.harvest.health import Alarm, Habits, Poll, Standing, State, Step
from tests.makers import NOON

FRESH = Standing(state=State.NEW, since=NOON)
FEED = Poll(at=NOON, found=20, usual=20)
LIST = Poll(at=NOON, found=20, usual=20, by_rule=True)
ERROR = "Nguồn không trả lời."


def failed(count: int, *, hours: float = 0) -> Poll:
    return Poll(at=NOON + timedelta(hours=hours), error=ERROR, fail_count=count)


def walk(*polls: Poll, start: Standing = FRESH) -> list[Step]:
    steps: list[Step] = []
    for poll in polls:
        steps.append(health.step(steps[-1].standing if steps else start, poll))
    return steps


def states(steps: list[Step]) -> list[str]:
    return [one.standing.state.value for one in steps]


def alarms(steps: list[Step]) -> list[str]:
    return [one.alarm.value for one in steps]


def test_a_first_good_poll_makes_a_source_ok() -> None:
    (step,) = walk(FEED)

    assert (step.standing.state, step.standing.reason, step.alarm) == (State.OK, "", Alarm.NONE)


def test_four_failures_are_failing_and_the_fifth_is_broken() -> None:
    steps = walk(*(failed(count) for count in range(1, 7)))

    assert states(steps) == ["failing"] * 4 + ["broken"] * 2
    assert alarms(steps) == [""] * 4 + ["raised", ""]
    assert ERROR in steps[4].message


def test_a_day_of_failures_is_broken_however_few() -> None:
    steps = walk(failed(1), failed(2, hours=23.9), failed(3, hours=24))

    assert states(steps) == ["failing", "failing", "broken"]


def test_one_failure_of_a_source_seldom_visited_is_not_yet_broken() -> None:
    before = Standing(state=State.OK, since=NOON - timedelta(days=30))

    assert states(walk(failed(1), start=before)) == ["failing"]


def test_trouble_is_told_once_and_its_end_after_two_good_polls() -> None:
    broken = [failed(count) for count in range(5, 8)]

    steps = walk(*broken, FEED, FEED, FEED)

    assert states(steps) == ["broken"] * 3 + ["ok"] * 3
    assert alarms(steps) == ["raised", "", "", "", "over", ""]


def test_a_source_that_comes_and_goes_does_not_ring_all_day() -> None:
    empty = replace(LIST, found=0)

    steps = walk(*[empty, LIST] * 10)

    assert states(steps) == ["changed", "ok"] * 10
    assert alarms(steps) == ["raised"] + [""] * 19


def test_a_list_page_without_items_has_changed() -> None:
    (step,) = walk(replace(LIST, found=0))

    assert step.standing.state is State.CHANGED
    assert step.message.startswith("Trang danh sách có lẽ đã đổi giao diện: quy tắc không tìm thấy mục nào")


def test_a_rule_that_never_found_anything_is_said_not_to_fit() -> None:
    (step,) = walk(Poll(at=NOON, found=0, by_rule=True))

    assert step.standing.state is State.CHANGED
    assert "chưa khớp" in step.message


@pytest.mark.parametrize(("found", "usual", "state"), [
    (4, 20, State.OK), (3, 20, State.CHANGED), (1, 4, State.OK), (21, 20, State.OK), (0, 4, State.CHANGED),
])  # fmt: skip
def test_a_count_that_falls_by_more_than_four_fifths_is_a_change(found: int, usual: int, state: State) -> None:
    (step,) = walk(replace(LIST, found=found, usual=usual))

    assert step.standing.state is state


def test_a_feed_may_be_empty() -> None:
    assert states(walk(replace(FEED, found=0))) == ["ok"]


def test_the_last_good_page_again_ends_a_change() -> None:
    assert states(walk(replace(LIST, found=0), replace(LIST, found=None))) == ["changed", "ok"]


def test_a_source_that_has_gone_quiet_is_slow_and_nobody_is_rung() -> None:
    quiet = replace(FEED, quiet_gap_s=86_400 * 2, last_new_at=NOON - timedelta(days=6, hours=1))

    steps = walk(quiet, replace(quiet, last_new_at=NOON))

    assert states(steps) == ["slow", "ok"]
    assert alarms(steps) == ["", ""]
    assert "6 ngày" in steps[0].standing.reason


def test_a_night_or_a_weekend_is_no_silence() -> None:
    busy = replace(FEED, quiet_gap_s=600, last_new_at=NOON - timedelta(days=2, hours=20))

    assert states(walk(busy)) == ["ok"]


def test_with_little_history_nothing_is_slow() -> None:
    nine = [NOON - timedelta(hours=number) for number in range(9)]
    ten = [*nine, NOON - timedelta(hours=9)]

    assert health.usual_gap_s(nine) == 0
    assert health.usual_gap_s(ten) == 3600
    assert states(walk(replace(FEED, last_new_at=NOON - timedelta(days=900)))) == ["ok"]


def test_a_source_that_says_it_is_no_more_is_switched_off_with_one_alarm() -> None:
    gone = Poll(at=NOON, gone=True, error="HTTP 410", fail_count=1)

    steps = walk(gone, gone, FEED)

    assert states(steps) == ["disabled"] * 3
    assert alarms(steps) == ["raised", "", ""]
    assert "410" in steps[0].message


def test_a_person_who_switches_a_source_off_is_not_told_of_it() -> None:
    off = health.switched_off(FRESH, at=NOON)

    assert alarms(walk(failed(9), start=off)) == [""]
    assert states(walk(FEED, start=health.switched_on(at=NOON))) == ["ok"]


def test_a_state_tells_since_when_it_stands() -> None:
    steps = walk(failed(1), failed(2, hours=1), replace(FEED, at=NOON + timedelta(hours=2)))

    assert [one.standing.since for one in steps] == [NOON, NOON, NOON + timedelta(hours=2)]
    assert [one.standing.failing_since for one in steps] == [NOON, NOON, None]


_POLLS = st.lists(st.sampled_from([FEED, LIST, replace(LIST, found=0), failed(1), failed(5), failed(9, hours=30)]))


@given(_POLLS)
def test_alarms_and_all_clears_take_turns(polls: list[Poll]) -> None:
    told: State | None = None
    for one in walk(*polls):
        if one.alarm is Alarm.RAISED:
            assert one.standing.state is not told
            told = one.standing.state
        elif one.alarm is Alarm.OVER:
            assert told is not None
            told = None
        assert bool(one.message) is (one.alarm is not Alarm.NONE)
        assert one.standing.told is told
        assert bool(one.standing.reason) is (one.standing.state is not State.OK)


USUAL = Habits(items=200, langs={"vi": 196, "en": 4}, domains={"chinhphu.example": 30}, days=[5, 8, 0, 0, 6] * 6)


def _codes(**latest: Any) -> list[str]:
    return [one.code for one in health.suspicions(USUAL, Habits(**latest))]


def test_new_items_like_the_old_ones_are_not_suspicious() -> None:
    assert _codes(items=6, langs={"vi": 5, "en": 1}, domains={"chinhphu.example": 4, "moi.example": 1}, days=[6]) == []
    assert _codes() == []


def test_another_language_is_suspicious() -> None:
    assert _codes(items=3, langs={"en": 1, "id": 2}) == ["language"]
    assert _codes(items=2, langs={"id": 2}) == []
    assert _codes(items=9, langs={"": 9}) == []


def test_a_source_of_two_languages_may_use_either() -> None:
    two = replace(USUAL, langs={"vi": 120, "en": 80})

    assert health.suspicions(two, Habits(items=9, langs={"en": 9})) == ()


def test_a_flood_is_suspicious() -> None:
    assert _codes(items=70, days=[70]) == ["volume"]
    assert _codes(items=16, days=[16]) == []
    assert health.suspicions(replace(USUAL, days=[1] * 5), Habits(items=70, days=[70])) == ()


def test_links_to_strangers_are_suspicious() -> None:
    assert _codes(items=4, domains={"ca-do.example": 3}) == ["domains"]
    assert _codes(items=10, domains={f"s{number}.example": 1 for number in range(6)}) == ["domains"]
    assert _codes(items=10, domains={"chinhphu.example": 8, "moi.example": 3}) == []


def test_without_history_nothing_is_suspicious() -> None:
    assert health.suspicions(replace(USUAL, items=19), Habits(items=90, langs={"id": 90}, days=[900])) == ()


def test_a_suspicion_says_what_was_seen_and_what_to_do() -> None:
    (one,) = health.suspicions(USUAL, Habits(items=3, domains={"ca-do.example": 3}))

    assert "ca-do.example" in one.message
    assert "chờ duyệt" in one.message
