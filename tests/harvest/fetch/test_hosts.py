from __future__ import annotations

import asyncio
import dataclasses
import time

import pytest

from cong.harvest.fetch import Client, FetchFailed
from tests.harvest.fetch.fetching import OPEN, Resolver
from tests.harvest.hostile import BODY, Hostile, Send, message


async def _slow(send: Send) -> None:
    await asyncio.sleep(0.05)
    await send(message("200 OK", BODY, Connection="close"))


def test_a_host_answers_one_request_at_a_time() -> None:
    async def story() -> None:
        async with Hostile(answers={"/slow": _slow}) as server, Client(OPEN) as client:
            await asyncio.gather(*(client.get(server.url("/slow")) for _ in range(4)))

            assert len(server.requests) == 4
            assert server.open_most == 1

    asyncio.run(story())


def test_two_hosts_are_asked_at_the_same_time() -> None:
    async def story() -> None:
        async with Hostile(answers={"/slow": _slow}) as server, Client(OPEN) as client:
            await asyncio.gather(*(client.get(server.url("/slow", host)) for host in ("127.0.0.1", "localhost")))

            assert server.open_most == 2

    asyncio.run(story())


def test_no_more_connections_than_allowed_are_open_at_once() -> None:
    async def story() -> None:
        few = dataclasses.replace(OPEN, connections=2)
        names = [f"127.0.0.{n}" for n in range(1, 2)] + [f"n{n}.localhost" for n in range(5)]
        resolver = Resolver(["127.0.0.1"])
        async with Hostile(answers={"/slow": _slow}) as server, Client(few, resolver) as client:
            await asyncio.gather(*(client.get(server.url("/slow", name)) for name in names))

            assert server.open_most == 2

    asyncio.run(story())


def test_a_pause_is_kept_between_two_requests_to_a_host() -> None:
    async def story() -> None:
        polite = dataclasses.replace(OPEN, host_gap_s=0.2)
        async with Hostile() as server, Client(polite, Resolver(["127.0.0.1"])) as client:
            started = time.monotonic()
            await asyncio.gather(*(client.get(server.url("/ok", "nguon.example")) for _ in range(3)))

            assert 0.4 <= time.monotonic() - started < 1.0

    asyncio.run(story())


def test_this_machine_needs_no_pause() -> None:
    async def story() -> None:
        polite = dataclasses.replace(OPEN, host_gap_s=5.0)
        async with Hostile() as server, Client(polite) as client:
            started = time.monotonic()
            await client.get(server.url("/ok"))
            await client.get(server.url("/ok"))

            assert time.monotonic() - started < 1.0

    asyncio.run(story())


def test_waiting_for_a_turn_does_not_use_up_the_time() -> None:
    async def story() -> None:
        impatient = dataclasses.replace(OPEN, total_s=1.0)
        async with Hostile(answers={"/slow": _slow}) as server, Client(impatient) as client:
            started = time.monotonic()
            answers = await asyncio.gather(*(client.get(server.url("/slow")) for _ in range(24)))

            assert [answer.status for answer in answers] == [200] * 24
            assert time.monotonic() - started > impatient.total_s

    asyncio.run(story())


def test_after_three_failures_a_host_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        resolver = Resolver([], [], [], ["127.0.0.1"])
        async with Hostile() as server, Client(OPEN, resolver) as client:
            url = server.url("/ok", "hong.example")
            codes = [await _code(client, url) for _ in range(5)]

            assert codes == ["dns", "dns", "dns", "connection", "connection"]
            assert len(resolver.asked) == 3

            now = time.monotonic
            monkeypatch.setattr("cong.harvest.fetch.hosts.time.monotonic", lambda: now() + 61)
            answer = await client.get(url)

            assert answer.status == 200

    asyncio.run(story())


def test_a_host_that_answers_in_between_is_not_left_alone() -> None:
    async def story() -> None:
        resolver = Resolver([], [], ["127.0.0.1"], [], [], ["127.0.0.1"])
        closing = message("500 Oh", Connection="close")
        async with Hostile(answers={"/oh": closing}) as server, Client(OPEN, resolver) as client:
            url = server.url("/oh", "lung-lay.example")
            codes = [await _code(client, url) for _ in range(6)]

            assert codes == ["dns", "dns", "", "dns", "dns", ""]

    asyncio.run(story())


async def _code(client: Client, url: str) -> str:
    try:
        await client.get(url)
    except FetchFailed as problem:
        return problem.code
    return ""
