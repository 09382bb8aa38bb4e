"""From nodes to tantivy's queries, one to one."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy
from tantivy import FieldType, Occur

from cong.search.meaning.nodes import (
    AnyOf,
    Begins,
    Best,
    Between,
    Every,
    Everything,
    Flat,
    Has,
    InOrder,
    Node,
    Nothing,
    OneOf,
    Ranked,
    Weighed,
    Without,
)
from cong.search.meaning.rows import TOKENS

_MOST_EXPANSIONS = 50
MARK_ID = 0
_Query = tantivy.Query


class Translator:
    """Makes queries for one searcher's view of an index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def query(self, node: Node) -> tantivy.Query:
        return self._leaf(node) or self._joined(node)

    def term(self, field: str, value: str | int) -> tantivy.Query:
        return _Query.term_query(self._schema, field, value, index_option=TOKENS.get(field, "basic"))

    def _leaf(self, node: Node) -> tantivy.Query | None:
        if isinstance(node, Has):
            return self.term(node.field, node.term)
        if isinstance(node, OneOf):
            return _Query.const_score_query(_Query.term_set_query(self._schema, node.field, list(node.values)), 0.0)
        if isinstance(node, InOrder):
            return _Query.phrase_query(self._schema, node.field, list(node.terms), node.slop)
        if isinstance(node, Begins):
            return self._beginning(node)
        if isinstance(node, Between):
            return _Query.range_query(self._schema, node.field, FieldType.Integer, node.first, node.last)
        if isinstance(node, Everything):
            return _boolean([(Occur.Must, _Query.all_query()), (Occur.MustNot, self.term("id", MARK_ID))])
        return _Query.empty_query() if isinstance(node, Nothing) else None

    def _joined(self, node: Node) -> tantivy.Query:
        if isinstance(node, Every):
            return _boolean((Occur.Must, self.query(one)) for one in node.nodes)
        if isinstance(node, AnyOf):
            return _boolean((Occur.Should, self.query(one)) for one in node.nodes)
        if isinstance(node, Best):
            return _Query.disjunction_max_query([self.query(one) for one in node.nodes])
        if isinstance(node, Flat):
            return _Query.const_score_query(self.query(node.node), node.score)
        if isinstance(node, Weighed):
            return _Query.boost_query(self.query(node.node), node.weight)
        return self._bounded(node)

    def _bounded(self, node: Node) -> tantivy.Query:
        if isinstance(node, Without):
            others = [(Occur.MustNot, self.query(one)) for one in node.others]
            return _boolean([(Occur.Must, self.query(node.node)), *others])
        if isinstance(node, Ranked):
            wanted = [(Occur.Should, self.query(one)) for one in node.wanted]
            return _boolean([(Occur.Must, self.query(node.needed)), *wanted])
        raise TypeError(node)

    def _beginning(self, node: Begins) -> tantivy.Query:
        """Return what holds one of the commonest terms that begin so."""
        found = self._searcher.terms_with_prefix(node.field, node.prefix, limit=_MOST_EXPANSIONS)
        if not found:
            return _Query.empty_query()
        return _Query.const_score_query(
            _Query.term_set_query(self._schema, node.field, [term for term, _ in found]), 0.0
        )


def _boolean(clauses: Iterable[tuple[Occur, tantivy.Query]]) -> tantivy.Query:
    return _Query.boolean_query(list(clauses))
