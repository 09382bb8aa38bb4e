"""Who held which role on a past (or coming) day, and so who could have published: the rows as they stood that day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from cong.agencies.models import CENTRAL_ROLES, Agency, Membership, Role

# The steps to the public in their order, and the role that takes each.
STEPS = (Role.APPRAISER, Role.SECRECY_OFFICER, Role.APPROVER, Role.DUTY_EDITOR)


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One row that was in force at some moment of the day, there or at the centre."""

    role: Role
    username: str
    name: str
    agency: str
    from_on: date
    to_on: date | None
    deputy_of: str
    reason: str


def who_held(roles: Collection[Role], agency: Agency, day: date) -> list[Holder]:
    """Return who held one of the roles for the agency on a day; one query.

    A role counts from its confirmation on, and to the moment at which it was ended, even when that was the same day.
    """
    rows = Membership.objects.filter(_where(roles, agency), _when(day), is_pending=False)
    found = rows.select_related("user", "agency", "deputy_of").order_by("user__username", "from_on", "pk")
    holders = [_holder(row) for row in found]
    order = {role: place for place, role in enumerate(Role)}
    return sorted(holders, key=lambda holder: order[holder.role])


def who_could_release(agency: Agency, day: date) -> list[tuple[Role, list[Holder]]]:
    """Return, step by step, who could have brought the agency's texts to the public on a day."""
    held = who_held(STEPS, agency, day)
    return [(role, [holder for holder in held if holder.role is role]) for role in STEPS]


def lacking(steps: Sequence[tuple[Role, Sequence[Holder]]]) -> list[Role]:
    """Return the steps that nobody could take; the secrecy officer is needed only when a rule asks."""
    return [role for role, holders in steps if not holders and role is not Role.SECRECY_OFFICER]


def _where(roles: Collection[Role], agency: Agency) -> Q:
    central = CENTRAL_ROLES & set(roles)
    return Q(agency=agency, role__in=list(roles)) | Q(agency__is_centre=True, role__in=list(central))


def _when(day: date) -> Q:
    begin = timezone.make_aware(datetime.combine(day, time.min))
    ended_later = Q(ended_at__gte=begin, ended_at__isnull=False)
    in_time = Q(to_on__isnull=True) | Q(to_on__gte=day) | (ended_later & Q(from_on__lte=day))
    confirmed = Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=begin + timedelta(days=1))
    return in_time & confirmed & Q(from_on__lte=day)


def _holder(row: Membership) -> Holder:
    return Holder(
        role=Role(row.role),
        username=row.user.username,
        name=row.user.name,
        agency=row.agency.short_name,
        from_on=row.from_on,
        to_on=row.to_on,
        deputy_of=str(row.deputy_of) if row.deputy_of else "",
        reason=row.reason,
    )
