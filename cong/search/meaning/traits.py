"""What weighs a hit besides its words, in one small integer that engines keep beside it. Pure."""

from __future__ import annotations

import math

from cong.search.engines.engine import Document
from cong.search.meaning.ranking import Weights

# Their places are in the index: new ones are added at the end.
CATEGORIES = ("", "central", "sociopolitical", "ministry", "province", "partner")
STATUSES = ("", "conhieuluc", "hethieuluc", "hethieulucmotphan", "chuacohieuluc", "ngunghieuluc")
KINDS = ("", "news", "document", "photo", "video", "audio", "page")
_ROOM = 16


def traits(document: Document) -> int:
    """Return kind, status and the agency's category as one integer; an unknown one counts as none."""
    return (_place(KINDS, document.kind) * _ROOM + _place(STATUSES, document.status)) * _ROOM + _place(
        CATEGORIES, document.category
    )


def factors(held: int, age: float, weights: Weights) -> dict[str, float]:
    """Return by name what a score is multiplied by: `held` as `traits` made it, `age` in seconds."""
    kind, status, category = held // _ROOM // _ROOM, held // _ROOM % _ROOM, held % _ROOM
    return {
        "freshness": weights.fresh(age) if weights.fades(KINDS[kind]) else 1.0,
        "authority": weights.authority.get(CATEGORIES[category], 1.0),
        "status": weights.status.get(STATUSES[status], 1.0),
    }


def factor(held: int, age: float, weights: Weights) -> float:
    """Return the product of the factors."""
    return math.prod(factors(held, age, weights).values())


def _place(known: tuple[str, ...], one: str) -> int:
    return known.index(one) if one in known else 0
