"""The versions of an index on a server: which is read, which is kept, and that readers go over at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cong.search.engines import opensearch_engine
from cong.search.engines.engine import Failed, Mark, NotReady
from cong.search.engines.opensearch_versions import OpenSearchVersions
from cong.search.index.versions import Busy, Versions
from tests.search.asking import ids, query, shelf
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.servers import SERVERS, server
from tests.services import free_port


@pytest.fixture(params=sorted(SERVERS))
def held(request: pytest.FixtureRequest, tmp_path: Path) -> OpenSearchVersions:
    return OpenSearchVersions(SERVERS[request.param](), tmp_path / "search")


def build(held: Versions, *titles: str, version: str | None = None) -> str:
    name = held.fresh()
    writer = held.writer(name, bulk=True)
    writer.add(shelf(*titles))
    writer.commit(Mark(seq=1, change="", version=held.program if version is None else version))
    writer.close()
    return name


def test_without_a_version_nothing_is_current_and_readers_have_none(held: OpenSearchVersions) -> None:
    assert (held.current(), held.previous(), held.aside(), held.fresh()) == (None, None, None, "v1")
    with pytest.raises(NotReady):
        opensearch_engine.reader(held).search(query("thư viện"))
    with pytest.raises(NotReady):
        held.engine("v1")


def test_readers_go_over_to_another_version_and_the_one_before_stays(held: OpenSearchVersions) -> None:
    reader = opensearch_engine.reader(held)
    one, two = build(held, "Thư viện cũ"), build(held, "Mới", "Thư viện mới")

    held.point_at(one)
    before = ids(reader.search(query("thư viện")))
    held.point_at(two)

    assert (before, ids(reader.search(query("thư viện")))) == ([1], [2])
    assert (held.current(), held.previous(), held.fresh()) == (two, one, "v3")
    assert ids(held.engine(one).search(query("thư viện"))) == [1]


def test_sweeping_keeps_the_current_version_the_one_before_and_the_one_set_aside(held: OpenSearchVersions) -> None:
    names = [build(held, "Một") for _ in range(5)]
    for name in names[:3]:
        held.point_at(name)
    held.set_aside(names[3])

    held.sweep()

    assert [held.exists(name) for name in names] == [False, True, True, True, False]
    assert (held.current(), held.previous(), held.aside()) == (names[2], names[1], names[3])
    held.sweep(keep_aside=False)
    assert held.aside() is None
    assert not held.exists(names[3])


def test_a_version_that_was_set_aside_can_be_read_after_all(held: OpenSearchVersions) -> None:
    one, two = build(held, "Một"), build(held, "Hai")
    held.point_at(one)
    held.set_aside(two)

    held.point_at(two)

    assert (held.current(), held.previous(), held.aside()) == (two, one, None)


def test_going_back_swaps_the_two(held: OpenSearchVersions) -> None:
    one, two = build(held, "Một"), build(held, "Hai")
    held.point_at(one)
    held.point_at(two)
    held.point_at(one)

    assert (held.current(), held.previous()) == (one, two)
    held.point_at(one)
    assert (held.current(), held.previous()) == (one, two)


def test_a_dropped_version_is_gone_and_may_be_dropped_again(held: OpenSearchVersions) -> None:
    name = build(held, "Một")
    held.counts(name).parent.mkdir(parents=True)
    held.counts(name).write_bytes(b"counts")
    size = held.size(name)

    held.drop(name)
    held.drop(name)

    assert size > 0
    assert not held.exists(name)
    assert not held.counts(name).exists()


def test_a_version_of_another_program_is_not_opened(held: OpenSearchVersions) -> None:
    with pytest.raises(NotReady):
        held.engine(build(held, "Một", version="older"))


def test_one_process_of_this_machine_writes(held: OpenSearchVersions) -> None:
    with held.locked(), pytest.raises(Busy), held.locked():
        pass
    assert held.writing() is None


def test_a_server_that_is_away_is_a_failure_and_not_an_index_without_versions(tmp_path: Path) -> None:
    held = OpenSearchVersions(server(f"http://127.0.0.1:{free_port()}"), tmp_path)

    asks: list[Callable[[], object]] = [held.current, held.fresh, held.sweep, lambda: held.engine("v1")]
    for ask in asks:
        with pytest.raises(Failed, match="Không kết nối được"):
            ask()


def test_a_slow_server_is_waited_for_before_an_index_is_given_up(tmp_path: Path) -> None:
    fake = FakeOpenSearch()
    with running(fake) as url:
        held = OpenSearchVersions(server(url, patience=0.1), tmp_path)
        name = build(held, "Thư viện")
        held.point_at(name)
        fake.slow = 0.7

        assert held.engine(name).mark().seq == 1
        with pytest.raises(NotReady):
            opensearch_engine.reader(held).mark()
        fake.slow, fake.refused = 0, [500]
        with pytest.raises(Failed):
            held.engine(name)


def test_the_portal_finds_them_by_its_address(tmp_path: Path) -> None:
    held = opensearch_engine.versions(url="https://may.example/thu-vien", root=tmp_path)

    assert (held.server.base, held.root) == ("thu-vien", tmp_path)
