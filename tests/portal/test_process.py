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


def test_the_lead_is_the_newest_with_a_picture() -> None:
    front = process.front([Thing(pk=3), Thing(pk=2, picture="ab"), Thing(pk=1)])

    assert front.lead == Thing(pk=2, picture="ab")
    assert [*front.trio, *front.timeline] == [Thing(pk=3), Thing(pk=1)]


def test_a_text_in_another_language_does_not_lead_when_there_is_one_in_vietnamese() -> None:
    front = process.front([Thing(pk=2, picture="ab", lang="en"), Thing(pk=1, picture="ab")])

    assert front.lead == Thing(pk=1, picture="ab")


def test_three_others_come_from_other_agencies_where_there_are_any() -> None:
    things = [Thing(pk=pk, agency_id=agency, picture="ab") for pk, agency in [(9, 1), (8, 1), (7, 2), (6, 3), (5, 4)]]

    front = process.front(things)

    assert [thing.agency_id for thing in front.trio] == [2, 3, 4]


def test_a_row_of_three_has_pictures_throughout_or_is_text() -> None:
    things = [Thing(pk=5, picture="ab"), Thing(pk=4), Thing(pk=3, picture="ab"), Thing(pk=2), Thing(pk=1)]

    front = process.front(things)

    assert [thing.pk for thing in front.trio] == [4, 3, 2]
    assert not front.trio_has_pictures
    assert [thing.pk for thing in front.timeline] == [1]


def test_beside_a_lead_without_a_picture_the_timeline_is_short() -> None:
    front = process.front([Thing(pk=pk) for pk in range(20)])

    assert len(front.timeline) == process.SHORT_TIMELINE


def test_an_empty_shelf_has_no_front() -> None:
    assert process.front([]) == process.Front()


@given(THINGS)
def test_nothing_stands_twice_on_the_front(things: list[Thing]) -> None:
    front = process.front(things)
    shown = [*front.large(), *front.timeline]

    assert len({thing.pk for thing in shown}) == len(shown)
    assert bool(shown) == bool(things)


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
