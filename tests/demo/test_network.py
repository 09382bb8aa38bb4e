"""The simulated network: the same seed gives the same bytes, and our own parser reads what was published."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest

from cong.agencies.registry import OFFICIAL, parse
from cong.demo.answers import Network
from cong.demo.feeds import guid
from cong.demo.history import Item
from cong.demo.sites import Site, sites
from cong.harvest.parse.discovery import discover
from cong.harvest.parse.raw import NotAFeed, RawItem, Rules

START = datetime(2026, 3, 12, 2, 30, tzinfo=UTC)
LATER = START + timedelta(hours=2)
PORT = 8901
WORKING = [site for site in sites() if not site.broken]


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(seed=7, started_at=START, port=PORT)


def read(network: Network, site: Site, at: datetime) -> list[RawItem]:
    answer = network.answer(site, site.path, at)
    charset = answer.type.partition("charset=")[2] or None
    rules = Rules(now=at, timezone="Asia/Ho_Chi_Minh", date_order=site.date_order)
    feed = discover(answer.body, url=network.base(site) + site.path, charset=charset, rules=rules)
    assert not feed.fallback
    return list(feed.items)


def words(fragment: str) -> str:
    """Return the visible words of HTML, in one normal form."""
    text = unescape(re.sub(r"<[^>]+>", " ", fragment))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def test_there_is_one_site_for_every_agency_of_the_registry() -> None:
    agencies = [row.slug for row in parse(OFFICIAL.read_text(encoding="utf-8"))]

    assert [site.slug for site in sites()] == agencies


def test_every_format_date_charset_and_oddity_is_there() -> None:
    assert set(Counter(site.format for site in sites())) == {"rss2", "rss092", "rdf", "atom", "xhtml", "json"}
    assert len({site.dates for site in sites()}) == 8
    assert {site.charset for site in sites()} == {"utf-8", "utf-8-bom", "utf-16", "windows-1258"}
    for oddity in ("slow", "broken", "graves"):
        assert sum(getattr(site, oddity) for site in sites()) == 1
    assert Counter(site.policy for site in sites()) == {"auto": 98, "link-only": 6, "review": 4}


def test_the_same_seed_and_moment_give_the_same_bytes_however_one_got_there() -> None:
    one = Network(seed=7, started_at=START, port=PORT)
    other = Network(seed=7, started_at=START, port=PORT)
    for minutes in range(0, 130, 10):
        other.feed(sites()[0], START + timedelta(minutes=minutes))

    assert [one.feed(site, LATER) for site in sites()] == [other.feed(site, LATER) for site in sites()]


def test_another_seed_tells_other_news() -> None:
    one = Network(seed=7, started_at=START, port=PORT)
    other = Network(seed=8, started_at=START, port=PORT)

    same = [site for site in WORKING if one.feed(site, START) == other.feed(site, START)]

    assert same == []


@pytest.mark.parametrize("at", [START, LATER], ids=["start", "later"])
@pytest.mark.parametrize("site", WORKING, ids=lambda site: f"{site.number}-{site.format}")
def test_the_parser_reads_every_item_that_was_published(network: Network, site: Site, at: datetime) -> None:
    published = network.history.items(site, at)

    found = read(network, site, at)

    assert len(found) == len(published) >= 10
    for raw, item in zip(found, published, strict=True):
        check(raw, item, network.base(site))


def check(raw: RawItem, item: Item, base: str) -> None:
    site = item.site
    precision = timedelta(minutes=1) if site.dates == "vietnamese" else timedelta(seconds=1)
    assert words(raw.title) == item.title
    assert raw.published is not None
    assert timedelta(0) <= item.published - raw.published < precision
    assert raw.url == base + item.path
    assert raw.guid in ("", guid(item, base), raw.url)
    assert {words(tag) for tag in raw.tags} == set(item.tags)
    said = words(raw.html or raw.summary)
    expected = (item.summary,) if site.body == "summary" else item.paragraphs
    assert all(" ".join(text.split()) in said for text in expected)
    assert not item.picture or shows(raw, f"{base}/anh/{item.picture}.jpg") or site.body == "summary"


def shows(raw: RawItem, address: str) -> bool:
    path = urlsplit(address).path
    files = {enclosure.url for enclosure in raw.enclosures}
    return address in {raw.image} | files or f'src="{address}"' in raw.html or f'src="{path}"' in raw.html + raw.summary


def test_the_broken_site_answers_a_page_instead_of_a_feed(network: Network) -> None:
    site = next(site for site in sites() if site.broken)

    with pytest.raises(NotAFeed) as caught:
        read(network, site, START)

    assert caught.value.code == "html"


def test_a_starting_network_has_hundreds_of_titles_and_pictures_on_most_news(network: Network) -> None:
    items = [item for site in WORKING for item in network.history.items(site, START)]
    news = [item for item in items if item.tags[0] not in ("Giới thiệu", "Văn bản – tài liệu")]

    assert all(12 <= len(network.history.items(site, START)) <= 20 for site in WORKING)
    assert len({item.title for item in items}) > 1000
    assert 0.55 < sum(bool(item.picture) for item in news) / len(news) < 0.75
    assert 0.02 < sum(item.lang == "en" for item in items) / len(items) < 0.08
    assert not any(brace in item.title + "".join(item.paragraphs) for item in items for brace in "{}<>|")
    assert all(item.published < START for item in items)
    assert all(3 <= len(item.paragraphs) <= 6 for item in items if item.lang == "vi")


def test_every_section_and_part_has_news(network: Network) -> None:
    heads = Counter(item.tags[0] for site in WORKING for item in network.history.items(site, START))

    assert len(heads) == 11
    assert min(heads.values()) > 40


def test_news_keep_appearing(network: Network) -> None:
    before = sum(len(network.history.items(site, START)) for site in WORKING)

    after = sum(len(network.history.items(site, START + timedelta(seconds=100))) for site in WORKING)

    assert after == before + 5


def test_edits_change_the_words_and_keep_name_and_address(network: Network) -> None:
    edited = [
        (old, new)
        for site in WORKING
        for old in network.history.items(site, START)
        for new in network.history.items(site, START + timedelta(minutes=21))
        if (old.site, old.key) == (new.site, new.key) and old.updated != new.updated
    ]

    assert len(edited) > 50
    assert all(guid(old, "x") == guid(new, "x") and old.path == new.path for old, new in edited)
    assert all(old.paragraphs != new.paragraphs for old, new in edited)
    assert any(old.title != new.title for old, new in edited)


def test_a_removed_item_leaves_the_feed_and_its_page_says_so(network: Network) -> None:
    site = next(site for site in sites() if site.graves)
    item, moment = network.history.removed(site, LATER)[-1]

    assert network.answer(site, item.path, moment - timedelta(seconds=1)).status == 200
    assert network.answer(site, item.path, moment).status == 410
    assert item.key not in {one.key for one in network.history.items(site, moment)}
    assert f'ref="{guid(item, network.base(site))}"' in network.feed(site, moment).decode()


def test_removals_happen_on_several_sites(network: Network) -> None:
    removed = [site.number for site in WORKING if network.history.removed(site, LATER)]

    assert len(removed) >= 5


def test_an_asker_who_holds_what_stands_is_told_so_until_it_changes(network: Network) -> None:
    for site in (site for site in WORKING if site.validators != "none"):
        first = network.answer(site, site.path, START)
        held = {
            asked: first.headers[said]
            for said, asked in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
            if said in first.headers
        }

        assert network.answer(site, site.path, START + timedelta(seconds=1), held).status == 304
        if network.feed(site, LATER) != first.body:
            assert network.answer(site, site.path, LATER, held).status == 200


def test_a_restless_site_changes_its_bytes_but_not_its_news(network: Network) -> None:
    site = next(site for site in sites() if site.validators == "none" and site.format == "rss2")
    moment = START + timedelta(seconds=1)

    assert network.feed(site, START) != network.feed(site, moment)
    assert network.history.items(site, START) == network.history.items(site, moment)


def test_the_slow_site_takes_two_to_three_seconds(network: Network) -> None:
    site = next(site for site in sites() if site.slow)

    assert 2 <= network.answer(site, site.path, START).delay <= 3


@pytest.mark.parametrize("path", ["/khong-co", "/2026/03/tin-1.html", "/anh/hills-99x.jpg", "/anh/none-1.jpg", "/anh/"])
def test_unknown_addresses_are_not_found(network: Network, path: str) -> None:
    assert network.answer(sites()[0], path, START).status == 404


def test_news_to_come_are_not_found_yet(network: Network) -> None:
    late = next(item for site in WORKING for item in network.history.items(site, LATER) if item.published > START)

    assert network.answer(late.site, late.path, START).status == 404
    assert network.answer(late.site, late.path, LATER).status == 200
