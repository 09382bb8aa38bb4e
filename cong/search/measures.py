"""How good a list of hits is, and what became of it between two runs. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEPTH = 10
"""Hits that count: what stands below them hardly anybody sees."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One query: the entries that are wanted, and where each stands (from 1; None: not among the first ten)."""

    query: str
    wanted: tuple[int, ...]
    ranks: tuple[int | None, ...]

    @property
    def ndcg(self) -> float:
        """Return nDCG@10 with equal gains, 0 to 1 (Järvelin and Kekäläinen 2002)."""
        best = sum(map(_gain, range(1, min(len(self.wanted), DEPTH) + 1)))
        return sum(_gain(rank) for rank in self.ranks if rank is not None) / best

    @property
    def is_found(self) -> bool:
        return any(rank is not None for rank in self.ranks)

    def as_data(self) -> dict[str, Any]:
        """Return what a table keeps of it."""
        return {"query": self.query, "wanted": list(self.wanted), "ranks": list(self.ranks)}

    @classmethod
    def from_data(cls, kept: Mapping[str, Any]) -> Scored:
        return cls(query=kept["query"], wanted=tuple(kept["wanted"]), ranks=tuple(kept["ranks"]))


@dataclass(frozen=True, kw_only=True)
class Score:
    """A judged set as an engine answered it; means over its queries, 0 without any."""

    scored: tuple[Scored, ...]

    @property
    def ndcg(self) -> float:
        return _mean([one.ndcg for one in self.scored])

    @property
    def success(self) -> float:
        """Return the share of queries with a wanted entry among the first ten."""
        return _mean([float(one.is_found) for one in self.scored])


def scored(query: str, wanted: Collection[int], hits: Sequence[int]) -> Scored:
    """Say where the wanted entries stand among the hits, best first."""
    ranks = {entry: rank for rank, entry in reversed(list(enumerate(hits[:DEPTH], start=1)))}
    ordered = tuple(sorted(wanted))
    return Scored(query=query, wanted=ordered, ranks=tuple(ranks.get(entry) for entry in ordered))


def drop(before: Score, now: Score) -> float:
    """Return how much nDCG the queries lost that both runs asked, wanting the same; negative: they gained.

    What was added to the set, or taken from it, is no fall.
    """
    pairs = _shared(before, now)
    return _mean([one.ndcg for one, _ in pairs]) - _mean([one.ndcg for _, one in pairs])


def losers(before: Score, now: Score) -> list[tuple[Scored, Scored]]:
    """Return the queries that lost, before and now, the heaviest losses first."""
    lost = [pair for pair in _shared(before, now) if pair[1].ndcg < pair[0].ndcg]
    return sorted(lost, key=lambda pair: (pair[1].ndcg - pair[0].ndcg, pair[1].query))


def _shared(before: Score, now: Score) -> list[tuple[Scored, Scored]]:
    known = {(one.query, one.wanted): one for one in before.scored}
    return [(known[one.query, one.wanted], one) for one in now.scored if (one.query, one.wanted) in known]


def _gain(rank: int) -> float:
    return 1 / math.log2(rank + 1)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
