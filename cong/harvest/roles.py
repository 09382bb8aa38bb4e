"""Who has a say over sources and what they bring: those who keep them, and those who judge their items."""

from __future__ import annotations

from datetime import datetime

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.queries import holds_at_centre
from cong.publishing.rights import day

KEEPERS = frozenset({Role.OPERATOR, Role.AGENCY_ADMIN})
REVIEWERS = frozenset({Role.APPROVER, Role.DUTY_EDITOR})


def may_trust(by: User, *, at: datetime) -> bool:
    """Tell whether the person may let a source publish by itself (`auto`): only keepers at the centre may."""
    return any(holds_at_centre(by, role, on=day(at)) for role in KEEPERS)
