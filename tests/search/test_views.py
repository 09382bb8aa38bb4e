"""The page of results, as a reader without JavaScript sees it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cong.search import actions, queries
from tests import makers

pytestmark = pytest.mark.django_db


def page(client: Client, query: str, **more: str) -> str:
    answer = client.get("/tim-kiem", {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_hit_is_linked_named_and_marked(client: Client) -> None:
    entry = makers.entry(title="Mượn sách liên thông từ tháng Giêng")
    actions.catch_up()

    shown = page(client, "mượn sách")

    assert "1 kết quả" in shown
    assert f'href="{entry.get_absolute_url()}"><mark>Mượn sách</mark> liên thông' in shown
    assert entry.agency.short_name in shown


def test_typing_without_marks_finds_the_same(client: Client) -> None:
    makers.entry(title="Đường sắt đô thị")
    actions.catch_up()

    assert "<mark>Đường sắt</mark>" in page(client, "duong sat")


def test_near_matches_are_labelled_and_say_what_they_lack(client: Client) -> None:
    makers.entry(title="Bảo tàng mở cửa")
    actions.catch_up()

    shown = page(client, "bảo tàng đóng băng")

    assert "Kết quả gần đúng" in shown
    assert "thiếu “đóng”, “băng”" in shown
    assert "Không có bài nào chứa đủ các từ" in shown


def test_a_withdrawn_entry_is_not_shown_even_by_a_stale_index(client: Client) -> None:
    gone, kept = makers.entry(title="Thư viện nhầm"), makers.entry(title="Thư viện đúng")
    actions.catch_up()
    makers.withdraw(gone)

    shown = page(client, "thư viện")

    assert gone.get_absolute_url() not in shown
    assert kept.get_absolute_url() in shown
    assert "1 kết quả" in shown


def test_a_correction_shows_at_once_in_its_new_words(client: Client) -> None:
    entry = makers.entry(title="Thư viện cũ")
    actions.catch_up()
    makers.correct(entry, title="Thư viện mới")

    assert "<mark>Thư viện</mark> mới" in page(client, "thư viện")


@pytest.mark.parametrize("query", ["", "   ", "\t\n", "\x00\x1f"])
def test_without_words_the_page_helps(client: Client, query: str) -> None:
    shown = page(client, query)

    assert "Cách tìm" in shown
    assert "kết quả<" not in shown


def test_the_question_is_shown_as_text(client: Client) -> None:
    actions.catch_up()

    shown = page(client, '"><script>alert(1)</script>')

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize(
    "query",
    ["%00", "%ff%fe", "%F0%9F%98%80", quote("đ" * 5000), "%22(((*~-%2B%5B", "AND+OR+NOT", "a%0d%0ab", "%EF%BF%BF"],
)
def test_odd_questions_are_answered(client: Client, query: str) -> None:
    makers.entry()
    actions.catch_up()

    answer = client.get(f"/tim-kiem?q={query}")

    assert answer.status_code == 200


def test_without_an_index_the_page_says_so(client: Client) -> None:
    shown = page(client, "thư viện")

    assert "Đang lập lại chỉ mục tìm kiếm" in shown


def test_machines_are_told_not_to_index_the_page(client: Client) -> None:
    assert '<meta name="robots" content="noindex, follow">' in page(client, "")


def test_pages_are_linked_both_ways(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        makers.entry(title=f"Thư viện {number}")
    actions.catch_up()

    first, middle, last = (page(client, "thư viện", page=number) for number in ("1", "2", "3"))

    assert 'rel="next" href="?q=th%C6%B0+vi%E1%BB%87n&amp;page=2"' in first
    assert 'rel="prev"' not in first
    assert "5 kết quả" in middle
    assert "Kết quả 3–4" in middle
    assert 'rel="prev" href="?q=th%C6%B0+vi%E1%BB%87n&amp;page=2"' in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "٣", "1e9", "9" * 40, "501", "500"])
def test_a_page_that_nobody_has_is_answered(client: Client, number: str) -> None:
    makers.entry()
    actions.catch_up()

    assert page(client, "thư viện", page=number)


def test_a_search_asks_the_database_once(client: Client) -> None:
    for number in range(12):
        makers.entry(title=f"Thư viện {number}")
    actions.catch_up()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client, "thư viện")

    assert len(asked) == 1


def test_an_english_reader_gets_the_page_in_english(client: Client, search_dir: Path) -> None:
    actions.catch_up()

    assert client.get("/tim-kiem?q=x", headers={"accept-language": "en"}).status_code == 200
