from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.media.ranges import Part, Unsatisfiable, part_of


@pytest.mark.parametrize(
    ("header", "start", "size"),
    [
        ("bytes=0-", 0, 100),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 10),
        ("bytes=90-500", 90, 10),
        ("bytes=-1", 99, 1),
        ("bytes=-500", 0, 100),
        ("Bytes= 5-9 ", 5, 5),
    ],
)
def test_one_part_is_understood(header: str, start: int, size: int) -> None:
    assert part_of(header, 100) == Part(start=start, size=size, total=100)


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 40 + "-"],
)
def test_what_cannot_be_read_is_answered_with_the_whole(header: str) -> None:
    assert part_of(header, 100) is None


@pytest.mark.parametrize(
    ("header", "total"),
    [("bytes=100-", 100), ("bytes=500-600", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)],
)
def test_a_part_behind_the_end_cannot_be_had(header: str, total: int) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(header, total)


@given(st.text(alphabet="bytes=-,0123456789 ", max_size=30), st.integers(0, 10_000))
def test_a_part_always_lies_within_the_file(header: str, total: int) -> None:
    try:
        part = part_of(header, total)
    except Unsatisfiable:
        return

    assert part is None or (part.size > 0 and part.start >= 0 and part.start + part.size <= total)
