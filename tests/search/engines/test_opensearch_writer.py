"""Writing to OpenSearch: what is seen when, what is refused, and that two writers do not both go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cong.search.engines import opensearch_writer
from cong.search.engines.engine import Failed, Mark, NotReady, Page
from cong.search.engines.opensearch_mapping import PROGRAM
from cong.search.engines.opensearch_reader import OpenSearchEngine
from cong.search.engines.opensearch_server import Server
from cong.search.engines.opensearch_writer import OpenSearchWriter
from tests.search.asking import PLAIN, ids, query, shelf
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.servers import SERVERS, filled, server


def mark(seq: int, version: str = PROGRAM) -> Mark:
    return Mark(seq=seq, change=f"put {seq}", version=version)


@pytest.fixture(params=sorted(SERVERS))
def at(request: pytest.FixtureRequest) -> Server:
    return SERVERS[request.param]()


@pytest.fixture
def fake() -> FakeOpenSearch:
    return FakeOpenSearch()


@pytest.fixture
def faulty(fake: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setitem(opensearch_writer._BUSY, "initial_backoff", 0.01)
    with running(fake) as url:
        yield server(url)


def test_a_document_put_again_replaces_itself_and_a_removed_one_is_gone(at: Server) -> None:
    engine = filled(at, shelf("Bản cũ", "Bản khác"))
    writer = OpenSearchWriter(at, f"{at.base}-v1")

    writer.put([replace(PLAIN, id=1, title="Đính chính")])
    writer.remove([2, 99])
    writer.commit(mark(7))

    assert ids(engine.search(query("đính chính"))) == [1]
    assert engine.search(query("bản")) == Page()
    assert engine.size == 1
    assert engine.mark() == mark(7)


def test_what_was_not_committed_is_not_seen(at: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = filled(at, shelf("Một"))
    monkeypatch.setattr(opensearch_writer, "_MOST_HELD", 1)
    writer = OpenSearchWriter(at, f"{at.base}-v1")

    writer.put(shelf("Hai", "Ba"))
    writer.close()

    assert engine.size == 1
    assert ids(engine.search(query("một"))) == [1]
    assert engine.mark().seq == 1


def test_a_second_writer_of_the_same_index_fails_at_its_commit(at: Server) -> None:
    engine = filled(at, shelf("Một"))
    one, two = (OpenSearchWriter(at, f"{at.base}-v1") for _ in range(2))

    one.commit(mark(2))
    with pytest.raises(Failed, match="Một tiến trình khác"):
        two.commit(mark(3))
    one.commit(mark(4))

    assert engine.mark().seq == 4


def test_an_index_that_is_gone_is_not_made_anew_by_writing_to_it(at: Server) -> None:
    filled(at, shelf("Một"))
    writer = OpenSearchWriter(at, f"{at.base}-v1")
    at.writing.indices.delete(index=f"{at.base}-v1")

    writer.put(shelf("Hai"))
    with pytest.raises(Failed):
        writer.commit(mark(2))

    assert not at.writing.indices.exists(index=f"{at.base}-v1")


def test_an_index_of_another_program_or_without_a_commit_is_not_ready(at: Server) -> None:
    writer = OpenSearchWriter(at, f"{at.base}-v1")
    engine = OpenSearchEngine(at, f"{at.base}-v1")

    with pytest.raises(NotReady):
        engine.mark()
    writer.commit(mark(1, version="older"))
    with pytest.raises(NotReady):
        engine.search(query("thư viện"))
    writer.commit(mark(2))
    assert engine.mark() == mark(2)


def test_an_entry_that_the_server_refuses_fails_the_batch_and_the_cursor_stays(
    fake: FakeOpenSearch, faulty: Server
) -> None:
    engine = filled(faulty, shelf("Một"))
    writer = OpenSearchWriter(faulty, f"{faulty.base}-v1")
    fake.rejected["2"] = [400]

    writer.put(shelf("Một", "Hai", "Ba"))
    with pytest.raises(Failed, match=r"1 × rejected_execution_exception.*_id 2"):
        writer.commit(mark(9))

    assert engine.mark().seq == 1
    assert engine.size == 1


def test_a_server_that_is_busy_is_given_time(fake: FakeOpenSearch, faulty: Server) -> None:
    engine = filled(faulty, shelf("Một"))
    writer = OpenSearchWriter(faulty, f"{faulty.base}-v1")
    fake.rejected["2"] = [429, 429]
    fake.refused = [429]

    writer.put(shelf("Một", "Hai"))
    writer.commit(mark(2))

    assert engine.size == 2


def test_many_and_long_entries_go_in_several_requests(
    fake: FakeOpenSearch, faulty: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_writer, "_MOST_CHARACTERS", 2_000)
    long = [replace(one, body="thư viện " * 100) for one in shelf("Một", "Hai", "Ba")]

    engine = filled(faulty, long)

    assert engine.size == 3
    assert sum(one.endswith("_bulk") for one in fake.requests) == 3
