from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from yarl import URL

from cong.harvest.fetch import Client, FetchFailed
from cong.harvest.fetch.trail import Trail
from tests.harvest.fetch.fetching import OPEN, failure, fetch
from tests.harvest.hostile import BODY, Hostile, message


def hops(*statuses: int) -> dict[str, Any]:
    chain = {f"/{n}": message(f"{status} Moved", Location=f"/{n + 1}") for n, status in enumerate(statuses)}
    return chain | {f"/{len(statuses)}": message("200 OK", BODY)}


def test_five_redirects_are_followed_to_their_end() -> None:
    answer = fetch("/0", answers=hops(302, 303, 307, 301, 302))

    assert answer.body == BODY
    assert answer.final_url.endswith("/5")
    assert answer.permanent_url == ""


def test_the_sixth_redirect_is_one_too_many() -> None:
    assert failure("/0", answers=hops(*[302] * 6)).code == "redirects"


def test_a_circle_is_noticed_at_once() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            with pytest.raises(FetchFailed) as caught:
                await client.get(server.url("/loop"))

            assert caught.value.code == "redirects"
            assert server.paths() == ["/loop", "/loop-back"]

    asyncio.run(story())


def test_a_permanent_move_is_known_up_to_the_first_temporary_one() -> None:
    assert fetch("/0", answers=hops(301, 308)).permanent_url.endswith("/2")
    assert fetch("/0", answers=hops(301, 302, 301)).permanent_url.endswith("/1")
    assert fetch("/0", answers=hops(302, 301)).permanent_url == ""


def test_a_redirect_to_something_that_is_not_the_web_is_refused() -> None:
    assert failure("/file").code == "scheme"
    assert failure("/odd-place").code == "redirects"


def test_a_redirect_without_a_place_is_returned_as_it_is() -> None:
    assert fetch("/nowhere").status == 302


def test_a_step_from_https_down_to_http_is_refused() -> None:
    trail = Trail(URL("https://nguon.example/rss"), left_s=1.0)

    with pytest.raises(FetchFailed) as caught:
        trail.follow("http://nguon.example/rss", 301, limit=5)

    assert caught.value.code == "downgrade"


def test_name_and_password_stay_with_their_host() -> None:
    async def story() -> None:
        async with Hostile() as other, Hostile() as first, Client(OPEN) as client:
            first.answers["/a"] = message("302 Found", Location="/b")
            first.answers["/b"] = message("302 Found", Location=other.url("/ok"))
            url = first.url("/a", "lan:bi-mat@127.0.0.1")
            answer = await client.get(url)

            sent = "Basic " + base64.b64encode(b"lan:bi-mat").decode()
            assert [request.headers.get("Authorization") for request in first.requests] == [sent, sent]
            assert "Authorization" not in other.requests[0].headers
            assert "bi-mat" not in answer.final_url

    asyncio.run(story())


def test_a_redirect_cannot_make_us_send_a_password() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(OPEN) as client:
            server.answers["/a"] = message("302 Found", Location=server.url("/ok", "ke:gian@127.0.0.1"))
            await client.get(server.url("/a"))

            assert "Authorization" not in server.requests[1].headers

    asyncio.run(story())
