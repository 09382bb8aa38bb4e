"""The doors of the composed pages, for the table in `doors`: they are there for editorial roles at the centre alone."""

from __future__ import annotations

from typing import Any

from cong.agencies.models import Role
from cong.desk.queries import READERS
from tests.desk.door import Door
from tests.desk.makers import Land

_HOME = {"page": "trang-chu", "lang": "vi"}
_AUTHORS = frozenset({Role.AUTHOR})


def _door(**given: Any) -> Door:
    values: dict[str, Any] = {"args": lambda land: _HOME, "anywhere": True, "at_centre": True} | given
    return Door(may=frozenset(READERS), **values)


def _number(land: Land) -> dict[str, Any]:
    return {"number": land.things.front.number, "lam": "save"}


FRONT: dict[str, Door] = {
    "frontpage_index": _door(args=lambda land: {}),
    "frontpage_found": _door(args=lambda land: {}, asks=lambda land: {"q": "chợ"}),
    "frontpage_page": _door(posts=_AUTHORS, post="302", sends=_number),
    "frontpage_preview": _door(),
    "frontpage_preview_page": _door(),
    "frontpage_version": _door(
        posts=_AUTHORS, post="302", sends=_number, args=lambda land: {**_HOME, "release": land.things.front.release}
    ),
}
