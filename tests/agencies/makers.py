"""A centre with two admins, and one agency with an admin and an author."""

from __future__ import annotations

from dataclasses import dataclass, field

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from tests import makers
from tests.makers import NOON

TODAY = NOON.date()


@dataclass(frozen=True, kw_only=True)
class Land:
    """Who is there at the start; the admins at the centre are `chi` and `chau`."""

    centre: Agency = field(default_factory=lambda: makers.agency("Văn phòng Trung tâm", is_centre=True))
    own: Agency = field(default_factory=lambda: makers.agency("Bộ Của ta"))
    other: Agency = field(default_factory=lambda: makers.agency("Bộ Của họ"))
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]


def land() -> Land:
    made = Land()
    made.people.update(
        chi=makers.person("chi", Role.AGENCY_ADMIN, made.centre),
        chau=makers.person("chau", Role.AGENCY_ADMIN, made.centre),
        an=makers.person("an", Role.AGENCY_ADMIN, made.own),
        binh=makers.person("binh", Role.AUTHOR, made.own),
        nga=makers.person("nga", Role.AGENCY_ADMIN, made.other),
        moi=makers.person("moi"),
    )
    return made
