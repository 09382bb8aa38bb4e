from __future__ import annotations

import asyncio
import resource
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cong.harvest.fetch import Client, FetchFailed, Limits
from tests.harvest.fetch.fetching import OPEN, failure, fetch
from tests.harvest.hostile import BODY, Answer, Hostile, brotli_bomb, gzip_bomb, message, self_signed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUICK = Limits(allow_loopback=True, total_s=0.3, host_gap_s=0.0)


def test_an_answer_says_all_that_the_poller_needs() -> None:
    answer = fetch("/cached")

    assert (answer.status, answer.body, answer.received) == (200, BODY, len(BODY))
    assert (answer.etag, answer.last_modified, answer.max_age) == ('W/"1"', "Mon", 600)
    assert answer.final_url.endswith("/cached")
    assert answer.permanent_url == ""
    assert 0 <= answer.ms < 2000


@pytest.mark.parametrize("path", ["/gzip", "/brotli", "/deflate"])
def test_compressed_bodies_come_unpacked(path: str) -> None:
    answer = fetch(path)

    assert answer.body == BODY
    assert answer.received == len(BODY)


def test_both_validators_are_sent_and_a_304_has_no_body() -> None:
    async def story() -> None:
        answers: dict[str, Answer] = {"/feed": message("304 Not Modified", Content_Length="", ETag='"2"')}
        async with Hostile(answers=answers) as server, Client(OPEN) as client:
            answer = await client.get(server.url("/feed"), etag='"1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
            again = await client.get(server.url("/feed"))

            assert (answer.status, answer.body, answer.etag) == (304, b"", '"2"')
            assert server.requests[0].headers["If-None-Match"] == '"1"'
            assert server.requests[0].headers["If-Modified-Since"] == "Sun, 01 Mar 2026 00:00:00 GMT"
            assert again.status == 304
            assert "If-None-Match" not in server.requests[1].headers
            assert server.requests[1].connection == server.requests[0].connection

    asyncio.run(story())


def test_a_validator_that_holds_a_second_header_is_not_sent() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            await client.get(server.url("/ok"), etag='"1"\r\nX-Evil: 1')

            assert not {"If-None-Match", "X-Evil"} & set(server.requests[0].headers)

    asyncio.run(story())


def test_validators_that_could_not_be_stored_are_dropped() -> None:
    answer = fetch("/bad-etag")

    assert (answer.status, answer.etag, answer.last_modified) == (200, "", "")


def test_errors_of_the_server_are_returned_not_raised() -> None:
    assert fetch("/gone").status == 410
    assert fetch("/busy").status == 503


def test_an_absurd_wish_to_wait_is_at_most_a_week() -> None:
    week = 7 * 24 * 3600

    assert fetch("/busy").retry_after == week
    assert fetch("/later", now=NOON).retry_after == week
    assert fetch("/later").retry_after is None
    assert fetch("/nonsense", now=NOON).retry_after is None


def test_html_instead_of_a_feed_comes_back_named_as_html() -> None:
    answer = fetch("/html")

    assert (answer.status, answer.content_type, answer.charset) == (200, "text/html", "utf-8")


def test_a_nonsense_charset_or_type_is_no_failure() -> None:
    wrong, odd = fetch("/wrong-charset"), fetch("/odd-type")

    assert wrong.body.decode() == "Tiếng Việt"
    assert (odd.content_type, odd.charset) == ("", "windows-1258")


def test_cookies_are_not_kept() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            await client.get(server.url("/cookie"))
            await client.get(server.url("/ok"))

            assert "Cookie" not in server.requests[1].headers

    asyncio.run(story())


def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    monkeypatch.setenv("no_proxy", "")

    assert fetch("/ok").status == 200


@pytest.mark.parametrize("path", ["/broken-gzip", "/twice-gzip", "/cut-gzip", "/zstd"])
def test_a_body_that_cannot_be_unpacked_is_said_to_be_so(path: str) -> None:
    assert failure(path).code == "encoding"


def test_a_server_that_cannot_speak_tls_is_said_to_be_so() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get(f"https://127.0.0.1:{server.port}/ok")

            assert caught.value.code == "tls"

    asyncio.run(story())


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl command")
def test_a_certificate_nobody_vouches_for_is_refused_with_its_reason(tmp_path: Path) -> None:
    async def story() -> None:
        async with Hostile(tls=self_signed(tmp_path)) as server, Client(OPEN) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get(f"https://127.0.0.1:{server.port}/ok")

            assert caught.value.code == "tls"
            assert "self-signed certificate" in caught.value.message
            assert server.requests == []

    asyncio.run(story())


def test_a_closed_door_is_a_failed_connection() -> None:
    async def story() -> None:
        async with Hostile() as server:
            url = server.url("/ok")
        async with Client(OPEN) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get(url)

            assert caught.value.code == "connection"

    asyncio.run(story())


@pytest.mark.parametrize("path", ["/says-more", "/not-http", "/nothing"])
def test_half_an_answer_or_none_is_a_broken_connection(path: str) -> None:
    assert failure(path).code == "connection"


def test_a_declared_size_over_the_limit_is_not_even_read() -> None:
    assert failure("/says-huge").code == "too-big"


def test_an_endless_fast_body_stops_at_the_limit() -> None:
    assert failure("/flood", limit=500_000).code == "too-big"


def test_bytes_after_the_declared_end_do_not_answer_the_next_request() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            first = await client.get(server.url("/says-less"))
            second = await client.get(server.url("/ok"))

            assert first.body == BODY[:10]
            assert second.body == BODY

    asyncio.run(story())


@pytest.mark.parametrize(("encoding", "bomb"), [("gzip", gzip_bomb), ("br", brotli_bomb)])
def test_a_bomb_is_stopped_before_it_fills_the_memory(encoding: str, bomb: type[bytes]) -> None:
    packed = message("200 OK", bomb(), Content_Encoding=encoding)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    stopped = failure("/bomb", answers={"/bomb": packed})

    assert stopped.code == "too-big"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("path", ["/drip", "/drip-headers", "/endless", "/silence"])
def test_a_server_without_haste_is_left_in_time(path: str) -> None:
    started = time.monotonic()

    assert failure(path, QUICK).code == "timeout"
    assert time.monotonic() - started < 1.0


def test_one_bad_source_leaves_the_others_alone() -> None:
    async def story() -> None:
        bad = ["/drip", "/flood", "/broken-gzip", "/says-more", "/silence"]
        async with Client(QUICK) as client, Hostile() as good:
            servers = [await Hostile().__aenter__() for _ in bad]
            fetches = [client.get(server.url(path), limit=100_000) for server, path in zip(servers, bad, strict=True)]
            results = await asyncio.gather(*fetches, client.get(good.url("/ok")), return_exceptions=True)
            for server in servers:
                await server.__aexit__(None, None, None)

            assert all(isinstance(result, FetchFailed) for result in results[:-1])
            assert not isinstance(results[-1], BaseException)
            assert results[-1].body == BODY

    asyncio.run(story())


def test_every_message_tells_an_operator_where_it_happened() -> None:
    for path in ("/drip", "/broken-gzip", "/says-more", "/says-huge", "/loop"):
        problem = failure(path, QUICK)

        assert "127.0.0.1" in str(problem)
        assert str(problem).endswith(".")


def test_a_form_is_posted_and_follows_only_redirects_that_keep_the_method() -> None:
    async def story() -> None:
        answers: dict[str, Answer] = {
            "/hub": message("307 Temporary Redirect", Location="/moved", Connection="close"),
            "/moved": message("202 Accepted", Connection="close"),
            "/old": message("302 Found", Location="/moved", Connection="close"),
            "/long": message("200 OK", b"x" * 2_000_000, Connection="close"),
        }
        async with Hostile(answers=answers) as server, Client(OPEN) as client:
            kept = await client.post(server.url("/hub"), {"hub.mode": "subscribe"})
            other = await client.post(server.url("/old"), {"hub.mode": "subscribe"})
            long = await client.post(server.url("/long"), {"hub.mode": "subscribe"})

            assert (kept.status, other.status, len(long.body)) == (202, 302, OPEN.robots_bytes)
            assert server.paths() == ["/hub", "/moved", "/old", "/long"]
            assert all(request.headers["Content-Length"] == "18" for request in server.requests)

    asyncio.run(story())
