"""Tests `cong/frontpage/staff`: one screen a page, nothing typed is lost, and it tells what is pinned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from cong.agencies.models import Role
from cong.frontpage import forms
from cong.frontpage.actions import Work
from cong.frontpage.models import Draft
from cong.frontpage.process import Composition
from cong.publishing.models import Docket
from tests import makers
from tests.desk.makers import Clock, client_of
from tests.frontpage.makers import Centre, centre, entries, live, notice, pinned, saved, submitted
from tests.makers import NOON

pytestmark = pytest.mark.django_db
ADDRESS = "/ban-lam-viec/trang-bia/trang-chu/vi/"
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    monkeypatch.setattr("django.utils.timezone.now", Clock(NOON))
    with override_settings(STORAGES=PLAIN):
        yield centre()


def sent(composition: Composition, number: int = 0, **given: Any) -> dict[str, Any]:
    """Return what the form sends for a composition."""
    fields = forms.shown(Work(composition=composition)).fields
    return {**fields, "number": number, **given}


def test_the_screen_tells_what_is_pinned_and_what_fills_itself(room: Centre) -> None:
    one, two, three = entries(3)
    saved(room, pinned(three))

    text = client_of(room.author).get(ADDRESS).content.decode()

    lead = text.split('data-slot="lead"')[1].split("</li>")[0]
    second = text.split('data-slot="second-1"')[1].split("</li>")[0]
    assert ">Ghim</span>" in lead
    assert three.title in lead
    assert ">Tự xếp</span>" in second
    assert one.title in second
    assert two.title not in second


def test_the_screen_warns_of_what_is_gone_and_of_what_stands_twice_and_of_what_is_over(room: Centre) -> None:
    one, two, three = entries(3)
    late = Composition(lead=pinned(one).lead, picks=(*pinned(two).pins(), *pinned(two).pins()), name="Chọn lọc")
    draft = saved(room, late)
    makers.withdraw(one)
    over = sent(Composition(seconds=(pinned(three).lead, None, None)), draft.number)

    shown = client_of(room.author).get(ADDRESS).content.decode()
    past = client_of(room.author).post(ADDRESS, over | {"second-1-until": "2026-11-25T08:00", "lam": "up:pick-6"})

    assert f"Bài số {one.pk} không có hoặc không còn công khai" in shown
    assert "Bài này đã đứng ở một chỗ phía trên" in shown
    assert "Ghim đã hết giờ lúc 08:00 25/11/2026" in past.content.decode()


def test_moving_keeps_everything_typed_and_saves_nothing(room: Centre) -> None:
    one, two = entries(2)
    typed = sent(pinned(one, two, notice=notice("Lời gõ dở")), lam="down:lead")

    answer = client_of(room.author).post(ADDRESS, typed)

    text = answer.content.decode()
    assert f'name="second-1-entry" value="{one.pk}"' in text
    assert 'name="lead-entry" value=""' in text
    assert f'name="pick-1-entry" value="{two.pk}"' in text
    assert "Lời gõ dở" in text
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("lead-entry", "vườn rau lớp học", "Hãy dán địa chỉ của bài"),
        ("lead-entry", "https://khac.vn/tin-7", "không phải của cổng"),
        ("notice-until", "hôm nào đó", "Hãy ghi đủ ngày và giờ"),
        ("notice-until", "", "phải có giờ hết"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field_and_stays(
    room: Centre, field: str, value: str, told: str
) -> None:
    typed = sent(Composition(notice=notice("Lời còn nguyên"))) | {field: value, "lam": "save"}

    answer = client_of(room.author).post(ADDRESS, typed)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert told in text
    assert f'value="{value}"' in text
    assert "Lời còn nguyên" in text


def test_an_address_pasted_is_as_good_as_a_number(room: Centre) -> None:
    [one] = entries(1)

    client_of(room.author).post(ADDRESS, {"lead-entry": one.get_absolute_url(), "number": "0", "lam": "save"})

    assert Composition.read(Draft.objects.get().composition) == pinned(one)


def test_who_comes_second_sees_both_versions_and_may_save_again(room: Centre) -> None:
    one, two = entries(2)
    saved(room, pinned(one))
    client = client_of(room.author)

    answer = client.post(ADDRESS, sent(pinned(two), 0, lam="save"))
    again = client.post(ADDRESS, sent(pinned(two), 1, lam="save"))

    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="number" value="1"' in text
    assert f'name="lead-entry" value="{two.pk}"' in text
    assert f"Tin chính: {one.title}" in text
    assert again.status_code == 302


def test_submitting_leads_to_the_docket_where_judges_see_the_page(room: Centre) -> None:
    one, two = entries(2)
    live(room, pinned(one))

    answer = client_of(room.author).post(ADDRESS, sent(pinned(two), 1, lam="submit"))
    docket = Docket.objects.get()
    judge = client_of(room.appraiser)
    shown = judge.get(f"/ban-lam-viec/ho-so/{docket.pk}/").content.decode()
    page = judge.get(f"/ban-lam-viec/ban-trinh/{docket.snapshot_id}/xem/").content.decode()

    assert answer.headers["Location"] == f"/ban-lam-viec/ho-so/{docket.pk}/"
    assert "<del>" in shown
    assert "Tin chính: Vườn rau lớp học mở lần" in shown
    assert ADDRESS not in shown
    assert page.index(two.title) < page.index(one.title)


def test_what_cannot_be_submitted_is_saved_and_says_why(room: Centre) -> None:
    [one] = entries(1)
    makers.withdraw(one)

    answer = client_of(room.author).post(ADDRESS, sent(pinned(one), lam="submit"))

    assert answer.status_code == 422
    assert "không còn công khai; hãy bỏ ra hoặc thay bài khác" in answer.content.decode()
    assert Composition.read(Draft.objects.get().composition) == pinned(one)


def test_while_one_is_under_way_the_next_is_kept_as_a_draft(room: Centre) -> None:
    one, two = entries(2)
    submitted(room, pinned(one))

    answer = client_of(room.author).post(ADDRESS, sent(pinned(two), 1, lam="submit"))

    assert answer.status_code == 422
    assert "hãy thu hồi bản trình trước" in answer.content.decode()
    assert Composition.read(Draft.objects.get().composition) == pinned(two)


def test_a_preview_shows_the_draft_now_and_at_a_chosen_moment(room: Centre) -> None:
    one, two = entries(2)
    saved(room, pinned(two, notice=notice("Phiên đối thoại trực tuyến")))
    client = client_of(room.appraiser)

    now = client.get(f"{ADDRESS}xem-truoc/trang/").content.decode()
    later = client.get(f"{ADDRESS}xem-truoc/trang/?luc=2026-11-25T20:00").content.decode()
    frame = client.get(f"{ADDRESS}xem-truoc/?luc=2026-11-25T20:00").content.decode()

    assert "Phiên đối thoại trực tuyến" in now
    assert now.index(two.title) < now.index(one.title)
    assert "Phiên đối thoại trực tuyến" not in later
    assert "xem-truoc/trang/?luc=2026-11-25T20%3A00" in frame
    assert "Phiên đối thoại trực tuyến" not in Client().get("/").content.decode()


def test_an_earlier_version_is_compared_and_taken_into_the_draft(room: Centre) -> None:
    one, two = entries(2)
    front = live(room, pinned(one))
    first = front.release_id
    live(room, pinned(two), at=NOON + timedelta(minutes=1))
    client, address = client_of(room.author), f"{ADDRESS}phien-ban/{first}/"

    shown = client.get(address).content.decode()
    page = client.get(f"{ADDRESS}xem-truoc/trang/?ban={first}").content.decode()
    answer = client.post(address, {"number": "2"})

    assert "<del>" in shown
    assert page.index(one.title) < page.index(two.title)
    assert answer.status_code == 302
    assert Composition.read(Draft.objects.get().composition) == pinned(one)
    assert Client().get("/").content.decode().count("entry-card-lead") == 1


def test_the_list_of_pages_says_how_each_is_composed(room: Centre) -> None:
    live(room, pinned(*entries(1)), expires_at=NOON + timedelta(days=1))

    text = client_of(room.duty).get("/ban-lam-viec/trang-bia/").content.decode()

    assert text.count("Biên tập viên trình bày") == 1
    assert text.count("Tự xếp") == 19
    assert "Bố cục: Chuyên mục Môi trường (tiếng Anh)" in text


def test_staff_of_agencies_find_no_such_screen(room: Centre) -> None:
    other = client_of(makers.person("la", Role.AUTHOR, makers.agency()))

    assert other.get(ADDRESS).status_code == 404
    assert other.post(ADDRESS, sent(Composition(), lam="save")).status_code == 404
    assert client_of(room.duty).post(ADDRESS, sent(Composition(), lam="save")).headers["Location"] == "/ban-lam-viec/"
    assert not Draft.objects.exists()
