"""Tests `cong/entries/process.py`."""

from __future__ import annotations

from cong.entries.process import lede


def test_a_summary_that_the_body_opens_with_is_not_told_twice() -> None:
    body = "<p><b>Hà Nội</b>, ngày 25: thư viện &amp; nhà văn hóa mở cửa buổi tối từ tuần này.</p>"

    assert lede("Hà Nội, ngày 25: thư viện & nhà văn hóa…", body) == ""
    assert lede("Mở thêm giờ đọc sách.", body) == "Mở thêm giờ đọc sách."
    assert lede("Chỉ có tóm tắt.", "") == "Chỉ có tóm tắt."
