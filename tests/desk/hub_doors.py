"""The doors of the hub's screens, for the table in `doors`."""

from __future__ import annotations

from typing import Any

from cong.agencies.models import Role
from cong.publishing.models import Snapshot
from tests.desk.door import ALL, Door, Given, thing_of
from tests.desk.makers import Land

_KEEPERS = frozenset({Role.OPERATOR, Role.AGENCY_ADMIN})


def _kept(**given: Any) -> Door:
    """Return the door of what only a source's keepers do; everybody of its agency sees the source."""
    values: dict[str, Any] = {"post": "422"} | given
    return Door(may=ALL, posts=_KEEPERS, get="405", args=thing_of("source"), **values)


SOURCES: dict[str, Door] = {
    "harvest_sources:index": Door(may=ALL, anywhere=True, sees=ALL),
    "harvest_sources:index_results": Door(may=ALL, anywhere=True, sees=ALL),
    "harvest_source": Door(may=ALL, args=thing_of("source")),
    "harvest_switch": _kept(post="302", sends=lambda land: {"on": "0", "reason": "Bảo trì."}),
    "harvest_visit": _kept(post="302"),
    # Nothing was asked of anybody, and nothing is pushed: it is told to those who may.
    "harvest_move": _kept(sends=lambda land: {"verdict": "confirm", "target": "https://noikhac.example/"}),
    "harvest_secret": _kept(),
    "harvest_clear": _kept(post="302"),
    "harvest_alarms": Door(may=ALL, anywhere=True, sees=ALL),
}
# What a post lacks is told (422) before anything is asked of the network.
WIZARD: dict[str, Door] = {
    "harvest_add": Door(may=_KEEPERS, anywhere=True, post="422"),
    "harvest_edit": Door(may=_KEEPERS, post="422", args=thing_of("source")),
    "harvest_try": Door(may=_KEEPERS, post="422", args=thing_of("source")),
}
_JUDGES = frozenset({Role.APPROVER, Role.DUTY_EDITOR})


def _seal(land: Land) -> str:
    held = Snapshot.objects.filter(publication=land.things.held.publication_id)
    return held.latest("pk").sha256


def _ticked(land: Land) -> Given:
    return {"tin": land.things.held.pk, f"sha-{land.things.held.pk}": _seal(land)}


def _own_agency(land: Land) -> Given:
    return {"pk": land.own.agency.pk}


REVIEW: dict[str, Door] = {
    "harvest_review": Door(may=_JUDGES, anywhere=True),
    "harvest_review_several": Door(may=_JUDGES, anywhere=True, get="405", post="200", sends=_ticked),
    "harvest_review_item": Door(may=_JUDGES, args=thing_of("held")),
    "harvest_review_preview": Door(may=_JUDGES, args=thing_of("held")),
    "harvest_review_act": Door(
        may=_JUDGES, get="405", post="302", args=lambda land: {"pk": land.things.held.pk, "verb": "duyet"},
        sends=lambda land: {"sha256": _seal(land)},
    ),
    "harvest_rules_choose": Door(may=_KEEPERS, anywhere=True, get="302"),
    "harvest_rules": Door(may=_KEEPERS, post="422", args=_own_agency),
    "harvest_domains": Door(may=frozenset(Role), anywhere=True),
}  # fmt: skip
HUB = SOURCES | WIZARD | REVIEW
