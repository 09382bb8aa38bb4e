from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.jobs.process import LONGEST_WAIT, latest_slot, plain, slot_key, wait_after

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
_MOMENTS = st.integers(946_684_800, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
)


def test_a_rest_doubles_up_to_the_longest() -> None:
    waits = [wait_after(attempt, LONGEST_WAIT).total_seconds() for attempt in range(1, 12)]

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert wait_after(10_000_000, LONGEST_WAIT) == LONGEST_WAIT


@given(_JSON)
def test_what_is_json_is_kept_as_it_is(value: Any) -> None:
    assert json.loads(json.dumps(plain(value, "x"), allow_nan=False)) == value


@pytest.mark.parametrize("value", [NOON, b"x", {1}, object(), {1: "x"}, [{"a": [NOON]}]])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value, "args")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "a\0b", "\ud800", {"a\0": 1}])
def test_what_only_one_database_would_keep_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="args"):
        plain(value, "args")


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(TypeError, match=r"kwargs\['who'\]\[1\]: a datetime"):
        plain({"who": [1, NOON]}, "kwargs")


@given(_MOMENTS, st.integers(1, 100_000))
def test_a_slot_of_every_is_the_last_multiple(now: datetime, seconds: int) -> None:
    every = timedelta(seconds=seconds)

    slot = latest_slot(now, every=every, at=None, zone=HANOI)

    assert slot <= now < slot + every
    assert int(slot.timestamp()) % seconds == 0
    assert latest_slot(slot, every=every, at=None, zone=HANOI) == slot


@given(_MOMENTS, st.times(), st.sampled_from([HANOI, ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")]))
def test_a_daily_slot_is_the_last_time_the_clock_showed_it(now: datetime, at: time, zone: ZoneInfo) -> None:
    slot = latest_slot(now, every=None, at=at, zone=zone)

    assert slot <= now < slot + timedelta(hours=25, minutes=1)
    assert latest_slot(slot, every=None, at=at, zone=zone) == slot


def test_a_daily_slot_is_local_time() -> None:
    three = time(3, 0)

    before = latest_slot(datetime(2026, 11, 24, 19, 59, tzinfo=UTC), every=None, at=three, zone=HANOI)
    after = latest_slot(datetime(2026, 11, 24, 20, 0, tzinfo=UTC), every=None, at=three, zone=HANOI)

    assert before == datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    assert after == datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    assert slot_key("backup", after) == "sched:backup:2026-11-24T20:00:00Z"
