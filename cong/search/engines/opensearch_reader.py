"""The engine on a server: OpenSearch, fed with our own tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import itemgetter

from cong.search.engines.engine import (
    DEEPEST,
    FEW,
    Count,
    Explanation,
    Facet,
    Hit,
    Mark,
    Page,
    Part,
    Query,
    Sort,
)
from cong.search.engines.opensearch_asking import (
    Answer,
    Asking,
    Found,
    aggregations,
    counting,
    counts,
    found,
    total,
    value,
)
from cong.search.engines.opensearch_nodes import Dsl
from cong.search.engines.opensearch_server import Server
from cong.search.meaning import ranking
from cong.search.meaning.nodes import Begins, Every, Flat, Has, Node, OneOf, Weighed
from cong.search.meaning.plan import Plan, is_narrowed, without
from cong.search.meaning.ranking import Weights
from cong.search.meaning.traits import factor, factors
from cong.search.text import analysis

_BY: dict[Sort, list[Dsl]] = {
    Sort.NEWEST: [{"published": "desc"}, {"id": "asc"}],
    Sort.OLDEST: [{"published": "asc"}, {"id": "asc"}],
    Sort.EFFECTIVE: [{"effective": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
}
_PAGE = DEEPEST


class OpenSearchEngine:
    """Reads one index, or whichever index an alias names when it is asked. Many threads may ask at once.

    `patient`: waits for a slow server, and tells one that is away by Failed, as who writes an index has to know.
    """

    def __init__(self, server: Server, index: str, *, weights: Weights | None = None, patient: bool = False) -> None:
        self._server = server
        self._index = index
        self._weights = weights or ranking.used()
        self._patient = patient

    @property
    def size(self) -> int:
        (answer,) = self._asking().find({"query": {"match_all": {}}, "size": 0, "track_total_hits": True})
        return max(0, total(answer) - 1)

    def mark(self) -> Mark:
        """Return how far the index has read; raises NotReady without an index that this program can read."""
        return self._asking().ask([])[0]

    def releases(self, first: int, last: int) -> dict[int, int]:
        asking, told = self._asking(), dict[int, int]()
        first = max(first, 1)
        while first < last:
            body = {
                "query": {"range": {"id": {"gte": first, "lt": last}}}, "size": _PAGE, "sort": [{"id": "asc"}],
                "_source": False, "stored_fields": "_none_", "docvalue_fields": ["id", "release"],
                "track_total_hits": False,
            }  # fmt: skip
            hits = asking.find(body)[0]["hits"]["hits"]
            told |= {value(hit, "id"): value(hit, "release") for hit in hits}
            first = value(hits[-1], "id") + 1 if len(hits) == _PAGE else last
        return told

    def search(self, query: Query) -> Page:
        if query.offset >= DEEPEST:
            return Page()
        asking = self._asking(query)
        planned = asking.planned(query, self._weights)
        shared = [one for one in query.facets if not is_narrowed(query, one)]
        own = [one for one in query.facets if one not in shared]
        body = self._body(asking, planned, query) | aggregations(shared)
        first, *others = asking.find(body, *(counting(without(query, one, self._weights), [one]) for one in own))
        hits = self._hits(found(first), query, is_ranked=_is_ranked(planned, query))
        near: tuple[Hit, ...] = ()
        if planned.near is not None and total(first) < FEW and query.offset == 0 and query.sort is Sort.BEST:
            near = self._near(asking, planned.near, query, without={hit.id for hit in hits})
        counted = dict.fromkeys(shared, first) | dict(zip(own, others, strict=True))
        return Page(hits=hits, total=total(first), near=near, counts=_counts(counted, query.facets))

    def suggest(self, text: str, limit: int) -> tuple[int, ...]:
        syllables = [one for one in analysis.folded(analysis.forms(text)) if one][:12]
        if not syllables:
            return ()
        *whole, last = syllables
        begun: Node = Has(field="t", term=last) if text[-1:].isspace() else Begins(field="t", prefix=last)
        node = Every(nodes=(*(Has(field="t", term=one) for one in whole), begun))
        order = _BY[Sort.NEWEST] if len(syllables) < 2 else None
        asking = self._asking(text)
        (answer,) = asking.find(asking.hits(node, limit=limit, order=order, count=False))
        return tuple(one.id for one in found(answer))

    def explain(self, query: Query, id: int) -> Explanation | None:  # noqa: A002 (the entry's id)
        asking = self._asking(query)
        planned = asking.planned(query, self._weights)
        only = Flat(node=OneOf(field="id", values=(id,)))
        nodes = [node for node in (planned.hits, planned.near) if node is not None]
        # Each leaf is asked what it gives this entry: an explanation by the server has another shape in each version.
        whole, leaves = len(nodes), planned.wanted
        answers = asking.find(
            *(asking.hits(Every(nodes=(node, only)), limit=1, count=False) for node in (*nodes, *leaves))
        )
        met = [one for answer in answers[:whole] for one in found(answer)]
        if not met:
            return None
        return self._explained(met[0], list(zip(leaves, answers[whole:], strict=True)), query)

    def _explained(self, hit: Found, leaves: Sequence[tuple[Node, Answer]], query: Query) -> Explanation:
        terms = [Part(name=_name(leaf), value=one.score) for leaf, answer in leaves for one in found(answer)]
        held = tuple(sorted((one for one in terms if one.value), key=lambda one: -one.value))
        rest = hit.score - sum(one.value for one in held)
        if rest > 0.01 * hit.score:
            held = (Part(name="number or pin", value=rest), *held)
        by = factors(hit.traits, query.at.timestamp() - hit.published, self._weights)
        return Explanation(
            score=hit.score * math.prod(by.values()),
            terms=held,
            factors=tuple(Part(name=name, value=one) for name, one in by.items()),
        )

    def _asking(self, about: object = "") -> Asking:
        told = (about.asked, about.words) if isinstance(about, Query) else about
        return Asking(self._server, self._index, about=told, patient=self._patient)

    def _body(self, asking: Asking, planned: Plan, query: Query) -> Dsl:
        """Return what is asked for a page: all that may be ordered again, or only what stands on it."""
        end, order = min(query.offset + query.limit, DEEPEST), None
        if not _is_ranked(planned, query):
            order = _BY[Sort.NEWEST if query.sort is Sort.BEST else query.sort]
        if order or query.offset >= self._weights.depth:
            return asking.hits(planned.hits, limit=end - query.offset, offset=query.offset, order=order)
        return asking.hits(planned.hits, limit=max(self._weights.depth, end))

    def _hits(self, hits: list[Found], query: Query, *, is_ranked: bool) -> tuple[Hit, ...]:
        depth = self._weights.depth
        if not is_ranked or query.offset >= depth:
            return _as_hits(hits)
        ordered = self._reranked(hits[:depth], query) + hits[depth:]
        return _as_hits(ordered[query.offset : min(query.offset + query.limit, DEEPEST)])

    def _near(self, asking: Asking, near: Node, query: Query, *, without: set[int]) -> tuple[Hit, ...]:
        (answer,) = asking.find(asking.hits(near, limit=query.limit + len(without), count=False))
        kept = [one for one in found(answer) if one.id not in without]
        return _as_hits(self._reranked(kept, query)[: query.limit])

    def _reranked(self, hits: list[Found], query: Query) -> list[Found]:
        """Order by score × factors; equal ones newest first."""
        now = query.at.timestamp()
        weighed = [
            (-one.score * factor(one.traits, now - one.published, self._weights), -one.published, one.id, one)
            for one in hits
        ]
        weighed.sort(key=itemgetter(0, 1, 2))
        return [
            Found(id=one.id, score=-score, published=one.published, traits=one.traits) for score, _, _, one in weighed
        ]


def _is_ranked(planned: Plan, query: Query) -> bool:
    """Tell whether hits are ordered by their scores; without words or pins the newest come first."""
    return query.sort is Sort.BEST and bool(planned.wanted or query.pinned)


def _counts(answers: dict[Facet, Answer], facets: Sequence[Facet]) -> dict[Facet, tuple[Count, ...]]:
    return {one: counts(answers[one], one) for one in facets}


def _as_hits(hits: Sequence[Found]) -> tuple[Hit, ...]:
    return tuple(Hit(id=one.id, score=one.score) for one in hits)


def _name(leaf: Node) -> str:
    inner = leaf.node if isinstance(leaf, Weighed) else leaf
    return f"{inner.field}:{inner.term}" if isinstance(inner, Has) else type(inner).__name__
