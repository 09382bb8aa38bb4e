"""The doors of the hub's screens, for the table in `doors`."""

from __future__ import annotations

from cong.agencies.models import Role
from tests.desk.door import Door, thing_of

_KEEPERS = frozenset({Role.OPERATOR, Role.AGENCY_ADMIN})

SOURCES: dict[str, Door] = {}
# What a post lacks is told (422) before anything is asked of the network.
WIZARD: dict[str, Door] = {
    "harvest_add": Door(may=_KEEPERS, anywhere=True, post="422"),
    "harvest_edit": Door(may=_KEEPERS, post="422", args=thing_of("source")),
    "harvest_try": Door(may=_KEEPERS, post="422", args=thing_of("source")),
}
REVIEW: dict[str, Door] = {}
HUB = SOURCES | WIZARD | REVIEW
