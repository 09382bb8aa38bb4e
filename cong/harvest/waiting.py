"""Pure: a raw item as JSON and back, for items that wait until their own page has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cong.harvest.parse import Enclosure, RawItem

_MOMENTS = ("published", "updated")


def dump(raw: RawItem) -> dict[str, Any]:
    """Return the item as plain JSON values; what is empty is left out."""
    said = {name: value for name, value in asdict(raw).items() if value}
    return said | {name: said[name].isoformat() for name in _MOMENTS if name in said}


def load(said: dict[str, Any]) -> RawItem:
    """Return the item that `dump` was given."""
    given = dict(said)
    for name in _MOMENTS:
        if name in given:
            given[name] = datetime.fromisoformat(given[name])
    given["tags"] = tuple(given.get("tags", ()))
    given["enclosures"] = files(given.get("enclosures", ()))
    return RawItem(**given)


def files(said: Sequence[Mapping[str, Any]]) -> tuple[Enclosure, ...]:
    """Return the enclosures of a dumped item."""
    return tuple(Enclosure(**one) for one in said)
