"""Results of a search for machines: Atom, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cong.search import actions, agency_names, teaching
from cong.syndication import search_csv, searches
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    agency_names.forget()
    teaching.forget()


def get(ending: str, query: str, **more: str) -> Any:
    headers: dict[str, str] = {name: more.pop(name) for name in ("if_none_match", "accept_language") if name in more}
    answer = Client().get(f"/tim-kiem.{ending}", {"q": query, **more}, headers=headers)
    assert answer.status_code in (200, 304)
    return answer


def told(query: str, **more: str) -> Any:
    return json.loads(get("json", query, **more).content)


def lines(query: str, **more: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get("csv", query, **more).content.decode("utf-8-sig"))))


def feed(query: str, **more: str) -> Any:
    return feedparser.parse(get("atom", query, **more).content)


@pytest.fixture
def three() -> None:
    owner = makers.agency("Sở Mẫu")
    for days, title in enumerate(["Thư viện mới", "Thư viện cũ", "Thư viện xưa"]):
        makers.entry(owner, title, published_at=makers.NOON - timedelta(days=days * 400), number=f"{days}/TB-MAU")
    makers.entry(owner, "Chợ quê bán rau", summary="Rau.", html="<p>Rau.</p>")
    actions.catch_up()


def test_each_format_tells_the_hits(three: None) -> None:
    titles = {"Thư viện mới", "Thư viện cũ", "Thư viện xưa"}

    assert {one["title"] for one in told("thu vien")["hits"]} == titles
    assert {one["Tiêu đề"] for one in lines("thu vien")} == titles
    assert {one.title for one in feed("thu vien").entries} == titles


def test_a_feed_is_newest_first_whatever_the_order_and_the_others_as_asked(three: None) -> None:
    titles = ["Thư viện mới", "Thư viện cũ", "Thư viện xưa"]

    assert [one.title for one in feed("thư viện", sort="cu").entries] == titles
    assert [one["title"] for one in told("thư viện", sort="moi")["hits"]] == titles
    assert [one["Tiêu đề"] for one in lines("thư viện", sort="cu")] == titles[::-1]


def test_the_feed_is_about_its_search(three: None) -> None:
    read = feed("Thư viện Loại:tin")

    assert read.feed.title == f"Tìm kiếm: Thư viện loai:tin – {settings.SITE_NAME}"
    query = quote("Thư viện loai:tin", safe="").replace("%20", "+")
    assert read.feed.id == f"{settings.SITE_URL}/tim-kiem.atom?q={query}"
    assert {link.href for link in read.feed.links} == {
        read.feed.id, f"{settings.SITE_URL}/tim-kiem?q={query}&sort=moi",
    }  # fmt: skip
    assert all(one.id.startswith("tag:") for one in read.entries)


def test_who_comes_back_with_the_etag_gets_nothing_new_until_something_is(three: None) -> None:
    first = get("atom", "thư viện")

    again = get("atom", "thư viện", if_none_match=first["ETag"])
    makers.entry(title="Thư viện mới nữa")
    actions.catch_up()
    after = get("atom", "thư viện", if_none_match=first["ETag"])

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert after.status_code == 200


def test_a_withdrawal_is_told_by_the_feed_though_the_index_is_stale(three: None) -> None:
    gone = makers.entry(title="Thư viện nhầm")
    actions.catch_up()
    first = get("atom", "thư viện")
    makers.withdraw(gone, at=timezone.now())

    after = get("atom", "thư viện", if_none_match=first["ETag"])

    assert after.status_code == 200
    assert f'<at:deleted-entry ref="tag:127.0.0.1,2026:entry/{gone.pk}"' in after.content.decode()
    assert "Thư viện nhầm" not in after.content.decode()


def test_json_tells_what_the_page_shows(three: None) -> None:
    found = told("thư viện", sort="moi")

    hit = found["hits"][0]
    assert (found["query"], found["total"], found["page"], found["next"]) == ("thư viện", 3, 1, None)
    assert set(hit) == {
        "id", "title", "url", "kind", "section", "language", "number", "agency", "published", "passage",
    }  # fmt: skip
    assert hit["agency"] == {"name": "Sở Mẫu", "slug": "so-mau", "url": f"{settings.SITE_URL}/co-quan/so-mau/"}
    assert (hit["number"], hit["published"]) == ("0/TB-MAU", "2026-11-25T05:00:00Z")
    assert hit["url"].startswith(f"{settings.SITE_URL}/tin-tuc/")
    assert [one["year"] for one in found["years"]] == [2024, 2025, 2026]


def test_json_passages_come_as_text_and_as_html() -> None:
    makers.entry(title="Tin", html="<p>Giá &lt; 5 & thư viện mở.</p>", summary="")
    actions.catch_up()

    passage = told("thư viện")["hits"][0]["passage"]

    assert passage == {
        "text": "Giá < 5 & thư viện mở.", "html": "Giá &lt; 5 &amp; <mark>thư viện</mark> mở.",
    }  # fmt: skip


def test_json_facets_say_which_search_each_choice_makes(three: None) -> None:
    makers.entry(makers.agency("Hội Mẫu"), "Thư viện của Hội")
    actions.catch_up()

    (agencies,) = [one for one in told("thư viện coquan:so-mau")["facets"] if one["field"] == "coquan"]

    assert agencies["values"] == [
        {"value": "so-mau", "label": "Sở Mẫu", "count": 3, "selected": True, "query": "thư viện"},
        {"value": "hoi-mau", "label": "Hội Mẫu", "count": 1, "selected": False,
         "query": "thư viện coquan:so-mau,hoi-mau"},
    ]  # fmt: skip


def test_json_is_paged_and_gives_at_most_a_hundred() -> None:
    owner = makers.agency()
    makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(103)])
    actions.catch_up()

    first = told("thư viện", size="5000")
    rest = json.loads(Client().get(first["next"].removeprefix(settings.SITE_URL)).content)

    assert (len(first["hits"]), first["total"]) == (100, 103)
    assert len(rest["hits"]) == 3
    assert len({one["id"] for one in first["hits"] + rest["hits"]}) == 103
    assert len(lines("thư viện")) == 103
    assert len(feed("thư viện").entries) == 50


def test_csv_stops_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "_CHUNK", 2)
    monkeypatch.setattr(searches, "MOST_ROWS", 4)
    owner = makers.agency()
    makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(7)])
    actions.catch_up()

    assert len({one["Mã"] for one in lines("thư viện")}) == 4


def test_csv_is_a_file_that_spreadsheets_read(three: None) -> None:
    answer = get("csv", "thư viện xưa")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.count(b"\r\n") == 2
    assert answer["Content-Type"].startswith("text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == 'attachment; filename="tim-kiem.csv"'


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\xa0=1", "＝1", "=HYPERLINK(\"x\")"]
)  # fmt: skip
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    assert search_csv.cell(text) == f"'{text}"


@pytest.mark.one_engine
@pytest.mark.parametrize("text", ["", "Thư viện = nhà đọc", "27-QĐ/TW", "a\nb", 'nói "có", rồi thôi'])
def test_other_cells_stay_as_they_are(text: str) -> None:
    row = io.StringIO()
    csv.writer(row).writerow([search_csv.cell(text)])

    assert search_csv.cell(text) == text
    assert next(csv.reader(io.StringIO(row.getvalue(), newline=""))) == [text]


@pytest.mark.parametrize("ending", ["atom", "json", "csv"])
def test_without_an_index_machines_are_asked_to_come_again(ending: str) -> None:
    answer = Client().get(f"/tim-kiem.{ending}?q=x")

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


@pytest.mark.parametrize("ending", ["atom", "json", "csv"])
def test_a_search_for_nothing_has_no_hits_and_is_no_error(three: None, ending: str) -> None:
    answer = get(ending, "")

    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies
    assert "Thư viện" not in answer.content.decode()


@pytest.mark.one_engine
@pytest.mark.parametrize("given", [{"page": "x"}, {"page": "-1"}, {"page": "9" * 30}, {"size": "0"}, {"sort": "\x00"}])
def test_odd_parameters_are_answered(three: None, given: dict[str, str]) -> None:
    assert told("thư viện", **given)["query"] == "thư viện"


@pytest.mark.parametrize(("ending", "most"), [("atom", 2), ("json", 1), ("csv", 1)])
def test_a_format_asks_the_database_little(three: None, ending: str, most: int) -> None:
    get(ending, "thư viện")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        get(ending, "thư viện")

    assert len(asked) == most


def test_machines_are_told_in_vietnamese_whoever_asks(three: None) -> None:
    there = get("json", "thư viện", accept_language="en")

    assert there.content == get("json", "thư viện").content
    assert Client().get("/en/tim-kiem.json?q=x").status_code == 404
