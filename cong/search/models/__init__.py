"""Tables of search: what staff tune it with, what readers keep."""

from __future__ import annotations

from cong.search.models.noticing import DayKey, Noticed, NoticedMonth, NoticedText
from cong.search.models.tuning import (
    Denied,
    Direction,
    Expectation,
    Pin,
    Ran,
    Shipped,
    Wording,
    WordingKind,
)

__all__ = [
    "DayKey",
    "Denied",
    "Direction",
    "Expectation",
    "Noticed",
    "NoticedMonth",
    "NoticedText",
    "Pin",
    "Ran",
    "Shipped",
    "Wording",
    "WordingKind",
]
