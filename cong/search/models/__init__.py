"""Tables of search: what staff tune it with, what readers keep."""

from __future__ import annotations

from cong.search.models.noticing import DayKey, Noticed, NoticedMonth, NoticedText
from cong.search.models.saved import (
    AlertCursor,
    Finding,
    Letter,
    LetterKind,
    MailRest,
    SavedSearch,
    Subscriber,
    Tally,
)
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
    "AlertCursor",
    "DayKey",
    "Denied",
    "Direction",
    "Expectation",
    "Finding",
    "Letter",
    "LetterKind",
    "MailRest",
    "Noticed",
    "NoticedMonth",
    "NoticedText",
    "Pin",
    "Ran",
    "SavedSearch",
    "Shipped",
    "Subscriber",
    "Tally",
    "Wording",
    "WordingKind",
]
