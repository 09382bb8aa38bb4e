"""Names and titles against the dated directory. All people are made up."""

from __future__ import annotations

from datetime import date

import pytest

from cong.publishing.checks import Level
from cong.publishing.checks.spelling import distance
from tests.publishing.checks.makers import POSTS, codes, findings

RULES = {"title-not-held", "name-misspelt", "title-of-another"}


def said(text: str, **given: object) -> list[str]:
    return [code for code in codes(f"<p>{text}</p>", **given) if code in RULES]


@pytest.mark.parametrize(
    "text",
    [
        "Bộ trưởng Bộ Ví dụ Nguyễn Văn Mẫu phát biểu.", "Bộ trưởng Nguyễn Văn Mẫu phát biểu.",
        "Bộ trưởng, đồng chí Nguyễn Văn Mẫu phát biểu.", "Đồng chí Nguyễn Văn Mẫu, Bộ trưởng Bộ Ví dụ, phát biểu.",
        "Ông Nguyễn Văn Mẫu (Bộ trưởng Bộ Ví dụ) phát biểu.", "BỘ TRƯỞNG NGUYỄN VĂN MẪU PHÁT BIỂU.",
        "Nguyên Thứ trưởng Bộ Ví dụ Nguyễn Văn Mẫu kể lại.", "Thứ trưởng Trần Thị Hòa Ví dự.",
        "Chủ tịch UBND tỉnh Mẫu Lê Đình Thử dự.",
        "Ông Lê Đình Thử, Ủy viên Thường vụ, Chủ tịch Ủy ban nhân dân tỉnh Mẫu, dự.",
        "Thay mặt Bộ trưởng, Thứ trưởng Trần Thị Hòa Ví dự.", "Trợ lý Thứ trưởng Nguyễn Văn Mẫu dự.",
        "Tại Hà Nội, Bộ trưởng Bộ Ví dụ tiếp khách.",
        "Ông Nguyễn Văn Mẫu, Thứ trưởng Trần Thị Hòa Ví cùng dự.",
        "Ông Nguyễn Văn Mẫu, Thứ trưởng Bộ Ví dụ Trần Thị Hòa Ví cùng dự.",
        "Giám đốc Nguyễn Văn Mẫu của một cửa hàng.", "Nguyễn Văn Mẫu đọc sách.",
        "Hoàng Văn Lạ, Giám đốc Công ty Thử, dự.",
    ],
)  # fmt: skip
def test_what_the_directory_says_is_right(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Thứ trưởng Bộ Ví dụ Nguyễn Văn Mẫu phát biểu.", "Thứ trưởng Nguyễn Văn Mẫu phát biểu.",
        "Nguyễn Văn Mẫu, Thứ trưởng Bộ Ví dụ, phát biểu.", "Bộ trưởng Trần Thị Hòa Ví dự.",
        "Chủ tịch UBND tỉnh Mẫu Trần Thị Hoà Ví dự.", "Nguyên Bộ trưởng Bộ Ví dụ Trần Thị Hòa Ví dự.",
        "Phó Bộ trưởng Bộ Ví dụ, Bộ trưởng Bộ Ví dụ Lê Đình Thử dự.",
    ],
)  # fmt: skip
def test_a_title_that_is_not_held_on_the_day_is_told(text: str) -> None:
    assert said(text) == ["title-not-held"]


def test_what_counts_is_the_day_of_the_event_and_both_days_of_the_change() -> None:
    text = "Thứ trưởng Bộ Ví dụ Nguyễn Văn Mẫu phát biểu."

    held = {day: said(text, event_on=day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2019, 12, 31))}

    assert held == {
        date(2026, 2, 28): [],
        date(2026, 3, 1): ["title-not-held"],
        date(2019, 12, 31): ["title-not-held"],
    }


@pytest.mark.parametrize(
    "name", ["Nguyễn Văn Mẩu", "Nguyễn Văn Mâu", "Nguyễn Vă Mẫu", "Nguyên Văn Mẫu", "Nguyễn Văn Mẫuu", "Nguyen Van Mau"]
)
def test_a_name_that_is_nearly_right_beside_its_title_is_told(name: str) -> None:
    assert said(f"Bộ trưởng Bộ Ví dụ {name} phát biểu.") == ["name-misspelt"]
    assert said(f"Ông {name}, Bộ trưởng Bộ Ví dụ, phát biểu.") == ["name-misspelt"]
    assert said(f"Ông {name} đọc sách.") == []


def test_another_persons_name_beside_a_title_is_told() -> None:
    assert said("Bộ trưởng Bộ Ví dụ Phạm Văn Khác phát biểu.") == ["title-of-another"]
    assert said("Bộ trưởng Bộ Ví dụ Phạm Văn Khác phát biểu.", event_on=date(2019, 1, 1)) == []


def test_grade_a_stops_and_grade_b_warns_with_name_title_day_and_record() -> None:
    text = "<p>Mở đầu.</p><p>Thứ trưởng Nguyễn Văn Mẫu phát biểu.</p>"

    levels = {grade: findings(text, grade=grade)[0] for grade in ("A", "B")}

    assert (levels["A"].level, levels["B"].level) == (Level.BLOCK, Level.WARN)
    assert levels["A"].where == "Đoạn 2"
    assert levels["A"].text == (
        "“Nguyễn Văn Mẫu” không giữ chức “Thứ trưởng” vào ngày 25/11/2026; danh bạ ghi Thứ trưởng Bộ Ví dụ "
        "(từ 01/01/2020 đến 28/02/2026); Bộ trưởng Bộ Ví dụ (từ 01/03/2026)."
    )


def test_without_a_directory_nothing_is_said() -> None:
    assert said("Thứ trưởng Nguyễn Văn Mẫu phát biểu.", officials=()) == []
    assert said("Thứ trưởng Nguyễn Văn Mẫu phát biểu.", officials=POSTS) != []


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("mau", "mau", 0), ("mau", "mua", 1), ("mau", "ma", 1), ("mau", "mat", 1), ("mau", "tho", 3)],
)
def test_a_distance_counts_letters_put_taken_changed_and_swapped(one: str, other: str, far: int) -> None:
    assert distance(one, other, 5) == distance(other, one, 5) == far
    assert distance(one, other, 1) == min(far, 2)
