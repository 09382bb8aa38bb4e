"""What the portal asks of a search engine, whichever engine it is. Pure shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from cong.search.language.clauses import Asked, Field
from cong.search.meaning.wording import Wording

DEEPEST = 10_000
"""Hits beyond this one are not shown."""

FEW = 10
"""Fewer hits than this are followed by near matches."""

MOST_COUNTS = 200
"""Values of a facet that are counted."""


class Failed(Exception):
    """The index could not be written: its directory is gone, the disk is full, somebody else holds it."""


class NotReady(Exception):
    """There is no index that this version can read (yet)."""


class Sort(StrEnum):
    """The order of hits; the value stands in the address."""

    BEST = ""
    NEWEST = "moi"
    OLDEST = "cu"
    EFFECTIVE = "hieuluc"


class Facet(StrEnum):
    """What hits are counted by. The value names the index's field."""

    AGENCY = "agency"
    KIND = "kind"
    SECTION = "section"
    YEAR = "year"
    LANG = "lang"
    STATUS = "status"
    HAS = "has"


NARROWED_BY = {
    Facet.AGENCY: Field.AGENCY, Facet.KIND: Field.KIND, Facet.SECTION: Field.SECTION, Facet.YEAR: Field.DATE,
    Facet.LANG: Field.LANG, Facet.STATUS: Field.STATUS, Facet.HAS: Field.HAS,
}  # fmt: skip
"""The field by which a query narrows a facet; its own counts leave that clause out."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """An entry as the index sees it: plain text, and what lists and rankings need.

    `cites`: numbers of documents named in the text. `topics`, `signer`, `source`: words as people read them;
    `category` (of its agency), `status`, `has`: codes. `published_on`: the day here, in the portal's time zone.
    """

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
    published_on: date
    category: str = ""
    cites: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    signer: str = ""
    status: str = ""
    source: str = ""
    has: tuple[str, ...] = ()
    effective_on: date | None = None
    release: int = 0


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search, ready for an engine: values of terms are codes, agencies are ids.

    `asked` holds the conditions; `words` its plain words as they were understood. `at` decides what is fresh.
    `pinned` come first, in this order, if they meet the conditions. `like` finds what is similar to a text.
    """

    asked: Asked
    words: Wording
    at: datetime
    sort: Sort = Sort.BEST
    limit: int = 20
    offset: int = 0
    facets: tuple[Facet, ...] = ()
    pinned: tuple[int, ...] = ()
    like: Document | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A found entry; scores compare only within one answer."""

    id: int
    score: float


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many hits have a value; agencies by id, years as digits."""

    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """Hits that hold every syllable (or have the number), how many there are, and near matches when they are few."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    near: tuple[Hit, ...] = ()
    counts: Mapping[Facet, tuple[Count, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a score: a term of a field with what it added, or a factor it was multiplied by."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a hit stands where it does: score = sum of `terms` × product of `factors`."""

    score: float
    terms: tuple[Part, ...]
    factors: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far an index has read the shelf: the last change, recognisable, and the version that wrote the tokens."""

    seq: int
    change: str
    version: str


class Engine(Protocol):
    """The reading side. Answers any query, never raises for what was typed; raises NotReady without an index."""

    def search(self, query: Query) -> Page: ...

    def suggest(self, text: str, limit: int) -> tuple[int, ...]:
        """Return ids of entries whose title holds the syllables typed so far, the last one perhaps unfinished."""
        ...

    def explain(self, query: Query, id: int) -> Explanation | None:  # noqa: A002 (the entry's id)
        """Return why an entry is found, None when it is not."""
        ...

    def releases(self, first: int, last: int) -> dict[int, int]:
        """Return which release of each entry is indexed, for entries with first <= id < last."""
        ...

    def mark(self) -> Mark: ...

    @property
    def size(self) -> int:
        """How many entries there are."""
        ...


class Writer(Protocol):
    """The writing side: one at a time. Nothing is visible, and nothing survives a crash, before `commit`."""

    def add(self, documents: Iterable[Document]) -> None: ...

    def put(self, documents: Iterable[Document]) -> None: ...

    def remove(self, ids: Iterable[int]) -> None: ...

    def commit(self, mark: Mark) -> None: ...

    def close(self) -> None: ...


class Matcher(Protocol):
    """Which of many kept queries a few new documents meet."""

    def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
        """Return for each query the ids of the documents that are hits, not near matches."""
        ...
