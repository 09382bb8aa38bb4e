"""Who may do what, where, on which day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from cong.accounts.models import User
from cong.agencies.models import CENTRAL_ROLES, Agency, Membership, Role


def holds(user: User, role: Role, agency: Agency, *, on: date) -> bool:
    """Tell whether an active person holds the role on that day, there or (central roles) at the centre."""
    where = Q(agency=agency)
    if role in CENTRAL_ROLES:
        where |= Q(agency__is_centre=True)
    return user.is_active and Membership.objects.on(on).filter(where, user=user, role=role).exists()


def holds_at_centre(user: User, role: Role, *, on: date) -> bool:
    """Tell whether an active person holds the role at the centre itself on that day."""
    held = Membership.objects.on(on).filter(user=user, role=role, agency__is_centre=True)
    return user.is_active and held.exists()


def only_agency_of(user: User, *, on: date) -> int | None:
    """Return the agency in which the person holds all their roles of that day; None when there are none or several."""
    found = Membership.objects.on(on).filter(user=user).order_by().values_list("agency_id", flat=True).distinct()[:2]
    agencies = list(found)
    return agencies[0] if len(agencies) == 1 else None
