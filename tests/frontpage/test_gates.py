"""The ways around the one door onto the shelf of compositions, by raw SQL: the database refuses each."""

from __future__ import annotations

import pytest
from django.db import connection

from cong.entries.models import Entry, FrontPage
from cong.publishing.models import Policy, Snapshot
from cong.publishing.process import ReleaseKind
from tests.frontpage.makers import approved, centre, entries, live, pinned, submitted
from tests.makers import NOON
from tests.publishing.forging import forge, refused, sql

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        "composition = '{}'", "section = 'kinh-te'", "lang = 'en'", "sha256 = 'x'", "release_id = release_id + 1",
        "expires_at = '2030-01-01 00:00:00'",
    ],
)  # fmt: skip
def test_what_stands_is_what_was_released(change: str) -> None:
    live(centre(), pinned(*entries(1)))

    refused("not what was released", lambda: sql(f"UPDATE entries_frontpage SET {change}"))


def test_nothing_gets_there_without_its_release() -> None:
    room, [one] = centre(), entries(1)
    snapshot = approved(room, pinned(one)).snapshot
    assert snapshot
    row = FrontPage(
        id=snapshot.publication_id, release_id=one.release_id, sha256=snapshot.sha256, section="", lang="vi",
        composition=pinned(one).written(),
    )  # fmt: skip

    refused("not what was released", lambda: row.save(force_insert=True))


def test_a_composition_is_not_released_unjudged_nor_by_a_policy() -> None:
    room = centre()
    snapshot = submitted(room, pinned(*entries(1))).snapshot
    assert snapshot
    Policy.objects.create(slug="moi", name="Mới", origin="frontpage", from_at=NOON)

    refused("appraisal and approval", lambda: forge(snapshot, by=room.duty.pk))
    refused("no policy composes a page", lambda: forge(snapshot, policy="moi"))


def test_it_stays_until_it_is_withdrawn_and_then_goes_by_itself() -> None:
    room = centre()
    front = live(room, pinned(*entries(1)))
    snapshot = Snapshot.objects.get(publication=front.pk)

    refused("still released", lambda: sql("DELETE FROM entries_frontpage"))
    if connection.vendor == "postgresql":
        refused("still released", lambda: sql("TRUNCATE entries_frontpage"))
    forge(snapshot, kind=ReleaseKind.WITHDRAW, by=room.duty.pk)
    assert not FrontPage.objects.exists()


def test_a_composition_never_stands_among_the_entries() -> None:
    [one] = entries(1)
    front = live(centre(), pinned(one))
    snapshot = Snapshot.objects.get(publication=front.pk)
    values = {field.attname: getattr(one, field.attname) for field in Entry._meta.concrete_fields}
    wrong = Entry(**values | {"id": front.pk, "release_id": front.release_id, "sha256": snapshot.sha256})

    refused("composition is none|not what was released", lambda: wrong.save(force_insert=True))
