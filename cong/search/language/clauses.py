"""What a search asks for, as a tree: the grammar writes it, engines read it. Pure shapes."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Field(StrEnum):
    """A field of the query language; the value is its canonical name, written without marks."""

    NUMBER = "so"
    TITLE = "tieude"
    KIND = "loai"
    AGENCY = "coquan"
    TOPIC = "linhvuc"
    SIGNER = "nguoiky"
    SECTION = "chuyenmuc"
    DATE = "ngay"
    EFFECTIVE = "hieuluc"
    STATUS = "tinhtrang"
    LANG = "ngonngu"
    HAS = "co"
    SOURCE = "nguon"
    CITES = "dan"
    LIKE = "giong"


class Sign(StrEnum):
    """What a clause asks of a hit. A plain word may be missing from a near match; nothing else may."""

    PLAIN = ""
    MUST = "+"
    NOT = "-"


@dataclass(frozen=True, kw_only=True)
class Word:
    """A run of characters between spaces, as typed: one syllable or several (`27-QĐ/TW`, `covid-19`)."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Syllables in this order; `slop` others may stand between them (0–9)."""

    text: str
    slop: int = 0


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """The beginning of a syllable, typed with `*` after it."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Term:
    """One of these values in a field. Values are as typed until `resolving` makes them codes."""

    field: Field
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A day between `first` and `last`, both included; None: open on that side. Only DATE and EFFECTIVE.

    `typed`: days that count from today, as typed (`7ngay`): they are written so again, and mean other days tomorrow.
    """

    field: Field
    first: date | None = None
    last: date | None = None
    typed: str = dataclass_field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Clauses in parentheses; all of them hold."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, kw_only=True)
class Either:
    """Units joined by OR: one of them holds. Never empty, never one."""

    units: tuple[Unit, ...]


Unit: TypeAlias = "Word | Phrase | Prefix | Term | Span | Group | Either"


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A unit with its sign."""

    unit: Unit
    sign: Sign = Sign.PLAIN


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A whole query: its clauses all hold."""

    clauses: tuple[Clause, ...] = ()

    @property
    def words(self) -> str:
        """Return the plain words in order: what ranking, repairs and document numbers are read from."""
        plain = (clause.unit for clause in self.clauses if clause.sign is Sign.PLAIN)
        return " ".join(unit.text for unit in plain if isinstance(unit, Word))

    @property
    def conditions(self) -> tuple[Clause, ...]:
        """Return every clause that is not a plain word: what even a near match must meet."""
        return tuple(one for one in self.clauses if not (one.sign is Sign.PLAIN and isinstance(one.unit, Word)))

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what is marked in a hit: words and phrases that are wanted, wherever they stand."""
        return tuple(_texts(self.clauses))

    @property
    def marked(self) -> str:
        """Return what is marked in a hit as one text, the plain words first."""
        plain = [clause.unit.text for clause in self.clauses if isinstance(clause.unit, Word) and not clause.sign]
        others = list(self.texts)
        for word in plain:
            others.remove(word)
        return " ".join([*plain, *others])


def _texts(clauses: tuple[Clause, ...]) -> list[str]:
    found: list[str] = []
    pending: list[Unit] = [clause.unit for clause in reversed(clauses) if clause.sign is not Sign.NOT]
    while pending:
        unit = pending.pop()
        if isinstance(unit, Word | Phrase | Prefix):
            found.append(unit.text)
        elif isinstance(unit, Term) and unit.field in (Field.TITLE, Field.NUMBER):
            found.extend(unit.values)
        elif isinstance(unit, Group):
            pending.extend(one.unit for one in reversed(unit.clauses) if one.sign is not Sign.NOT)
        elif isinstance(unit, Either):
            pending.extend(reversed(unit.units))
    return found
