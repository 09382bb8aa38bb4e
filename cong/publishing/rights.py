"""Who may do what to a docket: roles held on the day, and people who have had their hand in it already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.agencies.queries import holds
from cong.publishing.models import Contributor, Decision, Docket, Grade, Release, Snapshot, Step
from cong.publishing.process import NotAllowed, State

# Whose turn it is. A secrecy officer's turn comes beside these where the content asks for one.
TURN: dict[State, tuple[Role, ...]] = {
    State.DRAFT: (Role.AUTHOR,),
    State.RETURNED: (Role.AUTHOR,),
    State.RECALLED: (Role.AUTHOR,),
    State.SPIKED: (Role.AUTHOR,),
    State.SUBMITTED: (Role.APPRAISER,),
    State.APPRAISED: (Role.APPROVER,),
    State.CLEARED: (Role.APPROVER,),
    State.APPROVED: (Role.DUTY_EDITOR,),
    State.SCHEDULED: (Role.DUTY_EDITOR,),
    State.HELD: (Role.DUTY_EDITOR,),
    State.LIVE: (Role.AUTHOR,),
    State.PROVISIONAL: (Role.APPRAISER, Role.APPROVER),
    State.WITHDRAWN: (Role.APPROVER, Role.AUTHOR),
}


def day(at: datetime) -> date:
    """Return the day that a moment is on, here."""
    return timezone.localtime(at).date()


def may(by: User, agency: Agency, roles: Iterable[Role], *, at: datetime) -> bool:
    """Tell whether the person holds one of the roles, there or at the centre."""
    return any(holds(by, role, agency, on=day(at)) for role in roles)


def must(by: User, agency: Agency, *roles: Role, at: datetime) -> None:
    """Raise PermissionDenied unless the person holds one of the roles."""
    if not may(by, agency, roles, at=at):
        names = " hoặc ".join(str(role.label) for role in roles)
        raise PermissionDenied(f"Việc này cần vai trò {names} ở {agency.short_name}; bạn không giữ vai trò đó hôm nay.")


def must_approve(by: User, docket: Docket, *, at: datetime) -> None:
    """Raise PermissionDenied unless the person may approve a thing of this grade."""
    if docket.grade != Grade.A:
        must(by, docket.agency, Role.APPROVER, at=at)
        return
    centre = Agency.objects.filter(is_centre=True).first()
    if centre is None or not holds(by, Role.APPROVER, centre, on=day(at)):
        raise PermissionDenied("Bài hạng A phải do người duyệt ở Trung ương duyệt.")


def turn_of(docket: Docket) -> tuple[Role, ...]:
    """Return the roles whose turn it is."""
    roles = TURN[State(docket.state)]
    waits = docket.state in (State.SUBMITTED, State.APPRAISED, State.PROVISIONAL)
    return (*roles, Role.SECRECY_OFFICER) if docket.needs_secrecy and waits else roles


def contributors_of(publication: int) -> set[int]:
    """Return the ids of all who worked on it since its last release."""
    # A withdrawal names the snapshot that it takes down: it counts as no later one.
    last = Release.objects.filter(publication=publication).aggregate(last=Max("snapshot_id"))["last"] or 0
    found = Contributor.objects.filter(snapshot__publication=publication, snapshot_id__gt=last)
    return set(found.values_list("user_id", flat=True))


def must_be_uninvolved(by: User, snapshot: Snapshot) -> None:
    """Raise NotAllowed when the person worked on it since the last release, or has judged this snapshot."""
    if by.pk in contributors_of(snapshot.publication_id):
        raise NotAllowed("Bạn đã tham gia soạn bài này nên không được thẩm định, duyệt hay xuất bản nó.")
    if Decision.objects.filter(snapshot=snapshot, by=by).exclude(step=Step.CONFIRM).exists():
        raise NotAllowed("Bạn đã xử lý bản trình này ở một bước khác; mỗi người chỉ làm một bước.")
