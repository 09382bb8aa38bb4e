"""What a check finds, and what it has to be told about the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """What a finding means: it stops the text, it forces the secrecy officer's step, or it asks for a second look."""

    BLOCK = "block"
    SECRECY = "secrecy"
    WARN = "warn"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong: which rule, how grave, in which place, and what, in the editor's words."""

    code: str
    level: Level
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A finding before its level is known."""

    code: str
    where: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the text alone cannot tell. Files are named by sha256, addresses as they stand in the text.

    `hidden`: what a file still tells besides its content; `broken`: why an address does not open (as found by a
    link checker, which is not here); `known_entries`: the released addresses among those that the text links to,
    None when nobody asked; `hosts`: our own; `neighbours`: those of the agencies; `alts`, `credits`, `files`:
    alternative text, credit and name of files (`credits` None when nobody asked); `phones`, `mails`: official ones.
    """

    hidden: Mapping[str, Sequence[str]] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    known_entries: frozenset[str] | None = None
    hosts: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()
    alts: Mapping[str, str] = field(default_factory=dict)
    credits: Mapping[str, str] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    phones: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
