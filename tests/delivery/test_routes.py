"""Walks all addresses: which pages are kept, which are not and why; and that each says what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.urls import URLPattern, URLResolver, get_resolver

from cong.delivery.origin import Origin, Rendered
from cong.entries.models import Entry
from cong.kernel.tags import route_of
from tests import makers

pytestmark = pytest.mark.one_engine

# Everything below the staff's address has a session; nothing there is ever kept.
STAFF = "ban-lam-viec/"
NOT_KEPT = {
    "healthz": "tells of this process",
    "readyz": "tells of this moment",
    "media:rendition": "a file that never changes; sent from its store, kept by browsers",
    "media:variant": "the same",
    "media:file": "the same, and in parts",
    "harvest:websub": "machines tell us something",
    "harvest:push": "machines tell us something",
    "harvest:delivery": "what became of a push",
    "search:": "answers to what one person asks",
    "syndication:search": "answers to what one person asks",
    "frame:showcase": "the components page of the demo",
    "demo:": "a simulated network, for trying out",
}
KEPT = {
    "portal:home", "portal:news", "portal:section", "portal:entry", "portal:corrections", "portal:documents",
    "portal:photos", "portal:videos", "portal:recordings", "portal:agencies", "portal:agency", "portal:part",
    "portal:feeds", "portal:sources", "portal:about", "portal:accessibility", "portal:offline", "frame:manifest",
    "frame:worker", "syndication:portal", "syndication:news",
    "syndication:section", "syndication:agency", "syndication:sitemap", "syndication:sitemap-news",
    "syndication:sitemap-part", "syndication:robots",
}  # fmt: skip


def _walk(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, object]]:
    for one in resolver.url_patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield path, space + (one.name or ""), one.callback
        else:
            yield from _walk(one, path, f"{one.namespace}:" if one.namespace else space)


def _all() -> list[tuple[str, str, object]]:
    return [one for one in _walk(get_resolver()) if STAFF not in one[0]]


def test_every_address_of_readers_is_kept_or_there_is_a_reason() -> None:
    kept = {name for _, name, view in _all() if route_of(view)}
    silent = {name for _, name, view in _all() if not route_of(view) and not any(map(name.startswith, NOT_KEPT))}

    assert kept >= KEPT
    assert silent == set()
    assert not [name for name in kept if name.startswith("search:")]


def test_nothing_of_the_staff_is_ever_kept() -> None:
    kept = [name for path, name, view in _walk(get_resolver()) if STAFF in path and route_of(view)]

    assert kept == []


@pytest.fixture
def origin() -> Origin:
    return Origin(WSGIHandler(), site="https://cong.vn", hosts=["127.0.0.1"])


@pytest.fixture
def entry() -> Entry:
    return makers.entry(makers.agency("Thư viện tỉnh", slug="thu-vien"))


def _rendered(origin: Origin, path: str, query: str = "") -> Rendered:
    route = origin.route(path)
    assert route
    return origin.render((path, query), route)


@pytest.mark.django_db
def test_a_page_says_what_it_is_made_of(origin: Origin, entry: Entry) -> None:
    shown, agency = f"in:{entry.pk}", entry.agency
    told = {
        "/": {"home", shown},
        "/en/": {"home", shown},
        "/tin-tuc/": {"news", shown},
        f"/tin-tuc/{entry.section}/": {f"section:{entry.section}", shown},
        entry.get_absolute_url(): {f"entry:{entry.pk}", f"read:{entry.pk}", shown},
        "/van-ban/": {"kind:document"},
        "/anh/": {"kind:photo"},
        "/co-quan/": set(),
        "/co-quan/thu-vien/": {f"agency:{agency.pk}", shown},
        "/co-quan/thu-vien/tin-hoat-dong/": {f"agency:{agency.pk}", shown},
        "/kenh-tin/": set(),
        "/nguon-tich-hop/": set(),
        "/ve-cong/": set(),
        "/tro-nang/": set(),
        "/ngoai-tuyen": set(),
        "/sw.js": set(),
        "/manifest.webmanifest": set(),
        "/atom.xml": {"news", "graves", shown},
        "/tin-tuc/rss.xml": {"news", "graves", shown},
        f"/tin-tuc/{entry.section}/feed.json": {f"section:{entry.section}", "graves", shown},
        "/co-quan/thu-vien/atom.xml": {f"agency:{agency.pk}", "graves", shown},
        "/sitemap.xml": {"maps"},
        "/sitemap-1.xml": {"maps", shown},
        "/sitemap-news.xml": {"maps"},
        "/robots.txt": set(),
    }

    found = {path: _rendered(origin, path) for path in told}

    assert {path: one.status for path, one in found.items()} == dict.fromkeys(told, "200 OK")
    assert {path: set(one.names) - {"site"} for path, one in found.items()} == told
    assert all("site" in one.names for one in found.values())


@pytest.mark.django_db
def test_every_entry_that_a_page_links_to_is_among_its_tags(origin: Origin) -> None:
    owner = makers.agency("Thư viện tỉnh", slug="thu-vien")
    made = makers.entries([makers.content(owner, f"Tin số {number}") for number in range(12)])

    for path in ("/", "/tin-tuc/", "/co-quan/thu-vien/", made[3].get_absolute_url(), "/atom.xml", "/sitemap-1.xml"):
        page = _rendered(origin, path)
        linked = set(re.findall(rb'/tin-tuc/[a-z-]+/[a-z0-9-]+-(\d+)["<]', page.body))
        assert linked
        assert {f"in:{int(number)}" for number in linked} <= page.names, path


@pytest.mark.django_db
def test_a_page_of_very_many_entries_is_told_of_all_at_once(origin: Origin) -> None:
    owner = makers.agency()
    makers.entries([makers.content(owner, f"Tin số {number}") for number in range(201)])

    assert _rendered(origin, "/sitemap-1.xml").names == {"site", "maps", "shelf"}


@pytest.mark.django_db
def test_a_grave_is_kept_until_the_entry_comes_back(origin: Origin, entry: Entry) -> None:
    makers.withdraw(entry)

    grave = _rendered(origin, entry.get_absolute_url())

    assert grave.status == "410 Gone"
    assert f"entry:{entry.pk}" in grave.names


@pytest.mark.django_db
def test_what_is_led_elsewhere_or_not_there_is_not_kept(origin: Origin, entry: Entry) -> None:
    old = f"/tin-tuc/{entry.section}/ten-cu-{entry.pk}"

    answers = [_rendered(origin, path) for path in (old, f"/tin-tuc/{entry.section}/x-99999", "/co-quan/khong-co/")]

    assert [one.status[:3] for one in answers] == ["301", "404", "404"]
    assert [one.tagged for one in answers] == [None, None, None]


@pytest.mark.django_db
def test_an_entry_that_will_expire_is_kept_until_then(origin: Origin) -> None:
    soon = makers.NOON.replace(year=2099)
    entry = makers.entry(expires_at=soon)

    tagged = _rendered(origin, entry.get_absolute_url()).tagged

    assert tagged
    assert tagged.until == soon


@pytest.mark.django_db
def test_the_agencies_that_somebody_looks_for_are_not_kept(origin: Origin) -> None:
    route = origin.route("/co-quan/")

    assert route
    assert route.straight == ("q",)
    assert route.params == ()


@pytest.mark.django_db
def test_a_kept_page_has_no_cookie_and_may_be_kept_by_others(origin: Origin, entry: Entry) -> None:
    for path in ("/", entry.get_absolute_url(), "/co-quan/", "/atom.xml"):
        headers = {name.lower(): value for name, value in _rendered(origin, path).headers}
        assert "set-cookie" not in headers
        assert headers["cache-control"].startswith("max-age=") or "public" in headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/khong-co", "//", "/en", "/EN/", "/tin-tuc", "/tin-tuc//", "/./", "/\xff", "/tin-tuc/\0/", "/en-us/"]
)
def test_what_no_page_has_as_its_address_has_no_route(origin: Origin, path: str) -> None:
    assert origin.route(path) is None
