"""Tests the site maps and robots.txt as a crawler meets them."""

from __future__ import annotations

from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cong.entries.models import Section
from cong.syndication import maps
from tests import makers

pytestmark = pytest.mark.django_db
_MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_LINK = "{http://www.w3.org/1999/xhtml}link"


def listed(address: str) -> dict[str, str | None]:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    found = {}
    for one in fromstring(answer.content):
        found[one.findtext(f"{_MAP}loc", "").removeprefix(settings.SITE_URL)] = one.findtext(f"{_MAP}lastmod")
    return found


def test_every_entry_stands_in_one_of_the_maps_that_the_index_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MAP_SIZE", 2)
    owner = makers.agency()
    made = makers.entries([makers.content(owner, f"Tin {n}") for n in range(5)])

    index = list(listed("/sitemap.xml"))
    found = [
        address
        for number in range(1, 20)
        if f"/sitemap-{number}.xml" in index
        for address in listed(f"/sitemap-{number}.xml")
    ]

    assert index[-1] == "/sitemap-news.xml"
    assert found == [entry.get_absolute_url() for entry in made]


def test_a_map_keeps_its_entries_when_others_are_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MAP_SIZE", 2)
    owner = makers.agency()
    made = makers.entries([makers.content(owner, f"Tin {n}") for n in range(4)])
    address = {entry.pk: f"/sitemap-{(entry.pk + 1) // 2}.xml" for entry in made}
    before = listed(address[made[3].pk])

    makers.withdraw(made[0])

    assert listed(address[made[3].pk]) == before
    assert made[0].get_absolute_url() not in listed(address[made[0].pk])


def test_an_entry_says_when_it_was_corrected() -> None:
    made = makers.entry()

    corrected = makers.correct(made, title="Đã sửa")

    assert listed("/sitemap-1.xml")[corrected.get_absolute_url()] == "2026-11-25T06:00:00Z"


def test_the_first_map_holds_the_lists() -> None:
    owner = makers.agency("Sở Mẫu")
    makers.agency("Sở Cũ", active_to=makers.NOON.date() - timedelta(days=1000))
    makers.entry(owner, section=Section.SCIENCE.value)

    found = listed("/sitemap-0.xml")

    assert {"/", "/tin-tuc/", "/co-quan/", "/van-ban/"} <= found.keys()
    assert found["/tin-tuc/khoa-hoc-cong-nghe/"] == "2026-11-25T04:00:00Z"
    assert found["/tin-tuc/giao-duc/"] is None
    assert found["/co-quan/so-mau/"] == "2026-11-25T04:00:00Z"
    assert "/co-quan/so-mau/xay-dung-dang/" in found
    assert "/co-quan/so-cu/" not in found


def test_every_address_of_the_first_map_answers() -> None:
    makers.agency("Sở Mẫu")

    answers = {address: Client().get(address).status_code for address in listed("/sitemap-0.xml")}

    assert {address: status for address, status in answers.items() if status != 200} == {}


def test_the_first_map_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(5):
        makers.entry()

    with django_assert_max_num_queries(2):
        listed("/sitemap-0.xml")


def _languages(address: str) -> dict[str, dict[str, str]]:
    """Return what a map says of the languages of each address that has any."""
    made = {}
    for one in fromstring(Client().get(address).content):
        links = {link.attrib["hreflang"]: _path(link.attrib["href"]) for link in one.findall(_LINK)}
        if links:
            made[_path(one.findtext(f"{_MAP}loc", ""))] = links
    return made


def _path(address: str) -> str:
    return address.removeprefix(settings.SITE_URL)


def test_an_original_and_its_translations_name_each_other_in_their_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MAP_SIZE", 2)
    owner = makers.agency()
    first, alone = makers.entries([makers.content(owner, "Thư viện mở cửa"), makers.content(owner, "Tin khác")])
    english, french, lost = makers.entries([
        makers.content(owner, "The library opens", lang="en", translation_of=first.pk),
        makers.content(owner, "La bibliothèque", lang="fr", translation_of=first.pk),
        makers.content(owner, "Lost", lang="en", translation_of=10**9),
    ])  # fmt: skip
    found: dict[str, dict[str, str]] = {}
    for number in {(entry.pk + 1) // 2 for entry in (first, alone, english, french, lost)}:
        found |= _languages(f"/sitemap-{number}.xml")

    own = {
        "vi": first.get_absolute_url(), "en": f"/en{english.get_absolute_url()}", "fr": french.get_absolute_url(),
    }  # fmt: skip
    assert found == dict.fromkeys(own.values(), own)


def test_lists_name_their_other_languages() -> None:
    assert _languages("/sitemap-0.xml")["/tin-tuc/"] == {"vi": "/tin-tuc/", "en": "/en/tin-tuc/"}


def test_a_map_beyond_the_last_entry_is_not_there() -> None:
    makers.entry()

    assert Client().get("/sitemap-100000.xml").status_code == 404


def test_an_empty_portal_has_maps() -> None:
    assert list(listed("/sitemap.xml")) == ["/sitemap-0.xml", "/sitemap-news.xml"]
    assert listed("/sitemap-news.xml") == {}


def test_the_news_map_holds_two_days() -> None:
    now = timezone.now().replace(microsecond=0)
    fresh = makers.entry(title="Hôm nay", published_at=now - timedelta(hours=1))
    makers.entry(title="Tuần trước", published_at=now - timedelta(days=7))

    assert list(listed("/sitemap-news.xml")) == [fresh.get_absolute_url()]


def test_robots_are_kept_from_searching_and_shown_the_map() -> None:
    answer = Client().get("/robots.txt")

    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /tim-kiem" in lines
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
