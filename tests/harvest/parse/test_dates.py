"""Dates as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cong.harvest.parse import Rules
from cong.harvest.parse.dates import parse_date
from tests.makers import NOON

_RULES = Rules(now=NOON)  # 12:00 in Hà Nội on Wednesday, 25 November 2026
_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def _local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=_HANOI).astimezone(UTC)  # type: ignore[misc,arg-type]  # year, month, day and so on


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 24 Nov 2026 08:30:00 +0700", _local(2026, 11, 24, 8, 30)),
        ("Tue, 24 Nov 2026 01:30:00 GMT", _local(2026, 11, 24, 8, 30)),
        ("Tue, 24 Nov 2026 01:30:00 UT", _local(2026, 11, 24, 8, 30)),
        ("24 Nov 2026 01:30 Z", _local(2026, 11, 24, 8, 30)),
        ("Tue, 24 Nov 26 01:30:00 GMT", _local(2026, 11, 24, 8, 30)),
        ("Tue, 24 Nov 2026 08:30:00 GMT+7", _local(2026, 11, 24, 8, 30)),
        ("Tue, 24 Nov 2026 08:30:00 GMT+0700", _local(2026, 11, 24, 8, 30)),
        ("Tue, 24 Nov 2026 08:30:00", _local(2026, 11, 24, 8, 30)),
        ("Mon, 23 Nov 2026 20:30:00 EST", _local(2026, 11, 24, 8, 30)),
        ("2026-11-24T01:30:00Z", _local(2026, 11, 24, 8, 30)),
        ("2026-11-24T08:30:00+07:00", _local(2026, 11, 24, 8, 30)),
        ("2026-11-24T08:30:00.123456+07:00", _local(2026, 11, 24, 8, 30)),
        ("2026-11-24T08:30", _local(2026, 11, 24, 8, 30)),
        ("2026-11-24 08:30:00", _local(2026, 11, 24, 8, 30)),
        ("2026-11-24", _local(2026, 11, 24)),
        ("20261124T013000Z", _local(2026, 11, 24, 8, 30)),
        ("24/11/2026", _local(2026, 11, 24)),
        ("24-11-2026 08:30", _local(2026, 11, 24, 8, 30)),
        ("24.11.2026, 08:30", _local(2026, 11, 24, 8, 30)),
        ("4/1/2026 8:30", _local(2026, 1, 4, 8, 30)),
        ("11/24/2026 8:30:00 AM", _local(2026, 11, 24, 8, 30)),
        ("24/11/2026 8:30 SA", _local(2026, 11, 24, 8, 30)),
        ("23/11/2026 8:30:00 CH", _local(2026, 11, 23, 20, 30)),
        ("23/11/2026 8:30 PM", _local(2026, 11, 23, 20, 30)),
        ("Thứ Ba, 24/11/2026 | 08:30", _local(2026, 11, 24, 8, 30)),
        ("Thứ ba, ngày 24/11/2026 - 08:30 (GMT+7)", _local(2026, 11, 24, 8, 30)),
        ("08:30 | 24/11/2026", _local(2026, 11, 24, 8, 30)),
        ("Ngày 24 tháng 11 năm 2026", _local(2026, 11, 24)),
        ("24 tháng 11, 2026 8h30", _local(2026, 11, 24, 8, 30)),
        ("Hôm nay, 08:30", _local(2026, 11, 25, 8, 30)),
        ("Hôm qua 8:30", _local(2026, 11, 24, 8, 30)),
        ("2 giờ trước", NOON - timedelta(hours=2)),
        ("15 phút trước", NOON - timedelta(minutes=15)),
        ("3 ngày trước", NOON - timedelta(days=3)),
        ("  2026-11-24T01:30:00Z\n", _local(2026, 11, 24, 8, 30)),
    ],
)
def test_a_date_is_understood(text: str, moment: datetime) -> None:
    found = parse_date(text, _RULES)

    assert found is not None
    assert found.replace(microsecond=0) == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "   ", "hôm nào đó", "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 +0000", "31/02/2026",
     "24/11/3026", "99/99/9999", "2026-11-28T00:00:00Z", "N/A", "0", "-1"],
)  # fmt: skip
def test_nonsense_is_no_date(text: str) -> None:
    assert parse_date(text, _RULES) is None


def test_the_order_of_day_and_month_is_the_sources() -> None:
    assert parse_date("04/01/2026", _RULES) == _local(2026, 1, 4)
    assert parse_date("04/01/2026", Rules(now=NOON, date_order="MDY")) == _local(2026, 4, 1)


def test_a_naive_time_is_in_the_sources_zone() -> None:
    rules = Rules(now=NOON, timezone="Europe/Paris")

    assert parse_date("2026-11-24T02:30:00", rules) == _local(2026, 11, 24, 8, 30)


@given(st.text(max_size=80))
@example("9" * 5000)
@example("1 tháng trước " * 500)
@example("9999999999999 năm trước")
@example("²³/¹¹/2026")
@example("٢٤/١١/٢٠٢٦")
@example("24/11/2026 99:99")
@example("Tue, 24 Nov 2026 08:30:00 +9999")
@example("Tue, 24 Nov 2026 08:30:00 GMT+99")
def test_no_text_ever_raises(text: str) -> None:
    found = parse_date(text, _RULES)

    assert found is None or found.tzinfo is UTC


_NUMBER = st.integers(0, 99999).map(str)
_PIECE = st.sampled_from(
    [
        "/",
        "-",
        ":",
        " ",
        "T",
        "Z",
        "GMT",
        "+",
        "ngày",
        "tháng",
        "năm",
        "giờ",
        "trước",
        "hôm qua",
        "Nov",
        "SA",
        "CH",
        ",",
    ]
)


@given(st.lists(_NUMBER | _PIECE, max_size=14).map("".join), st.sampled_from(["DMY", "MDY", "YMD"]))
def test_no_heap_of_date_parts_ever_raises(text: str, order: str) -> None:
    found = parse_date(text, Rules(now=NOON, date_order=order))

    assert found is None or found <= NOON + timedelta(days=3)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2026, 11, 25), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis wants naive bounds)
def test_every_iso_moment_reads_back(at: datetime) -> None:
    assert parse_date(at.isoformat(timespec="seconds"), _RULES) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("10/2/2026 9:25:00 AM", _local(2026, 2, 10, 9, 25)),
        ("14:30 - 28/05/2026", _local(2026, 5, 28, 14, 30)),
        ("Thứ bảy, 30/05/2026, 06:00 [GMT+7]", _local(2026, 5, 30, 6)),
        ("28/05/2026 14:30 GMT+9", _local(2026, 5, 28, 12, 30)),
        ("Ngày 05 tháng 06 năm 2026 lúc 14 giờ 30 phút", _local(2026, 6, 5, 14, 30)),
        ("5 Tháng Sáu, 2026", _local(2026, 6, 5)),
        ("5 tháng mười một năm 2026", _local(2026, 11, 5)),
        ("05 Th6 2026", _local(2026, 6, 5)),
        ("28 thg 5, 2026", _local(2026, 5, 28)),
        ("28/5/2026 2 giờ 30 chiều", _local(2026, 5, 28, 14, 30)),
        ("28/05/2026 12:30 SA", _local(2026, 5, 28, 0, 30)),
        ("Cập nhật: 28/05/2026 14h30'", _local(2026, 5, 28, 14, 30)),
        ("28/05 14:30", _local(2026, 5, 28, 14, 30)),
        ("28/12 14:30", _local(2025, 12, 28, 14, 30)),
        ("một giờ trước", NOON - timedelta(hours=1)),
        ("Vừa xong", NOON),
        ("3 hours ago", NOON - timedelta(hours=3)),
        ("Yesterday 14:30", _local(2026, 11, 24, 14, 30)),
        ("Thu May 28 14:30:00 2026", _local(2026, 5, 28, 14, 30)),
        ("Thu May 28 07:30:00 UTC 2026", _local(2026, 5, 28, 14, 30)),
        ("May 28th, 2026 2:30 PM", _local(2026, 5, 28, 14, 30)),
        ("Thursday, 28-May-26 07:30:00 GMT", _local(2026, 5, 28, 14, 30)),
        ("Thu, 28 May 2026 24:00:00 GMT", _local(2026, 5, 29, 7)),
        ("Thu, 28 May 2026 23:59:60 GMT", _local(2026, 5, 29, 7)),
        ("Thu, 28 May 2026 14:30:00 SE Asia Standard Time", _local(2026, 5, 28, 14, 30)),
        ("Thu, 28 May 2026 14:30:00 +0700 (ICT)", _local(2026, 5, 28, 14, 30)),
        ("Fri, 2006/09/15 08:19:53 EDT", _local(2006, 9, 15, 19, 19, 53)),
        ("2026", _local(2026, 1, 1)),
        ("2026-05", _local(2026, 5, 1)),
        ("2026-148", _local(2026, 5, 28)),
        ("2026-05-28T14:30:00+7", _local(2026, 5, 28, 14, 30)),
        ("2026-05-28T07:30:00.000Z[UTC]", _local(2026, 5, 28, 14, 30)),
        ("1779953400", _local(2026, 5, 28, 14, 30)),
        ("/Date(1779953400000+0700)/", _local(2026, 5, 28, 14, 30)),
    ],
)
def test_rarer_spellings_are_understood_too(text: str, moment: datetime) -> None:
    assert parse_date(text, _RULES) == moment


@pytest.mark.parametrize("text", ["Số 12/2026", "12/2026", "13/13/2026", "Thu, 31 Jun 2026 01:00:00 GMT", "1969-12-31"])
def test_numbers_that_are_no_date_are_no_date(text: str) -> None:
    assert parse_date(text, _RULES) is None


def test_a_moment_two_days_ahead_is_a_clock_that_runs_fast_and_more_is_nonsense() -> None:
    assert parse_date((NOON + timedelta(days=2)).isoformat(), _RULES) == NOON + timedelta(days=2)
    assert parse_date((NOON + timedelta(days=2, seconds=1)).isoformat(), _RULES) is None


def test_an_unknown_zone_of_a_source_still_reads_dates() -> None:
    assert parse_date("2026-11-24 08:30", Rules(now=NOON, timezone="Sao/Hoa")) == _local(2026, 11, 24, 8, 30)
