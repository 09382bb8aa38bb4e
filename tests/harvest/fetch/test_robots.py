from __future__ import annotations

import asyncio
import dataclasses
import gzip
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from cong.harvest.fetch import Client, FetchFailed
from cong.harvest.fetch.robots import LONGEST_DELAY_S, Rules, obeys, wrong_robots
from tests.harvest.fetch.fetching import OPEN, Clock, Resolver, code
from tests.harvest.hostile import BODY, Answer, Hostile, Send, message


def rules(text: str) -> Rules:
    return Rules.read(text.encode(), "cong")


def allows(text: str, path: str) -> bool:
    return rules(text).allows(URL(f"https://nguon.example{path}"))


def polls(robots: Answer, *paths: str, spans: tuple[dict[str, float], ...] = ({},)) -> tuple[list[str], list[str]]:
    """Fetch every path, obeying `robots`, after each span of time; return the codes and the paths asked for."""

    async def story() -> tuple[list[str], list[str]]:
        clock = Clock()
        async with Hostile(answers={"/robots.txt": robots}) as server, Client(OPEN, clock=clock) as client:
            codes = []
            for span in spans:
                clock.forward(**span)
                codes += [await code(client, server.url(path), obey_robots=True) for path in paths]
            return codes, server.paths()

    return asyncio.run(story())


def told(text: str, **headers: str) -> bytes:
    return message("200 OK", text.encode(), Content_Type="text/plain", **headers)


def test_what_a_host_forbids_is_not_fetched_and_the_rest_is() -> None:
    codes, asked = polls(told("User-agent: *\nDisallow: /gzip\n"), "/ok", "/gzip")

    assert codes == ["", "robots"]
    assert asked == ["/robots.txt", "/ok"]


def test_the_refusal_names_host_rule_and_way_out() -> None:
    async def story() -> None:
        forbidding = told("User-agent: *\nDisallow: /\nDisallow: /ri?ng\nDisallow: /rieng/ # kín\n")
        async with Hostile(answers={"/robots.txt": forbidding}) as server, Client(OPEN) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get(server.url("/rieng/tin"), obey_robots=True)

            assert caught.value.code == "robots"
            for words in (f"127.0.0.1:{server.port}", "“/rieng/tin”", "“Disallow: /rieng/”", "licence"):
                assert words in caught.value.message

    asyncio.run(story())


def test_a_fetch_that_need_not_obey_asks_for_no_robots_txt() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            await client.get(server.url("/ok"))

            assert server.paths() == ["/ok"]

    asyncio.run(story())


def test_robots_txt_is_asked_for_once_a_day() -> None:
    spans: tuple[dict[str, float], ...] = ({}, {"hours": 23.9}, {"hours": 0.2})

    _, asked = polls(told("User-agent: *\nDisallow:\n"), "/ok", spans=spans)

    assert asked == ["/robots.txt", "/ok", "/ok", "/robots.txt", "/ok"]


def test_many_fetches_at_once_ask_for_it_once() -> None:
    async def story() -> None:
        answers: dict[str, Answer] = {"/robots.txt": told("User-agent: *\nDisallow: /gzip\n")}
        async with Hostile(answers=answers) as server, Client(OPEN) as client:
            await asyncio.gather(*(client.get(server.url("/ok"), obey_robots=True) for _ in range(5)))

            assert server.paths().count("/robots.txt") == 1

    asyncio.run(story())


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
def test_without_a_robots_txt_everything_is_allowed(status: str) -> None:
    codes, _ = polls(message(status, b"User-agent: *\nDisallow: /"), "/ok")

    assert codes == [""]


@pytest.mark.parametrize("target", ["/robots.txt", "/loop", "file:///etc/passwd", "http://10.0.0.5/robots.txt"])
def test_a_robots_txt_that_leads_nowhere_counts_as_none(target: str) -> None:
    codes, _ = polls(message("301 Moved", Location=target), "/ok")

    assert codes == [""]


def test_a_robots_txt_elsewhere_speaks_for_the_host_that_was_asked() -> None:
    async def story() -> None:
        async with Hostile() as other, Hostile() as server, Client(OPEN) as client:
            other.answers["/r"] = told("User-agent: *\nDisallow: /ok\n")
            server.answers["/robots.txt"] = message("302 Found", Location=other.url("/r"))

            assert await code(client, server.url("/ok"), obey_robots=True) == "robots"
            assert other.paths() == ["/r"]

    asyncio.run(story())


async def _cut_off(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nUser-agent: *\n")


@pytest.mark.parametrize(
    ("robots", "failure"),
    [
        (message("500 Oh"), "robots"),
        (message("503 Busy", Retry_After="9999999999"), "robots"),
        (message("200 OK", b"?", Content_Encoding="gzip"), "robots"),
        (_cut_off, "connection"),
    ],
)
def test_an_unreadable_robots_txt_forbids_for_a_day_and_no_longer(robots: Answer, failure: str) -> None:
    spans: tuple[dict[str, float], ...] = ({}, {"hours": 23}, {"hours": 1.1})

    codes, asked = polls(robots, "/ok", spans=spans)

    assert codes == [failure, failure, ""]
    assert asked == ["/robots.txt", "/robots.txt", "/robots.txt", "/ok"]


def test_an_unreadable_robots_txt_is_not_asked_for_at_every_fetch() -> None:
    codes, asked = polls(message("500 Oh"), "/ok", "/ok", "/ok")

    assert codes == ["robots"] * 3
    assert asked == ["/robots.txt"]


def test_the_last_copy_counts_while_no_new_one_can_be_had() -> None:
    async def story() -> None:
        clock = Clock()
        answers: dict[str, Answer] = {"/robots.txt": told("User-agent: *\nDisallow: /gzip\n")}
        async with Hostile(answers=answers) as server, Client(OPEN, clock=clock) as client:
            await code(client, server.url("/ok"), obey_robots=True)
            server.answers["/robots.txt"] = message("500 Oh")
            for _ in range(3):
                clock.forward(days=1, hours=1)

                assert await code(client, server.url("/gzip"), obey_robots=True) == "robots"
                assert await code(client, server.url("/ok"), obey_robots=True) == ""

    asyncio.run(story())


def test_a_host_that_is_not_there_is_said_not_to_be_there() -> None:
    async def story() -> None:
        async with Client(OPEN, Resolver([])) as client:
            assert await code(client, "http://khong-co.example:8080/rss", obey_robots=True) == "dns"

    asyncio.run(story())


def test_a_host_too_busy_for_its_robots_txt_rests_and_nobody_is_blamed() -> None:
    codes, asked = polls(message("429 Slow down", Retry_After="60"), "/ok", "/ok")

    assert codes == ["resting", "resting"]
    assert asked == ["/robots.txt"]


def test_every_address_on_the_way_must_be_allowed() -> None:
    async def story() -> None:
        async with Hostile() as other, Hostile() as server, Client(OPEN) as client:
            other.answers["/robots.txt"] = told("User-agent: *\nDisallow: /ok\n")
            server.answers["/robots.txt"] = message("404 No")
            server.answers["/go"] = message("302 Found", Location=other.url("/ok"))

            assert await code(client, server.url("/go"), obey_robots=True) == "robots"
            assert other.paths() == ["/robots.txt"]

    asyncio.run(story())


def test_the_first_half_megabyte_of_a_huge_one_is_read_however_it_is_packed() -> None:
    small = dataclasses.replace(OPEN, robots_bytes=1_000)
    text = "User-agent: *\nDisallow: /ok\n" + "# rác\n" * 10_000

    async def story(robots: bytes) -> str:
        async with Hostile(answers={"/robots.txt": robots}) as server, Client(small) as client:
            return await code(client, server.url("/ok"), obey_robots=True)

    packed = message("200 OK", gzip.compress(text.encode()), Content_Encoding="gzip")
    assert asyncio.run(story(told(text))) == "robots"
    assert asyncio.run(story(packed)) == "robots"


def test_a_crawl_delay_becomes_the_pause_of_the_host() -> None:
    async def story() -> None:
        answers: dict[str, Answer] = {"/robots.txt": told("User-agent: *\nCrawl-delay: 0.2\n")}
        async with Hostile(answers=answers) as server, Client(OPEN) as client:
            started = time.monotonic()
            for _ in range(3):
                await client.get(server.url("/ok"), obey_robots=True)

            assert 0.4 <= time.monotonic() - started < 1.0

    asyncio.run(story())


@pytest.mark.parametrize(
    ("said", "pause"), [("5", 5.0), ("2.5", 2.5), ("86400", LONGEST_DELAY_S), ("inf", 0.0), ("-1", 0.0), ("x", 0.0)]
)
def test_a_crawl_delay_is_believed_up_to_half_a_minute(said: str, pause: float) -> None:
    assert rules(f"User-agent: *\nCrawl-delay: {said}\n").delay_s == pause


def test_a_group_with_our_name_counts_instead_of_the_one_for_all() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: CONG/9\nDisallow: /kin\n\nUser-agent: congress\nDisallow: /ok\n"

    assert allows(text, "/ok")
    assert not allows(text, "/kin/1")


def test_groups_with_one_name_are_taken_together_and_names_may_share_a_group() -> None:
    text = "User-agent: khac\nUser-agent: cong # ta\nDisallow: /a\nSitemap: /s\nUser-agent: *\nDisallow: /\n"
    text += "User-agent: cong\nDisallow: /b\n"

    assert [allows(text, path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_the_longest_rule_wins_with_wildcards_and_ends() -> None:
    text = "User-agent: *\nDisallow: /tin\nAllow: /tin/rss\nDisallow: /*.pdf$\n"

    assert [allows(text, path) for path in ("/tin/1", "/tin/rss", "/x.pdf", "/x.pdf?a=1")] == [False, True, False, True]


def test_a_login_page_instead_of_rules_forbids_nothing() -> None:
    assert allows("<!doctype html><p>Disallow: / là gì?</p><form>Đăng nhập</form>", "/ok")


_LINES = st.sampled_from(["User-agent: *", "User-agent: cong", "Disallow: /", "Allow: /a", "Crawl-delay: 3", "# x", ""])


@given(st.lists(_LINES | st.text(max_size=20), max_size=12), st.text(max_size=20))
def test_no_text_at_all_breaks_the_reading(lines: list[str], path: str) -> None:
    read = rules("\n".join(lines))

    assert read.allows(URL("http://nguon.example/").join(URL.build(path="/" + path))) in (True, False)
    assert 0 <= read.delay_s <= LONGEST_DELAY_S


_HALF_MEGABYTE = 512_000


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"user-agent:cong\nuser-agent:a%d\n" % n for n in range(8000)) + b"allow:/\n" * 30_000,
        b"user-agent:*\n" + b"".join(b"disallow:/*%d\n" % n for n in range(40_000)),
        b"user-agent:*\ndisallow:/" + b"$" * 400_000,
        b"user-agent:*\ndisallow:/" + b"*a" * 200_000,
        b"a:\n" * 170_000,
    ],
    ids=["groups-by-rules", "wildcards", "dollars", "stars", "short-lines"],
)
def test_a_hostile_robots_txt_costs_little_memory_and_time(body: bytes) -> None:
    url = URL("http://nguon.example/" + "a" * 5000)
    started = time.process_time()

    read = Rules.read(body[:_HALF_MEGABYTE], "cong")
    read.allows(url)
    read.rule_against(url)

    assert time.process_time() - started < 2.0
    assert len(read.lines) <= 5_000


def test_a_product_of_groups_and_rules_is_not_built() -> None:
    body = b"".join(b"user-agent:a%d\n" % n for n in range(15_000)) + b"disallow:/%d\n" * 15_000
    tracemalloc.start()

    Rules.read(body, "cong")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({}, False),
        ({"robots": "obey"}, False),
        ({"robots": "ignore", "licence": "thỏa thuận 12/2024"}, False),
        ({"robots": "ignore"}, True),
        ({"robots": "ignore", "licence": "  "}, True),
        ({"robots": "no"}, True),
        ({"robots": ["ignore"]}, True),
    ],
)
def test_ignoring_robots_txt_needs_a_written_licence(config: dict[str, Any], wrong: bool) -> None:
    assert bool(wrong_robots(config)) is wrong
    assert obeys(config) is (wrong or config.get("robots") != "ignore")


def test_a_body_follows_when_all_is_allowed() -> None:
    async def story() -> None:
        answers: dict[str, Answer] = {"/robots.txt": told("User-agent: *\nAllow: /\n")}
        async with Hostile(answers=answers) as server, Client(OPEN) as client:
            answer = await client.get(server.url("/ok"), obey_robots=True)

            assert answer.body == BODY

    asyncio.run(story())


def test_a_restart_does_not_forget_since_when_a_host_is_in_doubt() -> None:
    async def story() -> None:
        clock = Clock()
        async with Hostile(answers={"/robots.txt": message("500 Broken")}) as server:
            asked = server.url("/ok")
            async with Client(OPEN, clock=clock) as client:
                before = await code(client, asked, obey_robots=True)
                kept = client.take_doubts()
                again = client.take_doubts()
            clock.forward(hours=23)
            known = {key: since for key, since in kept.items() if since}
            async with Client(OPEN, clock=clock, known_doubts=known) as client:
                waiting = await code(client, asked, obey_robots=True)
                clock.forward(hours=2)
                after = await code(client, asked, obey_robots=True)
                server.answers["/robots.txt"] = message("404 Not Found")
                clock.forward(hours=1)
                await code(client, asked, obey_robots=True)
                ended = client.take_doubts()

            assert (before, waiting, after) == ("robots", "robots", "")
            assert (len(known), again) == (1, {})
            assert ended == dict.fromkeys(known)

    asyncio.run(story())
