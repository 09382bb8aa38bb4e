"""What the registry says about one agency, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

OFFICIAL = Path(__file__).parent.parent / "data" / "agencies.toml"
CATEGORIES = ("central", "sociopolitical", "ministry", "province", "partner")
LENGTHS = {
    "slug": 120, "name": 300, "short_name": 120, "category": 20, "parent": 120, "merged_into": 120,
    "address": 300, "phone": 60, "mail": 254, "site": 200, "emblem": 64,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Former:
    """A slug that the agency had once, with its name of that time if known."""

    slug: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One agency as the registry states it; None means that the text leaves the field alone.

    `centre`: its approvers, duty editors, auditors and admins act for every agency; one agency is that.
    """

    slug: str
    name: str
    short_name: str
    category: str
    order: int | None = None
    centre: bool | None = None
    parent: str | None = None
    merged_into: str | None = None
    address: str | None = None
    phone: str | None = None
    mail: str | None = None
    site: str | None = None
    emblem: str | None = None
    active_from: date | None = None
    active_to: date | None = None
    former: tuple[Former, ...] = ()
    line: int = field(default=0, compare=False)

    def given(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the values of those of the named fields that the text states."""
        return {name: value for name in names if (value := getattr(self, name)) is not None}


# The names that an entry of the text may use.
WORDS = tuple(entry.name for entry in fields(Row) if entry.name != "line")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, in Vietnamese, with the line where its entry begins (0: the whole text)."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"Dòng {self.line}: {self.text}" if self.line else self.text


class BadRegistry(ValueError):
    """The text cannot be taken; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
