"""Tests `cong/frontpage/filling.py`: whatever editors pinned, nothing stands twice and nothing stands that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cong.frontpage.filling import SHORT_TIMELINE, Front, fill
from cong.frontpage.process import BLANK, Composition, Notice, Pin, Urgency

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)
LATER, EARLIER = NOON + timedelta(hours=1), NOON - timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Thing:
    pk: int
    agency_id: int = 1
    picture: str = ""
    lang: str = "vi"


def filled(
    newest: list[Thing], composition: Composition = BLANK, gone: frozenset[int] = frozenset(), **more: Thing
) -> Front[Thing]:
    picked = {one.pk: one for one in (*newest, *more.values()) if one.pk not in gone}
    return fill([one for one in newest if one.pk not in gone], composition, picked, lang="vi", at=NOON)


THINGS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["", "ab"]), st.sampled_from(["vi", "vi", "en"])), max_size=30
).map(
    lambda given: [
        Thing(pk=1000 - place, agency_id=agency, picture=picture, lang=lang)
        for place, (agency, picture, lang) in enumerate(given)
    ]
)
PIN = st.none() | st.builds(
    lambda entry, until: Pin(entry=entry, until=until), st.integers(965, 1005), st.sampled_from([None, LATER, EARLIER])
)
COMPOSITIONS = st.builds(
    lambda lead, seconds, picks: Composition(
        lead=lead, seconds=tuple(seconds), picks=tuple(pin for pin in picks if pin), name="Chọn lọc"
    ),
    PIN, st.lists(PIN, min_size=3, max_size=3), st.lists(PIN, max_size=6),
)  # fmt: skip


@given(THINGS, COMPOSITIONS, st.frozensets(st.integers(965, 1005)))
def test_any_mix_of_slots_is_filled_once_in_order_and_never_with_what_is_gone(
    things: list[Thing], composition: Composition, gone: frozenset[int]
) -> None:
    front = filled(things, composition, gone)
    shown = [thing.pk for thing in (*front.large(), *front.timeline)]
    public = {thing.pk for thing in things} - gone
    honoured = [pin.entry for pin in composition.pins() if pin.holds(NOON) and pin.entry in public]

    assert len(set(shown)) == len(shown)
    assert set(shown) <= public
    assert front.pinned == set(honoured) <= set(shown)
    assert [thing.pk for thing in front.picks] == _first_times(composition, honoured)
    assert bool(front.lead) == bool(public - {thing.pk for thing in front.picks} - {thing.pk for thing in front.trio})
    if composition.lead and composition.lead.holds(NOON) and composition.lead.entry in public:
        assert front.lead
        assert front.lead.pk == composition.lead.entry
    left = [thing.pk for thing in front.timeline]
    assert left == sorted(left, reverse=True)


def _first_times(composition: Composition, honoured: list[int]) -> list[int]:
    above = [pin.entry for pin in (composition.lead, *composition.seconds) if pin and pin.holds(NOON)]
    picks = [pin.entry for pin in composition.picks if pin.holds(NOON) and pin.entry in honoured]
    return [entry for entry in dict.fromkeys(picks) if entry not in above]


@given(THINGS)
def test_an_untouched_page_is_filled_by_itself(things: list[Thing]) -> None:
    front = filled(things)

    assert len(front.trio) == min(3, max(0, len(things) - 1))
    assert front.pinned == frozenset()
    assert not front.picks
    assert not front.trio_has_pictures or all(thing.picture for thing in front.trio)


def test_the_lead_is_the_newest_with_a_picture() -> None:
    front = filled([Thing(pk=3), Thing(pk=2, picture="ab"), Thing(pk=1)])

    assert front.lead == Thing(pk=2, picture="ab")
    assert [*front.trio, *front.timeline] == [Thing(pk=3), Thing(pk=1)]


def test_the_language_of_the_page_leads_even_without_a_picture() -> None:
    front = filled([Thing(pk=2, picture="ab", lang="en"), Thing(pk=1)])

    assert front.lead == Thing(pk=1)


def test_three_others_come_from_other_agencies_where_there_are_any() -> None:
    things = [Thing(pk=pk, agency_id=agency, picture="ab") for pk, agency in [(9, 1), (8, 1), (7, 2), (6, 3), (5, 4)]]

    assert [thing.agency_id for thing in filled(things).trio] == [2, 3, 4]


def test_a_row_of_three_has_pictures_throughout_or_is_text() -> None:
    things = [Thing(pk=5, picture="ab"), Thing(pk=4), Thing(pk=3, picture="ab"), Thing(pk=2), Thing(pk=1)]

    front = filled(things)

    assert [thing.pk for thing in front.trio] == [4, 3, 2]
    assert not front.trio_has_pictures
    assert [thing.pk for thing in front.timeline] == [1]


def test_a_pinned_second_keeps_its_place_and_the_others_are_filled_around_it() -> None:
    things = [Thing(pk=pk, agency_id=pk, picture="ab") for pk in range(9, 0, -1)]

    front = filled(things, Composition(seconds=(None, Pin(entry=2), None)))

    assert [thing.pk for thing in front.trio] == [8, 2, 7]
    assert front.lead
    assert front.lead.pk == 9


def test_beside_a_lead_without_a_picture_the_timeline_is_short() -> None:
    assert len(filled([Thing(pk=pk) for pk in range(20, 0, -1)]).timeline) == SHORT_TIMELINE


def test_an_empty_shelf_has_no_front() -> None:
    assert filled([]) == Front()


def test_a_notice_goes_at_its_end_and_leads_nowhere_when_its_entry_is_gone() -> None:
    said = Notice(urgency=Urgency.LIVE, label="Khẩn", text="Mưa lớn", link="/tin-tuc/moi-truong/mua-7", until=LATER)
    over = Notice(urgency=Urgency.LIVE, label="Khẩn", text="Mưa lớn", until=NOON)

    standing = filled([Thing(pk=7)], Composition(notice=said))
    unlinked = filled([Thing(pk=7)], Composition(notice=said), frozenset({7}))

    assert standing.notice == said
    assert unlinked.notice
    assert unlinked.notice.link == ""
    assert filled([], Composition(notice=over)).notice is None
