"""Tests `cong/design/dates.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import translation

from cong.design import dates

LATE = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # 03:30 on the 23rd in Hà Nội


def test_a_moment_is_told_by_the_portals_clock() -> None:
    assert dates.moment(LATE) == "03:30, 23/11/2026"
    assert dates.clock(LATE) == "03:30"
    assert dates.iso(LATE) == "2026-11-23T03:30:00+07:00"


def test_midnight_sharp_means_that_only_the_day_is_known() -> None:
    midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)

    assert dates.moment(midnight) == "23/11/2026"


def test_a_day_has_its_name_in_the_language_of_the_page() -> None:
    monday = date(2026, 11, 23)

    assert dates.weekday_date(monday) == "Thứ Hai, 23/11/2026"
    with translation.override("en"):
        assert dates.weekday_date(monday) == "Monday, 23 Nov 2026"
        assert dates.moment(LATE) == "03:30, 23 Nov 2026"


def test_a_sunday_is_called_by_its_own_name() -> None:
    assert dates.weekday_date(date(2026, 11, 22)) == "Chủ nhật, 22/11/2026"


def test_entries_fall_into_the_days_of_the_portals_clock() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Thing:
        published_at: datetime

    early, before = Thing(published_at=LATE), Thing(published_at=datetime(2026, 11, 22, 16, 59, tzinfo=UTC))

    assert dates.by_day([early, before]) == [(date(2026, 11, 23), [early]), (date(2026, 11, 22), [before])]
