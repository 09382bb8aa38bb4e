"""Tests what readers see of what staff wrote: corrections, emergencies, expiry, translations, media, introductions."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cong.agencies.models import Part
from cong.entries.models import Correction, Entry, Kind, Mode, Section
from cong.portal import queries
from cong.publishing import emergency, withdrawal
from cong.publishing.models import Docket, Step
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import Newsroom, judged, live, newsroom, sha, submitted

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SHA = "ab" * 32


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def ours(room: Newsroom, docket: Docket | None = None, *, hours: int = 0, **given: Any) -> Entry:
    """Have an article written, judged and released (or corrected) and return it as it stands on the shelf."""
    note = f"Sửa lần {hours}." if docket else ""
    given = {"published_at": None} | given
    return Entry.objects.get(pk=live(room, docket, at=NOON + hours * HOUR, note=note, **given).pk)


def page(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def test_a_corrected_entry_shows_the_latest_note_and_leads_to_all_of_them(room: Newsroom) -> None:
    entry = ours(room)
    docket = Docket.objects.get(pk=entry.pk)
    ours(room, docket, hours=1, title="Thư viện xã mở cửa cả ngày")
    entry = ours(room, docket, hours=2, title="Thư viện xã mở cửa cả ngày lẫn đêm")

    shown, all_of_them = page(entry.get_absolute_url()), page(f"/dinh-chinh/{entry.pk}")

    assert "đính chính lúc 14:00,\xa025/11/2026" in shown
    assert "Sửa lần 2." in shown
    assert "Sửa lần 1." not in shown
    assert f'href="/dinh-chinh/{entry.pk}"' in shown
    assert all_of_them.index("Sửa lần 2.") < all_of_them.index("Sửa lần 1.")
    assert re.search(r"<del><span[^>]*>bỏ: ?</span>buổi tối</del>", all_of_them)
    assert re.search(r"<ins><span[^>]*>thêm: ?</span>cả ngày</ins>", all_of_them)


def test_corrections_are_escaped(room: Newsroom) -> None:
    entry = ours(room)
    entry = ours(room, Docket.objects.get(pk=entry.pk), hours=1, title="Mở <script>alert(1)</script> cửa")

    shown = page(f"/dinh-chinh/{entry.pk}")

    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown


def test_many_corrections_come_in_pages(room: Newsroom) -> None:
    entry = ours(room)
    docket = Docket.objects.get(pk=entry.pk)
    for number in range(1, queries.CORRECTIONS + 3):
        ours(room, docket, hours=number, title=f"Tên thứ {number}")

    first = page(f"/dinh-chinh/{entry.pk}")
    older = re.search(r'rel="next" href="([^"]+)"', first)

    assert older
    second = page(f"/dinh-chinh/{entry.pk}{older[1]}")
    assert first.count('class="correction"') == queries.CORRECTIONS
    assert second.count('class="correction"') == 2
    assert 'rel="prev"' in second


def test_what_was_harvested_has_no_page_of_corrections() -> None:
    entry = makers.correct(makers.entry(), title="Tên khác")

    assert "/dinh-chinh/" not in page(entry.get_absolute_url())
    page(f"/dinh-chinh/{entry.pk}", 404)
    page("/dinh-chinh/999", 404)


def test_corrections_go_with_what_is_withdrawn(room: Newsroom) -> None:
    entry = ours(room)
    docket = Docket.objects.get(pk=entry.pk)
    ours(room, docket, hours=1, title="Tên có chỗ sai")
    docket.refresh_from_db()
    withdrawal.withdraw(docket, mode=Mode.GONE, note="Sai.", by=room.duty, at=NOON + 2 * HOUR)

    assert "chỗ sai" not in page(f"/dinh-chinh/{entry.pk}", 410)
    assert not Correction.objects.exists()


def test_an_emergency_says_so_until_it_is_approved(room: Newsroom) -> None:
    docket, centre = submitted(room), newsroom("tw", is_centre=True)
    for person in (room.duty, room.approver):
        emergency.turn_key(docket, sha256=sha(docket), reason="Bão gần bờ.", by=person, at=NOON)
    address = Entry.objects.get(pk=docket.pk).get_absolute_url()
    assert "Xuất bản khẩn, đang chờ thẩm định đầy đủ" in page(address)
    judged(docket, Step.APPRAISE, room.appraiser, at=NOON)
    assert "Xuất bản khẩn, đang chờ thẩm định đầy đủ" in page(address)

    judged(docket, Step.APPROVE, centre.approver, at=NOON)

    shown = page(address)
    assert "đang chờ thẩm định" not in shown
    assert [word in shown for word in ("<b>Xuất bản khẩn</b>", "<b>Thẩm định</b>", "<b>Duyệt</b>")] == [True] * 3


def test_the_proof_tells_the_steps_with_their_moments_and_no_names(room: Newsroom) -> None:
    shown = page(ours(room).get_absolute_url())
    proof = shown.partition('class="proof"')[2].partition("</section>")[0]

    assert re.findall(r"<b>([^<]+)</b>", proof) == ["Thẩm định", "Duyệt", "Xuất bản"]
    assert proof.count("12:00,\xa025/11/2026") == 3
    assert not [name for name in ("Appraiser", "Approver", "Duty") if name in shown]


def test_what_has_expired_is_gone_before_anybody_withdrew_it(room: Newsroom) -> None:
    entry = ours(room, expires_at=timezone.now() + HOUR)
    docket = Docket.objects.get(pk=entry.pk)
    entry = ours(room, docket, hours=1, title="Sửa rồi", expires_at=timezone.now() + HOUR)
    page(entry.get_absolute_url())
    address = entry.get_absolute_url()

    later = timezone.now() + 2 * HOUR

    # The database lets nobody set back an expiry, and rightly: only the clock is moved.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cong.portal.views.timezone.now", lambda: later)
        shown = page(address, 410)
        page(f"/dinh-chinh/{entry.pk}", 410)

    assert "Bài đã được gỡ" in shown
    assert "Sửa rồi" not in shown


def test_an_original_and_its_translations_know_each_other(room: Newsroom) -> None:
    first = ours(room, title="Thư viện xã mở cửa")
    english = ours(room, title="The library opens", lang="en", translation_of=first.pk)
    french = ours(room, title="La bibliothèque", lang="fr", translation_of=first.pk)

    original, translation = page(first.get_absolute_url()), page(english.get_absolute_url())

    assert f'href="/en{english.get_absolute_url()}" hreflang="en" lang="en"' in original
    assert f'href="{french.get_absolute_url()}" hreflang="fr" lang="fr"' in original
    assert "Tiếng Việt (bản gốc)" in translation
    assert "La bibliothèque" in translation
    for shown in (original, translation):
        alternates = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="http://[^/]+([^"]+)"', shown))
        assert alternates == {
            "vi": first.get_absolute_url(), "x-default": first.get_absolute_url(),
            "en": f"/en{english.get_absolute_url()}", "fr": french.get_absolute_url(),
        }  # fmt: skip


def test_a_translation_whose_original_is_not_public_stands_alone(room: Newsroom) -> None:
    entry = ours(room, lang="en", translation_of=10**9)

    assert 'class="translations"' not in page(entry.get_absolute_url())


def test_the_day_of_the_event_and_the_tags_are_shown(room: Newsroom) -> None:
    entry = ours(room, event_on=date(2026, 11, 30), tags=("thư viện & sách",))

    shown = page(entry.get_absolute_url())

    assert 'Sự kiện ngày <time datetime="2026-11-30">30/11/2026</time>' in shown
    assert 'href="/tim-kiem?q=th%C6%B0%20vi%E1%BB%87n%20%26%20s%C3%A1ch">thư viện &amp; sách</a>' in shown


@pytest.mark.parametrize(
    ("address", "kind"), [("/anh/", Kind.PHOTO), ("/video/", Kind.VIDEO), ("/am-thanh/", Kind.AUDIO)]
)
def test_each_kind_of_media_has_its_list(address: str, kind: Kind) -> None:
    assert "Chưa có gì trong mục này" in page(address)
    makers.entry(title="Xem cái này", kind=kind.value, picture=SHA, picture_width=1280)
    makers.entry(title="Tin thường")

    shown = page(address)

    assert "Xem cái này" in shown
    assert "Tin thường" not in shown
    assert f'class="{"player" if kind == Kind.AUDIO else "stamp"}"' in shown
    assert f'href="{address}" aria-current="page"' in shown


def introduced(room: Newsroom, title: str, **given: Any) -> Entry:
    return ours(room, title=title, kind="page", part=Part.ABOUT.value, **given)


def test_an_agency_introduces_itself_with_its_own_page(room: Newsroom) -> None:
    first = introduced(room, "Chúng tôi là ai", html="<p>Lời kể về cơ quan.</p>")
    introduced(room, "Lịch sử", hours=1, html="<p>Năm ấy.</p>")
    introduced(room, "Who we are", hours=2, html="<p>The story.</p>", lang="en", translation_of=first.pk)
    address = f"{room.agency.get_absolute_url()}gioi-thieu/"

    vietnamese, english = page(address), page(f"/en{address}")

    assert '<div class="prose mt-4 mb-4"><p>Lời kể về cơ quan.</p></div>' in vietnamese
    assert vietnamese.count("Chúng tôi là ai") == 1
    assert "Lịch sử" in vietnamese
    assert "Năm ấy." not in vietnamese
    assert "<p>The story.</p>" in english
    assert "Tên đầy đủ" in vietnamese


def test_a_page_about_an_agency_is_no_news_of_any_section(room: Newsroom) -> None:
    introduced(room, "Chúng tôi là ai")
    ours(room, title="Thư viện xã mở cửa", section=Section.ACTIVITY.value)

    for address in ("/", "/tin-tuc/", "/tin-tuc/tin-hoat-dong/", "/atom.xml", "/tin-tuc/tin-hoat-dong/rss.xml"):
        assert "Thư viện xã mở cửa" in (shown := page(address)), address
        assert "Chúng tôi là ai" not in shown, address


def test_a_page_about_an_agency_stands_below_the_agency(room: Newsroom) -> None:
    trail = page(introduced(room, "Chúng tôi là ai").get_absolute_url()).partition("<h1")[0]

    assert f'href="{room.agency.get_absolute_url()}gioi-thieu/"' in trail
    assert '<p class="kicker">Trang giới thiệu' in trail


def test_it_costs_a_little_more_and_walks_its_indexes(room: Newsroom) -> None:
    first = introduced(room, "Chúng tôi là ai")
    entry = ours(room, title="Thư viện xã mở cửa")
    ours(room, title="The library opens", lang="en", translation_of=entry.pk)
    entry = ours(room, Docket.objects.get(pk=entry.pk), hours=1, title="Thư viện xã mở cửa lại")
    makers.entry(title="Tin của nơi khác trong cùng chuyên mục")
    asked = {
        entry.get_absolute_url(): 4, first.get_absolute_url(): 4, f"/dinh-chinh/{entry.pk}": 2, "/anh/": 1,
        f"{room.agency.get_absolute_url()}gioi-thieu/": 4,
    }  # fmt: skip

    statements = {address: _statements(address) for address in asked}

    assert {address: len(made) for address, made in statements.items()} == asked
    for sql in (sql for made in statements.values() for sql in made if '"entries_' in sql):
        assert not _reads_a_whole_table(plan := _plan(sql)), (sql, plan)


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


def _reads_a_whole_table(plan: str) -> bool:
    return bool(re.search(r"SCAN entries_\w+\b(?! USING)|Seq Scan on entries_", plan))
