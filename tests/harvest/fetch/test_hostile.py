"""What a hostile server may try, one test each; what other files of this folder test in detail is not repeated."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cong.harvest.fetch import Client, FetchFailed, Limits
from cong.harvest.parse import NotAFeed, Rules, discover
from tests.harvest.fetch.certificates import server_tls
from tests.harvest.fetch.fetching import OPEN, Clock, Resolver, code, failure
from tests.harvest.hostile import BODY, Answer, Hostile, Send, brotli_bomb, gzip_bomb, message

QUICK = Limits(allow_loopback=True, total_s=0.5, host_gap_s=0.0)
_LIMIT_KB = 50_000
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl command")
needs_proc = pytest.mark.skipif(not _RESET.exists(), reason="measures memory as Linux tells it")


def _memory(word: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(word))
    return int(line.split()[1])


@contextmanager
def little_memory() -> Iterator[None]:
    """Fail when the resident memory, at its highest within the block, rose by 50 MB."""
    _RESET.write_text("5")
    before = _memory("VmRSS")
    yield
    assert _memory("VmHWM") - before < _LIMIT_KB


async def _chunks_of_nothing(send: Send) -> None:
    """Headers of chunks, each with a long extension and a byte of body: much traffic, little content."""
    await send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await send((b"1;" + b"x" * 2000 + b"\r\n.\r\n") * 20)


async def _endless_headers(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await send(b"X-More: " + b"x" * 20_000 + b"\r\n")


async def _endless_line(send: Send) -> None:
    await send(b"HTTP/1.1 200 ")
    while True:
        await send(b"x" * 65_536)


@needs_proc
@pytest.mark.parametrize(("encoding", "bomb"), [("gzip", gzip_bomb), ("br", brotli_bomb)])
@pytest.mark.parametrize("robots", [False, True], ids=["body", "robots"])
def test_a_bomb_costs_no_memory_even_at_the_limit_of_a_feed(
    encoding: str, bomb: Callable[[int], bytes], robots: bool
) -> None:
    packed = message("200 OK", bomb(64), Content_Encoding=encoding)

    async def story() -> str:
        async with Hostile(answers={"/robots.txt": packed, "/bomb": packed}) as server, Client(OPEN) as client:
            return await code(client, server.url("/ok" if robots else "/bomb"), obey_robots=robots)

    with little_memory():
        found = asyncio.run(story())

    assert found == ("" if robots else "too-big")


@needs_proc
@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (_chunks_of_nothing, {"timeout", "too-big", "connection"}),
        (_endless_headers, {"timeout", "connection"}),
        (_endless_line, {"timeout", "connection"}),
    ],
)
def test_an_answer_without_end_costs_neither_memory_nor_more_than_its_time(answer: Answer, codes: set[str]) -> None:
    started = time.monotonic()

    with little_memory():
        problem = failure("/x", QUICK, answers={"/x": answer})

    assert problem.code in codes
    assert time.monotonic() - started < 2.0


@pytest.mark.parametrize("length", [5, len(BODY) + 1])
def test_a_length_that_lies_is_noticed_and_the_next_answer_is_whole(length: int) -> None:
    lying = message("200 OK", BODY, Content_Length=str(length), Connection="close")

    async def story() -> None:
        async with Hostile(answers={"/lie": lying}) as server, Client(OPEN) as client:
            assert await code(client, server.url("/lie")) == "connection"
            assert (await client.get(server.url("/ok"))).body == BODY

    asyncio.run(story())


@pytest.mark.parametrize("length", ["-1", "abc", "1, 2", "9" * 5000])
def test_a_length_that_is_no_number_is_a_failure_in_words(length: str) -> None:
    problem = failure("/x", answers={"/x": message("200 OK", BODY, Content_Length=length)})

    assert problem.code in {"connection", "too-big"}
    assert "127.0.0.1" in problem.message


def test_an_etag_that_changes_each_time_is_sent_back_and_the_bytes_are_still_known_again() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            etag, hashes = "", set()
            for number in range(3):
                server.answers["/feed"] = message("200 OK", BODY, ETag=f'"{number}"')
                answer = await client.get(server.url("/feed"), etag=etag)
                etag = answer.etag
                hashes.add(hashlib.sha256(answer.body).hexdigest())

            assert [request.headers.get("If-None-Match") for request in server.requests] == [None, '"0"', '"1"']
            assert len(hashes) == 1

    asyncio.run(story())


def test_a_login_page_with_200_is_no_feed_and_is_named() -> None:
    page = b"<!doctype html><title>x</title><form><input type='password' name='p'></form>"

    async def story() -> None:
        async with Hostile(answers={"/feed": message("200 OK", page, Content_Type="text/xml")}) as server:
            async with Client(OPEN) as client:
                answer = await client.get(server.url("/feed"))
            rules = Rules(timezone="Asia/Ho_Chi_Minh", date_order="DMY", now=Clock()())
            with pytest.raises(NotAFeed) as caught:
                discover(answer.body, url=answer.final_url, charset=answer.charset, rules=rules)

            assert caught.value.code == "html"
            assert "đăng nhập" in str(caught.value)

    asyncio.run(story())


@needs_openssl
def test_an_expired_certificate_is_refused_although_its_authority_is_known(tmp_path: Path) -> None:
    server_side, client_side = server_tls(tmp_path, days=-1)

    async def story() -> None:
        async with Hostile(tls=server_side) as server, Client(OPEN, tls=client_side) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get(f"https://localhost:{server.port}/ok")

            assert caught.value.code == "tls"
            assert "certificate has expired" in caught.value.message
            assert server.requests == []

    asyncio.run(story())


@needs_openssl
def test_a_certificate_counts_for_its_own_name_only(tmp_path: Path) -> None:
    server_side, client_side = server_tls(tmp_path, days=1)

    async def story() -> None:
        resolver = Resolver(["127.0.0.1"])
        async with Hostile(tls=server_side) as server, Client(OPEN, resolver, tls=client_side) as client:
            assert await code(client, f"https://localhost:{server.port}/ok") == ""
            assert await code(client, f"https://khac.example:{server.port}/ok") == "tls"

    asyncio.run(story())


def test_the_name_is_looked_up_once_for_a_connection_so_that_no_second_answer_can_differ() -> None:
    async def story() -> None:
        resolver = Resolver(["127.0.0.1"], ["10.0.0.5"])
        async with Hostile() as server, Client(OPEN, resolver) as client:
            assert await code(client, server.url("/ok", "doi.example")) == ""
            assert len(resolver.asked) == 1

    asyncio.run(story())


def test_a_redirect_to_a_name_that_now_points_inside_is_refused() -> None:
    async def story() -> None:
        resolver = Resolver(["127.0.0.1"], ["169.254.169.254"])
        async with Hostile() as server, Client(OPEN, resolver) as client:
            go = message("302 Found", Location=server.url("/ok", "trong.example"), Connection="close")
            server.answers["/go"] = go

            assert await code(client, server.url("/go", "ngoai.example")) == "address"
            assert server.paths() == ["/go"]

    asyncio.run(story())


def test_twenty_bad_hosts_do_not_make_a_good_one_late() -> None:
    async def story() -> None:
        bad = ["/drip", "/silence", "/drip-headers", "/endless"] * 5
        names = [f"xau-{number}.example" for number in range(len(bad))]
        async with Hostile() as server, Client(QUICK, Resolver(["127.0.0.1"])) as client:
            pairs = zip(bad, names, strict=True)
            slow = [asyncio.create_task(code(client, server.url(path, name))) for path, name in pairs]
            await asyncio.sleep(0.1)
            started = time.monotonic()
            for _ in range(5):
                await client.get(server.url("/ok"))
            spent = time.monotonic() - started

            assert await asyncio.gather(*slow) == ["timeout"] * len(bad)
            assert spent < QUICK.total_s

    asyncio.run(story())
