"""The indexer on OpenSearch: the portal's own way from the shelf to a reader, with a server that comes and goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from cong.search import actions
from cong.search.engines import chosen, opensearch_writer
from cong.search.engines.engine import Failed, NotReady
from cong.search.engines.opensearch_server import Server, read_address
from cong.search.index import shelf
from tests import makers
from tests.search.asking import query
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.servers import URLS, own

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture(params=sorted(URLS))
def at(request: pytest.FixtureRequest, settings: Settings) -> Server:
    settings.SEARCH_URL = URLS[request.param]()
    return Server(read_address(settings.SEARCH_URL))


@pytest.fixture
def fake(settings: Settings) -> Iterator[FakeOpenSearch]:
    made = FakeOpenSearch()
    with running(made) as url:
        settings.SEARCH_URL = own(url)
        yield made


def found(text: str) -> set[int]:
    return {hit.id for hit in chosen.reader().search(query(text)).hits}


def test_the_first_start_builds_the_index_from_the_shelf(at: Server) -> None:
    entry = makers.entry(title="Mạng thư viện mượn sách liên thông")

    seq = actions.catch_up()

    state = actions.status()
    assert found("muon sach lien thong") == {entry.pk}
    assert seq == shelf.last_seq() == 1
    assert (state.engine, state.ready, state.version, state.documents, state.behind) == ("opensearch", True, "v1", 1, 0)
    assert state.size > 0


def test_puts_corrections_and_withdrawals_are_followed_in_order(at: Server) -> None:
    kept, changed, gone = (makers.entry(title=f"Thư viện số {number}") for number in (1, 2, 3))
    actions.catch_up()
    makers.correct(changed, title="Bảo tàng tỉnh", summary="", html="")
    makers.withdraw(gone)
    new = makers.entry(title="Thư viện lưu động")

    actions.catch_up()

    assert found("thư viện") == {kept.pk, new.pk}
    assert found("bảo tàng") == {changed.pk}
    assert actions.status().behind == 0


def test_a_rebuild_stands_beside_the_old_index_and_one_can_go_back(at: Server) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()

    rebuilt = actions.rebuild()

    assert (rebuilt.swapped, rebuilt.trouble, rebuilt.name) == (True, (), "v2")
    assert found("thư viện") == {entry.pk}
    assert actions.back() == "v1"
    assert found("thư viện") == {entry.pk}


def test_an_index_that_somebody_deleted_is_built_anew(at: Server) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    at.writing.indices.delete(index=f"{at.base}-v1")
    with pytest.raises(NotReady):
        found("thư viện")

    actions.catch_up()

    assert found("thư viện") == {entry.pk}


def test_a_batch_that_was_sent_in_part_is_sent_again(fake: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_writer, "_MOST_HELD", 1)
    actions.catch_up()
    entries = [makers.entry(title=f"Thư viện {number}") for number in range(3)]
    fake.rejected[str(entries[1].pk)] = [400]

    with pytest.raises(Failed, match="rejected_execution_exception"):
        actions.catch_up()
    before = found("thư viện")
    actions.catch_up()

    assert before == set()
    assert found("thư viện") == {entry.pk for entry in entries}
    assert actions.status().version == "v1"


@pytest.mark.parametrize("status", [500, 403])
def test_a_server_that_fails_for_a_while_loses_no_index(fake: FakeOpenSearch, status: int) -> None:
    actions.catch_up()
    entry = makers.entry(title="Thư viện")
    asked = len(fake.requests)
    actions.catch_up()
    steps = len(fake.requests) - asked
    makers.correct(entry, title="Thư viện xã", summary="", html="")

    for place in range(steps):  # whichever of its requests it is that fails
        fake.refused = [200] * place + [status]
        with pytest.raises(Failed):
            actions.catch_up()
        fake.refused = []
    actions.catch_up()

    assert actions.status().version == "v1"
    assert found("thư viện xã") == {entry.pk}


def test_pages_are_told_that_there_is_no_index_while_the_server_is_away(settings: Settings) -> None:
    with running(FakeOpenSearch()) as url:
        settings.SEARCH_URL = own(url)
        makers.entry(title="Thư viện")
        actions.catch_up()

    with pytest.raises(NotReady, match="Không kết nối được"):
        found("thư viện")
