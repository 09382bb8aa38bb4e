"""The page of results, as a reader without JavaScript sees it."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cong.search import actions, agency_names, teaching
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    agency_names.forget()
    teaching.forget()


def page(client: Client, query: str, **more: str) -> str:
    answer = client.get("/tim-kiem", {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def asked(answer: Any) -> dict[str, list[str]]:
    """Return what the address asks for to which a form led."""
    there = urlsplit(answer["Location"])
    assert (answer.status_code, there.path) == (302, "/tim-kiem")
    return parse_qs(there.query)


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


def test_what_may_be_meant_is_found_offered_and_said(client: Client) -> None:
    for number in range(6):
        makers.entry(title=f"Nghị quyết về thư viện {number}")
    actions.catch_up()

    shown = page(client, "nghij quyeets thuw vieenj")

    assert "Có phải bạn tìm" in shown
    assert "Kết quả dưới đây gồm cả cách viết này." in shown
    assert "<mark>Nghị quyết</mark> về <mark>thư viện</mark>" in shown
    assert "Kết quả gần đúng" not in shown


def test_near_matches_are_labelled_and_say_what_they_lack(client: Client) -> None:
    makers.entry(title="Bảo tàng mở cửa")
    actions.catch_up()

    shown = page(client, "bảo tàng đóng băng")

    assert "Kết quả gần đúng" in shown
    assert "thiếu “đóng”, “băng”" in shown
    assert "Không có bài nào chứa đủ các từ" in shown


def test_a_withdrawn_entry_is_gone_at_once_wherever_a_search_shows_it(client: Client) -> None:
    gone = makers.entry(title="Thư viện nhầm", number="12/QĐ-MAU", kind="document")
    kept = makers.entry(title="Thư viện đúng", html="<p>Theo 12/QĐ-MAU.</p>")
    actions.catch_up()
    makers.withdraw(gone)

    for address in (
        "/tim-kiem?q=thư+viện", "/tim-kiem?q=thư+viện&sort=moi", "/tim-kiem?q=12/QĐ-MAU", "/tim-kiem/goi-y?q=thư+viện",
        "/tim-kiem/goi-y?q=12/QĐ-MAU", "/tim-kiem.json?q=thư+viện", "/tim-kiem.csv?q=thư+viện",
        kept.get_absolute_url(),
    ):  # fmt: skip
        shown = client.get(address).content.decode()
        assert gone.get_absolute_url() not in shown, address
        assert gone.title not in shown, address
    assert "1 kết quả" in page(client, "thư viện")
    assert "Đúng văn bản bạn tìm" not in page(client, "12/QĐ-MAU")


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


def test_without_an_index_the_page_says_so(client: Client) -> None:
    assert "Đang lập lại chỉ mục tìm kiếm" in page(client, "thư viện")


def test_a_page_is_kept_by_no_index_and_no_cache_and_sets_no_cookie(client: Client) -> None:
    answer = client.get("/tim-kiem?q=thư+viện")

    assert '<meta name="robots" content="noindex, follow">' in answer.content.decode()
    assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex", "no-cache")
    assert not answer.cookies


def test_pages_are_linked_both_ways(client: Client) -> None:
    owner = makers.agency()
    makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(45)])
    actions.catch_up()

    first, middle, last = (page(client, "thư viện", page=number) for number in ("1", "2", "3"))

    following = 'rel="next" href="/tim-kiem?q=th%C6%B0+vi%E1%BB%87n&amp;page={}"'
    before = 'rel="prev" href="/tim-kiem?q=th%C6%B0+vi%E1%BB%87n{}"'
    assert following.format(2) in first
    assert 'rel="prev"' not in first
    assert "45 kết quả" in middle
    assert "Kết quả 21–40" in middle
    assert before.format("") in middle
    assert before.format("&amp;page=2") in last
    assert 'rel="next"' not in last


@pytest.mark.one_engine
def test_a_page_that_nobody_has_is_answered(client: Client, mixed: None) -> None:
    for number in ("0", "-1", "x", "", "٣", "1e9", "9" * 40, "501", "500"):
        assert page(client, "thư viện", page=number)


def test_a_search_asks_the_database_once_for_entries(client: Client) -> None:
    for number in range(12):
        makers.entry(title=f"Thư viện {number}")
    actions.catch_up()
    page(client, "thư viện")

    with CaptureQueriesContext(
        connection,
    ) as warm:
        page(client, "thư viện loai:tin ngay:2026")
    agency_names.forget()
    teaching.forget()
    with CaptureQueriesContext(
        connection,
    ) as cold:
        page(client, "thư viện")

    assert len(warm) == 1
    assert len(cold) == 1 + 1 + 3  # the names of agencies once a minute, what staff taught every few seconds


def test_an_english_reader_stays_in_english(client: Client) -> None:
    makers.entry(title="Library opens", lang="en")
    makers.entry(title="Library closes", lang="en")
    actions.catch_up()

    shown = client.get("/en/tim-kiem?q=library").content.decode()

    assert '<html lang="en">' in shown
    assert 'action="/en/tim-kiem"' in shown
    assert 'href="/en/tim-kiem?q=library&amp;sort=moi"' in shown
    assert 'href="/tim-kiem.atom?q=library"' in shown


# ---- what narrows, and in which order --------------------------------------------------------------------------------


@pytest.fixture
def mixed() -> None:
    """Fill the shelf with what facets tell apart."""
    ministry, province = makers.agency("Bộ Mẫu"), makers.agency("Tỉnh Mẫu")
    days = [makers.NOON - timedelta(days=400 * number) for number in range(4)]
    makers.entry(ministry, "Thư viện một", published_at=days[0])
    makers.entry(ministry, "Thư viện hai", published_at=days[1], kind="document", number="7/QĐ-MAU")
    makers.entry(province, "Thư viện ba", published_at=days[2], lang="en")
    makers.entry(province, "Thư viện bốn", published_at=days[3], kind="video")
    actions.catch_up()


def test_hits_are_counted_by_what_tells_them_apart(client: Client, mixed: None) -> None:
    shown = page(client, "thư viện")

    assert '<input type="checkbox" name="coquan" value="bo-mau"><span>Bộ Mẫu</span><small>2<' in shown
    assert '<input type="checkbox" name="loai" value="vanban"><span>Văn bản</span><small>1<' in shown
    assert '<input type="hidden" name="q" value="thư viện">' in shown


def test_a_ticked_box_stays_ticked_and_is_a_chip_that_takes_it_away(client: Client, mixed: None) -> None:
    shown = page(client, "thư viện coquan:bo-mau ngay:2025..2026")

    assert 'value="bo-mau" checked>' in shown
    assert '<input type="hidden" name="q" value="thư viện ngay:2025..2026">' in shown
    assert "Lọc kết quả (2)" in shown
    assert f'href="{_here("thư viện ngay:2025..2026")}">Bộ Mẫu <svg' in shown
    assert f'href="{_here("thư viện coquan:bo-mau")}">Ngày đăng: 2025 – 2026 <svg' in shown
    assert f'href="{_here("thư viện")}">Bỏ tất cả' in shown


def _here(query: str, **more: str) -> str:
    return f"/tim-kiem?{urlencode({'q': query, **more})}".replace("&", "&amp;")


def test_several_boxes_of_a_facet_widen_and_two_facets_narrow(client: Client, mixed: None) -> None:
    assert "4 kết quả" in page(client, "thư viện coquan:bo-mau,tinh-mau")
    assert "1 kết quả" in page(client, "thư viện coquan:bo-mau,tinh-mau loai:video")


def test_boxes_lead_to_the_one_address_of_their_search(client: Client) -> None:
    answer = client.get(
        "/tim-kiem",
        {"q": "thư viện", "loai": ["tin", "vanban"], "coquan": "bo-mau", "sort": "moi", "loc": "1", "x": "y"},
    )

    assert asked(answer) == {"q": ["thư viện loai:tin,vanban coquan:bo-mau"], "sort": ["moi"]}


def test_emptied_boxes_lead_there_too(client: Client) -> None:
    assert asked(client.get("/tim-kiem", {"q": "Số:27-QĐ/TW", "loc": "1"})) == {"q": ["so:27-QĐ/TW"]}


def test_boxes_in_english_stay_in_english(client: Client) -> None:
    answer = client.get("/en/tim-kiem", {"q": "library", "loai": "tin"})

    assert answer["Location"] == "/en/tim-kiem?q=library+loai%3Atin"


def test_another_spelling_is_answered_and_says_which_is_the_address(client: Client, mixed: None) -> None:
    shown = page(client, "  thư viện   Cơ-quan:bo-mau", sort="moi", page="1", utm="x")

    assert 'value="thư viện Cơ-quan:bo-mau"' in shown
    canonical = f'<link rel="canonical" href="{settings.SITE_URL}{_here("thư viện coquan:bo-mau", sort="moi")}">'
    assert canonical in shown


def test_each_year_is_a_bar_with_its_words_and_leads_to_its_search(client: Client, mixed: None) -> None:
    shown = page(client, "thư viện ngay:2025")

    bars = re.findall(r'<a href="([^"]+)"( aria-current="true")? aria-label="(\d{4}: [^"]+)"><title>', shown)
    assert [(unescape(label), bool(on)) for _, on, label in bars] == [
        ("2023: 1 kết quả", False), ("2024: 1 kết quả", False), ("2025: 1 kết quả", True), ("2026: 1 kết quả", False),
    ]  # fmt: skip
    assert bars[1][0] == _here("thư viện ngay:2024")
    assert page(client, "thư viện ngay:2024,2025").count('aria-current="true" aria-label="202') == 2
    assert not re.search(r'<rect[^>]*height="-', shown)


@pytest.mark.one_engine
@pytest.mark.parametrize(("sort", "order"), [("moi", "một hai ba bốn"), ("cu", "bốn ba hai một")])
def test_hits_come_in_the_order_that_was_asked_for(client: Client, mixed: None, sort: str, order: str) -> None:
    shown = page(client, "thư viện", sort=sort)

    assert re.findall(r"<mark>Thư viện</mark> (\w+)</a>", shown) == order.split()
    assert f'href="{_here("thư viện", sort=sort)}" aria-current="true"' in shown


def test_an_order_that_nobody_knows_is_the_best_first(client: Client, mixed: None) -> None:
    assert f'href="{_here("thư viện")}" aria-current="true"' in page(client, "thư viện", sort="'")


def test_many_agencies_show_eight_and_the_rest_on_demand(client: Client) -> None:
    for number in range(20):
        makers.entry(makers.agency(f"Cơ quan số {number}"), "Thư viện")
    actions.catch_up()

    head, _, rest = page(client, "thư viện").partition('<details class="rest">')

    assert head.count('name="coquan"') == 8
    assert rest.count('name="coquan"') == 12
    assert "Xem thêm 12" in rest


# ---- the one document, other ways on ---------------------------------------------------------------------------------


def test_a_number_leads_to_its_document(client: Client, mixed: None) -> None:
    for typed in ("7/QĐ-MAU", "7 qd mau", "7/qd-mau"):
        jump = page(client, typed).partition('<section class="jump"')[2].partition("</section>")[0]

        assert all(said in jump for said in ("Đúng văn bản bạn tìm", ">7/QĐ-MAU</a>", "Bộ Mẫu", "Thư viện hai")), typed


def test_a_search_can_be_kept_followed_and_used_again(client: Client, mixed: None) -> None:
    shown = page(client, "thư viện loai:tin")

    query = urlencode({"q": "thư viện loai:tin"})
    assert 'href="/tim-kiem/luu?q=th' in shown
    assert f'type="application/atom+xml" title="Atom: thư viện loai:tin" href="/tim-kiem.atom?{query}"' in shown
    for ending in ("atom", "json", "csv"):
        assert client.get(f"/tim-kiem.{ending}?{query}").status_code == 200
        assert f'<a href="/tim-kiem.{ending}?{query}"' in shown


def test_nothing_found_tells_what_to_do_next(client: Client, mixed: None) -> None:
    shown = page(client, "thư viện loai:amthanh")

    assert "Không tìm thấy gì" in shown
    assert f'<a href="{_here("thư viện")}">Tìm lại không lọc</a>' in shown


# ---- whatever was typed ----------------------------------------------------------------------------------------------


_ODD = (
    "%00", "%ff%fe", "%ED%A0%80", "%F0%9F%98%80", quote("đ" * 5000), "%22(((*~-%2B%5B", "AND+OR+NOT", "a%0d%0ab",
    "%EF%BF%BF", "giong:" + "9" * 30, "ngay:99/99/9999", "loai:,,,", "&".join("x" for _ in range(5000)),
    "&".join(f"loai={n}" for n in range(900)), "a&sort=%00&page=%00", "coquan:%00",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/tim-kiem", "/tim-kiem/goi-y", "/tim-kiem/nang-cao", "/tim-kiem.json"])
def test_odd_questions_are_answered(client: Client, mixed: None, path: str) -> None:
    answers = {query: client.get(f"{path}?q={query}", follow=True).status_code for query in _ODD}

    assert set(answers.values()) == {200}


@pytest.mark.one_engine
def test_a_very_long_question_is_answered_soon(client: Client, mixed: None) -> None:
    for said in ("a" * 100_000, "đ " * 50_000, '"' * 100_000, "(" * 100_000, "a OR " * 20_000, "so:1,2 " * 10_000,
                 "-x " * 10_000, "ngay:2024 OR " * 8_000):  # fmt: skip
        begun = time.process_time()  # a busy machine is not what is tested

        assert client.get("/tim-kiem", {"q": said}).status_code == 200
        assert time.process_time() - begun < 2, said[:20]


_PIECES = st.sampled_from(
    ['"', "(", ")", "OR ", "-", "+", "NOT ", "*", "~2", ":", ",", "so:", "ngay:", "loai:", "coquan:", "..", "2024",
     "27-QĐ/TW", "thư viện", " ", "giong:1", "co:", "|"]
)  # fmt: skip


@pytest.mark.one_engine
@pytest.mark.usefixtures("mixed")
@examples(max_examples=12)
@given(st.lists(st.one_of(_PIECES, st.text(st.characters(codec="utf-8"), max_size=8)), max_size=20).map("".join))
def test_any_question_at_all_is_answered(query: str) -> None:
    answer = Client().get("/tim-kiem", {"q": query})

    assert answer.status_code == 200
    written = re.search(r'<link rel="canonical" href="[^"?]+\??([^"]*)">', answer.content.decode())
    assert written
    again = Client().get(f"/tim-kiem?{unescape(written[1])}").content.decode()
    assert written[0] in again  # the canonical address is its own
