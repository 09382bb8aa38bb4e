"""Dates that exist, weekdays that fit, events that lie near."""

from __future__ import annotations

from datetime import date

import pytest

from tests.publishing.checks.makers import codes, findings

RULES = {"date-impossible", "date-weekday", "date-far", "date-future"}


def said(text: str, **given: object) -> list[str]:
    return [code for code in codes(f"<p>{text}</p>", **given) if code in RULES]


@pytest.mark.parametrize(
    "text",
    [
        "Hạn là 31/02/2026.", "ngày 31.4.2026", "ngày 29-02-2026", "ngày 31 tháng 2 năm 2026", "ngày 31/4",
        "25/13/2026",
        "31 tháng 4, 2026", "thứ Hai, 31/6", "ngày 0/5", "ngày 00 tháng 00 năm 0000", "(30/02/2026)",
    ],
)  # fmt: skip
def test_a_day_that_no_calendar_has_is_told(text: str) -> None:
    assert said(text) == ["date-impossible"]


@pytest.mark.parametrize(
    "text",
    [
        "thứ Hai, 25/11/2026", "Thứ ba ngày 25/11/2026", "sáng thứ 5 (25/11/2026)",
        "chủ nhật, ngày 25 tháng 11 năm 2026",
        "thứ Năm, 25/11", "Thứ bảy 25.11.2026",
    ],
)  # fmt: skip
def test_a_weekday_that_does_not_fit_is_told(text: str) -> None:
    assert said(text) == ["date-weekday"]


@pytest.mark.parametrize(
    "text",
    [
        "thứ Tư, 25/11/2026", "thứ tư ngày 25 tháng 11 năm 2026", "Thứ 4 (25/11)", "ngày 29/02/2024", "ngày 29/2",
        "lần thứ năm, ngày 25/11/2026", "Nghị định số 15/2026/NĐ-CP", "Quyết định 31/02/2026/QĐ-VD", "tỷ số 31/2",
        "mở 24/7",
        "30 tháng 2 âm lịch", "ngày 30 tháng 2 (âm lịch)", "ngày mùng 30 tháng 2 năm 2026", "1.13.2026", "12-31-2026",
        "sau 31 tháng 2 tuần", "điện thoại 024.38.2026", "từ ngày 25-27/11/2026", "31/02/20261", "", "ngày",
    ],
)  # fmt: skip
def test_right_dates_ordinals_numbers_and_days_of_the_moon_are_left_alone(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ngày 25/12/2026, đoàn đã đến thăm thư viện.", True),
        ("Đoàn vừa đến thăm thư viện ngày 26/11/2026.", True),
        ("Đoàn đã đến thăm thư viện ngày 25/11/2026.", False),
        ("Đoàn sẽ đến thăm ngày 25/12/2026; mọi việc đã chuẩn bị xong.", False),
        ("Hội nghị đã thông báo lịch họp ngày 25/12/2026.", False),
        ("Việc đã xong. Ngày 25/12/2026 khai trương.", False),
    ],
)
def test_past_tense_with_a_day_to_come_asks_for_a_second_look(text: str, *, found: bool) -> None:
    assert said(text) == (["date-future"] if found else [])


def test_a_text_whose_dates_all_lie_far_from_the_event_asks_for_a_second_look() -> None:
    text = "Lễ mở cửa ngày 05/11/2025, tiếp nối buổi họp ngày 01/02/2025."

    assert said(text, event_on=date(2026, 11, 5)) == ["date-far"]
    assert said(text, event_on=date(2025, 11, 20)) == []
    assert said(text) == []


def test_the_finding_names_the_paragraph_and_the_right_weekday() -> None:
    found = findings("<p>Một.</p><p>Hai.</p><p>Khai mạc thứ Hai, 25/11/2026.</p>")

    assert [str(one) for one in found] == ["Đoạn 3: “thứ Hai, 25/11/2026”: ngày 25/11/2026 là thứ Tư."]
