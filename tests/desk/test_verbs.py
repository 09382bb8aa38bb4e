"""The screen of a docket offers exactly what succeeds: every verb, in every state, to everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.desk import verbs
from cong.entries.models import Mode
from cong.publishing import emergency, passage, timing, withdrawal
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Docket, Step
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed
from cong.publishing.rights import turn_of
from tests.desk.dockets import HOUR, LATER, MADE, Scene, scene, withdrawn
from tests.jobs.makers import Clock
from tests.publishing.makers import fresh

REFUSALS = (NotAllowed, OutOfDate, PermissionDenied, Blocked)
# The actions allow these more often than the screen has a use for them: who sits at it changes nothing of what is
# judged, and an officer may look at what no rule asked them to.
MORE_THAN_OFFERED = frozenset({"claim", "unclaim", "assign", "secrecy"})
# Two keys are of two kinds: that is told to the one who turns a second of the same. What was appraised may be so again.
OTHERWISE = {
    ("one key turned", "duty-editor-2", "key"), ("provisional, appraised", "appraiser-2", "appraise"),
}  # fmt: skip


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr("django.utils.timezone.now", Clock(LATER))
        yield scene()
        transaction.set_rollback(True)


def _judging(step: Step) -> Callable[[Docket, User], Any]:
    def judge(docket: Docket, by: User) -> None:
        if docket.snapshot is None:
            raise NotAllowed("Bài này chưa được trình.")
        passage.judge(docket.snapshot, step, sha256=_sha(docket), by=by, at=LATER, note="Xem lại.")

    return judge


def _sha(docket: Docket) -> str:
    return docket.snapshot.sha256 if docket.snapshot else ""


def _assign(docket: Docket, by: User) -> None:
    to = User.objects.get(username=f"{turn_of(docket)[0]}-2")
    passage.assign(docket, to, due_at=None, by=by, at=LATER)


DONE: dict[str, Callable[[Docket, User], Any]] = {
    **{str(step): _judging(step) for step in (Step.APPRAISE, Step.SECRECY, Step.APPROVE, Step.REJECT)},
    "release": lambda docket, by: timing.release_now(docket, sha256=_sha(docket), by=by, at=LATER),
    "schedule": lambda docket, by: timing.schedule(docket, LATER + HOUR, sha256=_sha(docket), by=by, at=LATER),
    "unschedule": lambda docket, by: timing.unschedule(docket, by=by, at=LATER),
    "recall": lambda docket, by: passage.recall(docket, by=by, at=LATER),
    "spike": lambda docket, by: passage.spike(docket, by=by, at=LATER, note="Trùng bài."),
    "restore": lambda docket, by: passage.restore(docket, by=by, at=LATER),
    "claim": lambda docket, by: passage.claim(docket, by=by, at=LATER),
    "unclaim": lambda docket, by: passage.unclaim(docket, by=by, at=LATER),
    "assign": _assign,
    "withdraw": lambda docket, by: withdrawal.withdraw(docket, mode=Mode.GONE, note="Sai.", by=by, at=LATER),
    "confirm": lambda docket, by: withdrawal.confirm(docket, by=by, at=LATER),
    "key": lambda docket, by: emergency.turn_key(docket, sha256=_sha(docket), reason="Bão.", by=by, at=LATER),
}


def succeeds(verb: str, docket: Docket, by: User) -> bool:
    """Do it, tell whether that was allowed, and undo it."""
    try:
        with transaction.atomic():
            DONE[verb](docket, by)
            transaction.set_rollback(True)
    except REFUSALS:
        return False
    return True


@pytest.mark.parametrize("state", MADE)
def test_the_screen_offers_what_succeeds_and_nothing_else(here: Scene, state: str) -> None:
    with transaction.atomic():
        docket = fresh(MADE[state](here))
        wrong = [
            f"{name} {'is' if verb in offered else 'is not'} offered {verb}"
            for name, person in here.people.items()
            for offered in [verbs.open_to(docket, person)]
            for verb in DONE
            if verb in offered or verb not in MORE_THAN_OFFERED
            if (state, name, verb) not in OTHERWISE
            if (verb in offered) != succeeds(verb, docket, person)
        ]
        transaction.set_rollback(True)

    assert wrong == []


def test_every_verb_is_offered_to_somebody_somewhere(here: Scene) -> None:
    with transaction.atomic():
        dockets = [fresh(make(here)) for make in MADE.values()]
        people = here.people.values()
        offered = {verb for docket in dockets for person in people for verb in verbs.open_to(docket, person)}
        transaction.set_rollback(True)

    assert offered == DONE.keys()


def test_who_took_it_down_is_not_offered_to_confirm_that(here: Scene) -> None:
    with transaction.atomic():
        Membership.objects.create(
            user=here.room.duty, agency=here.room.agency, role=Role.APPROVER, from_on=LATER.date()
        )
        docket, both = withdrawn(here), User.objects.get(pk=here.room.duty.pk)
        offered, done = verbs.open_to(docket, both), succeeds("confirm", docket, both)
        transaction.set_rollback(True)

    assert ("confirm" in offered, done) == (False, False)
