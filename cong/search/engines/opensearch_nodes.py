"""From nodes to OpenSearch's query language, one to one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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

MARK_ID = 0
"""The document that tells how far the index goes; no query finds it."""

Dsl = dict[str, Any]
_MARK: Dsl = {"term": {"id": MARK_ID}}
_ALL: Dsl = {"match_all": {}}
_SILENT = (OneOf, Begins)


def scoring(node: Node, scale: float = 1.0) -> Dsl:
    """Return a query with its scores; `scale` multiplies those of terms."""
    if isinstance(node, Has | InOrder):
        return _weighed(node, scale)
    if isinstance(node, Weighed):
        if isinstance(node.node, Has | InOrder):
            return _weighed(node.node, scale * node.weight)
        return _bool(must=[scoring(node.node, scale)], boost=node.weight)
    if isinstance(node, Flat):
        return _flat(matching(node.node), node.score)
    if isinstance(node, _SILENT):
        return _flat(matching(node), 0.0)
    if isinstance(node, Everything):
        return _bool(must=[_ALL], must_not=[_MARK])
    return _joined(node, scale) or matching(node)


def matching(node: Node) -> Dsl:
    """Return what a query finds; its scores do not matter."""
    if isinstance(node, Flat | Weighed):
        return matching(node.node)
    if isinstance(node, Ranked):
        return matching(node.needed)
    if isinstance(node, Every):
        return _bool(filter=list(map(matching, node.nodes)))
    if isinstance(node, AnyOf | Best):
        return _bool(should=list(map(matching, node.nodes)), minimum_should_match=1)
    if isinstance(node, Without):
        return _bool(filter=[matching(node.node)], must_not=list(map(matching, node.others)))
    if isinstance(node, Everything):
        return _bool(filter=[_ALL], must_not=[_MARK])
    return {"match_none": {}} if isinstance(node, Nothing) else _leaf(node)


def _leaf(node: Has | OneOf | InOrder | Begins | Between) -> Dsl:
    if isinstance(node, Has):
        return {"term": {node.field: node.term}}
    if isinstance(node, OneOf):
        return {"terms": {node.field: list(node.values)}}
    if isinstance(node, InOrder):
        return {"match_phrase": {node.field: _phrase(node)}}
    if isinstance(node, Begins):
        return {"prefix": {node.field: node.prefix}}
    bounds = {"gte": node.first, "lte": node.last}
    return {"range": {node.field: {name: bound for name, bound in bounds.items() if bound is not None}}}


def _weighed(node: Has | InOrder, boost: float) -> Dsl:
    given: Dsl = {"value": node.term} if isinstance(node, Has) else _phrase(node)
    kind = "term" if isinstance(node, Has) else "match_phrase"
    return {kind: {node.field: given | ({"boost": boost} if boost != 1 else {})}}


def _phrase(node: InOrder) -> Dsl:
    return {"query": " ".join(node.terms), "slop": node.slop}


def _flat(query: Dsl, score: float) -> Dsl:
    return {"constant_score": {"filter": query, "boost": score}} if score else _bool(filter=[query])


def _joined(node: Node, scale: float) -> Dsl | None:
    if isinstance(node, Every):
        return _bool(**_all_of(node.nodes, scale))
    if isinstance(node, AnyOf):
        return _bool(should=[scoring(one, scale) for one in node.nodes], minimum_should_match=1)
    if isinstance(node, Best):
        return {"dis_max": {"queries": [scoring(one, scale) for one in node.nodes]}}
    if isinstance(node, Without):
        return _bool(**_all_of([node.node], scale), must_not=list(map(matching, node.others)))
    if isinstance(node, Ranked):
        wanted = [scoring(one, scale) for one in node.wanted]
        return _bool(**_all_of([node.needed], scale), should=wanted, minimum_should_match=0)
    return None


def _all_of(nodes: Iterable[Node], scale: float) -> dict[str, list[Dsl]]:
    """Return nodes that all hold, those that add nothing to a score where the server does not compute one."""
    must: list[Dsl] = []
    silent: list[Dsl] = []
    for node in nodes:
        if isinstance(node, _SILENT) or (isinstance(node, Flat) and not node.score):
            silent.append(matching(node))
        else:
            must.append(scoring(node, scale))
    return {"must": must, "filter": silent}


def _bool(**clauses: Any) -> Dsl:
    return {"bool": {name: given for name, given in clauses.items() if given not in ([], None)}}
