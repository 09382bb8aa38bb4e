"""Dates and words for days, whatever day it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.language.day_words import Days, days, text_of

SUNDAY = date(2026, 3, 15)


def meant(text: str, today: date = SUNDAY) -> tuple[str, str] | None:
    found = days(text, today=today)
    return None if found is None else (str(found.first or ""), str(found.last or ""))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2/2024", "2024-02-01", "2024-02-29"),
        ("2024-05-20", "2024-05-20", "2024-05-20"),
        ("20/5/2024", "2024-05-20", "2024-05-20"),
        ("20-05-2024", "2024-05-20", "2024-05-20"),
        ("20.5.2024", "2024-05-20", "2024-05-20"),
        ("2016-2020", "2016-01-01", "2020-12-31"),
        ("2016–2020", "2016-01-01", "2020-12-31"),
    ],
)
def test_a_date_is_all_the_days_it_names(text: str, first: str, last: str) -> None:
    assert meant(text) == (first, last)


@pytest.mark.parametrize(
    ("vietnamese", "english", "first", "last"),
    [
        ("homnay", "today", "2026-03-15", "2026-03-15"),
        ("hômqua", "Yesterday", "2026-03-14", "2026-03-14"),
        ("ngày mai", "tomorrow", "2026-03-16", "2026-03-16"),
        ("tuầnnày", "week", "2026-03-09", "2026-03-15"),
        ("tuan-truoc", "lastweek", "2026-03-02", "2026-03-08"),
        ("tháng này", "this month", "2026-03-01", "2026-03-31"),
        ("thangtruoc", "last-month", "2026-02-01", "2026-02-28"),
        ("nămnay", "year", "2026-01-01", "2026-12-31"),
        ("nămngoái", "lastyear", "2025-01-01", "2025-12-31"),
        ("7ngày", "7d", "2026-03-09", "2026-03-15"),
        ("2 tuần", "2weeks", "2026-03-02", "2026-03-15"),
        ("1thang", "1month", "2026-02-16", "2026-03-15"),
        ("3tháng", "3m", "2025-12-16", "2026-03-15"),
        ("1năm", "1y", "2025-03-16", "2026-03-15"),
    ],
)
def test_a_word_counts_from_today(vietnamese: str, english: str, first: str, last: str) -> None:
    assert meant(vietnamese) == meant(english) == (first, last)


def test_a_month_ago_is_the_last_day_of_a_shorter_month() -> None:
    assert meant("1thang", date(2026, 3, 31)) == ("2026-03-01", "2026-03-31")
    assert meant("thangtruoc", date(2026, 3, 31)) == ("2026-02-01", "2026-02-28")
    assert meant("1nam", date(2024, 2, 29)) == ("2023-03-01", "2024-02-29")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019..2021", "2019-01-01", "2021-12-31"),
        ("5/2020..20/7/2020", "2020-05-01", "2020-07-20"),
        ("2019…2021", "2019-01-01", "2021-12-31"),
        ("2019...2021", "2019-01-01", "2021-12-31"),
        ("2021..2019", "2019-01-01", "2021-12-31"),
        ("..2021", "", "2021-12-31"),
        ("2019..", "2019-01-01", ""),
        ("hômqua..", "2026-03-14", ""),
        ("30ngay..homqua", "2026-02-14", "2026-03-14"),
        (">2020", "2021-01-01", ""),
        (">=2020", "2020-01-01", ""),
        ("≥ 2020", "2020-01-01", ""),
        ("<2020", "", "2019-12-31"),
        ("<=2/2020", "", "2020-02-29"),
        ("≤2020", "", "2020-12-31"),
    ],
)
def test_a_range_holds_both_its_ends(text: str, first: str, last: str) -> None:
    assert meant(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "", "..", "...", "....", "99/99", "31/2/2024", "30-02-2024", "2024-13", "0000", "2024-00-01", "20/5", "5",
        "sớm", "a..2020", "2020..b", "2019..2020..2021", ">", ">..2020", ">a", "0ngay", "99999nam", "99999thang..",
        "<0001-01-01", ">9999", "2020,2021", "七", "٢٠٢٠", "2024-05-20T10:00", "-1ngay",
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert meant(text) is None


def test_the_ends_of_time_are_no_error() -> None:
    assert meant("tuanmai", date.min) is None
    assert meant("hômqua", date.min) is None
    assert meant("1nam", date.min) is None
    assert meant("ngaymai", date.max) is None
    assert meant("tuannay", date.max) is None


@given(st.text(max_size=30), st.dates())
def test_any_text_is_days_or_none(text: str, today: date) -> None:
    found = days(text, today=today)

    assert found is None or found.first or found.last


@given(st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.dates()), st.dates())
def test_days_are_read_back_from_their_text_on_any_day(first: date | None, last: date | None, today: date) -> None:
    if first and last and last < first:
        first, last = last, first

    found = days(text_of(Days(first=first, last=last)), today=today)

    assert found == (Days(first=first, last=last) if first or last else None)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_whole_years_and_months_are_written_short(number: int, month: int) -> None:
    first = date(number, month, 1)
    last = date.max if first >= date(9999, 12, 1) else (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    assert text_of(Days(first=date(number, 1, 1), last=date(number, 12, 31))) == f"{number:04d}"
    assert text_of(Days(first=first, last=last)) == f"{number:04d}-{month:02d}"
