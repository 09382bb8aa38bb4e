"""Tests the reader pages: what they hold, what they answer, and that they are safe to share."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client

from cong.agencies.models import Agency, Category, Part
from cong.entries.models import Entry, Mode, Section
from cong.publishing import actions
from cong.publishing.models import Publication
from tests import makers

pytestmark = pytest.mark.django_db
SHA = "ab" * 32


def page(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.get("Location"))
    return answer.content.decode()


def test_an_empty_shelf_is_a_friendly_page() -> None:
    home = page("/")

    assert "Cổng vừa mở, chưa có tin nào" in home
    assert "Theo chuyên mục" not in home
    assert "Văn bản mới</h2>" not in home


def test_the_home_page_shows_news_documents_and_the_directory() -> None:
    office = makers.agency("Văn phòng Mẫu", category=Category.CENTRAL)
    makers.entry(office, "Cầu mới thông xe", section=Section.ECONOMY.value, picture=SHA, picture_width=1280)
    makers.entry(office, "Trường mới khai giảng", section=Section.EDUCATION.value)
    makers.entry(office, "Quy chế mượn sách", kind="document", number="87/QĐ-TV", part=Part.DOCUMENTS.value)
    makers.entry(office, "Cách tra cứu", kind="document", number="142/HD-VPC", part=Part.DOCUMENTS.value)

    home = page("/")

    for ending in ("webp", "avif"):
        assert f'srcset="/tep/{SHA}-640.{ending} 640w, /tep/{SHA}-1280.{ending} 1280w"' in home
    assert "Trường mới khai giảng" in home
    assert "87/QĐ-TV" in home
    assert "Tài liệu hướng dẫn" in home
    assert "Văn phòng Mẫu" in home


def test_a_section_without_entries_leaves_no_hole_on_the_home_page() -> None:
    makers.entry(title="Tin môi trường", section=Section.ENVIRONMENT.value)
    for number in range(12):
        makers.entry(title=f"Tin kinh tế số {number}", section=Section.ECONOMY.value)

    home = page("/")

    assert '<h3 class="column-head"><a href="/tin-tuc/kinh-te/">' in home
    assert '<h3 class="column-head"><a href="/tin-tuc/giao-duc/">' not in home


def test_the_home_page_says_how_many_agencies_published_on_the_newest_day() -> None:
    busy, quiet = makers.agency("Bận"), makers.agency("Vắng")
    makers.entry(busy, "Tin hôm trước", published_at=makers.NOON - timedelta(days=1))
    makers.entry(busy, "Tin mới")
    makers.entry(quiet, "Tin cũ", published_at=makers.NOON - timedelta(days=2))

    assert "<b>1 trên 2</b> cơ quan có tin trong ngày 25/11/2026" in page("/")


def test_rooms_that_are_not_open_are_no_links() -> None:
    home = page("/")

    for name in ("Hỏi đáp", "Đối thoại", "Góp ý dự thảo", "Diễn đàn"):
        assert f"<h3>{name}</h3>" in home
    assert home.count("Sắp mở") == 4


def test_an_entry_names_its_source_and_its_times() -> None:
    owner = makers.agency("Thư viện Mẫu")
    entry = makers.entry(owner, "Thư viện mở cửa", source_url="https://thuvien.vidu.vn/a?b=1&c=2")

    shown = page(entry.get_absolute_url())

    assert "<h1>Thư viện mở cửa</h1>" in shown
    assert 'href="https://thuvien.vidu.vn/a?b=1&amp;c=2" rel="nofollow noopener"' in shown
    assert "Công bố <time" in shown
    assert "Thu về <time" in shown
    assert f"Bản ghi {entry.release_id} · sha256 {entry.sha256}" in shown
    assert "đính chính lúc" not in shown


def test_a_partners_paper_is_named_in_lists() -> None:
    partner = makers.agency("Nguồn khác", category=Category.PARTNER)
    makers.entry(partner, "Tin của báo", source_name="Báo Mẫu")

    assert "<span>Báo Mẫu</span>" in page("/tin-tuc/")


def test_a_text_published_elsewhere_only_is_read_there() -> None:
    entry = makers.entry(html="")

    assert "Đọc toàn văn tại bản gốc" in page(entry.get_absolute_url())


def test_a_source_that_is_no_web_address_is_not_linked() -> None:
    entry = makers.entry(source_url="javascript:alert(1)")

    shown = page(entry.get_absolute_url())

    assert 'href="javascript:' not in shown
    assert "Xem bản gốc" not in shown


def test_a_corrected_entry_says_what_was_corrected() -> None:
    entry = makers.entry()
    corrected = makers.correct(entry, title="Thư viện xã mở cửa buổi sáng", note="Sửa buổi tối thành buổi sáng.")

    shown = page(corrected.get_absolute_url())

    assert "Bài đã được đính chính lúc 13:00,\xa025/11/2026" in shown
    assert "Sửa buổi tối thành buổi sáng." in shown


def test_related_entries_are_of_the_same_agency_or_section_and_never_the_entry_itself() -> None:
    owner = makers.agency()
    entry = makers.entry(owner, "Bài đang đọc", section=Section.ECONOMY.value)
    makers.entry(owner, "Bài cùng cơ quan", section=Section.FOREIGN.value)
    makers.entry(title="Bài cùng chuyên mục", section=Section.ECONOMY.value)
    makers.entry(title="Bài xa lạ", section=Section.EDUCATION.value)

    aside = page(entry.get_absolute_url()).partition("<aside")[2].partition("</aside>")[0]

    assert "Bài cùng cơ quan" in aside
    assert "Bài cùng chuyên mục" in aside
    assert "Bài đang đọc" not in aside
    assert "Bài xa lạ" not in aside


def test_machines_read_a_news_article_that_cannot_break_out_of_its_block() -> None:
    evil = "</script><script>alert('x')</script> & đầu tháng"
    entry = makers.entry(title=evil)

    shown = page(entry.get_absolute_url())
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)

    assert block
    told = json.loads(block[1])
    assert told["@type"] == "NewsArticle"
    assert told["headline"] == evil
    assert told["url"] == f"http://127.0.0.1:8000{entry.get_absolute_url()}"
    assert "<script>alert" not in shown


def test_a_shared_link_shows_title_summary_and_picture() -> None:
    entry = makers.entry(title="Cầu mới", summary="Thông xe hôm nay.", picture=SHA, picture_width=1280)

    shown = page(entry.get_absolute_url())

    assert '<meta property="og:title" content="Cầu mới">' in shown
    assert '<meta property="og:description" content="Thông xe hôm nay.">' in shown
    assert f'<meta property="og:image" content="http://127.0.0.1:8000/tep/{SHA}-1280.webp">' in shown


def test_the_canonical_address_and_its_languages_are_declared() -> None:
    entry = makers.entry()
    address = f"http://127.0.0.1:8000{entry.get_absolute_url()}"

    shown = page(entry.get_absolute_url())

    assert f'<link rel="canonical" href="{address}">' in shown
    assert f'hreflang="en" href="{address.replace(":8000/", ":8000/en/")}"' in shown


def test_a_stale_slug_or_section_moves_for_good() -> None:
    entry = makers.entry()

    for stale in (f"/tin-tuc/kinh-te/{entry.slug}-{entry.pk}", f"/tin-tuc/{entry.section}/ten-cu-{entry.pk}"):
        answer = Client().get(stale)
        assert (answer.status_code, answer["Location"]) == (301, entry.get_absolute_url())


def test_an_unknown_entry_is_not_found() -> None:
    page("/tin-tuc/kinh-te/khong-co-999999999999999999", 404)


def test_a_withdrawn_entry_is_gone_without_its_content() -> None:
    entry = makers.entry(title="Bài sẽ gỡ")
    makers.withdraw(entry)

    shown = page(entry.get_absolute_url(), 410)

    assert "Bài đã được gỡ" in shown
    assert "Bài sẽ gỡ" not in shown


def test_a_withdrawal_with_notice_tells_why() -> None:
    entry = makers.entry(title="Bài sẽ gỡ")
    publication = Publication.objects.get(pk=entry.pk)
    actions.withdraw(
        publication, policy=makers.policy(), at=makers.NOON, note="Số liệu chưa được duyệt.", mode=Mode.NOTICE
    )

    shown = page(entry.get_absolute_url(), 410)

    assert "Bài sẽ gỡ" in shown
    assert "Số liệu chưa được duyệt." in shown


def test_a_withdrawal_can_lead_to_another_entry() -> None:
    entry, other = makers.entry(), makers.entry(title="Bài thay thế")
    publication = Publication.objects.get(pk=entry.pk)
    target = other.get_absolute_url()
    actions.withdraw(
        publication, policy=makers.policy(), at=makers.NOON, note="Trùng.", mode=Mode.REDIRECT, target=target
    )

    answer = Client().get(entry.get_absolute_url())

    assert (answer.status_code, answer["Location"]) == (301, target)


def test_a_foreign_entry_carries_its_language() -> None:
    entry = makers.entry(title="A library opens", lang="en")

    assert '<article lang="en">' in page(entry.get_absolute_url())
    assert 'class="entry-card entry-card-row wide bare" lang="en"' in page("/tin-tuc/")
    assert '<article lang="en">' not in page("/en" + entry.get_absolute_url())


def test_the_feeds_page_lists_every_feed_by_its_address() -> None:
    owner = makers.agency("Bộ Đo lường")

    shown = page("/kenh-tin/")

    for base in ("/", "/tin-tuc/", "/tin-tuc/giao-duc/", owner.get_absolute_url()):
        for name in ("atom.xml", "rss.xml", "feed.json"):
            assert f'href="{base}{name}"' in shown


def test_the_menu_knows_every_section_and_category() -> None:
    shown = page("/ve-cong/")

    for section in Section:
        assert f'<a href="/tin-tuc/{section.value}/">{section.label}</a>' in shown
    for category in set(Category) - {Category.PARTNER}:
        assert f'<a href="/co-quan/#{category.value}">{category.label}</a>' in shown


ADDRESSES = ["/", "/tin-tuc/", "/tin-tuc/giao-duc/", "/van-ban/", "/co-quan/", "/kenh-tin/", "/ve-cong/"]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_cacheable_has_one_heading_and_speaks_one_language(address: str, prefix: str) -> None:
    makers.entry()

    answer = Client().get(prefix + address)

    shown = answer.content.decode()
    assert "public" in answer["Cache-Control"]
    assert answer["Content-Language"] == ("en" if prefix else "vi")
    assert not answer.cookies
    assert len(re.findall(r"<h1[ >]", shown)) == 1
    assert f'<html lang="{"en" if prefix else "vi"}">' in shown
    assert f'href="{address if prefix else "/en" + address}" lang="{"vi" if prefix else "en"}"' in shown


def test_the_english_page_is_english() -> None:
    makers.entry()

    shown = page("/en/")

    assert "Skip to main content" in shown
    assert "agencies published on 25 Nov 2026" in shown
    assert "Mới nhất" not in shown


def test_headings_never_skip_a_level() -> None:
    owner = makers.agency()
    entry = makers.entry(owner)
    makers.entry(owner, "Sinh hoạt chi bộ", part=Part.PARTY.value)

    for address in [*ADDRESSES, entry.get_absolute_url(), owner.get_absolute_url()]:
        main = page(address).partition("<main")[2].partition("</main>")[0]
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
        assert all(below - above <= 1 for above, below in pairwise(levels)), (address, levels)


def test_every_own_link_of_the_frame_leads_somewhere() -> None:
    frame = page("/ve-cong/")

    links = set(re.findall(r'href="(/[^"#?]*)', frame))
    ours = {link for link in links if not link.startswith("/static/")}
    assert {link: Client().get(link).status_code for link in ours} == dict.fromkeys(ours, 200)


def test_an_error_of_ours_is_told_in_the_portals_own_face(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cong.portal.home.home", broken)

    answer = Client(raise_request_exception=False).get("/en/")

    assert answer.status_code == 500
    assert "This page is not working" in answer.content.decode()


def test_a_page_only_reads() -> None:
    assert Client().post("/").status_code == 405


def test_a_release_shows_at_once() -> None:
    page("/tin-tuc/")
    entry = makers.entry(title="Tin vừa xuất bản")

    assert entry.title in page("/tin-tuc/")
    assert Entry.objects.count() == 1
    assert Agency.objects.filter(pk=entry.agency_id).exists()
