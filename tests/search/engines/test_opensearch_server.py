"""The search server: its address, and what readers and writers are told when it does not answer as it should."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest

from cong.search.engines.engine import Failed, Mark, NotReady
from cong.search.engines.opensearch_mapping import PROGRAM
from cong.search.engines.opensearch_reader import OpenSearchEngine
from cong.search.engines.opensearch_server import Address, BadAddress, Server, read_address
from cong.search.engines.opensearch_writer import OpenSearchWriter
from tests.search.asking import ids, query, shelf
from tests.search.fake_opensearch import FakeOpenSearch, running
from tests.search.servers import filled, server
from tests.services import free_port

MARK = Mark(seq=1, change="", version=PROGRAM)


@pytest.fixture
def fake() -> FakeOpenSearch:
    return FakeOpenSearch()


@pytest.fixture
def at(fake: FakeOpenSearch) -> Iterator[Server]:
    with running(fake) as url:
        yield server(url)


def test_an_address_may_say_all_or_only_the_host() -> None:
    full = read_address("https://ban%40doc:m%3At@may.example:9443/thu-vien?ca=/etc/ca.pem")

    assert full == Address(host="may.example", port=9443, secure=True, base="thu-vien", user="ban@doc", password="m:t",
                           ca="/etc/ca.pem")  # fmt: skip
    assert read_address("http://127.0.0.1") == Address(host="127.0.0.1", port=9200, base="cong")
    assert "m:t" not in repr(full)


@pytest.mark.parametrize(
    "url", ["", "may:9200", "ftp://may", "http://", "http://may:x", "http://may/Hoa", "http://may/a/b", "http://[may"]
)
def test_an_address_that_cannot_be_read_is_refused_in_words(url: str) -> None:
    with pytest.raises(BadAddress, match="máy chủ tìm kiếm"):
        read_address(url)


def test_a_server_that_is_not_there_is_not_ready_for_readers_and_a_failure_for_writers() -> None:
    gone = server(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(NotReady, match="Không kết nối được máy chủ tìm kiếm"):
        OpenSearchEngine(gone, gone.base).search(query("thư viện"))
    with pytest.raises(Failed, match="Không kết nối được máy chủ tìm kiếm"):
        OpenSearchWriter(gone, f"{gone.base}-v1")


def test_a_server_that_takes_too_long_is_not_waited_for(fake: FakeOpenSearch) -> None:
    with running(fake) as url:
        engine = filled(server(url, patience=0.1), shelf("Thư viện"))
        fake.slow = 0.8

        with pytest.raises(NotReady, match="không trả lời kịp"):
            engine.search(query("thư viện"))


def test_all_requests_of_a_search_share_its_time(fake: FakeOpenSearch) -> None:
    with running(fake) as url:
        at = server(url, patience=1.0)
        filled(at, shelf("Thư viện")).search(query("bảo tàng xã"))
        fake.slow = 0.65  # each in time, all three not

        began = monotonic()
        with pytest.raises(NotReady, match="không trả lời kịp"):
            OpenSearchEngine(at, f"{at.base}-v1").search(query("bảo tàng viện"))

    assert monotonic() - began < 1.9


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "không nhận tên hoặc mật khẩu"),
        (403, "thiếu quyền"),
        (404, "Chỉ mục không có"),
        (500, "as the test wants"),
    ],
)
def test_what_a_server_refuses_is_told_in_words(fake: FakeOpenSearch, at: Server, status: int, said: str) -> None:
    engine = filled(at, shelf("Thư viện"))
    writer = OpenSearchWriter(at, f"{at.base}-v1")

    fake.refused = [status]
    with pytest.raises(NotReady, match=said):
        engine.search(query("thư viện"))
    fake.refused = [status]
    with pytest.raises(Failed, match=said):
        writer.commit(MARK)


def test_a_server_that_was_busy_for_a_moment_is_asked_again(fake: FakeOpenSearch, at: Server) -> None:
    engine = filled(at, shelf("Thư viện"))
    fake.refused = [503]

    assert ids(engine.search(query("thư viện"))) == [1]


def test_scores_are_the_same_whether_the_server_counts_the_constant_or_not() -> None:
    scores = []
    for version in ("2.19.1", "3.1.0"):
        with running(FakeOpenSearch(version)) as url:
            page = filled(server(url), shelf("Thư viện xã", "Thư viện")).search(query("thư viện xã"))
            scores.append([hit.score for hit in (*page.hits, *page.near)])

    assert len(scores[0]) == 2
    assert scores[0] == pytest.approx(scores[1], rel=1e-5)
