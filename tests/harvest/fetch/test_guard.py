from __future__ import annotations

import asyncio
import contextlib
import socket
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.fetch import Client, FetchFailed, Limits, host_key
from cong.harvest.fetch.guard import Refused, is_public, socket_factory, verdict
from tests.harvest.fetch.fetching import OPEN, Resolver, refusal
from tests.harvest.hostile import ANSWERS, BODY, Hostile, message

CLOSED = Limits(total_s=2.0, host_gap_s=0.0)
INSIDE = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.9",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_refused_at_the_socket(address: str) -> None:
    assert verdict(address, 80, allow_loopback=False) == "address"


@pytest.mark.parametrize("address", ["8.8.8.8", "203.113.1.1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"])
def test_a_public_address_may_be_asked_on_web_ports_only(address: str) -> None:
    assert verdict(address, 443, allow_loopback=False) == ""
    assert verdict(address, 22, allow_loopback=False) == "port"
    assert verdict(address, 22, allow_loopback=True) == "port"


@pytest.mark.parametrize(
    "address", [address for address in INSIDE if address not in {"127.0.0.1", "::1", "::ffff:127.0.0.1"}]
)
def test_the_demo_setting_opens_loopback_and_nothing_else(address: str) -> None:
    assert verdict("127.0.0.1", 5000, allow_loopback=True) == ""
    assert verdict(address, 80, allow_loopback=True) == "address"


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_hidden_in_ipv6_is_judged_like_itself(address: IPv4Address) -> None:
    public = is_public(address)

    assert is_public(IPv6Address(f"::ffff:{address}")) is public
    assert is_public(IPv6Address(f"64:ff9b::{address}")) is public


def test_the_factory_opens_a_socket_for_a_public_address_only() -> None:
    make = socket_factory(allow_loopback=False)

    made = make((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 443)))
    made.close()

    with pytest.raises(Refused):
        make((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("10.0.0.1", 443)))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "127.1", "2130706433", "0177.0.0.1", "localhost"],
)
def test_no_spelling_of_loopback_gets_through(host: str) -> None:
    assert refusal(f"http://{host}:8080/", CLOSED).code == "address"


def test_loopback_is_not_reached_even_when_a_server_listens() -> None:
    async def story() -> None:
        async with Hostile() as server, Client(CLOSED, Resolver(["127.0.0.1"])) as client:
            for url in (server.url("/ok"), "http://dns.example:8080/"):
                with pytest.raises(FetchFailed):
                    await client.get(url)

            assert server.requests == []

    asyncio.run(story())


def test_a_name_that_points_inside_is_refused() -> None:
    assert refusal("http://noi-bo.example/", CLOSED, Resolver(["10.0.0.5"])).code == "address"
    assert refusal("http://noi-bo.example/", CLOSED, Resolver(["10.0.0.5", "fd00::1"])).code == "address"


def test_an_answer_that_changes_after_the_first_visit_is_refused() -> None:
    async def story() -> None:
        closing = message("200 OK", BODY, Connection="close")
        resolver = Resolver(["127.0.0.1"], ["10.0.0.5"])
        async with Hostile(answers={"/feed": closing}) as server, Client(OPEN, resolver) as client:
            url = server.url("/feed", "doi-huong.example")
            first = await client.get(url)
            with pytest.raises(FetchFailed) as caught:
                await client.get(url)

            assert first.body == BODY
            assert caught.value.code == "address"
            assert len(resolver.asked) == 2

    asyncio.run(story())


def test_of_two_addresses_the_refused_one_is_skipped() -> None:
    async def story() -> None:
        resolver = Resolver(["10.0.0.5", "127.0.0.1"])
        async with Hostile() as server, Client(OPEN, resolver) as client:
            answer = await client.get(server.url("/ok", "hai.example"))

            assert answer.body == BODY

    asyncio.run(story())


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.5/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://[fd00::1]/",
    ],
)
def test_a_redirect_inside_is_refused(target: str) -> None:
    async def story() -> None:
        async with (
            Hostile(answers={"/go": message("302 Found", Location=target)}) as server,
            Client(OPEN) as client,
        ):
            with pytest.raises(FetchFailed) as caught:
                await client.get(server.url("/go"))

            assert caught.value.code == "address"

    asyncio.run(story())


def test_other_ports_are_refused_before_anything_is_looked_up() -> None:
    resolver = Resolver(["8.8.8.8"])

    assert refusal("http://nguon.example:22/", CLOSED, resolver).code == "port"
    assert resolver.asked == []
    assert refusal("http://nguon.example:22/", OPEN, resolver).code == "port"


@pytest.mark.parametrize("url", ["ftp://nguon.example/", "file:///etc/passwd", "javascript:alert(1)", "//x/", "x"])
def test_only_web_addresses_are_fetched(url: str) -> None:
    assert refusal(url).code == "scheme"


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://x:99999/", "http://x/" + "a" * 9000])
def test_an_unreadable_address_is_refused_with_a_sentence(url: str) -> None:
    problem = refusal(url)

    assert problem.code in {"address", "scheme"}
    assert problem.message


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_the_reading_of_an_address(text: str) -> None:
    with contextlib.suppress(FetchFailed):
        assert ":" in host_key("http://" + text)


def test_the_host_key_joins_name_and_port() -> None:
    assert host_key("https://Nguon.Example./tin?x=1") == "nguon.example:443"
    assert host_key("http://nguon.example:8080/") == "nguon.example:8080"
    assert host_key("http://[2001:db8::1]/") == "[2001:db8::1]:80"
    assert host_key("http://việt.example/") == "xn--vit-5kz.example:80"


def test_the_hostile_server_has_no_answer_that_nobody_asks_for() -> None:
    tested = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))

    assert [path for path in ANSWERS if f'"{path}"' not in tested] == []
