"""What the portal asks of a search engine, whichever engine it is. Pure shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

LONGEST_QUERY = 512
"""Characters of a query that are read."""

MOST_TERMS = 64
"""Syllables of a query that are read."""

DEEPEST = 10_000
"""Hits beyond this one are not shown."""

FEW = 10
"""Fewer hits than this are followed by near matches."""


class Failed(Exception):
    """The index could not be written: its directory is gone, the disk is full, somebody else holds it."""


class NotReady(Exception):
    """There is no index that this version can read (yet)."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """An entry as the index sees it: plain text, and what lists and rankings need."""

    id: int
    title: str
    summary: str
    body: str
    number: str
    kind: str
    section: str
    part: str
    agency: int
    lang: str
    published_at: datetime
    authority: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a reader typed, and which hits they look at; `at` is the moment that decides what is fresh."""

    text: str
    at: datetime
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A found entry; scores compare only within one answer."""

    id: int
    score: float


@dataclass(frozen=True, kw_only=True)
class Page:
    """Hits that hold every syllable (or have the number), how many there are, and near matches when they are few."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    near: tuple[Hit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far an index has read the shelf: the last change, recognisable, and the version that wrote the tokens."""

    seq: int
    change: str
    version: str


class Engine(Protocol):
    """The reading side. Answers any string, never raises for what was typed; raises NotReady without an index."""

    def search(self, query: Query) -> Page: ...


class Writer(Protocol):
    """The writing side: one at a time. Nothing is visible, and nothing survives a crash, before `commit`."""

    def add(self, documents: Iterable[Document]) -> None: ...

    def put(self, documents: Iterable[Document]) -> None: ...

    def remove(self, ids: Iterable[int]) -> None: ...

    def commit(self, mark: Mark) -> None: ...

    def close(self) -> None: ...
