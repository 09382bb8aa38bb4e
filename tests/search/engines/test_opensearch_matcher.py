"""Which kept queries new entries meet: the same on every engine, and what the server keeps of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cong.search.engines import opensearch_matcher
from cong.search.engines.engine import Matcher
from cong.search.engines.opensearch_mapping import PROGRAM
from cong.search.engines.opensearch_matcher import OpenSearchMatcher
from cong.search.engines.opensearch_server import Server
from cong.search.engines.tantivy_matcher import TantivyMatcher
from cong.search.language.clauses import Either, Field, Phrase, Prefix, Span, Word
from tests.search.asking import NOON, PLAIN, published, query, shelf, term
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.servers import SERVERS, server


@pytest.fixture(params=["tantivy", *sorted(SERVERS)])
def matcher(request: pytest.FixtureRequest) -> Matcher:
    return TantivyMatcher() if request.param == "tantivy" else OpenSearchMatcher(SERVERS[request.param]())


@pytest.fixture(params=sorted(SERVERS))
def at(request: pytest.FixtureRequest) -> Server:
    return SERVERS[request.param]()


def test_each_query_gets_the_entries_that_are_hits_and_no_near_ones(matcher: Matcher) -> None:
    documents = shelf("Thư viện xã mở cửa", "Thư viện huyện", "Bến xe")

    found = matcher.matches(
        documents, [query("thu vien"), query("thư viện xã"), query("sân bay"), query("bến xe"), query("thư viện xã")]
    )

    assert found == [(1, 2), (1,), (), (3,), (1,)]


def test_conditions_of_every_kind_are_held_against_new_entries(matcher: Matcher) -> None:
    new = published(replace(PLAIN, id=7, title="Một", agency=7, number="54/2017/NĐ-CP", signer="Người Ký"), NOON)
    old = replace(PLAIN, id=8, title="Hai ba bốn", kind="document", has=("anh",))
    today = Span(field=Field.DATE, first=NOON.date(), last=NOON.date())
    asked = {
        query("", term(Field.AGENCY, "7")): (7,),
        query("", today): (7,),
        query("hai", today): (),
        query("", no=[Word(text="một")]): (8,),
        query("", Phrase(text="hai ba")): (8,),
        query("", Phrase(text="ba hai")): (),
        query("", Prefix(text="mo")): (7,),
        query("54/2017/nđ-cp"): (7,),
        query("", term(Field.SIGNER, "người ký")): (7,),
        query("", Either(units=(Word(text="một"), Word(text="hai")))): (7, 8),
        query("", term(Field.KIND, "document"), term(Field.HAS, "anh")): (8,),
        query(""): (),
        query("..."): (),
    }

    found = matcher.matches([new, old], list(asked))

    assert found == list(asked.values())


def test_nothing_to_look_at_meets_nothing(matcher: Matcher) -> None:
    assert matcher.matches([], [query("thư viện")]) == [()]
    assert matcher.matches(shelf("Thư viện"), []) == []
    assert matcher.matches(shelf("Thư viện"), [query("")]) == [()]


def test_many_queries_and_entries_go_in_several_requests(at: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_matcher, "_KEYS", 3)
    monkeypatch.setattr(opensearch_matcher, "_DOCUMENTS", 2)
    titles = [f"Việc số {number}" for number in range(1, 8)]

    found = OpenSearchMatcher(at).matches(shelf(*titles), [query(f'"{title}"') for title in titles])

    assert found == [(number,) for number in range(1, 8)]


def test_a_kept_query_is_sent_once_renewed_while_in_use_and_swept_away_after() -> None:
    fake = FakeOpenSearch()
    with running(fake) as url:
        matcher, documents = OpenSearchMatcher(server(url)), shelf("Thư viện", "Bến xe")
        sent = []
        for days, text in ((0, "bến xe"), (0, "thư viện"), (9, "thư viện"), (11, "thư viện"), (50, "thư viện")):
            fake.requests.clear()
            later = [replace(query(text), at=NOON + timedelta(days=days))]
            assert matcher.matches(documents, later) == [(1,) if text == "thư viện" else (2,)]
            sent.append(sum(one.endswith("_bulk") for one in fake.requests))
        (index,) = fake.indexes.values()

    assert sent == [1, 1, 0, 1, 1]
    assert len(index.documents) == 1


def test_kept_queries_of_another_program_are_taken_away(at: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_matcher, "PROGRAM", "older")
    OpenSearchMatcher(at).matches(shelf("Thư viện"), [query("thư viện")])
    monkeypatch.undo()

    OpenSearchMatcher(at).matches(shelf("Thư viện"), [query("thư viện")])

    (left,) = at.writing.indices.get_alias(index=f"{at.base}-kept-*")
    assert left.endswith(PROGRAM)
