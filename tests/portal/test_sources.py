"""Tests what readers see of the hub: where else a story stands, and how fresh each source is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cong.agencies.models import Agency, Category, Part
from cong.entries.models import Entry
from cong.harvest.adapters import ADAPTERS
from cong.harvest.freshness import site
from cong.harvest.models import Health, Source
from cong.publishing import actions
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db
ADDRESS = "/nguon-tich-hop/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cong.portal.views.timezone.now", lambda: NOON)


def page(address: str = ADDRESS) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def source(owner: Agency | None = None, name: str = "Tin hoạt động", **given: Any) -> Source:
    """Return a source that was read an hour ago, unless told otherwise."""
    read = {"first_ok_at": NOON - 30 * 24 * HOUR, "last_ok_at": NOON - HOUR, "state": Health.OK}
    values = {"slug": f"nguon-{Source.objects.count()}", "url": "https://vidu.vn/rss/tin.xml"} | read | given
    return Source.objects.create(agency=owner or makers.agency(), name=name, **values)


def words(shown: str) -> str:
    """Return what a person reads in the main part, spaces made plain."""
    main = shown.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").split())


def copied(entry: Entry, *copies: tuple[Agency, str, str, datetime]) -> None:
    actions.tell_copies(entry.pk, [(owner.pk, name, url, at) for owner, name, url, at in copies], at=NOON)


def test_beside_a_story_stands_where_else_it_was_published() -> None:
    ministry, paper = makers.agency("Bộ Đo lường"), makers.agency("Báo chung", category=Category.PARTNER)
    entry = makers.entry()
    copied(
        entry,
        (paper, "Báo Đọc Sách", "https://doc.vidu.vn/2?a=1&b=2", NOON),
        (ministry, "Kênh tin của bộ", "https://bo.vidu.vn/1", NOON - 24 * HOUR),
    )

    shown = page(entry.get_absolute_url())

    told = shown.partition('<section class="also-at')[2].partition("</section>")[0]
    assert words(f"<main>{told}</main>").endswith("Cũng đăng tại Bộ Đo lường 24/11/2026 Báo Đọc Sách 25/11/2026")
    assert '<a href="https://doc.vidu.vn/2?a=1&amp;b=2" rel="nofollow noopener">' in told
    assert "Also published at" in page("/en" + entry.get_absolute_url())


def test_a_copy_that_is_no_page_of_the_web_is_not_linked() -> None:
    entry, owner = makers.entry(), makers.agency()
    copied(entry, (owner, "", "javascript:alert(1)", NOON))

    assert 'class="also-at' not in page(entry.get_absolute_url())


def test_copies_change_nothing_that_machines_read() -> None:
    entry = makers.entry()
    before = _schema(page(entry.get_absolute_url()))
    copied(entry, (makers.agency(), "", "https://bo.vidu.vn/1", NOON))

    assert _schema(page(entry.get_absolute_url())) == before


def _schema(shown: str) -> str:
    return shown.partition('<script type="application/ld+json">')[2].partition("</script>")[0]


def test_only_a_story_that_has_copies_pays_for_them_and_once() -> None:
    entry = makers.entry()
    alone = _statements(entry.get_absolute_url())
    copied(entry, *((makers.agency(), "", f"https://bo.vidu.vn/{n}", NOON) for n in range(4)))

    beside = _statements(entry.get_absolute_url())

    assert len(alone) == 2
    assert len(beside) == len(alone) + 1
    assert not [
        plan for plan in map(_plan, beside) if re.search(r"SCAN entries_copy(?! USING)|Seq Scan on entries_copy", plan)
    ]


def _statements(address: str) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        page(address)
    return [query["sql"] for query in seen.captured_queries]


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_a_hub_without_sources_says_so() -> None:
    assert "Chưa có nguồn nào" in page()


def test_sources_stand_by_category_and_agency_with_their_freshness() -> None:
    ministry = makers.agency("Bộ Đo lường", order=2)
    centre = makers.agency("Ban Mẫu", category=Category.CENTRAL, order=3)
    source(ministry, "Tin của bộ", last_ok_at=NOON - HOUR, last_new_at=NOON - 13 * HOUR)
    source(ministry, "Danh mục", kind="htmllist", part=Part.DOCUMENTS, last_new_at=NOON - 72 * HOUR)
    source(centre, "", kind="oai", last_ok_at=None, first_ok_at=None, state=Health.NEW)

    shown = page()

    assert words(shown).endswith(
        "đang cập nhật 2 mới kết nối 1 "
        "Cơ quan Trung ương Ban Mẫu Tin hoạt động OAI-PMH Chưa đọc lần nào mới kết nối "
        "Bộ, ngành Bộ Đo lường "
        "Tin của bộ Tin hoạt động Kênh RSS, Atom Đọc lần cuối hôm nay 11:00 Tin mới gần nhất hôm qua 23:00 "
        "đang cập nhật "
        "Danh mục Văn bản – tài liệu Trang danh sách Đọc lần cuối hôm nay 11:00 Tin mới gần nhất 12:00, 22/11/2026 "
        "đang cập nhật"
    )
    assert f'<a href="{ministry.get_absolute_url()}">' in shown
    assert '<a href="https://vidu.vn/" rel="nofollow noopener">Tin của bộ' in shown


@pytest.mark.parametrize(
    ("told", "changed"),
    [
        ("đang cập nhật", {}),
        ("đang cập nhật", {"state": Health.SLOW}),
        ("đang cập nhật", {"last_ok_at": NOON - 60 * HOUR, "interval_s": 86_400}),
        ("đang cập nhật", {"last_ok_at": NOON - 600 * HOUR, "kind": "push"}),
        ("tạm thời chưa đọc được", {"last_ok_at": NOON - 25 * HOUR}),
        ("tạm thời chưa đọc được", {"state": Health.FAILING}),
        ("tạm thời chưa đọc được", {"state": Health.CHANGED}),
        ("tạm thời chưa đọc được", {"state": Health.BROKEN, "last_ok_at": None}),
        ("đã ngừng", {"state": Health.DISABLED}),
    ],
)
def test_a_reader_is_told_plainly_how_a_source_stands(told: str, changed: dict[str, Any]) -> None:
    source(**changed)

    assert words(page()).endswith(told)


def test_what_was_switched_off_before_it_was_ever_read_is_no_source() -> None:
    source(state=Health.DISABLED, first_ok_at=None, last_ok_at=None)

    assert "Chưa có nguồn nào" in page()


def test_neither_errors_nor_keys_nor_addresses_for_machines_are_shown() -> None:
    owner = makers.agency("Bộ Đo lường", site="https://bo.vidu.vn/trang-chu?k=KHOA")
    source(owner, url="https://ten:KHOA@vidu.vn:8443/KHOA/rss?token=KHOA", error_text="KHOA", state=Health.FAILING)
    source(owner, url="https://KHOA.vidu.vn/api", kind="jsonapi", secret="KHOA", hub="https://hub.vn/KHOA")

    shown = page()

    assert "KHOA" not in shown
    assert 'href="https://vidu.vn:8443/"' in shown
    assert 'href="https://bo.vidu.vn/"' in shown


def test_a_name_from_elsewhere_is_only_text() -> None:
    source(name="<script>alert(1)</script>", url="javascript:alert(1)")

    shown = page()

    assert "&lt;script&gt;alert(1)" in shown
    assert "javascript:" not in shown


def test_every_kind_of_source_has_a_word_in_both_languages() -> None:
    for kind in ADAPTERS:
        source(kind=kind, slug=kind)

    for shown in (page(), page("/en" + ADDRESS)):
        assert not set(re.findall(r"<span>([^<]+)</span>", shown)) & ADAPTERS.keys()


def test_the_english_page_is_english_and_complete() -> None:
    source(makers.agency("A"), "B", last_new_at=NOON - 24 * HOUR)
    source(makers.agency("C"), "D", state=Health.DISABLED)

    shown = words(page("/en" + ADDRESS))

    assert "up to date 1 ended 1" in shown
    assert "Last read today 11:00 Last news yesterday 12:00 up to date" in shown
    assert not re.search("Nguồn|Cổng|Đọc|ngừng|Tin mới", shown)


def test_the_page_is_cacheable_costs_one_query_and_counts_nothing_there() -> None:
    for number in range(12):
        source(makers.agency(f"Bộ số {number}"))

    answer, statements = Client().get(ADDRESS), _statements(ADDRESS)

    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert len(statements) == 1
    assert not re.search(r"\bCOUNT\(|\bOFFSET\b", statements[0])


def test_the_page_is_led_to_and_mapped() -> None:
    assert f'href="{ADDRESS}"' in page("/ve-cong/")
    assert ADDRESS in Client().get("/sitemap-0.xml").content.decode()


_ANY = st.one_of(
    st.text(max_size=40), st.text(max_size=30).map(lambda rest: f"https://{rest}"), st.just("http://[::1/")
)


@given(kind=st.sampled_from([*ADAPTERS, "push", "?"]), url=_ANY, home=_ANY)
def test_a_site_is_the_root_of_a_site_or_nothing(kind: str, url: str, home: str) -> None:
    shown = site(kind, url, home)

    assert re.fullmatch(r"(https?://[^/?#@]+/)?", shown, re.DOTALL)
