"""Tests the feeds as a feed reader meets them: contents, validators, redirects, budgets."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cong.agencies.models import FormerSlug
from cong.entries.models import Section
from tests import makers
from tests.syndication.makers import read

pytestmark = pytest.mark.django_db
FILES = ("atom.xml", "rss.xml", "feed.json")
SHA = "cd" * 32


def get(address: str, **headers: str) -> Any:
    return Client().get(address, headers=headers)


def links(address: str) -> list[str]:
    answer = get(address)
    assert answer.status_code == 200, address
    if address.endswith(".json"):
        return [item["url"] for item in json.loads(answer.content)["items"]]
    return [entry.link for entry in read(answer.content.decode()).entries]


@pytest.mark.parametrize("file", FILES)
def test_each_list_has_its_feed_newest_first(file: str) -> None:
    here, there = makers.agency("Sở Mẫu"), makers.agency("Viện Mẫu")
    old = makers.entry(here, "Cầu cũ", section=Section.ECONOMY.value, published_at=makers.NOON - timedelta(days=2))
    new = makers.entry(there, "Cầu mới", section=Section.ECONOMY.value)
    other = makers.entry(here, "Lớp mới", section=Section.EDUCATION.value, published_at=makers.NOON - timedelta(days=1))
    address = {entry.pk: settings.SITE_URL + entry.get_absolute_url() for entry in (old, new, other)}

    assert links(f"/{file}") == [address[new.pk], address[other.pk], address[old.pk]]
    assert links(f"/tin-tuc/{file}") == links(f"/{file}")
    assert links(f"/tin-tuc/kinh-te/{file}") == [address[new.pk], address[old.pk]]
    assert links(f"/co-quan/so-mau/{file}") == [address[other.pk], address[old.pk]]


def test_media_types_are_those_of_the_formats() -> None:
    types = {file: get(f"/{file}")["Content-Type"] for file in FILES}

    assert types == {
        "atom.xml": "application/atom+xml; charset=utf-8",
        "rss.xml": "application/rss+xml; charset=utf-8",
        "feed.json": "application/feed+json; charset=utf-8",
    }


def test_an_entry_is_told_whole() -> None:
    made = makers.entry(
        title="Thư viện <mới>", author="Nguyễn Văn Mẫu", tags=("đọc sách",), picture=SHA, picture_width=2000,
        picture_alt="Phòng đọc",
    )  # fmt: skip

    found = read(get("/atom.xml").content.decode()).entries[0]

    assert found.id == f"tag:127.0.0.1,2026:entry/{made.pk}"
    assert found.title == made.title
    assert found.content[0].value == made.html
    assert found.author == "Nguyễn Văn Mẫu"
    assert found.enclosures[0].href == f"{settings.SITE_URL}/tep/{SHA}-1280.webp"
    assert [tag.label or tag.term for tag in found.tags] == ["Tin hoạt động", "đọc sách"]


def test_a_correction_keeps_the_id_and_moves_the_update() -> None:
    made = makers.entry(title="Tên sai")
    before = read(get("/atom.xml").content.decode()).entries[0]

    makers.correct(made, title="Tên đúng", slug="ten-dung")

    after = read(get("/atom.xml").content.decode()).entries[0]
    assert (after.id, after.published) == (before.id, before.published)
    assert (after.title, after.updated) == ("Tên đúng", "2026-11-25T06:00:00Z")
    assert after.link != before.link


def test_a_feed_holds_the_newest_fifty() -> None:
    owner = makers.agency()
    made = makers.entries(
        [makers.content(owner, f"Tin {n}", published_at=makers.NOON - timedelta(hours=n)) for n in range(52)]
    )

    assert links("/rss.xml") == [settings.SITE_URL + entry.get_absolute_url() for entry in made[:50]]


def test_who_comes_back_with_the_etag_gets_nothing_new() -> None:
    makers.entry()
    first = get("/atom.xml")

    again = get("/atom.xml", if_none_match=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Last-Modified"] == first["Last-Modified"]


def test_who_comes_back_with_the_moment_gets_nothing_new() -> None:
    makers.entry()
    first = get("/feed.json")

    assert parsedate_to_datetime(first["Last-Modified"]) == makers.NOON
    assert get("/feed.json", if_modified_since=first["Last-Modified"]).status_code == 304


@pytest.mark.parametrize("file", FILES)
def test_news_corrections_and_withdrawals_change_the_validators(file: str) -> None:
    owner = makers.agency()
    kept = makers.entry(owner, "Ở lại")
    seen = [get(f"/{file}")]

    gone = makers.entries([makers.content(owner, "Sẽ gỡ")], at=makers.NOON + timedelta(minutes=1))[0]
    seen.append(get(f"/{file}"))
    makers.correct(kept, title="Ở lại, đã sửa")
    seen.append(get(f"/{file}"))
    makers.withdraw(gone, at=timezone.now())
    seen.append(get(f"/{file}"))

    assert len({answer["ETag"] for answer in seen}) == 4
    old = seen[0]
    assert get(f"/{file}", if_none_match=old["ETag"]).status_code == 200
    assert get(f"/{file}", if_modified_since=old["Last-Modified"]).status_code == 200


def test_formats_do_not_share_an_etag() -> None:
    makers.entry()

    assert len({get(f"/{file}")["ETag"] for file in FILES}) == 3


def test_a_withdrawn_entry_is_told_as_deleted_for_thirty_days() -> None:
    now = timezone.now()
    fresh, stale = makers.entry(title="Gỡ hôm qua"), makers.entry(title="Gỡ từ lâu")
    makers.withdraw(stale, at=now - timedelta(days=31))
    makers.withdraw(fresh, at=now - timedelta(days=1))

    atom = get("/atom.xml").content.decode()

    graves = fromstring(atom).findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [grave.get("ref") for grave in graves] == [f"tag:127.0.0.1,2026:entry/{fresh.pk}"]
    assert "<entry" not in atom


def test_an_old_address_of_an_agency_leads_to_its_feed() -> None:
    owner = makers.agency("Sở Mới")
    FormerSlug.objects.create(slug="so-cu", agency=owner)

    answer = get("/co-quan/so-cu/rss.xml")

    assert (answer.status_code, answer["Location"]) == (301, "/co-quan/so-moi/rss.xml")


@pytest.mark.parametrize("address", ["/tin-tuc/khong-co/atom.xml", "/co-quan/khong-co/rss.xml", "/x.xml"])
def test_what_is_not_there_has_no_feed(address: str) -> None:
    assert get(address).status_code == 404


def test_feeds_are_read_only() -> None:
    assert Client().post("/atom.xml").status_code == 405


def test_a_feed_speaks_vietnamese_to_everybody() -> None:
    makers.entry()

    there = get("/atom.xml", accept_language="en")

    assert there.content == get("/atom.xml").content
    assert 'label="Tin hoạt động"' in there.content.decode()


def test_a_feed_may_be_shared_by_caches() -> None:
    answer = get("/atom.xml")

    assert "public" in answer["Cache-Control"]
    assert not answer.cookies


def test_a_feed_takes_one_query_for_its_entries_and_one_for_the_withdrawn(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    owner = makers.agency("Sở Mẫu")
    makers.entries([makers.content(owner, f"Tin {n}") for n in range(10)])

    with django_assert_num_queries(2):
        first = get("/tin-tuc/atom.xml")
    with django_assert_num_queries(2):
        get("/tin-tuc/atom.xml", if_none_match=first["ETag"])
    with django_assert_num_queries(3):
        get("/co-quan/so-mau/feed.json")
