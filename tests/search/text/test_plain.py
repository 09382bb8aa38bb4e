"""Bodies as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.text.plain import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Một <b>hai</b>ba</p><p>bốn</p>", "Một haiba\nbốn"),
        ('<p>A<img alt="x > y"> B</p>', "A\nB"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("<ul><li>một<li>hai</ul>", "một\nhai"),
        ("không có thẻ", "không có thẻ"),
        ("", ""),
    ],
)
def test_blocks_become_lines_and_inline_markup_disappears(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(alphabet="<>&\"'=/ pab", max_size=200))
def test_any_markup_becomes_lines_with_single_spaces(html: str) -> None:
    lines = plain_text(html).splitlines()

    assert lines == [" ".join(line.split()) for line in lines if line]
