"""Which entry goes where on a composed page. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

TRIO, TIMELINE, SHORT_TIMELINE, COLUMN, DOCUMENTS, GUIDES = 3, 8, 5, 3, 5, 4
_GUIDANCE = re.compile(r"(?:^|[/-])HD(?:[/-]|$)")


class Placed(Protocol):
    """What placing needs to know of an entry."""

    @property
    def pk(self) -> int: ...

    @property
    def agency_id(self) -> int: ...

    @property
    def picture(self) -> str: ...

    @property
    def lang(self) -> str: ...


T = TypeVar("T")
E = TypeVar("E", bound=Placed)


class Numbered(Protocol):
    """A document with its number and title."""

    @property
    def number(self) -> str: ...

    @property
    def title(self) -> str: ...


D = TypeVar("D", bound=Numbered)


@dataclass(frozen=True, kw_only=True)
class Front(Generic[T]):
    """The top of the home page."""

    lead: T | None = None
    trio: list[T] = field(default_factory=list)
    trio_has_pictures: bool = False
    timeline: list[T] = field(default_factory=list)

    def large(self) -> list[T]:
        """Return what stands there with room of its own: the sections below do not repeat it."""
        return [*([self.lead] if self.lead else []), *self.trio]


def front(newest: Sequence[E]) -> Front[E]:
    """Pick the lead (newest with a picture, in Vietnamese if any), three of other agencies, the newest of the rest."""
    if not newest:
        return Front()
    pictures = [entry for entry in newest if entry.picture]
    lead = next((entry for entry in pictures if entry.lang == "vi"), next(iter(pictures), newest[0]))
    rest = [entry for entry in newest if entry is not lead]
    pictured = [entry for entry in rest if entry.picture]
    # Three pictures or none: a row with a hole in it is worse than a row of text.
    trio = _of_many_agencies(pictured if len(pictured) >= TRIO else rest, lead.agency_id)
    left = [entry for entry in rest if entry not in trio]
    return Front(
        lead=lead,
        trio=trio,
        trio_has_pictures=len(pictured) >= TRIO,
        timeline=left[: TIMELINE if lead.picture else SHORT_TIMELINE],
    )


def _of_many_agencies(entries: list[E], taken: int) -> list[E]:
    seen: set[int] = {taken}
    first: list[E] = []
    again: list[E] = []
    for entry in entries:
        (again if entry.agency_id in seen else first).append(entry)
        seen.add(entry.agency_id)
    return (first + again)[:TRIO]


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
