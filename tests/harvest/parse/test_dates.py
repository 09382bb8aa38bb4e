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
