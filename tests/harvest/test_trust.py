"""What the trust in a source lets out, and what waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cong.agencies.models import Role
from cong.entries.models import Change, Entry, Tombstone
from cong.harvest.models import Item, ItemRevision, ItemState, Source, Trust
from cong.publishing import actions as publishing
from cong.publishing.models import Release, Snapshot
from tests import makers
from tests.harvest.makers import (
    a_source,
    edit_by_people,
    is_sound,
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


def test_nothing_of_a_source_under_review_is_public() -> None:
    source = a_source(Trust.REVIEW)

    visit(source, rss_of(rss_item(1)))
    visit(source, rss_of(rss_item(1, "Sửa")), _LATER)

    assert not Entry.objects.exists()
    assert not Release.objects.exists()
    assert not Change.objects.exists()
    assert (state_of(), Item.objects.get().revision) == (ItemState.HELD, 2)
    assert Snapshot.objects.count() == 2


def test_a_link_only_source_shows_title_and_summary_but_no_text() -> None:
    visit(a_source(Trust.LINK_ONLY), rss_of(rss_item(body="<p>Nội dung đầy đủ.</p>")))

    entry = Entry.objects.get()
    assert (entry.html, entry.summary) == ("", "Nội dung đầy đủ.")
    assert entry.source_url
    assert Release.objects.get().policy_id == "harvest-link-only"


def test_what_was_held_waits_on_when_its_source_is_trusted_and_speaks_again() -> None:
    source = a_source(Trust.REVIEW)
    visit(source, rss_of(rss_item(1)))
    Source.objects.update(trust=Trust.AUTO)

    visit(source, rss_of(rss_item(1, "Sửa")), _LATER)

    assert not Entry.objects.exists()
    assert state_of() == ItemState.HELD


def test_what_a_source_under_review_changes_of_a_public_item_waits_for_a_person() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1)))
    Source.objects.update(trust=Trust.REVIEW)

    visit(source, rss_of(rss_item(1, "Sửa")), _LATER)

    assert titles() == ["Tin số 1"]
    assert (Item.objects.awaiting_person().get().held_revision, state_of()) == (2, ItemState.PUBLISHED)


def test_what_a_trusted_source_changes_afterwards_needs_no_person_any_more() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1)))
    Source.objects.update(trust=Trust.REVIEW)
    visit(source, rss_of(rss_item(1, "Sửa")), _LATER)
    Source.objects.update(trust=Trust.AUTO)

    visit(source, rss_of(rss_item(1, "Sửa lần nữa")), _LATER + timedelta(hours=1))

    assert titles() == ["Sửa lần nữa"]
    assert not Item.objects.awaiting_person().exists()


def test_what_a_person_released_is_not_overwritten_by_the_source() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1)))
    item = Item.objects.get()
    edit_by_people(item.publication_id, "Bản do người sửa")

    taken = visit(source, rss_of(rss_item(1, "Nguồn sửa")), _LATER)

    item.refresh_from_db()
    assert taken.changed == 1
    assert titles() == ["Bản do người sửa"]
    assert (item.revision, item.held_revision, ItemRevision.objects.latest("n").changed) == (2, 2, "title")
    assert is_sound()


def test_what_a_person_withdrew_does_not_come_back_with_the_sources_next_edit() -> None:
    source = a_source()
    visit(source, rss_of(rss_item(1)))
    publication = Item.objects.get().publication
    editor = makers.person("truc", Role.DUTY_EDITOR, source.agency)
    publishing.withdraw(publication, by=editor, at=NOON, note="Sai sự thật.")

    visit(source, rss_of(rss_item(1, "Nguồn sửa")), _LATER)

    assert not Entry.objects.exists()
    assert Tombstone.objects.get().note == "Sai sự thật."
    assert is_sound()
