"""What the source takes away: declared deletions, pages that are gone, and what is no removal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from cong.entries.models import Change, Entry, Op, Tombstone
from cong.harvest import actions
from cong.harvest.models import Item, ItemState, Source, Trust
from cong.publishing.models import Release, Snapshot
from tests.harvest.makers import (
    a_source,
    is_sound,
    release_by_people,
    rss_item,
    rss_of,
    state_of,
    titles,
    visit,
)
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_HOUR = timedelta(hours=1)
_LATER = NOON + _HOUR


def _atom(*parts: str) -> bytes:
    spaces = 'xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
    return f"<feed {spaces}><title>Tin xã</title>{''.join(parts)}</feed>".encode()


def _entry(number: int) -> str:
    return (
        f"<entry><id>tag:xa.vn,2026:{number}</id><title>Tin số {number}</title><link href='https://xa.vn/tin/{number}'/>"
        f"<updated>2026-11-24T0{number}:00:00Z</updated><content>Nội dung {number}</content></entry>"
    )


def test_what_the_source_declares_deleted_is_withdrawn_and_never_made_again() -> None:
    source = a_source()
    visit(source, _atom(_entry(1), _entry(2)))

    taken = visit(
        source, _atom(_entry(2), '<at:deleted-entry ref="tag:xa.vn,2026:1" when="2026-11-25T00:00:00Z"/>'), _LATER
    )
    back = visit(source, _atom(_entry(1), _entry(2)), _LATER + _HOUR)

    assert (taken.gone, back.new, back.changed) == (1, 0, 0)
    assert titles() == ["Tin số 2"]
    assert Tombstone.objects.get().title == "Tin số 1"
    assert Change.objects.filter(op=Op.REMOVE).count() == 1
    assert is_sound()


def test_a_deletion_told_again_and_again_is_one_withdrawal() -> None:
    source, gone = a_source(), '<at:deleted-entry ref="tag:xa.vn,2026:1" when="2026-11-25T00:00:00Z"/>'
    visit(source, _atom(_entry(1), _entry(2)))

    taken = [visit(source, _atom(_entry(2), gone), NOON + number * _HOUR).gone for number in (1, 2, 3)]

    assert taken == [1, 0, 0]
    assert Tombstone.objects.count() == 1


def test_held_things_that_the_source_deletes_are_closed() -> None:
    source = a_source(Trust.REVIEW)
    visit(source, _atom(_entry(1)))

    visit(source, _atom('<at:deleted-entry ref="tag:xa.vn,2026:1" when="2026-11-25T00:00:00Z"/>'), _LATER)

    assert state_of() == ItemState.GONE
    assert not Tombstone.objects.exists()


def test_an_item_that_a_person_released_is_withdrawn_with_its_source() -> None:
    source = a_source(Trust.REVIEW)
    visit(source, _atom(_entry(1)))
    release_by_people(Snapshot.objects.get())

    visit(source, _atom('<at:deleted-entry ref="tag:xa.vn,2026:1" when="2026-11-25T00:00:00Z"/>'), _LATER)

    assert not Entry.objects.exists()
    assert Tombstone.objects.count() == 1


def test_absence_from_the_list_is_not_removal_but_a_reason_to_look() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1), rss_item(2)))

    visit(source, rss_of(rss_item(2)), _LATER)

    dropped = Item.objects.get(url="https://xa.vn/tin/1")
    assert titles() == ["Tin số 1", "Tin số 2"]
    assert dropped.left_at == _LATER
    assert dropped.check_at is not None
    assert Item.objects.get(url="https://xa.vn/tin/2").check_at is None


def test_an_empty_list_is_no_reason_to_look_anywhere() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1)))

    visit(source, rss_of(), _LATER)

    assert Item.objects.get().left_at is None


def test_an_item_that_is_listed_again_is_not_looked_after_any_more() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1), rss_item(2)))
    visit(source, rss_of(rss_item(2)), _LATER)
    _look(404, at=_LATER + _HOUR)

    visit(source, rss_of(rss_item(1), rss_item(2)), _LATER + 2 * _HOUR)

    item = Item.objects.get(url="https://xa.vn/tin/1")
    assert (item.left_at, item.check_at, item.missing_at) == (None, None, None)


def _dropped() -> Source:
    source = a_source()
    visit(source, rss_of(rss_item(1), rss_item(2)))
    visit(source, rss_of(rss_item(2)), _LATER)
    return source


def _look(*answers: int, at: datetime, apart: timedelta = _HOUR) -> list[bool]:
    told = []
    for number, status in enumerate(answers):
        item = Item.objects.get(url="https://xa.vn/tin/1")
        told.append(actions.note_page_check(item, status, at=at + number * apart))
    return told


@pytest.fixture
def _a_day() -> Iterator[None]:
    with override_settings(HARVEST_GONE_AFTER=86_400):
        yield


_DAY = timedelta(days=1)


@pytest.mark.usefixtures("_a_day")
@pytest.mark.parametrize("status", [404, 410])
def test_a_page_missing_twice_a_day_apart_is_gone_for_ever(status: int) -> None:
    source = _dropped()

    told = _look(status, status, at=_LATER, apart=_DAY)
    back = visit(source, rss_of(rss_item(1), rss_item(2)), _LATER + 2 * _DAY)

    assert told == [False, True]
    assert back.new == 0
    assert titles() == ["Tin số 2"]
    assert (state_of(), Item.objects.get(url__endswith="/1").check_at) == (ItemState.GONE, None)
    assert Release.objects.latest("id").policy_id == "harvest-withdraw"
    assert is_sound()


@pytest.mark.usefixtures("_a_day")
@pytest.mark.parametrize(
    ("answers", "apart"),
    [((404,), _DAY), ((404, 404, 404), _HOUR), ((404, 200, 404), _DAY), ((404, 503, 404), _DAY), ((404, 0, 404), _DAY)],
)
def test_less_than_that_removes_nothing(answers: Sequence[int], apart: timedelta) -> None:
    _dropped()

    told = _look(*answers, at=_LATER, apart=apart)

    assert not any(told)
    assert titles() == ["Tin số 1", "Tin số 2"]
    assert Item.objects.get(url__endswith="/1").check_at is not None


@pytest.mark.usefixtures("_a_day")
def test_a_page_that_stands_is_left_alone() -> None:
    _dropped()

    _look(200, at=_LATER)

    assert Item.objects.get(url__endswith="/1").check_at is None


@pytest.mark.usefixtures("_a_day")
def test_a_host_that_never_answers_is_not_asked_for_ever() -> None:
    _dropped()

    _look(*[0] * 20, at=_LATER, apart=_DAY)

    assert Item.objects.get(url__endswith="/1").check_at is None
    assert titles() == ["Tin số 1", "Tin số 2"]


# ---- the visit itself -----------------------------------------------------------------------------------------------
