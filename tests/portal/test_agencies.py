"""The directory and the agencies' component pages, as a reader meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cong.agencies.models import Category, FormerSlug, Part
from cong.entries.models import Section
from cong.media.models import Picture
from tests import makers

pytestmark = pytest.mark.django_db
SHA = "ab" * 32


def page(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status, (address, answer.status_code, answer.get("Location"))
    return answer.content.decode()


def test_the_directory_groups_agencies_and_finds_them_without_marks() -> None:
    makers.agency("Tỉnh ủy Quảng Ngãi", category=Category.PROVINCE)
    makers.agency("Bộ Đo lường", category=Category.MINISTRY)

    everything, found, nothing = page("/co-quan/"), page("/co-quan/?q=quang ngai"), page("/co-quan/?q=zzz")

    assert 'id="province"' in everything
    assert 'id="ministry"' in everything
    assert "Tỉnh ủy Quảng Ngãi" in found
    assert "Bộ Đo lường" not in found
    assert "Không có cơ quan nào khớp" in nothing


def test_partners_come_last_in_the_directory_and_not_on_the_home_page() -> None:
    makers.agency("Báo Mẫu", category=Category.PARTNER)
    makers.agency("Tỉnh ủy Mẫu", category=Category.PROVINCE)

    shown = page("/co-quan/")

    assert shown.index('id="province"') < shown.index('id="partner"')
    assert "Báo Mẫu" not in page("/")


def test_an_agency_page_shows_each_part_and_its_facts() -> None:
    owner = makers.agency("Bộ Đo lường", address="Số 1 phố Thước", phone="024 1234", site="https://doluong.vidu.vn/")
    makers.entry(owner, "Tin của bộ")
    makers.entry(owner, "Sinh hoạt chi bộ", part=Part.PARTY.value, section=Section.PARTY.value)
    makers.entry(owner, "Kế hoạch đo", part=Part.DOCUMENTS.value, kind="document", number="1/KH-ĐL")

    shown = page(owner.get_absolute_url())

    for text in (
        "Tin của bộ",
        "Sinh hoạt chi bộ",
        "1/KH-ĐL",
        "Số 1 phố Thước",
        'href="tel:0241234"',
        ">doluong.vidu.vn<",
    ):
        assert text in shown


def test_the_seal_holds_the_emblem_when_there_is_one() -> None:
    Picture.objects.create(sha256=SHA, source_sha256="cd" * 32, width=300, height=300, widths=[300], at=makers.NOON)
    owner = makers.agency("Bộ Đo lường", emblem=SHA)

    assert f'<span class="seal"><img src="/tep/{SHA}-300.webp"' in page(owner.get_absolute_url())
    assert '<span class="seal"><svg' in page(makers.agency("Bộ khác").get_absolute_url())


def test_the_overview_says_where_the_agency_belongs_and_what_it_was_called() -> None:
    parent = makers.agency("Bộ Lớn")
    owner = makers.agency("Cục Đo lường", parent=parent)
    FormerSlug.objects.create(agency=owner, slug="cuc-do", name="Cục Đo")

    head, rest = page(owner.get_absolute_url()).split('class="tabs"')

    assert f'<a href="{parent.get_absolute_url()}">Bộ Lớn</a>' in head
    assert "Cục Đo</dd>" in rest


@pytest.mark.parametrize(("count", "rows", "trios"), [(1, 0, 0), (2, 1, 0), (40, 1, 1)])
def test_an_overview_has_no_empty_rows_whether_an_agency_tells_little_or_much(
    count: int, rows: int, trios: int
) -> None:
    owner = makers.agency("Cục Đo lường")
    makers.entries(
        [makers.content(owner, f"Tin số {number}", picture=SHA, picture_width=640) for number in range(count)]
    )

    shown = page(owner.get_absolute_url())

    assert shown.count('class="ruled ruled-on') == rows
    assert shown.count('class="trio') == trios
    assert shown.count("<article") == min(count, 7)


@pytest.mark.parametrize("part", Part.values)
def test_each_part_of_an_agency_has_its_page(part: str) -> None:
    owner = makers.agency("Bộ Đo lường")
    makers.entry(owner, "Bài của mục này", part=part)
    makers.entry(makers.agency("Bộ khác"), "Bài của bộ khác", part=part)

    shown = page(f"{owner.get_absolute_url()}{part}/")

    assert "Bài của mục này" in shown
    assert "Bài của bộ khác" not in shown
    assert shown.count('aria-current="page"') >= 1


def test_an_unknown_part_is_not_found() -> None:
    page(f"{makers.agency('Bộ Đo lường').get_absolute_url()}tuyen-dung/", 404)


def test_the_introduction_names_what_the_agency_was_called_and_belongs_to() -> None:
    parent = makers.agency("Khối Mẫu")
    owner = makers.agency("Bộ Đo lường", parent=parent)
    FormerSlug.objects.create(slug="cuc-do-luong", name="Cục Đo lường", agency=owner)

    shown = page(f"{owner.get_absolute_url()}gioi-thieu/")

    assert "Cục Đo lường" in shown
    assert parent.get_absolute_url() in shown


def test_a_former_address_of_an_agency_moves_for_good() -> None:
    owner = makers.agency("Bộ Đo lường")
    FormerSlug.objects.create(slug="cuc-do-luong", name="Cục Đo lường", agency=owner)

    home, part = Client().get("/co-quan/cuc-do-luong/"), Client().get("/co-quan/cuc-do-luong/van-ban/")

    assert (home.status_code, home["Location"]) == (301, "/co-quan/bo-do-luong/")
    assert (part.status_code, part["Location"]) == (301, "/co-quan/bo-do-luong/van-ban/")
    page("/co-quan/khong-co/", 404)


def test_an_agency_that_ended_says_so_and_where_its_work_went() -> None:
    heir = makers.agency("Bộ Mới")
    gone = makers.agency("Bộ Cũ", active_to=timezone.localdate() - timedelta(days=1), merged_into=heir)
    makers.entry(gone, "Tin cuối của bộ cũ")

    shown = page(gone.get_absolute_url())

    assert "Cơ quan này hiện không hoạt động" in shown
    assert heir.get_absolute_url() in shown
    assert "Bộ Cũ" not in page("/co-quan/")
    assert "Tin cuối của bộ cũ" in page("/")
