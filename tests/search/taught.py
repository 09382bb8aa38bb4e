"""One of everything that staff teach search, and an engine that answers from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cong.accounts.models import User
from cong.entries.models import Entry
from cong.search import judging, tuning
from cong.search.engines.engine import Explanation, Hit, Mark, Page, Query
from cong.search.models import Denied, Expectation, Pin, Ran, Wording, WordingKind
from cong.search.tuning import Expected, Place, Word


@dataclass
class Answers:
    """An Engine that answers from memory: hits by what was typed."""

    hits: dict[str, Sequence[int]] = field(default_factory=dict)
    near: dict[str, Sequence[int]] = field(default_factory=dict)
    size: int = 0

    def search(self, query: Query) -> Page:
        hits, near = (said.get(query.asked.words, ()) for said in (self.hits, self.near))
        return Page(hits=_hits(hits[: query.limit]), total=len(hits), near=_hits(near[: query.limit]))

    def suggest(self, text: str, limit: int) -> tuple[int, ...]:
        return ()

    def explain(self, query: Query, id: int) -> Explanation | None:  # noqa: A002 (as engines call it)
        return None

    def releases(self, first: int, last: int) -> dict[int, int]:
        return {}

    def mark(self) -> Mark:
        return Mark(seq=1, change="", version="thu-nghiem")


def _hits(ids: Sequence[int]) -> tuple[Hit, ...]:
    return tuple(Hit(id=one, score=1.0) for one in ids)


@dataclass(frozen=True, kw_only=True)
class Taught:
    """One row of each table that has an address of its own."""

    wording: Wording
    pin: Pin
    denied: Denied
    expectation: Expectation
    ran: Ran


def taught(entry: Entry, *, by: User, at: datetime) -> Taught:
    """Teach search one of everything about an entry; the run was a good one."""
    word = Word(kind=WordingKind.ACRONYM, short="CP", long="chợ phiên")
    place = Place(query="chợ phiên", entry=entry.pk, position=1, from_on=at.date())
    expected = Expected(query="cho phien", entry=entry.pk)
    return Taught(
        wording=tuning.add_wording(word, by=by, at=at), pin=tuning.pin(place, by=by, at=at),
        denied=tuning.deny("chợ đen", by=by, at=at), expectation=tuning.expect(expected, by=by, at=at),
        ran=judging.run(Answers(hits={"cho phien": [entry.pk]}), by=by, at=at),
    )  # fmt: skip
