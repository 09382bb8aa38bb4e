"""What nodes are in OpenSearch's query language: what scores and what only narrows."""

from __future__ import annotations

import pytest

from cong.search.engines.opensearch_nodes import Dsl, matching, scoring
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

CAT, DOG = Has(field="fx", term="meo"), Has(field="fx", term="cho")
MEO, CHO = {"term": {"fx": "meo"}}, {"term": {"fx": "cho"}}
SCORED_MEO, SCORED_CHO = {"term": {"fx": {"value": "meo"}}}, {"term": {"fx": {"value": "cho"}}}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (CAT, MEO),
        (OneOf(field="id", values=(1, 2)), {"terms": {"id": [1, 2]}}),
        (InOrder(field="a", terms=("một", "hai"), slop=2), {"match_phrase": {"a": {"query": "một hai", "slop": 2}}}),
        (Begins(field="t", prefix="th"), {"prefix": {"t": "th"}}),
        (Between(field="day", first=5, last=None), {"range": {"day": {"gte": 5}}}),
        (Between(field="day", first=None, last=7), {"range": {"day": {"lte": 7}}}),
        (Nothing(), {"match_none": {}}),
        (Everything(), {"bool": {"filter": [{"match_all": {}}], "must_not": [{"term": {"id": 0}}]}}),
        (Every(nodes=(CAT, DOG)), {"bool": {"filter": [MEO, CHO]}}),
        (AnyOf(nodes=(CAT, DOG)), {"bool": {"should": [MEO, CHO], "minimum_should_match": 1}}),
        (Best(nodes=(CAT, DOG)), {"bool": {"should": [MEO, CHO], "minimum_should_match": 1}}),
        (Without(node=CAT, others=(DOG,)), {"bool": {"filter": [MEO], "must_not": [CHO]}}),
        (Flat(node=Weighed(node=CAT, weight=3), score=9), MEO),
        (Ranked(needed=CAT, wanted=(DOG,)), MEO),
    ],
)
def test_what_only_narrows_has_no_scores(node: Node, expected: Dsl) -> None:
    assert matching(node) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (CAT, SCORED_MEO),
        (Weighed(node=CAT, weight=0.5), {"term": {"fx": {"value": "meo", "boost": 0.5}}}),
        (
            Weighed(node=Best(nodes=(CAT,)), weight=2),
            {"bool": {"must": [{"dis_max": {"queries": [SCORED_MEO]}}], "boost": 2}},
        ),
        (OneOf(field="id", values=(1,)), {"bool": {"filter": [{"terms": {"id": [1]}}]}}),
        (Flat(node=CAT), {"bool": {"filter": [MEO]}}),
        (Flat(node=CAT, score=40), {"constant_score": {"filter": MEO, "boost": 40}}),
        (Everything(), {"bool": {"must": [{"match_all": {}}], "must_not": [{"term": {"id": 0}}]}}),
        (Every(nodes=(CAT, Flat(node=DOG))), {"bool": {"must": [SCORED_MEO], "filter": [CHO]}}),
        (AnyOf(nodes=(CAT, DOG)), {"bool": {"should": [SCORED_MEO, SCORED_CHO], "minimum_should_match": 1}}),
        (Best(nodes=(CAT, DOG)), {"dis_max": {"queries": [SCORED_MEO, SCORED_CHO]}}),
        (Without(node=CAT, others=(DOG,)), {"bool": {"must": [SCORED_MEO], "must_not": [CHO]}}),
        (
            Ranked(needed=Flat(node=CAT), wanted=(DOG,)),
            {"bool": {"filter": [MEO], "should": [SCORED_CHO], "minimum_should_match": 0}},
        ),
    ],
)  # fmt: skip
def test_what_scores_is_asked_to_score(node: Node, expected: Dsl) -> None:
    assert scoring(node) == expected


def test_the_constant_that_a_server_leaves_out_is_put_on_terms_and_not_on_flat_scores() -> None:
    node = AnyOf(nodes=(Weighed(node=CAT, weight=0.5), Flat(node=DOG, score=40)))

    term, flat = scoring(node, 2.2)["bool"]["should"]

    assert term["term"]["fx"]["boost"] == pytest.approx(1.1)
    assert flat["constant_score"]["boost"] == 40
