"""What happened to one publication, in order, in people's words: snapshots, decisions, releases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from cong.agencies.history import who_held
from cong.agencies.models import Membership, Role
from cong.publishing.differences import Mark, differences
from cong.publishing.models import Decision, Docket, Release, Snapshot, Step
from cong.publishing.process import Content, ReleaseKind, State

_ROLES = {Step.APPRAISE: Role.APPRAISER, Step.SECRECY: Role.SECRECY_OFFICER, Step.APPROVE: Role.APPROVER,
          Step.EMERGENCY: Role.DUTY_EDITOR, Step.CONFIRM: Role.APPROVER}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Act:
    """One line of the history."""

    at: datetime
    words: str
    who: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step on the way of the current snapshot."""

    label: str
    who: str = ""
    at: datetime | None = None
    done: bool = False
    now: bool = False


def acts(docket: Docket) -> list[Act]:
    """Return everything that happened to the publication, the latest first."""
    return sorted(_acts(docket), key=lambda act: act.at, reverse=True)


def _acts(docket: Docket) -> Iterator[Act]:
    of = {"publication": docket.pk}
    for sealed in Snapshot.objects.filter(**of).select_related("by"):
        yield Act(at=sealed.at, words=_("Trình thẩm định"), who=str(sealed.by or ""), note="")
    for decided in Decision.objects.filter(snapshot__publication=docket.pk).select_related("by"):
        yield Act(at=decided.at, words=str(Step(decided.step).label), who=signed(docket, decided), note=decided.note)
    for released in Release.objects.filter(**of).select_related("by", "policy"):
        who = str(released.by or released.policy or "")
        yield Act(at=released.at, words=_released(released), who=who, note=released.note)


def signed(docket: Docket, decision: Decision) -> str:
    """Return who decided, and for whom, when the role was held that day only as a deputy (ký thay)."""
    role = _ROLES.get(Step(decision.step))
    if role is None or not Membership.objects.filter(user=decision.by, role=role, deputy_of__isnull=False).exists():
        return str(decision.by)
    held = who_held([role], docket.agency, timezone.localtime(decision.at).date())
    mine = [one for one in held if one.username == decision.by.username]
    if not mine or not all(one.deputy_of for one in mine):
        return str(decision.by)
    return _("%(deputy)s (ký thay %(absent)s)") % {"deputy": decision.by, "absent": mine[0].deputy_of}


def _released(release: Release) -> str:
    words = {
        ReleaseKind.PUBLISH: _("Xuất bản"),
        ReleaseKind.CORRECT: _("Đính chính"),
        ReleaseKind.WITHDRAW: _("Gỡ"),
    }
    said = words[ReleaseKind(release.kind)]
    return _("%(act)s (khẩn)") % {"act": said} if release.provisional else said


def stages(docket: Docket) -> list[Stage]:
    """Return the way of the current snapshot: done, being at, to come."""
    if docket.snapshot is None:
        return []
    given = {d.step: d for d in Decision.objects.filter(snapshot=docket.snapshot_id).select_related("by")}
    wanted = [Step.APPRAISE, *([Step.SECRECY] if docket.needs_secrecy else []), Step.APPROVE]
    sent = Stage(label=_("Trình"), who=str(docket.snapshot.by or ""), at=docket.snapshot.at, done=True)
    made = [sent, *(_stage(docket, step, given.get(step)) for step in wanted)]
    live = docket.state in (State.LIVE, State.PROVISIONAL)
    made.append(Stage(label=_("Xuất bản"), done=live))
    return [_marked(stage, first_open=_first_open(made)) for stage in made]


def _stage(docket: Docket, step: Step, decision: Decision | None) -> Stage:
    if decision is None:
        return Stage(label=str(step.label))
    return Stage(label=str(step.label), who=signed(docket, decision), at=decision.at, done=True)


def _first_open(made: list[Stage]) -> Stage | None:
    return next((stage for stage in made if not stage.done), None)


def _marked(stage: Stage, *, first_open: Stage | None) -> Stage:
    if stage is not first_open:
        return stage
    return Stage(label=stage.label, who=stage.who, at=stage.at, done=stage.done, now=True)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text in one of the two columns."""

    text: str
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One changed block, as it is public and as it would be."""

    before: list[Piece]
    after: list[Piece]


def public_content(docket: Docket) -> Content | None:
    """Return what readers see now of the publication, or saw last; None when it was never public."""
    released = Release.objects.filter(publication=docket.pk).exclude(kind=ReleaseKind.WITHDRAW)
    last = released.select_related("snapshot").order_by("-id").first()
    return Content.parse(last.snapshot.content, last.snapshot.html) if last else None


def side_by_side(before: Content, after: Content) -> list[Line]:
    """Return the blocks that differ, each as its two columns."""
    return [
        Line(
            before=[_piece(run.text, run.mark) for run in block.runs if run.mark is not Mark.INSERTED],
            after=[_piece(run.text, run.mark) for run in block.runs if run.mark is not Mark.DELETED],
        )
        for block in differences(before, after)
    ]


def _piece(text: str, mark: Mark) -> Piece:
    return Piece(text=text, changed=mark is not Mark.SAME)
