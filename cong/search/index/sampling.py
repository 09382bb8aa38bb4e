"""Asks an index for entries by their own titles: a quick look whether it finds what it holds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime

from cong.entries.models import Entry
from cong.kernel.text import fold
from cong.search.engines.engine import Engine, Query
from cong.search.language.clauses import Asked, Clause, Word
from cong.search.language.limits import MOST_TERMS
from cong.search.meaning import wording
from cong.search.text import analysis

FIRST_HITS = 20
"""An entry is to be among so many."""


def plain_query(text: str, *, lang: str, at: datetime, limit: int = FIRST_HITS) -> Query:
    """Return a query of words and nothing else."""
    words = tuple(Clause(unit=Word(text=word)) for word in text.split()[:MOST_TERMS])
    return Query(asked=Asked(clauses=words), words=wording.read(text, lang=lang), at=at, limit=limit)


def sampled(number: int, *, first: int = 1, last: int | None = None, chance: random.Random) -> list[Entry]:
    """Return at most so many entries with first <= id < last, chosen at random, those with words in their titles."""
    rows = Entry.objects.filter(pk__gte=first).order_by("pk").only("pk", "title", "lang")
    rows = rows if last is None else rows.filter(pk__lt=last)
    lowest, highest = rows.first(), rows.last()
    if lowest is None or highest is None:
        return []
    starts = {chance.randint(lowest.pk, highest.pk) for _ in range(number)}
    found = (rows.filter(pk__gte=start).first() for start in sorted(starts))
    entries = {entry.pk: entry for entry in found if entry is not None}
    return [entry for entry in entries.values() if any(analysis.folded(analysis.forms(entry.title)))]


def unfound(engine: Engine, entries: Iterable[Entry], *, at: datetime) -> list[int]:
    """Return the ids of those that are not among the first hits for their title, nor any other of that title."""
    return [entry.pk for entry in entries if not _is_found(engine, entry, at)]


def _is_found(engine: Engine, entry: Entry, at: datetime) -> bool:
    hits = [hit.id for hit in engine.search(plain_query(entry.title, lang=entry.lang, at=at)).hits]
    return entry.pk in hits or _has_that_title(hits, entry.title)


def _has_that_title(ids: Sequence[int], title: str) -> bool:
    titles = Entry.objects.filter(pk__in=ids).values_list("title", flat=True)
    return any(fold(one) == fold(title) for one in titles)
