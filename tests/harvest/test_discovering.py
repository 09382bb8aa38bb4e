"""What the wizard finds around an address, and what it does not do on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from cong.harvest.adapters.propose import sitemap_guesses
from cong.harvest.discovering import MOST_FEEDS, MOST_SITEMAPS, Discovery, addresses, discovered
from cong.harvest.fetch import Client
from tests.harvest.adapters.test_propose import boxes, page
from tests.harvest.fetch.fetching import OPEN
from tests.harvest.hostile import Answer, Hostile, message
from tests.harvest.publisher import Item, rss
from tests.makers import NOON

_FEED = rss(
    Item(guid="1", title="Phòng đọc mở cửa lại", at=NOON - timedelta(days=2)),
    Item(guid="2", title="Phòng đọc có thêm ghế", at=NOON - timedelta(days=1)),
    title="Tin thư viện",
)
_MAP = (
    b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://127.0.0.1/a</loc></url></urlset>"""
)


def _html(body: bytes) -> bytes:
    return message("200 OK", body, Content_Type="text/html; charset=utf-8")


def _xml(body: bytes) -> bytes:
    return message("200 OK", body, Content_Type="application/xml")


def _look(answers: Mapping[str, Answer], path: str = "/", seconds: float = 10.0) -> tuple[Discovery, list[str]]:
    guesses: dict[str, Answer] = dict.fromkeys(sitemap_guesses("https://vidu.vn/"), message("404 Not Found"))
    given = {urlsplit(guess).path: answer for guess, answer in guesses.items()} | dict(answers)

    async def story() -> tuple[Discovery, list[str]]:
        async with Hostile(answers=given) as server, Client(OPEN) as client:
            found = await discovered(server.url(path), client, at=NOON, seconds=seconds)
            return found, server.paths()

    return asyncio.run(story())


def _page_with(*links: str) -> bytes:
    return _html(f"<html><head>{''.join(links)}</head><body><p>Thư viện</p></body></html>".encode())


def _link(path: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="Tin" href="{path}">'


def test_the_feed_of_a_page_is_offered_with_its_items_and_the_newest() -> None:
    found, _ = _look({"/": _page_with(_link("/rss")), "/rss": _xml(_FEED)})

    [offer] = found.offers
    assert (offer.kind, offer.count, offer.title) == ("feed", 2, "Tin thư viện")
    assert offer.newest
    assert offer.newest.title == "Phòng đọc có thêm ghế"
    assert found.problem == ""


def test_a_list_is_offered_with_its_rule_and_the_items_that_it_makes() -> None:
    found, _ = _look({"/tin": _html(page(boxes))}, "/tin")

    offer = next(one for one in found.offers if one.kind == "htmllist")
    assert offer.config["item"] == "css:div.news-item"
    assert offer.count == 10
    assert offer.items[0].url.endswith("/bai/1.html")


def test_a_sitemap_in_its_usual_place_is_offered() -> None:
    found, _ = _look({"/": _page_with(), "/sitemap.xml": _xml(_MAP)})

    assert [(one.kind, one.count) for one in found.offers] == [("sitemap", 1)]


def test_an_index_of_sitemaps_says_how_many_maps_it_names() -> None:
    index = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>"""

    found, _ = _look({"/": _page_with(), "/sitemap.xml": _xml(index)})

    [offer] = found.offers
    assert (offer.kind, offer.maps) == ("sitemap", 2)


def test_an_address_that_is_a_feed_itself_costs_one_request() -> None:
    found, paths = _look({"/rss": _xml(_FEED)}, "/rss")

    assert [one.kind for one in found.offers] == ["feed"]
    assert paths == ["/robots.txt", "/rss"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"/>', "oai"),
        (b'{"data": {"list": []}}', "jsonapi"),
        (_MAP, "sitemap"),
    ],
)
def test_an_address_for_machines_is_recognised(body: bytes, kind: str) -> None:
    found, _ = _look({"/may?verb=Identify": _xml(body)}, "/may?verb=Identify")

    assert [one.kind for one in found.offers] == [kind]


def test_a_page_about_feeds_leads_to_the_feeds() -> None:
    about = _html(b'<html><body><a href="/rss/tin.rss">RSS</a></body></html>')

    found, _ = _look({"/": _html(b'<html><body><a href="/rss/">RSS</a></body></html>'), "/rss/": about,
                      "/rss/tin.rss": _xml(_FEED)})  # fmt: skip

    assert [(one.kind, one.count) for one in found.offers] == [("feed", 2)]


def test_however_many_feeds_a_page_names_few_are_asked_and_the_rest_is_offered_unasked() -> None:
    paths = [f"/rss/{number}" for number in range(9)]

    found, asked = _look({"/": _page_with(*map(_link, paths)), **{path: _xml(_FEED) for path in paths}})

    assert sum(path.startswith("/rss/") for path in asked) == MOST_FEEDS
    assert len(asked) <= 2 + MOST_FEEDS + MOST_SITEMAPS
    assert [one.count for one in found.offers] == [2] * MOST_FEEDS + [None] * (9 - MOST_FEEDS)


def test_what_robots_txt_forbids_is_not_asked_and_told_in_words() -> None:
    robots = message("200 OK", b"User-agent: *\nDisallow: /rss", Content_Type="text/plain")

    found, asked = _look({"/robots.txt": robots, "/": _page_with(_link("/rss")), "/rss": _xml(_FEED)})

    assert "/rss" not in asked
    assert not found.offers
    assert any("robots.txt" in one.problem for one in found.asked)


def test_a_slow_feed_does_not_lose_what_was_found_before() -> None:
    answers = {"/": _page_with(_link("/rss"), _link("/silence")), "/rss": _xml(_FEED)}

    found, _ = _look(answers, seconds=1.0)

    assert [one.count for one in found.offers] == [2]
    assert "chưa hỏi xong" in found.problem


@pytest.mark.parametrize(
    ("path", "words"),
    [("/gone", "HTTP 410"), ("/not-http", "giao thức"), ("/loop", "chuyển hướng"), ("/broken-gzip", "nén")],
)
def test_every_failure_is_told_in_words(path: str, words: str) -> None:
    found, _ = _look({}, path)

    assert words in found.problem
    assert not found.offers


def test_an_internal_address_is_not_asked() -> None:
    async def story() -> Discovery:
        async with Client(replace(OPEN, allow_loopback=False)) as client:
            return await discovered("http://127.0.0.1/", client, at=NOON)

    found = asyncio.run(story())

    assert found.problem
    assert found.asked[0].status == 0


def test_an_address_without_a_scheme_is_meant_over_https_first() -> None:
    assert addresses(" vidu.gov.vn/tin ") == ("https://vidu.gov.vn/tin", "http://vidu.gov.vn/tin")
    assert addresses("http://vidu.gov.vn") == ("http://vidu.gov.vn",)
    assert addresses("  ") == ()


def test_a_page_with_nothing_to_read_says_what_to_do() -> None:
    found, _ = _look({"/": _page_with()})

    assert "tự chọn loại" in found.problem
