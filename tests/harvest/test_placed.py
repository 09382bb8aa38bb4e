"""Why an item stands where it stands, in words."""

from __future__ import annotations

import pytest

from cong.harvest.placed import why_there


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("default", "mặc định"), ("default, words:giao-duc 0.55", "giống tin mục"), ("path:/a, b/", "“/a, b/”"),
        ("agency:tag:Giáo dục", "Quy tắc của cơ quan: thẻ “Giáo dục”"), ("words:giao-duc 0.90", "90%"),
        ("document:file, number 2/QĐ", "“2/QĐ”"), ("document:perhaps file", "Có thể là văn bản"),
        ("", "Giữ như đã xếp"), ("person", "Người duyệt"), ("khác", "khác"),
    ],
)  # fmt: skip
def test_the_reason_of_a_section_is_told_in_words(reason: str, words: str) -> None:
    assert words in why_there(reason)
