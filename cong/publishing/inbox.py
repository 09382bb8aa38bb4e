"""What waits for whom: each list is one query."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import CENTRAL_ROLES, Membership, Role
from cong.agencies.rights import Rights
from cong.publishing.models import Contributor, Decision, Docket, Grade, Release, Step
from cong.publishing.process import ReleaseKind, State

_NEAR = ("publication", "agency", "snapshot", "sent_by", "claimed_by", "assigned_to", "bundle")
_OPEN = (State.SUBMITTED, State.APPRAISED, State.CLEARED, State.PROVISIONAL)


def _dockets() -> QuerySet[Docket]:
    return Docket.objects.select_related(*_NEAR).defer("snapshot__content", "snapshot__html")


def waiting_for(user: User, *, on: date, at: datetime) -> QuerySet[Docket]:
    """Return what the person may take a step on, on that day, the most pressing first.

    Left out: what they worked on or have judged, and what is given to another. A scheduled release waits for nobody.
    """
    if not user.is_active:
        return Docket.objects.none()
    unseen = Q(needs_secrecy=True) & ~Exists(_decided(Step.SECRECY))
    judging = (
        Q(_holds(user, Role.APPRAISER, on), state=State.SUBMITTED)
        | Q(unseen, _holds(user, Role.SECRECY_OFFICER, on), state__in=(State.SUBMITTED, State.APPRAISED))
        | Q(unseen, _holds(user, Role.SECRECY_OFFICER, on), state=State.PROVISIONAL)
        | Q(_approves(user, on), ~unseen, state__in=(State.APPRAISED, State.CLEARED))
        | Q(_holds(user, Role.APPRAISER, on), ~Exists(_decided(Step.APPRAISE)), state=State.PROVISIONAL)
        | Q(_approves(user, on), Exists(_decided(Step.APPRAISE)), ~unseen, state=State.PROVISIONAL)
    )
    releasing = Q(_holds(user, Role.DUTY_EDITOR, on), state__in=(State.APPROVED, State.HELD))
    free = Q(assigned_to__isnull=True) | Q(assigned_to=user)
    found = _dockets().filter(judging | releasing, free).exclude(Exists(_mine_to_leave(user)))
    return found.exclude(Exists(_contributed(user))).order_by(F("due_at").asc(nulls_last=True), "sent_at", "pk")


def _holds(user: User, role: Role, on: date) -> Q:
    where = Q(agency=OuterRef("agency"))
    if role in CENTRAL_ROLES:
        where |= Q(agency__is_centre=True)
    return Q(Exists(Membership.objects.on(on).filter(where, user=user, role=role)))


def _approves(user: User, on: date) -> Q:
    """Tell who may approve: a thing of grade A the centre alone."""
    central = Membership.objects.on(on).filter(user=user, role=Role.APPROVER, agency__is_centre=True)
    return Q(Exists(central)) | (~Q(grade=Grade.A) & _holds(user, Role.APPROVER, on))


def _decided(step: Step) -> QuerySet[Decision]:
    return Decision.objects.filter(snapshot=OuterRef("snapshot"), step=step)


def _mine_to_leave(user: User) -> QuerySet[Decision]:
    return Decision.objects.filter(snapshot=OuterRef("snapshot"), by=user).exclude(step=Step.CONFIRM)


def _contributed(user: User) -> QuerySet[Contributor]:
    """Select what the person worked on since the last release of the publication."""
    released = Release.objects.filter(publication=OuterRef("snapshot__publication"))
    last = released.exclude(kind=ReleaseKind.WITHDRAW).order_by().values("publication")
    newest = Coalesce(Subquery(last.annotate(newest=Max("snapshot_id")).values("newest")), 0)
    return Contributor.objects.filter(snapshot__publication=OuterRef("pk"), user=user, snapshot_id__gt=newest)


def mine(user: User) -> QuerySet[Docket]:
    """Return what the person submitted, worked on or claimed, the newest first; what is spiked stays away."""
    worked = Contributor.objects.filter(user=user).values("snapshot")
    own = Q(sent_by=user) | Q(claimed_by=user) | Q(assigned_to=user) | Q(snapshot__in=worked)
    return _dockets().filter(own).exclude(state=State.SPIKED).order_by(F("sent_at").desc(nulls_last=True), "-pk")


def of_agencies(rights: Rights) -> QuerySet[Docket]:
    """Return the dockets of all agencies that somebody of these rights may look into, the newest first."""
    found = _dockets().order_by(F("sent_at").desc(nulls_last=True), "-pk")
    return found if rights.everywhere() else found.filter(agency__in=rights.agencies())


def returned_to(user: User) -> QuerySet[Docket]:
    """Return what came back to the person, with its reason, the oldest first."""
    return mine(user).filter(state=State.RETURNED).order_by("sent_at", "pk")


def unconfirmed_withdrawals(user: User) -> QuerySet[Docket]:
    """Return the withdrawals that the person may confirm today, the most overdue first."""
    if not user.is_active:
        return Docket.objects.none()
    last = Release.objects.filter(publication=OuterRef("pk")).order_by("-id")
    found = _dockets().annotate(withdrawn_by=Subquery(last.values("by")[:1])).filter(confirm_by__isnull=False)
    return (
        found.filter(_holds(user, Role.APPROVER, timezone.localdate())).exclude(withdrawn_by=user.pk)
        .order_by("confirm_by", "pk")
    )  # fmt: skip
