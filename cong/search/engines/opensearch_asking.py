"""What an index on a server is asked: several searches in one request, and how rare terms are in another."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from zlib import crc32

from opensearchpy import ConnectionTimeout, TransportError
from opensearchpy.exceptions import HTTP_EXCEPTIONS
from urllib3 import Timeout

from cong.search.engines.engine import MOST_COUNTS, Count, Facet, Mark, NotReady, Query
from cong.search.engines.opensearch_mapping import FILLER, PROGRAM
from cong.search.engines.opensearch_nodes import MARK_ID, Dsl, matching, scoring
from cong.search.engines.opensearch_server import CONNECTING, Server
from cong.search.meaning.nodes import Node
from cong.search.meaning.plan import Plan, plan
from cong.search.meaning.ranking import Weights

Answer = Mapping[str, Any]
Term = tuple[str, str]

# Equal scores by id: copies of an index number their documents differently.
_BY_SCORE: list[Dsl] = [{"_score": "desc"}, {"id": "asc"}]
_MARK: Dsl = {"query": {"term": {"id": MARK_ID}}, "size": 1, "_source": ["seq", "change", "version"]}
_COUNTED = "fx"
_LEAST, _ANSWERING = 0.05, 0.2
"""Seconds: that a request is given whatever was used before; that an answer may take to come."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A hit with what it is ordered by; `published` in seconds."""

    id: int
    score: float
    published: int
    traits: int


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Statistics that were asked for."""

    size: int
    counts: Mapping[Term, int]

    def frequency(self, field: str, term: str) -> int:
        return self.counts.get((field, term), 0)


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """Statistics that know nothing, and remember what they were asked in an index without end."""

    asked: set[Term] = field(default_factory=set)

    @property
    def size(self) -> int:
        return sys.maxsize

    def frequency(self, field: str, term: str) -> int:
        self.asked.add((field, term))
        return 0


class Asking:
    """One query's requests to one index, which share its time, and go to the same copy so that pages follow each other.

    Raises NotReady whatever is the matter; `patient`: Failed, but for an index that this program cannot read.
    """

    def __init__(self, server: Server, index: str, *, about: object = "", patient: bool = False) -> None:
        self._server = server
        self._index = index
        self._client = server.writing if patient else server.asking
        self._until = monotonic() + (server.long_patience if patient else server.patience)
        self._guard = server.weighing if patient else server.reading
        self._copy = str(crc32(repr(about).encode(errors="replace")))

    def planned(self, query: Query, weights: Weights) -> Plan:
        """Return what a query means here. Planned twice: the first time tells which terms' rarity it depends on."""
        wanted = _Wanted()
        planned = plan(query, wanted, weights)
        return plan(query, self._known(wanted.asked), weights) if wanted.asked else planned

    def ask(self, bodies: Sequence[Dsl]) -> tuple[Mark, list[Answer]]:
        """Ask several searches at once; returns how far the index goes with the answers."""
        header = {"preference": self._copy, "allow_partial_search_results": False}
        timeout = {"timeout": f"{int(self._left * 1_000)}ms"}
        lines = [line for body in (_MARK, *bodies) for line in (header, timeout | body)]
        with self._guard():
            told = self._client.msearch(index=self._index, body=lines, params=self._within)
            first, *answers = map(_sound, told["responses"])
        return _mark(first), answers

    @property
    def _left(self) -> float:
        """Return how many seconds are left, never none at all."""
        return max(self._until - monotonic(), _LEAST)

    @property
    def _within(self) -> dict[str, Any]:
        return {"request_timeout": Timeout(connect=min(CONNECTING, self._left), read=self._left + _ANSWERING)}

    def find(self, *bodies: Dsl) -> list[Answer]:
        return self.ask(bodies)[1]

    def hits(
        self, node: Node, *, limit: int, offset: int = 0, order: list[Dsl] | None = None, count: bool = True
    ) -> Dsl:
        """Return the body that finds hits, best first or in another order."""
        with self._guard():
            query = matching(node) if order else scoring(node, self._server.scale)
        return {
            "query": query, "from": offset, "size": limit, "sort": order or _BY_SCORE, "track_total_hits": count,
            "_source": False, "stored_fields": "_none_", "docvalue_fields": ["id", "published", "traits"],
        }  # fmt: skip

    def _known(self, asked: Iterable[Term]) -> _Known:
        terms: dict[str, list[str]] = {_COUNTED: [FILLER]}
        for name, term in asked:
            terms.setdefault(name, []).append(term)
        body = {
            "doc": {name: " ".join(some) for name, some in terms.items()}, "term_statistics": True,
            "field_statistics": True, "positions": False, "offsets": False, "payloads": False,
        }  # fmt: skip
        with self._guard():
            told = self._client.termvectors(
                index=self._index, body=body, params={"preference": self._copy} | self._within
            )["term_vectors"]  # fmt: skip
        counts = {
            (name, term): int(known.get("doc_freq", 0))
            for name, vector in told.items()
            for term, known in vector["terms"].items()
        }
        # The mark is counted, and for a while what was removed.
        return _Known(size=max(0, told[_COUNTED]["field_statistics"]["doc_count"] - 1), counts=counts)


def counting(node: Node, facets: Iterable[Facet]) -> Dsl:
    """Return the body that counts what is found, without any hits."""
    return {"query": matching(node), "size": 0, "track_total_hits": False} | aggregations(facets)


def aggregations(facets: Iterable[Facet]) -> Dsl:
    asked = {one.value: {"terms": {"field": one.value, "size": MOST_COUNTS}} for one in facets}
    return {"aggs": asked} if asked else {}


def counts(answer: Answer, facet: Facet) -> tuple[Count, ...]:
    rows = answer["aggregations"][facet.value]["buckets"]
    return tuple(Count(value=str(row["key"]), count=row["doc_count"]) for row in rows)


def found(answer: Answer) -> list[Found]:
    """Return the hits in order; hits ordered by their days have no score."""
    return [_found(hit) for hit in answer["hits"]["hits"]]


def total(answer: Answer) -> int:
    return int(answer["hits"]["total"]["value"])


def value(hit: Answer, name: str) -> int:
    """Return an integer field of a hit, 0 when it lacks it."""
    return int(hit["fields"].get(name, [0])[0])


def _found(hit: Answer) -> Found:
    return Found(
        id=value(hit, "id"),
        score=float(hit["_score"] or 0.0),
        published=value(hit, "published"),
        traits=value(hit, "traits"),
    )


def _mark(answer: Answer) -> Mark:
    rows = answer["hits"]["hits"]
    if not rows or rows[0]["_source"]["version"] != PROGRAM:
        raise NotReady(rows[0]["_source"] if rows else None)
    told = rows[0]["_source"]
    return Mark(seq=told["seq"], change=told["change"], version=told["version"])


def _sound(answer: Answer) -> Answer:
    """Return an answer that is one, and whole; raises what the client would raise for the same answer alone."""
    if "error" in answer:
        status = answer.get("status", 500)
        raise HTTP_EXCEPTIONS.get(status, TransportError)(status, "msearch", answer)
    if answer["timed_out"]:
        raise ConnectionTimeout("TIMEOUT", "msearch", None)
    return answer
