"""When letters go: at most hourly, in the morning, on Monday; later and later when they cannot be delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.saved.rhythm import MORNING, Often, letter_at, retry_at

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Hà Nội


@pytest.mark.parametrize(
    ("often", "at", "told_at", "wanted"),
    [
        (Often.HOURLY, NOON, None, NOON),
        (Often.HOURLY, NOON, NOON - timedelta(hours=5), NOON),
        (Often.HOURLY, NOON, NOON - timedelta(minutes=20), NOON + timedelta(minutes=40)),
        (Often.DAILY, NOON, None, datetime(2026, 11, 25, 23, 30, tzinfo=UTC)),
        (Often.DAILY, datetime(2026, 11, 24, 22, 0, tzinfo=UTC), None, datetime(2026, 11, 24, 23, 30, tzinfo=UTC)),
        (Often.DAILY, datetime(2026, 11, 24, 23, 30, tzinfo=UTC), None, datetime(2026, 11, 24, 23, 30, tzinfo=UTC)),
        (Often.WEEKLY, NOON, NOON - timedelta(days=2), datetime(2026, 11, 29, 23, 30, tzinfo=UTC)),
        (Often.WEEKLY, datetime(2026, 11, 30, 1, 0, tzinfo=UTC), None, datetime(2026, 12, 6, 23, 30, tzinfo=UTC)),
    ],
)
def test_the_next_letter_has_its_moment(often: Often, at: datetime, told_at: datetime | None, wanted: datetime) -> None:
    assert letter_at(often, at=at, told_at=told_at, zone=HANOI) == wanted


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.sampled_from(Often))  # noqa: DTZ001
def test_a_letter_waits_no_longer_than_its_rhythm_and_comes_in_the_morning(at: datetime, often: Often) -> None:
    longest = {Often.HOURLY: timedelta(0), Often.DAILY: timedelta(hours=25), Often.WEEKLY: timedelta(days=7, hours=1)}

    due = letter_at(often, at=at, told_at=None, zone=BERLIN)

    assert at <= due <= at + longest[often]
    if often is not Often.HOURLY:
        assert due.astimezone(BERLIN).time() == MORNING
    if often is Often.WEEKLY:
        assert due.astimezone(BERLIN).weekday() == 0


def test_tries_come_more_and_more_seldom() -> None:
    waits = [retry_at(at=NOON, tries=tries) - NOON for tries in (1, 2, 3, 8, 9, 1000)]

    minutes = [5, 10, 20, 640, 720, 720]
    assert waits == [timedelta(minutes=one) for one in minutes]
