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
