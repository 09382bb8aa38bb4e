"""What a door of the staff is, and who stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cong.agencies.models import CENTRAL_ROLES, Role
from cong.desk.queries import READERS
from tests.desk.makers import Land

Given = Mapping[str, Any]
Make = Callable[[Land], Given]


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody at a door: a role in agency A (`own`), in another or at the centre; no role: anonymous or over."""

    name: str
    role: Role | None = None
    place: str = ""

    def holds(self, roles: frozenset[Role]) -> bool:
        """Tell whether one of the roles is theirs for what belongs to agency A."""
        there = self.place == "own" or (self.place == "centre" and self.role in CENTRAL_ROLES)
        return there and self.role in roles


@dataclass(frozen=True, kw_only=True)
class Door:
    """One address. `may`: who gets `get`, `posts`: who gets `post`, `sees`: whose eyes A's secrets may meet.

    `anywhere`: it is no object of A's, so holding the role in any agency is enough. `central`: only the centre posts.
    `at_centre`: it is the whole portal's, and there for the centre alone.
    """

    may: frozenset[Role]
    posts: frozenset[Role] | None = None
    sees: frozenset[Role] | None = None
    anywhere: bool = False
    central: bool = False
    at_centre: bool = False
    everybody: bool = False
    get: str = "200"
    post: str = "405"
    args: Make = lambda land: {}
    asks: Make = lambda land: {}
    sends: Make = lambda land: {}

    def lets(self, who: Visitor, method: str) -> bool:
        roles = self.posts if method == "post" and self.posts is not None else self.may
        if (self.at_centre or (self.central and method == "post")) and who.place != "centre":
            return False
        return self.everybody or (who.role in roles if self.anywhere else who.holds(roles))

    def shows(self, who: Visitor) -> bool:
        return self.everybody or who.holds(self.may if self.sees is None else self.sees)


ALL = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
READING = frozenset(READERS)
AUTHORS = frozenset({Role.AUTHOR})
ADMINS = frozenset({Role.AGENCY_ADMIN})
AUDITORS = frozenset({Role.AUDITOR})
OPERATORS = frozenset({Role.OPERATOR})
DUTY = frozenset({Role.DUTY_EDITOR})
KEYS = frozenset({Role.DUTY_EDITOR, Role.APPROVER})
MAKERS = frozenset({Role.AUTHOR, Role.APPROVER, Role.DUTY_EDITOR})
INVITERS = frozenset({Role.AUTHOR, Role.APPRAISER, Role.APPROVER})


def thing_of(name: str) -> Make:
    """Name a thing of A by its number."""
    return lambda land: {"pk": getattr(land.things, name).pk}
