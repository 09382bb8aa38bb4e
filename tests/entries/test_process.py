"""Tests `cong/entries/process.py`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cong.entries.process import is_provisional, lede, record

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_summary_that_the_body_opens_with_is_not_told_twice() -> None:
    body = "<p><b>Hà Nội</b>, ngày 25: thư viện &amp; nhà văn hóa mở cửa buổi tối từ tuần này.</p>"

    assert lede("Hà Nội, ngày 25: thư viện & nhà văn hóa…", body) == ""
    assert lede("Hà Nội, ngày 25: thư viện & nhà văn hóa mở cửa buổi tối từ tuần này. Rồi…", f"{body}<p>Ảnh</p>") == ""
    assert lede("Mở thêm giờ đọc sách.", body) == "Mở thêm giờ đọc sách."
    assert lede("Chỉ có tóm tắt.", "") == "Chỉ có tóm tắt."


def test_two_keys_without_an_approval_are_provisional() -> None:
    assert is_provisional(["emergency"])
    assert is_provisional(["emergency", "appraise"])
    assert not is_provisional(["emergency", "appraise", "approve"])
    assert not is_provisional(["appraise", "approve"])
    assert not is_provisional([])


def test_what_was_done_is_told_in_its_order() -> None:
    judged = [("appraise", NOON), ("approve", NOON)]
    emergency = [("emergency", NOON), ("appraise", NOON + HOUR)]
    again = [("appraise", NOON + HOUR), ("approve", NOON + HOUR)]

    first = record(judged, released_at=NOON, corrected_at=None)
    keys = record(emergency, released_at=NOON, corrected_at=None)
    corrected = record(again, released_at=NOON, corrected_at=NOON + HOUR)

    assert [what for what, _ in first] == ["appraise", "approve", "release"]
    assert [what for what, _ in keys] == ["emergency", "appraise"]
    assert [what for what, _ in corrected] == ["release", "appraise", "approve", "correct"]
