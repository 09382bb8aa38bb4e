"""Tests `cong/portal/process.py`."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from cong.portal import process


@dataclass(frozen=True, kw_only=True)
class Thing:
    pk: int
    agency_id: int = 1
    picture: str = ""
    lang: str = "vi"


@dataclass(frozen=True, kw_only=True)
class Paper:
    number: str
    title: str = "Kế hoạch năm 2027"


THINGS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["", "ab"])), max_size=30).map(
    lambda given: [Thing(pk=pk, agency_id=agency, picture=picture) for pk, (agency, picture) in enumerate(given)]
)


@given(THINGS, st.sets(st.integers(0, 30)))
def test_a_column_repeats_nothing_and_begins_with_a_picture_if_it_has_one(things: list[Thing], shown: set[int]) -> None:
    column = process.column(things, shown)

    assert len(column) <= process.COLUMN
    assert not {thing.pk for thing in column} & shown
    assert not any(thing.picture for thing in column) or column[0].picture


def test_guidance_is_known_by_its_symbol_or_its_title() -> None:
    guides = [
        Paper(number="142/HD-VPC"),
        Paper(number="7-HD/TW"),
        Paper(number="", title="Hướng dẫn tra cứu"),
    ]
    others = [Paper(number="87/QĐ-TV"), Paper(number="12/KHĐT")]

    assert process.guides([*others, *guides]) == (others, guides)
