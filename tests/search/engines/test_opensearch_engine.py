"""What only the engine on a server promises: few requests, and that nothing typed breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cong.search.engines import opensearch_reader
from cong.search.engines.engine import Facet
from cong.search.engines.opensearch_reader import OpenSearchEngine
from cong.search.language.clauses import Field, Prefix
from cong.search.meaning.ranking import DEFAULT
from tests.search.asking import PLAIN, near, query, shelf, term
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.servers import SERVERS, filled, server


@pytest.fixture(scope="module")
def small() -> Iterator[OpenSearchEngine]:
    with running(FakeOpenSearch()) as url:
        yield filled(server(url), shelf("Thư viện mở cửa", "Nghị định 54/2017/NĐ-CP", "中文 tiếng Trung"))


AWKWARD = st.text(max_size=120) | st.text(alphabet="\"'()[]{}+-*~^:/\\&|!<> aờ54_\x00\x1f", max_size=600)


@settings(max_examples=60)
@given(AWKWARD)
def test_anything_typed_is_answered(small: OpenSearchEngine, text: str) -> None:
    found = small.search(query(text))

    assert found.total == len(found.hits)


@settings(max_examples=60)
@given(AWKWARD, st.sampled_from(Field))
def test_anything_typed_in_a_field_is_answered(small: OpenSearchEngine, text: str, field: Field) -> None:
    found = small.search(query("", term(field, text), Prefix(text=text)))

    assert found.total == len(found.hits)
    assert small.suggest(text, 5) == small.suggest(text, 5)


@pytest.mark.parametrize("text", ["x" * 100_000, "thư " * 25_000, "1/" * 50_000, "文" * 100_000, "\u0301" * 9999])
def test_very_long_queries_are_cut_and_answered(small: OpenSearchEngine, text: str) -> None:
    assert small.search(query(text)).total <= 3


def test_a_page_takes_two_requests_however_many_terms_and_facets_it_has() -> None:
    fake = FakeOpenSearch()
    with running(fake) as url:
        engine = filled(server(url), shelf(*["Thư viện xã"] * 12))
        engine.search(query("thư viện"))
        fake.requests.clear()

        page = engine.search(
            query("thư viện xã", term(Field.AGENCY, "1"), term(Field.KIND, "news"), facets=tuple(Facet))
        )

    assert page.total == 12
    assert [one.rpartition("/")[2] for one in fake.requests] == ["_termvectors", "_msearch"]


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_terms_that_are_everywhere_are_left_out_of_ranking_in_a_large_index(name: str) -> None:
    at = SERVERS[name]()
    filled(at, shelf(*["Thư viện xã"] * 9, "Thư viện xã họp báo sáng"))
    large = replace(DEFAULT, terms=replace(DEFAULT.terms, large=5, fewest_telling=1))
    engine = OpenSearchEngine(at, f"{at.base}-v1", weights=large)

    told = engine.explain(query("thư viện xã họp báo"), 10)

    assert told is not None
    assert {part.name for part in told.terms} == {
        "ax:họp", "ax:báo", "ax:họp_báo", "ax:xã_họp", "fx:hop", "fx:bao", "fx:hop_bao", "fx:xa_hop",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_half_typed_marks_are_noticed_by_how_rare_terms_are(name: str) -> None:
    titles = [f"Thư viện {number}" for number in range(30)]
    engine = filled(SERVERS[name](), shelf(*titles, "Thu vien"))

    told = engine.explain(query("thư vien"), 1)

    assert told is not None
    weights = {part.name: part.value for part in told.terms}
    assert weights["fx:thu"] > weights["ax:thư"]


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_releases_are_read_in_pages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_reader, "_PAGE", 3)
    engine = filled(SERVERS[name](), [replace(PLAIN, id=one * 7, title="Một", release=one) for one in range(1, 8)])

    assert engine.releases(0, 1_000) == {one * 7: one for one in range(1, 8)}
    assert engine.releases(8, 22) == {14: 2, 21: 3}


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_the_mark_is_no_entry_for_anybody(name: str) -> None:
    engine = filled(SERVERS[name](), shelf("Thư viện"))

    assert engine.search(query("", no=[Prefix(text="khong")])).total == 1
    assert engine.search(query(".", facets=tuple(Facet))).total == 0
    assert engine.explain(query("", no=[Prefix(text="khong")]), 0) is None
    assert near(engine.search(query("bảo tàng"))) == []
