"""The embedded engine: tantivy, fed with our own tokens."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import tantivy

from cong.search.engines.engine import (
    DEEPEST,
    FEW,
    MOST_COUNTS,
    Count,
    Explanation,
    Facet,
    Hit,
    Mark,
    NotReady,
    Page,
    Part,
    Query,
    Sort,
)
from cong.search.engines.tantivy_nodes import MARK_ID, Translator
from cong.search.engines.tantivy_schema import schema
from cong.search.meaning import ranking
from cong.search.meaning.nodes import Begins, Every, Flat, Has, Node, OneOf, Weighed
from cong.search.meaning.plan import Plan, is_narrowed, plan, without
from cong.search.meaning.ranking import Weights
from cong.search.meaning.traits import factor, factors
from cong.search.text import analysis

_BY = {Sort.NEWEST: "published", Sort.OLDEST: "published", Sort.EFFECTIVE: "effective"}
_MOST_SUGGESTED = 200


@dataclass(frozen=True, kw_only=True)
class _Found:
    id: int
    score: float
    address: tantivy.DocAddress


class _View:
    """One commit of an index, as a query sees it."""

    def __init__(self, index: tantivy.Index) -> None:
        self.searcher = index.searcher()
        self.translator = Translator(index.schema, self.searcher)

    @property
    def size(self) -> int:
        return max(0, self.searcher.num_docs - 1)

    def frequency(self, field: str, term: str) -> int:
        return self.searcher.doc_freq(field, term)

    def find(
        self, node: Node, *, limit: int, offset: int = 0, by: str = "", rising: bool = False, count: bool = True
    ) -> tuple[list[_Found], int]:
        """Return the hits and how many there are (0 when they are not to be counted)."""
        order = tantivy.Order.Asc if rising else tantivy.Order.Desc
        answer = self.searcher.search(self.translator.query(node), limit, count, by or None, offset, order)
        addresses = [address for _, address in answer.hits]
        ids = self.numbers("id", addresses)
        found = [
            _Found(id=number, score=0.0 if by else score, address=address)
            for number, (score, address) in zip(ids, answer.hits, strict=True)
        ]
        return found, int(answer.count or 0)  # type: ignore[attr-defined]  # tantivy's own stub leaves it out

    def numbers(self, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
        return [int(value or 0) for value in self.searcher.fast_field_values(field, addresses)]

    def counts(self, node: Node, facets: Sequence[Facet]) -> dict[Facet, tuple[Count, ...]]:
        asked = {one.value: {"terms": {"field": one.value, "size": MOST_COUNTS}} for one in facets}
        told = self.searcher.aggregate(self.translator.query(node), asked)
        return {
            one: tuple(Count(value=_text(row["key"]), count=row["doc_count"]) for row in told[one.value]["buckets"])
            for one in facets
        }

    def score(self, leaf: Node, address: tantivy.DocAddress) -> float:
        """Return what a leaf gives a document, 0 when it does not match."""
        try:
            told = self.translator.query(leaf).explain(self.searcher, address).to_json()
        except ValueError:
            return 0.0
        return float(json.loads(told)["value"])


class TantivyEngine:
    """Reads one index directory; `reload` shows the last commit."""

    def __init__(self, path: Path | None, *, weights: Weights | None = None) -> None:
        """Open a directory, or with None an empty index in memory. Raises NotReady."""
        if path is not None and (not path.is_dir() or not tantivy.Index.exists(str(path))):
            raise NotReady(path)
        self._index = tantivy.Index(schema()) if path is None else tantivy.Index.open(str(path))
        self._index.config_reader(reload_policy="manual")
        self._weights = weights or ranking.used()

    def reload(self) -> None:
        self._index.reload()

    @property
    def size(self) -> int:
        return _View(self._index).size

    def mark(self) -> Mark:
        """Return how far the index has read; raises NotReady before its first commit."""
        view = _View(self._index)
        found = view.searcher.search(view.translator.term("id", MARK_ID), limit=1).hits
        if not found:
            raise NotReady
        row = view.searcher.doc(found[0][1])
        return Mark(seq=row["seq"][0], change=row["change"][0], version=row["version"][0])

    def releases(self, first: int, last: int) -> dict[int, int]:
        view = _View(self._index)
        wanted = tantivy.Query.range_query(
            self._index.schema, "id", tantivy.FieldType.Integer, max(first, 1), last, include_upper=False
        )
        size = max(1, min(last - first, view.searcher.num_docs))
        addresses = [address for _, address in view.searcher.search(wanted, limit=size, count=False).hits]
        return dict(zip(view.numbers("id", addresses), view.numbers("release", addresses), strict=True))

    def search(self, query: Query) -> Page:
        if query.offset >= DEEPEST:
            return Page()
        view = _View(self._index)
        planned = plan(query, view, self._weights)
        hits, total = self._hits(view, planned, query)
        near: tuple[Hit, ...] = ()
        if planned.near is not None and total < FEW and query.offset == 0 and query.sort is Sort.BEST:
            near = self._near(view, planned.near, query, without={hit.id for hit in hits})
        return Page(hits=hits, total=total, near=near, counts=self._counts(view, planned, query))

    def suggest(self, text: str, limit: int) -> tuple[int, ...]:
        syllables = [one for one in analysis.folded(analysis.forms(text)) if one][:12]
        if not syllables:
            return ()
        *whole, last = syllables
        finished = text[-1:].isspace()
        begun: Node = Has(field="t", term=last) if finished else Begins(field="t", prefix=last)
        nodes = (*(Has(field="t", term=one) for one in whole), begun)
        found, _ = _View(self._index).find(
            Every(nodes=nodes), limit=limit, by="published" if len(syllables) < 2 else "", count=False
        )
        return tuple(one.id for one in found)

    def explain(self, query: Query, id: int) -> Explanation | None:  # noqa: A002 (the entry's id)
        view = _View(self._index)
        planned = plan(query, view, self._weights)
        only = OneOf(field="id", values=(id,))
        for node in (planned.hits, planned.near):
            found = [] if node is None else view.find(Every(nodes=(node, Flat(node=only))), limit=1)[0]
            if found:
                return self._explained(view, planned, found[0], query)
        return None

    def _explained(self, view: _View, planned: Plan, hit: _Found, query: Query) -> Explanation:
        terms = [Part(name=_name(leaf), value=view.score(leaf, hit.address)) for leaf in planned.wanted]
        held = tuple(sorted((one for one in terms if one.value), key=lambda one: -one.value))
        rest = hit.score - sum(one.value for one in held)
        if rest > 0.01 * hit.score:
            held = (Part(name="number or pin", value=rest), *held)
        traits, published = view.numbers("traits", [hit.address])[0], view.numbers("published", [hit.address])[0]
        by = factors(traits, query.at.timestamp() - published, self._weights)
        return Explanation(
            score=hit.score * math.prod(by.values()),
            terms=held,
            factors=tuple(Part(name=name, value=one) for name, one in by.items()),
        )

    def _counts(self, view: _View, planned: Plan, query: Query) -> dict[Facet, tuple[Count, ...]]:
        own = [one for one in query.facets if is_narrowed(query, one)]
        shared = [one for one in query.facets if one not in own]
        counted = view.counts(planned.hits, shared) if shared else {}
        for one in own:
            counted |= view.counts(without(query, one, self._weights), [one])
        return {one: counted[one] for one in query.facets}

    def _hits(self, view: _View, planned: Plan, query: Query) -> tuple[tuple[Hit, ...], int]:
        end, depth = min(query.offset + query.limit, DEEPEST), self._weights.depth
        by = _BY.get(query.sort, "" if planned.wanted or query.pinned else "published")
        if by or query.offset >= depth:
            found, total = view.find(
                planned.hits, limit=end - query.offset, offset=query.offset, by=by, rising=query.sort is Sort.OLDEST
            )
            return _as_hits(found), total
        found, total = view.find(planned.hits, limit=max(depth, end))
        ordered = self._reranked(view, found[:depth], query) + found[depth:]
        return _as_hits(ordered[query.offset : end]), total

    def _near(self, view: _View, near: Node, query: Query, *, without: set[int]) -> tuple[Hit, ...]:
        found, _ = view.find(near, limit=query.limit + len(without), count=False)
        kept = [one for one in found if one.id not in without]
        return _as_hits(self._reranked(view, kept, query)[: query.limit])

    def _reranked(self, view: _View, found: list[_Found], query: Query) -> list[_Found]:
        """Order by score × factors; equal ones newest first."""
        addresses, now = [one.address for one in found], query.at.timestamp()
        rows = zip(found, view.numbers("published", addresses), view.numbers("traits", addresses), strict=True)
        weighed = [
            (-one.score * factor(traits, now - moment, self._weights), -moment, one.id, one)
            for one, moment, traits in rows
        ]
        weighed.sort(key=itemgetter(0, 1, 2))
        return [_Found(id=one.id, score=-score, address=one.address) for score, _, _, one in weighed]


def _as_hits(found: Sequence[_Found]) -> tuple[Hit, ...]:
    return tuple(Hit(id=one.id, score=one.score) for one in found)


def _name(leaf: Node) -> str:
    inner = leaf.node if isinstance(leaf, Weighed) else leaf
    return f"{inner.field}:{inner.term}" if isinstance(inner, Has) else type(inner).__name__


def _text(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
