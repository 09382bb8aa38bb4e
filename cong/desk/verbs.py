"""What one person may do with one docket now: the buttons of its screen. The actions check everything again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.rights import Rights, rights_of
from cong.publishing.actions import is_public
from cong.publishing.models import BundleState, Decision, Docket, Grade, Release, Step
from cong.publishing.process import State
from cong.publishing.rights import contributors_of, turn_of

_JUDGED = frozenset({State.SUBMITTED, State.APPRAISED, State.CLEARED})
_READY = frozenset({State.APPROVED, State.SCHEDULED, State.HELD})
_IDLE = frozenset({State.DRAFT, State.RETURNED, State.RECALLED})
_UNDER_WAY = _JUDGED | _READY | {State.PROVISIONAL}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What decides which buttons are there.

    `uninvolved`: neither worked on it since the last release nor decided on this snapshot. `turn`: whose turn it is.
    `last_by`: who is behind the last release, if there ever was one; `released` tells that.
    """

    state: State
    agency: int
    grade: str
    user: int
    rights: Rights
    contributed: bool
    uninvolved: bool
    steps: frozenset[str]
    needs_secrecy: bool
    in_bundle: bool
    is_public: bool
    released: bool
    last_by: int | None
    unconfirmed: bool
    claimed_by: int | None
    turn: tuple[Role, ...]

    def holds(self, *roles: Role) -> bool:
        return any(self.rights.holds(role, self.agency) for role in roles)

    def is_cleared(self) -> bool:
        return not self.needs_secrecy or Step.SECRECY in self.steps


def _appraises(case: Case) -> bool:
    waits = case.state == State.SUBMITTED or (case.state == State.PROVISIONAL and Step.APPRAISE not in case.steps)
    return waits and case.uninvolved and case.holds(Role.APPRAISER)


def _clears(case: Case) -> bool:
    in_time = case.state in (State.SUBMITTED, State.APPRAISED, State.PROVISIONAL)
    return in_time and not case.is_cleared() and case.uninvolved and case.holds(Role.SECRECY_OFFICER)


def _approves(case: Case) -> bool:
    seen = Step.APPRAISE in case.steps and Step.REJECT not in case.steps
    waits = case.state in (State.APPRAISED, State.CLEARED, State.PROVISIONAL) and seen and case.is_cleared()
    holds = case.rights.everywhere(Role.APPROVER) if case.grade == Grade.A else case.holds(Role.APPROVER)
    return waits and holds and case.uninvolved


def _rejects(case: Case) -> bool:
    judges = case.holds(Role.APPRAISER, Role.APPROVER, Role.SECRECY_OFFICER)
    return case.state in _UNDER_WAY and case.uninvolved and judges


def _releases(case: Case) -> bool:
    return case.state in _READY and not case.in_bundle and case.uninvolved and case.holds(Role.DUTY_EDITOR)


def _turns_key(case: Case) -> bool:
    fits = case.state in _JUDGED and not case.released and case.is_cleared()
    return fits and case.uninvolved and case.holds(Role.DUTY_EDITOR, Role.APPROVER)


def _unclaims(case: Case) -> bool:
    return case.claimed_by is not None and (case.claimed_by == case.user or case.holds(Role.DUTY_EDITOR))


_RULES: dict[str, Callable[[Case], bool]] = {
    "appraise": _appraises,
    "secrecy": _clears,
    "approve": _approves,
    "reject": _rejects,
    "release": _releases,
    "schedule": _releases,
    "unschedule": lambda case: case.state == State.SCHEDULED and case.holds(Role.DUTY_EDITOR),
    "recall": lambda case: case.state in _JUDGED | _READY and case.contributed and case.holds(Role.AUTHOR),
    "spike": lambda case: case.state in _IDLE and case.holds(Role.AUTHOR, Role.APPROVER),
    "restore": lambda case: case.state == State.SPIKED and case.holds(Role.AUTHOR, Role.APPROVER),
    "claim": lambda case: case.state in _UNDER_WAY and case.claimed_by is None and case.holds(*case.turn),
    "unclaim": _unclaims,
    "assign": lambda case: case.state in _UNDER_WAY and case.holds(Role.APPROVER, Role.DUTY_EDITOR),
    # Whatever is under way besides: what is public must be quick to take down.
    "withdraw": lambda case: case.is_public and case.holds(Role.DUTY_EDITOR),
    "confirm": lambda case: case.unconfirmed and case.last_by != case.user and case.holds(Role.APPROVER),
    "key": _turns_key,
}


def open_to(docket: Docket, user: User) -> set[str]:
    """Return the verbs whose forms the person gets to see on the docket's screen."""
    case = case_of(docket, user)
    return {verb for verb, rule in _RULES.items() if rule(case)}


def case_of(docket: Docket, user: User) -> Case:
    """Read what the rules need: who contributed, which steps are done, what is public."""
    made = list(Decision.objects.filter(snapshot=docket.snapshot_id).values_list("step", "by_id"))
    steps = made if docket.snapshot_id else []
    contributed = user.pk in contributors_of(docket.pk)
    decided = any(by == user.pk for step, by in steps if step != Step.CONFIRM)
    last = Release.objects.filter(publication=docket.pk).order_by("-id").values_list("by", flat=True)[:1]
    return Case(
        state=State(docket.state), agency=docket.agency_id, grade=docket.grade, user=user.pk, rights=rights_of(user),
        contributed=contributed, uninvolved=not contributed and not decided,
        steps=frozenset(step for step, _ in steps), needs_secrecy=docket.needs_secrecy,
        in_bundle=docket.bundle is not None and docket.bundle.state != BundleState.RELEASED,
        is_public=is_public(docket.pk), released=bool(last), last_by=next(iter(last), None),
        unconfirmed=docket.confirm_by is not None, claimed_by=docket.claimed_by_id, turn=turn_of(docket),
    )  # fmt: skip
