"""The ways around the one door, by raw SQL: the database refuses each, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection

from cong.agencies.models import Agency, Role
from cong.entries.models import Entry
from cong.publishing import actions
from cong.publishing.models import Contributor, Origin, Snapshot, Step
from cong.publishing.process import ReleaseKind
from tests import makers
from tests.makers import NOON
from tests.publishing.forging import forge, refused, sql

pytestmark = pytest.mark.django_db


def newsroom_snapshot(owner: Agency) -> Snapshot:
    author = makers.person("tacgia", Role.AUTHOR, owner)
    number = actions.open_publications(owner, Origin.NEWSROOM, 1, at=NOON)[0]
    sealed = actions.seal_all([(number, makers.content(owner))], by=author, at=NOON)[0]
    return Snapshot.objects.get(pk=sealed.id)


@pytest.mark.parametrize("table", ["publishing_snapshot", "publishing_release", "journal_event"])
def test_the_ledger_is_append_only(table: str) -> None:
    makers.entry()

    refused("append-only", lambda: sql(f"UPDATE {table} SET at = at"))
    refused("append-only", lambda: sql(f"DELETE FROM {table}"))


def test_a_decision_is_never_changed() -> None:
    owner = makers.agency()
    snapshot = newsroom_snapshot(owner)
    appraiser = makers.person("tham", Role.APPRAISER, owner)
    actions.decide(snapshot, Step.APPRAISE, sha256=snapshot.sha256, by=appraiser, at=NOON)

    refused("append-only", lambda: sql("UPDATE publishing_decision SET step = 'approve'"))
    refused("append-only", lambda: sql("DELETE FROM publishing_decision"))


def test_insert_or_replace_does_not_slip_past_the_delete_trigger() -> None:
    makers.entry()
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    if connection.vendor == "sqlite":
        attack = "INSERT OR REPLACE INTO publishing_snapshot SELECT * FROM publishing_snapshot"
    else:
        attack = "TRUNCATE publishing_snapshot CASCADE"

    refused("append-only", lambda: sql(attack))


@pytest.mark.parametrize(
    "change",
    [
        "title = 'Khác'", "html = '<p>Khác</p>'", "summary = 'x'", "section = 'kinh-te'", "source_url = 'http://x'",
        "picture = 'x'", "number = '1'", "note = 'x'", "lang = 'en'", "slug = 'x'", "author = 'x'", "corrections = 3",
        "picture_width = 9", "sha256 = 'x'", "release_id = 99", "id = 99",
        "media = '[\"ab\"]'", "event_on = '2026-01-01'",
        "translation_of = 7", "expires_at = '2026-12-01 00:00:00+00:00'",
    ],
)  # fmt: skip
def test_a_public_entry_is_not_edited_by_hand(change: str) -> None:
    makers.entry()

    refused("not what was released", lambda: sql(f"UPDATE entries_entry SET {change}"))


def test_tags_and_moments_are_held_too() -> None:
    entry = makers.entry(tags=("Giáo dục",))
    moment = NOON.replace(year=2020)

    refused("not what was released", lambda: Entry.objects.filter(pk=entry.pk).update(tags=["Khác"]))
    refused("not what was released", lambda: Entry.objects.filter(pk=entry.pk).update(published_at=moment))
    refused("not what was released", lambda: Entry.objects.filter(pk=entry.pk).update(harvested_at=None))
    refused("not what was released", lambda: Entry.objects.filter(pk=entry.pk).update(released_at=moment))
    refused("not what was released", lambda: Entry.objects.filter(pk=entry.pk).update(agency=makers.agency()))


def test_an_entry_without_release_is_refused() -> None:
    entry = makers.entry()
    entry.pk, entry.release_id = 999, 999

    refused("not what was released", lambda: entry.save(force_insert=True))


def test_what_is_released_does_not_vanish_from_the_shelf() -> None:
    makers.entry()

    refused("still released", lambda: sql("DELETE FROM entries_entry"))


def test_a_withdrawal_by_raw_sql_takes_the_entry_down_at_once() -> None:
    entry = makers.entry()
    snapshot = Snapshot.objects.get(publication=entry.pk)

    forge(snapshot, kind=ReleaseKind.WITHDRAW, policy="harvest-withdraw")

    assert not Entry.objects.exists()


def test_a_broken_chain_is_refused() -> None:
    entry = makers.entry()
    snapshot = Snapshot.objects.get(publication=entry.pk)

    refused("broken chain", lambda: forge(snapshot, id=7, kind=ReleaseKind.CORRECT, policy="harvest-auto"))


def test_release_needs_a_policy_or_four_eyes() -> None:
    owner = makers.agency()
    snapshot = newsroom_snapshot(owner)

    refused("two people", lambda: forge(snapshot, by=snapshot.by_id))


def test_a_harvest_policy_does_not_cover_the_newsroom() -> None:
    snapshot = newsroom_snapshot(makers.agency())

    refused("policy does not cover", lambda: forge(snapshot, policy="harvest-auto"))


def test_a_contributor_never_judges() -> None:
    owner = makers.agency()
    snapshot = newsroom_snapshot(owner)
    approver = makers.person("duyet", Role.APPROVER, owner)
    Contributor.objects.create(snapshot=snapshot, user=approver)

    refused(
        "by one who contributed",
        lambda: actions.decide(snapshot, Step.APPROVE, sha256=snapshot.sha256, by=approver, at=NOON),
    )


def test_who_is_named_a_contributor_later_has_judged_nothing() -> None:
    owner = makers.agency()
    snapshot = newsroom_snapshot(owner)
    people = [makers.person("tham", Role.APPRAISER, owner), makers.person("duyet", Role.APPROVER, owner)]
    for person, step in zip(people, (Step.APPRAISE, Step.APPROVE), strict=True):
        actions.decide(snapshot, step, sha256=snapshot.sha256, by=person, at=NOON)
    Contributor.objects.create(snapshot=snapshot, user=people[1])
    duty = makers.person("truc", Role.DUTY_EDITOR, owner)

    refused("two people", lambda: actions.release(snapshot, by=duty, at=NOON))


def test_text_changed_after_approval_is_not_released() -> None:
    owner = makers.agency()
    snapshot = newsroom_snapshot(owner)
    for name, role, step in (("tham", Role.APPRAISER, Step.APPRAISE), ("duyet", Role.APPROVER, Step.APPROVE)):
        actions.decide(snapshot, step, sha256=snapshot.sha256, by=makers.person(name, role, owner), at=NOON)
    duty = makers.person("truc", Role.DUTY_EDITOR, owner)
    later = [(snapshot.publication_id, makers.content(owner, "Bản sửa lén"))]
    sneaked = Snapshot.objects.get(pk=actions.seal_all(later, by=duty, at=NOON)[0].id)

    refused("not the latest", lambda: actions.release(snapshot, by=duty, at=NOON))
    refused("two people", lambda: actions.release(sneaked, by=duty, at=NOON))


def test_a_rejected_snapshot_is_not_released() -> None:
    owner = makers.agency()
    number = actions.open_publications(owner, Origin.HARVEST, 1, at=NOON)[0]
    sealed = actions.seal_all([(number, makers.content(owner))], by=None, at=NOON)
    snapshot = Snapshot.objects.get(pk=sealed[0].id)
    appraiser = makers.person("tham", Role.APPRAISER, owner)
    actions.decide(snapshot, Step.REJECT, sha256=snapshot.sha256, by=appraiser, at=NOON, note="Thiếu nguồn.")

    refused("rejected", lambda: actions.release_by_policy(sealed, makers.policy(), at=NOON))


def test_another_hash_is_not_released() -> None:
    owner = makers.agency()
    number = actions.open_publications(owner, Origin.HARVEST, 1, at=NOON)[0]
    snapshot = Snapshot.objects.get(pk=actions.seal_all([(number, makers.content(owner))], by=None, at=NOON)[0].id)

    refused("do not belong together", lambda: forge(snapshot, sha256="f" * 64, policy="harvest-auto"))


def test_a_decision_on_another_hash_is_refused() -> None:
    owner = makers.agency()
    snapshot = newsroom_snapshot(owner)
    appraiser = makers.person("tham")

    refused(
        "not this snapshot",
        lambda: snapshot.decisions.create(sha256="f" * 64, step=Step.APPROVE, by=appraiser, at=NOON),
    )
