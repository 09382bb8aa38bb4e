"""The gates of the strict process by raw SQL: each fails closed, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cong.accounts.models import User
from cong.entries.models import Entry
from cong.publishing.actions import seal_all
from cong.publishing.models import Contributor, Decision, Docket, Snapshot, Step
from cong.publishing.process import ReleaseKind
from tests.makers import NOON
from tests.publishing.forging import forge, refused
from tests.publishing.makers import Newsroom, appraised, approved, content, fresh, live, newsroom, submitted

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def snapshot_of(docket: Docket) -> Snapshot:
    found = fresh(docket).snapshot
    assert found
    return found


def decision(snapshot: Snapshot, step: Step, by: User, *, at: datetime = NOON) -> Decision:
    return Decision.objects.create(snapshot=snapshot, sha256=snapshot.sha256, step=step, by=by, at=at)


def sealed(room: Newsroom, docket: Docket, **given: object) -> Snapshot:
    """Seal by the low-level action, which makes no docket move."""
    one = seal_all([(docket.pk, content(room, **given))], by=room.author, at=NOON)[0]  # type: ignore[arg-type]
    return Snapshot.objects.get(pk=one.id)


def four_eyes(room: Newsroom, snapshot: Snapshot) -> Snapshot:
    decision(snapshot, Step.APPRAISE, room.appraiser)
    decision(snapshot, Step.APPROVE, room.approver)
    return snapshot


def test_what_is_secret_needs_its_officer(room: Newsroom) -> None:
    snapshot = four_eyes(room, snapshot_of(submitted(room, secrecy=True)))

    refused("secrecy officer", lambda: forge(snapshot, by=room.duty.pk))
    decision(snapshot, Step.SECRECY, room.secrecy)

    assert forge(snapshot, by=room.duty.pk).pk


def test_an_officer_named_a_contributor_later_has_cleared_nothing(room: Newsroom) -> None:
    snapshot = four_eyes(room, snapshot_of(submitted(room, secrecy=True)))
    decision(snapshot, Step.SECRECY, room.secrecy)
    Contributor.objects.create(snapshot=snapshot, user=room.secrecy)

    refused("secrecy officer", lambda: forge(snapshot, by=room.duty.pk))


def test_one_person_does_not_decide_twice(room: Newsroom) -> None:
    snapshot = snapshot_of(appraised(room))

    refused("(?i)unique", lambda: decision(snapshot, Step.APPROVE, room.appraiser))


def test_a_judgement_is_too_old_after_thirty_days(room: Newsroom) -> None:
    old, good = snapshot_of(approved(room)), snapshot_of(approved(room))
    late = NOON + 30 * DAY

    refused("two people", lambda: forge(old, by=room.duty.pk, at=late + SECOND))
    assert forge(good, by=room.duty.pk, at=late).pk


def test_a_judgement_from_the_future_does_not_count(room: Newsroom) -> None:
    snapshot = snapshot_of(submitted(room))
    decision(snapshot, Step.APPRAISE, room.appraiser, at=NOON + DAY)
    decision(snapshot, Step.APPROVE, room.approver)

    refused("two people", lambda: forge(snapshot, by=room.duty.pk))


def test_no_policy_publishes_or_corrects_what_people_write(room: Newsroom) -> None:
    first = snapshot_of(approved(room))
    refused("no policy publishes", lambda: forge(first, policy="expiry"))
    docket = live(room)
    second = four_eyes(room, sealed(room, docket))

    refused("no policy publishes", lambda: forge(second, policy="expiry", kind=ReleaseKind.CORRECT, note="x"))
    assert forge(second, policy="expiry", kind=ReleaseKind.WITHDRAW).pk


def test_two_keys_open_a_first_release_marked_for_it(room: Newsroom) -> None:
    snapshot = snapshot_of(submitted(room))
    decision(snapshot, Step.EMERGENCY, room.duty)
    refused("two keys", lambda: forge(snapshot, by=room.duty.pk, provisional=True))
    decision(snapshot, Step.EMERGENCY, room.approver, at=NOON + MINUTE)

    refused("two people", lambda: forge(snapshot, by=room.duty.pk, at=NOON + MINUTE))
    assert forge(snapshot, by=room.duty.pk, provisional=True, at=NOON + MINUTE).provisional


@pytest.mark.parametrize(("apart", "after"), [(10 * MINUTE + SECOND, SECOND), (MINUTE, 11 * MINUTE)])
def test_keys_turned_too_far_apart_or_too_long_ago_open_nothing(
    room: Newsroom, apart: timedelta, after: timedelta
) -> None:
    snapshot = snapshot_of(submitted(room))
    decision(snapshot, Step.EMERGENCY, room.duty)
    decision(snapshot, Step.EMERGENCY, room.approver, at=NOON + apart)

    refused("two keys", lambda: forge(snapshot, by=room.duty.pk, provisional=True, at=NOON + apart + after))


def test_keys_open_no_correction_and_nothing_that_was_public(room: Newsroom) -> None:
    docket = live(room)
    snapshot = sealed(room, docket)
    for person in (room.duty, room.approver):
        decision(snapshot, Step.EMERGENCY, person)
    forged = {"by": room.duty.pk, "provisional": True, "note": "x"}

    refused("two keys", lambda: forge(snapshot, kind=ReleaseKind.CORRECT, **forged))
    forge(snapshot_of(docket), kind=ReleaseKind.WITHDRAW, by=room.duty.pk)
    refused("two keys", lambda: forge(snapshot, kind=ReleaseKind.PUBLISH, **forged))


def test_nothing_is_released_under_embargo(room: Newsroom) -> None:
    snapshot = snapshot_of(approved(room, not_before=NOON + MINUTE))

    refused("embargo", lambda: forge(snapshot, by=room.duty.pk, at=NOON + MINUTE - SECOND))
    assert forge(snapshot, by=room.duty.pk, at=NOON + MINUTE).pk


@pytest.mark.parametrize("step", [Step.RECALL, Step.REJECT])
def test_what_was_recalled_or_rejected_is_not_released(room: Newsroom, step: Step) -> None:
    snapshot = snapshot_of(approved(room))
    decision(snapshot, step, room.author if step is Step.RECALL else room.secrecy)

    refused("rejected or recalled", lambda: forge(snapshot, by=room.duty.pk))


@pytest.mark.parametrize("step", [Step.APPRAISE, Step.SECRECY, Step.APPROVE, Step.REJECT, Step.EMERGENCY])
def test_nobody_decides_on_what_they_worked_on(room: Newsroom, step: Step) -> None:
    docket = submitted(room)
    later = sealed(room, docket, title="Bản sau")

    refused("by one who contributed", lambda: decision(later, step, room.author))


def test_a_correction_of_what_people_wrote_needs_a_public_note(room: Newsroom) -> None:
    snapshot = four_eyes(room, sealed(room, live(room)))

    refused("public note", lambda: forge(snapshot, kind=ReleaseKind.CORRECT, by=room.duty.pk, note="  "))
    assert forge(snapshot, kind=ReleaseKind.CORRECT, by=room.duty.pk, note="Sửa giờ.").pk


@pytest.mark.parametrize("who", ["author", "appraiser", "approver"])
def test_who_wrote_or_judged_does_not_release(room: Newsroom, who: str) -> None:
    snapshot = snapshot_of(approved(room))

    refused("contributed or judged", lambda: forge(snapshot, by=getattr(room, who).pk))


def test_a_withdrawal_is_confirmed_by_another_and_only_when_there_is_one(room: Newsroom) -> None:
    docket = live(room)
    snapshot = snapshot_of(docket)
    refused("another has withdrawn", lambda: decision(snapshot, Step.CONFIRM, room.approver))
    forge(snapshot, kind=ReleaseKind.WITHDRAW, by=room.duty.pk)

    refused("another has withdrawn", lambda: decision(snapshot, Step.CONFIRM, room.duty))
    assert decision(snapshot, Step.CONFIRM, room.approver).pk


def test_the_new_columns_of_an_entry_are_held_too(room: Newsroom) -> None:
    docket = live(room, event_on=NOON.date(), translation_of=1, expires_at=NOON + DAY, media=())
    shown = Entry.objects.filter(pk=docket.pk)

    for change in (
        {"event_on": None}, {"event_on": NOON.date() + DAY}, {"translation_of": None}, {"translation_of": 2},
        {"expires_at": None}, {"expires_at": NOON}, {"media": ["a" * 64]},
    ):  # fmt: skip
        refused("not what was released", lambda change=change: shown.update(**change))  # type: ignore[misc]
