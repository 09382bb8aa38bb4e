"""A host that says 429 rests as a whole; a 503 concerns one source alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.fetch import Client, FetchFailed, HostRest, host_key
from cong.harvest.fetch.hosts import DAY_S, FIRST_REST_S, rest_s
from cong.harvest.fetch.response import WEEK_S
from tests.harvest.fetch.fetching import OPEN, Clock, Resolver, code
from tests.harvest.hostile import Answer, Hostile, message

BUSY: dict[str, Answer] = {"/429": message("429 Slow down")}


def test_after_a_429_the_whole_host_is_left_alone() -> None:
    async def story() -> None:
        clock = Clock()
        async with Hostile(answers=BUSY) as server, Client(OPEN, clock=clock) as client:
            answer = await client.get(server.url("/429"))
            codes = [await code(client, server.url(path)) for path in ("/429", "/ok")]
            clock.forward(minutes=5, seconds=1)

            assert answer.status == 429
            assert codes == ["resting", "resting"]
            assert await code(client, server.url("/ok")) == ""
            assert server.paths() == ["/429", "/ok"]

    asyncio.run(story())


def test_those_who_already_wait_for_their_turn_are_sent_away_too() -> None:
    async def story() -> None:
        async with Hostile(answers=BUSY) as server, Client(OPEN) as client:
            codes = await asyncio.gather(*(code(client, server.url("/429")) for _ in range(5)))

            assert codes == ["", *["resting"] * 4]
            assert len(server.requests) == 1

    asyncio.run(story())


def test_a_503_is_no_reason_to_leave_the_host() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            await client.get(server.url("/busy"))

            assert client.rest_of(server.url("/busy")) is None
            assert await code(client, server.url("/ok")) == ""
            assert client.take_rests() == []

    asyncio.run(story())


def test_another_host_does_not_rest() -> None:
    async def story() -> None:
        async with Hostile(answers=BUSY) as server, Hostile() as other, Client(OPEN) as client:
            await client.get(server.url("/429"))

            assert await code(client, other.url("/ok")) == ""

    asyncio.run(story())


@pytest.mark.parametrize(("path", "rest"), [("/later", timedelta(days=7)), ("/nonsense", timedelta(minutes=5))])
def test_an_absurd_retry_after_is_bounded_and_an_unreadable_one_is_none(path: str, rest: timedelta) -> None:
    async def story() -> None:
        clock = Clock()
        async with Hostile() as server, Client(OPEN, clock=clock) as client:
            await client.get(server.url(path), now=clock())

            resting = client.rest_of(server.url("/ok"))
            assert resting is not None
            assert resting.until == clock() + rest

    asyncio.run(story())


def test_refusals_in_a_row_make_the_rest_longer_and_an_answer_ends_the_row() -> None:
    async def story() -> None:
        clock = Clock()
        async with Hostile(answers=BUSY) as server, Client(OPEN, clock=clock) as client:
            rests = []
            for path in ("/429", "/429", "/429", "/ok", "/429"):
                await client.get(server.url(path))
                resting = client.rest_of(server.url("/ok"))
                rests.append(round((resting.until - clock()).total_seconds()) if resting else 0)
                clock.forward(hours=2)

            assert rests == [300, 600, 1200, 0, 300]

    asyncio.run(story())


def test_a_restart_forgets_no_rest() -> None:
    async def story() -> None:
        clock = Clock()
        async with Hostile(answers=BUSY) as server:
            async with Client(OPEN, clock=clock) as client:
                await client.get(server.url("/429"))
                kept = client.take_rests()
                again = client.take_rests()
            async with Client(OPEN, clock=clock, known_rests=kept) as client:
                first = await code(client, server.url("/ok"))
                clock.forward(minutes=6)
                await client.get(server.url("/429"))
                grown = client.rest_of(server.url("/429"))

            assert [rest.key for rest in kept] == [host_key(server.url("/"))]
            assert again == []
            assert first == "resting"
            assert grown is not None
            assert grown.until - clock() == timedelta(minutes=10)

    asyncio.run(story())


def test_the_other_standard_port_of_a_host_rests_with_it() -> None:
    async def story() -> None:
        async with Client(OPEN, Resolver(["127.0.0.1"])) as client:
            client.rest("http://nguon.example/rss", 600)

            assert client.rest_of("https://nguon.example/tin") is not None
            assert client.rest_of("http://nguon.example:8080/") is None
            assert client.rest_of("http://khac.example/") is None
            assert await code(client, "https://nguon.example/") == "resting"

    asyncio.run(story())


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    async def story() -> None:
        clock = Clock()
        async with Client(OPEN, clock=clock) as client:
            client.rest("http://nguon.example/", 10**9)
            client.rest("http://nguon.example/", 60)

            resting = client.rest_of("http://nguon.example/")
            assert resting is not None
            assert resting.until == clock() + timedelta(days=7)

    asyncio.run(story())


def test_the_refusal_says_when_to_come_again_and_whose_wish_it_is() -> None:
    async def story() -> None:
        clock = Clock()
        until = clock() + timedelta(minutes=20)
        rest = HostRest(key="nguon.example:80", until=until, reason="Máy chủ nguon.example:80 bận")
        async with Client(OPEN, clock=clock, known_rests=[rest]) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get("http://nguon.example/rss")

            assert caught.value.until == until
            assert "nguon.example" in caught.value.message
            assert "20 phút" in caught.value.message

    asyncio.run(story())


@given(st.none() | st.integers(0, 10**15), st.integers(1, 10**6))
def test_a_rest_is_never_shorter_than_asked_for_nor_longer_than_a_week(retry_after: int | None, times: int) -> None:
    rest = rest_s(retry_after, times)

    assert min(retry_after or 0, WEEK_S) <= rest <= WEEK_S
    assert rest > 0
    if not retry_after:
        assert FIRST_REST_S <= rest <= DAY_S
