"""Which entry goes where on a composed page. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

COLUMN, DOCUMENTS, GUIDES = 3, 5, 4
_GUIDANCE = re.compile(r"(?:^|[/-])HD(?:[/-]|$)")


class Placed(Protocol):
    """What placing needs to know of an entry."""

    @property
    def pk(self) -> int: ...

    @property
    def picture(self) -> str: ...


E = TypeVar("E", bound=Placed)


class Numbered(Protocol):
    """A document with its number and title."""

    @property
    def number(self) -> str: ...

    @property
    def title(self) -> str: ...


D = TypeVar("D", bound=Numbered)


def column(entries: Iterable[E], shown: set[int], size: int = COLUMN) -> list[E]:
    """Return what a section's column holds: nothing shown above, a picture first if there is one."""
    left = [entry for entry in entries if entry.pk not in shown][:size]
    return sorted(left, key=lambda entry: not entry.picture)


def guides(documents: Iterable[D]) -> tuple[list[D], list[D]]:
    """Split documents into (others, guidance): guidance carries the symbol HD or says so in its title."""
    others: list[D] = []
    found: list[D] = []
    for document in documents:
        (found if _is_guidance(document) else others).append(document)
    return others[:DOCUMENTS], found[:GUIDES]


def _is_guidance(document: Numbered) -> bool:
    return bool(_GUIDANCE.search(document.number)) or document.title.lower().startswith("hướng dẫn")
