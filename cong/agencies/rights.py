"""What one person may do today, read once a request and answered from memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cong.agencies.models import CENTRAL_ROLES, Membership, Role


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The roles of one person: pairs of role and agency id, and the roles that hold everywhere."""

    roles: frozenset[tuple[str, int]]
    central: frozenset[str]

    def any(self) -> bool:
        return bool(self.roles)

    def agencies(self, *roles: Role) -> frozenset[int]:
        """Return the ids of the agencies in which one of the roles is held (of any role, when none is named)."""
        return frozenset(agency for role, agency in self.roles if not roles or role in roles)

    def everywhere(self, *roles: Role) -> bool:
        """Tell whether one of the roles (any, when none is named) is held at the centre and so for every agency."""
        return bool(self.central & set(roles) if roles else self.central)

    def holds(self, role: Role, agency: int) -> bool:
        return role in self.central or (role, agency) in self.roles

    def has(self, role: Role) -> bool:
        """Tell whether the role is held anywhere."""
        return any(held == role for held, _ in self.roles)


NONE = Rights(roles=frozenset(), central=frozenset())


def rights_of(user: Any) -> Rights:
    """Return the rights in force today; an anonymous or disabled person has none. One query a request."""
    if not user.is_authenticated or not user.is_active:
        return NONE
    # A plain attribute: `request.user` is a lazy object, whose `__dict__` is not the person's.
    known: Rights | None = getattr(user, "_rights", None)
    if known is not None:
        return known
    held = Membership.objects.on(timezone.localdate()).filter(user=user)
    rows = list(held.values_list("role", "agency_id", "agency__is_centre"))
    rights = Rights(
        roles=frozenset((role, agency) for role, agency, _ in rows),
        central=frozenset(role for role, _, centre in rows if centre and role in CENTRAL_ROLES),
    )
    user._rights = rights
    return rights
