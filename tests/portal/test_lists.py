"""Tests that keyset lists lose and repeat nothing, in both directions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from cong.entries.models import Entry
from cong.portal import queries
from tests import makers

pytestmark = pytest.mark.django_db


def _read(address: str) -> tuple[list[int], str, str]:
    """Return the entries on a page and the addresses of its newer and older neighbours."""
    shown = Client().get(address).content.decode()
    main = shown.partition("<main")[2].partition("<aside")[0]
    ids = [int(number) for number in re.findall(r'<h3><a href="/tin-tuc/[^"]*-(\d+)"', main)]
    found = {name: re.search(rf'rel="{name}" href="([^"]+)"', main) for name in ("prev", "next")}
    newer, older = (match[1] if match else "" for match in (found["prev"], found["next"]))
    return ids, newer, older


@pytest.fixture
def wanted() -> list[int]:
    """Return the ids, newest first; many share one moment."""
    owner = makers.agency()
    count = queries.PAGE * 2 + 7
    contents = [
        makers.content(owner, f"Tin số {number}", published_at=makers.NOON - timedelta(hours=number // 9))
        for number in range(count)
    ]
    makers.entries(contents)
    return list(Entry.objects.newest_first().values_list("pk", flat=True))


def test_walking_to_the_end_and_back_meets_every_entry_once(wanted: list[int]) -> None:
    forth: list[int] = []
    address, last = "/tin-tuc/", ""
    while address:
        ids, _, older = _read(address)
        forth += ids
        last, address = address, f"/tin-tuc/{older}" if older else ""

    ids, newer, _ = _read(last)
    back = ids[::-1]
    while newer:
        ids, newer, _ = _read(f"/tin-tuc/{newer}")
        back += ids[::-1]

    assert forth == wanted
    assert back == wanted[::-1]


def test_a_new_entry_does_not_move_the_page_that_is_being_read(wanted: list[int]) -> None:
    _, _, older = _read("/tin-tuc/")
    before = _read(f"/tin-tuc/{older}")[0]

    makers.entry(title="Tin chen vào", published_at=makers.NOON)

    assert _read(f"/tin-tuc/{older}")[0] == before


def test_a_short_list_has_no_pager_links() -> None:
    makers.entry()

    ids, newer, older = _read("/tin-tuc/")

    assert (len(ids), newer, older) == (1, "", "")


@pytest.mark.parametrize("query", ["truoc=abc", "sau=%00", "truoc=", "sau=AAAA"])
def test_a_place_that_we_did_not_make_is_not_found(query: str) -> None:
    assert Client().get(f"/tin-tuc/?{query}").status_code == 404


def test_an_inner_page_is_not_for_search_engines(wanted: list[int]) -> None:
    _, _, older = _read("/tin-tuc/")

    shown = Client().get(f"/tin-tuc/{older}").content.decode()

    assert '<meta name="robots" content="noindex, follow">' in shown
    assert "canonical" not in shown
