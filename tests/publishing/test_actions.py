"""The one door, by its actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.agencies.models import Agency, Role
from cong.entries.models import Change, Entry, Op, Tombstone
from cong.journal.actions import broken
from cong.publishing import actions
from cong.publishing.models import Origin, Policy, Publication, Release, Snapshot, Step
from cong.publishing.process import Content, NotAllowed
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def _sound() -> bool:
    return not list(problems()) and not list(broken())


def _sealed_by(author: object, owner: Agency) -> Snapshot:
    ids = actions.open_publications(owner, Origin.NEWSROOM, 1, at=NOON)
    sealed = actions.seal_all([(ids[0], makers.content(owner))], by=author, at=NOON)  # type: ignore[arg-type]
    return Snapshot.objects.get(pk=sealed[0].id)


def test_a_harvested_item_is_released_under_a_named_policy() -> None:
    entry = makers.entry(title="Đường ven hồ mở lại")

    release = Release.objects.get(pk=entry.release_id)

    assert (release.kind, release.policy_id, release.publication_id) == ("publish", "harvest-auto", entry.pk)
    assert entry.slug == "duong-ven-ho-mo-lai"
    assert _sound()


def test_content_survives_the_ledger_unchanged() -> None:
    owner = makers.agency()
    content = makers.content(owner, tags=("Giáo dục", 'dấu "nháy" \\ và \n'), number="27-QĐ/TW", picture_alt="Ảnh")

    entry = makers.entries([content])[0]
    snapshot = Snapshot.objects.get(publication=entry.pk)

    assert Content.parse(snapshot.content, snapshot.html) == content
    assert entry.tags == list(content.tags)


def test_a_correction_keeps_the_address_number_and_counts_itself() -> None:
    entry = makers.entry()

    corrected = makers.correct(entry, title="Thư viện xã mở cửa cả ngày", note="Sửa giờ mở cửa.")

    assert (corrected.pk, corrected.title, corrected.corrections) == (
        entry.pk,
        "Thư viện xã mở cửa cả ngày",
        1,
    )
    assert corrected.released_at == entry.released_at
    assert corrected.note == "Sửa giờ mở cửa."
    assert _sound()


def test_a_withdrawal_leaves_a_tombstone_and_nothing_on_the_shelf() -> None:
    entry = makers.entry()

    makers.withdraw(entry, note="Nguồn đã gỡ bài.")

    assert not Entry.objects.filter(pk=entry.pk).exists()
    assert Tombstone.objects.get(pk=entry.pk).title == entry.title
    assert _sound()


def test_what_is_withdrawn_cannot_be_withdrawn_again() -> None:
    entry = makers.entry()
    makers.withdraw(entry)

    with pytest.raises(NotAllowed):
        makers.withdraw(entry)


def test_a_withdrawn_thing_can_be_published_again_and_loses_its_tombstone() -> None:
    entry = makers.entry()
    makers.withdraw(entry)
    snapshot = Snapshot.objects.get(publication=entry.pk)
    content = Content.parse(snapshot.content, snapshot.html)

    again = actions.seal_all([(entry.pk, content)], by=None, at=NOON)
    actions.release_by_policy(again, makers.policy(), at=NOON + timedelta(hours=3))

    assert Entry.objects.get(pk=entry.pk).corrections == 0
    assert not Tombstone.objects.exists()
    assert _sound()


def test_changes_are_numbered_without_gaps() -> None:
    first = makers.entry(title="Một")
    makers.correct(first, title="Một sửa")
    makers.withdraw(first)

    changes = list(Change.objects.after(0).values_list("seq", "entry_id", "op"))

    assert changes == [(1, first.pk, Op.PUT), (2, first.pk, Op.PUT), (3, first.pk, Op.REMOVE)]


def test_a_batch_is_one_chain_in_order() -> None:
    owner = makers.agency()
    ids = actions.open_publications(owner, Origin.HARVEST, 3, at=NOON)
    contents = [(number, makers.content(owner, f"Tin {number}")) for number in ids]

    numbers = actions.release_by_policy(actions.seal_all(contents, by=None, at=NOON), makers.policy(), at=NOON)

    assert numbers == [1, 2, 3]
    assert Entry.objects.count() == 3
    assert _sound()


def test_four_eyes_release_a_newsroom_article() -> None:
    owner = makers.agency()
    author = makers.person("tacgia", Role.AUTHOR, owner)
    snapshot = _sealed_by(author, owner)

    actions.decide(
        snapshot,
        Step.APPRAISE,
        sha256=snapshot.sha256,
        by=makers.person("tham", Role.APPRAISER, owner),
        at=NOON,
    )
    actions.decide(
        snapshot,
        Step.APPROVE,
        sha256=snapshot.sha256,
        by=makers.person("duyet", Role.APPROVER, owner),
        at=NOON,
    )
    actions.release(snapshot, by=makers.person("truc", Role.DUTY_EDITOR, owner), at=NOON)

    assert Entry.objects.get(pk=snapshot.publication_id).sha256 == snapshot.sha256
    assert _sound()


def test_a_person_of_another_agency_decides_nothing() -> None:
    owner = makers.agency()
    snapshot = _sealed_by(makers.person("tacgia"), owner)
    stranger = makers.person("la", Role.APPRAISER, makers.agency())

    with pytest.raises(PermissionDenied):
        actions.decide(snapshot, Step.APPRAISE, sha256=snapshot.sha256, by=stranger, at=NOON)


def test_a_decision_on_other_bytes_is_out_of_date() -> None:
    owner = makers.agency()
    snapshot = _sealed_by(makers.person("tacgia"), owner)
    appraiser = makers.person("tham", Role.APPRAISER, owner)

    with pytest.raises(actions.OutOfDate):
        actions.decide(snapshot, Step.APPRAISE, sha256="0" * 64, by=appraiser, at=NOON)


def test_returning_a_text_needs_a_reason() -> None:
    owner = makers.agency()
    snapshot = _sealed_by(makers.person("tacgia"), owner)
    appraiser = makers.person("tham", Role.APPRAISER, owner)

    with pytest.raises(NotAllowed):
        actions.decide(snapshot, Step.REJECT, sha256=snapshot.sha256, by=appraiser, at=NOON)


def test_withdrawal_needs_somebody_behind_it() -> None:
    entry = makers.entry()

    with pytest.raises(NotAllowed):
        actions.withdraw(Publication.objects.get(pk=entry.pk), at=NOON, note="")


def test_every_release_is_in_the_journal() -> None:
    entry = makers.entry()
    makers.withdraw(entry)
    from_journal = list(Policy.objects.get(pk="harvest-auto").releases.values_list("kind", flat=True))

    assert from_journal == ["publish", "withdraw"]
    assert _sound()


def test_replacing_content_changes_the_seal() -> None:
    content = makers.content(makers.agency())

    assert content.canonical() != replace(content, title="Khác").canonical()
