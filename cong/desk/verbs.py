"""What one person may do with one docket now: the buttons of its screen. The actions check everything again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.rights import Rights, rights_of
from cong.publishing.models import Contributor, Decision, Docket, Grade, Step
from cong.publishing.process import State

_JUDGED = frozenset({State.SUBMITTED, State.APPRAISED, State.CLEARED})
_READY = frozenset({State.APPROVED, State.SCHEDULED, State.HELD})
_IDLE = frozenset({State.DRAFT, State.RETURNED, State.RECALLED})
_WORKERS = (Role.APPRAISER, Role.APPROVER, Role.DUTY_EDITOR, Role.SECRECY_OFFICER)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What decides which buttons are there."""

    state: State
    agency: int
    grade: str
    user: int
    rights: Rights
    contributed: bool
    steps: frozenset[str]
    decided: bool
    needs_secrecy: bool
    confirms: bool
    claimed_by: int | None

    def holds(self, *roles: Role) -> bool:
        return any(self.rights.holds(role, self.agency) for role in roles)

    def judges(self) -> bool:
        """Tell whether the person may still judge this snapshot: no contributor, not decided yet."""
        return not self.contributed and not self.decided


def _appraises(case: Case) -> bool:
    waits = case.state == State.SUBMITTED or (case.state == State.PROVISIONAL and Step.APPRAISE not in case.steps)
    return waits and case.judges() and case.holds(Role.APPRAISER)


def _clears(case: Case) -> bool:
    waits = case.needs_secrecy and Step.SECRECY not in case.steps
    in_time = case.state in (State.SUBMITTED, State.APPRAISED, State.PROVISIONAL)
    return waits and in_time and case.judges() and case.holds(Role.SECRECY_OFFICER)


def _approves(case: Case) -> bool:
    cleared = not case.needs_secrecy or Step.SECRECY in case.steps
    appraised = case.state in (State.APPRAISED, State.CLEARED) or (
        case.state == State.PROVISIONAL and Step.APPRAISE in case.steps
    )
    holds = case.rights.everywhere(Role.APPROVER) if case.grade == Grade.A else case.holds(Role.APPROVER)
    return appraised and cleared and holds and case.judges()


def _rejects(case: Case) -> bool:
    open_ = case.state in _JUDGED | _READY | {State.PROVISIONAL}
    return open_ and case.judges() and case.holds(Role.APPRAISER, Role.APPROVER, Role.SECRECY_OFFICER)


_RULES: dict[str, Callable[[Case], bool]] = {
    "appraise": _appraises,
    "secrecy": _clears,
    "approve": _approves,
    "reject": _rejects,
    "release": lambda case: case.state in _READY and case.holds(Role.DUTY_EDITOR),
    "schedule": lambda case: case.state in _READY and case.holds(Role.DUTY_EDITOR),
    "unschedule": lambda case: case.state == State.SCHEDULED and case.holds(Role.DUTY_EDITOR),
    "recall": lambda case: case.state in _JUDGED | _READY and case.contributed,
    "spike": lambda case: case.state in _IDLE and case.holds(Role.AUTHOR),
    "restore": lambda case: case.state == State.SPIKED and case.holds(Role.AUTHOR),
    "claim": lambda case: case.state in _JUDGED | _READY and case.claimed_by is None and case.holds(*_WORKERS),
    "unclaim": lambda case: case.claimed_by == case.user,
    "assign": lambda case: case.state in _JUDGED | _READY and case.holds(Role.APPROVER, Role.DUTY_EDITOR),
    "withdraw": lambda case: case.state in (State.LIVE, State.PROVISIONAL) and case.holds(Role.DUTY_EDITOR),
    "confirm": lambda case: case.confirms and case.holds(Role.APPROVER),
    "key": lambda case: case.state in _JUDGED and case.judges() and case.holds(Role.DUTY_EDITOR, Role.APPROVER),
}


def open_to(docket: Docket, user: User) -> set[str]:
    """Return the verbs whose forms the person gets to see on the docket's screen."""
    case = case_of(docket, user)
    return {verb for verb, rule in _RULES.items() if rule(case)}


def case_of(docket: Docket, user: User) -> Case:
    """Read what the rules need: who contributed, which steps are done."""
    decided = Decision.objects.filter(snapshot=docket.snapshot_id).values_list("step", "by_id")
    given = list(decided) if docket.snapshot_id else []
    contributed = bool(docket.snapshot_id) and Contributor.objects.filter(
        snapshot=docket.snapshot_id, user=user
    ).exists()  # fmt: skip
    return Case(
        state=State(docket.state), agency=docket.agency_id, grade=docket.grade, user=user.pk, rights=rights_of(user),
        contributed=contributed, steps=frozenset(step for step, _ in given),
        decided=any(by == user.pk for _, by in given), needs_secrecy=docket.needs_secrecy,
        confirms=docket.confirm_by is not None, claimed_by=docket.claimed_by_id,
    )  # fmt: skip
