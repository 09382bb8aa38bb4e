"""Who may do what, where, on which day."""

from __future__ import annotations

from datetime import date

from cong.accounts.models import User
from cong.agencies.models import Agency, Membership, Role


def holds(user: User, role: Role, agency: Agency, *, on: date) -> bool:
    """Tell whether an active person holds the role in this very agency on that day."""
    return user.is_active and Membership.objects.on(on).filter(user=user, role=role, agency=agency).exists()
