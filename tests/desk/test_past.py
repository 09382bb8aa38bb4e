"""Any reader's address at a past moment: for staff, as readers saw it then, and never what they did not see."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from cong.entries.models import Entry, Mode, Section
from cong.publishing import withdrawal
from cong.publishing.models import Docket
from tests.desk.dockets import HOUR, Scene
from tests.desk.makers import client_of
from tests.jobs.makers import Clock
from tests.makers import NOON
from tests.media import makers as media
from tests.publishing.makers import approved, live, submitted

AT = "2026-11-25T12:30"
# A page names itself with the moment at which it was asked for nowhere; what differs is how files are addressed.
_FILES = re.compile(r"/ban-lam-viec/tep/(?=[0-9a-f]{64})")


def then(room: Scene, address: str, moment: str = AT, *, who: str = "auditor-2") -> Any:
    """Ask for an address as it stood."""
    return client_of(room.people[who]).get(reverse("desk_past_page"), {"dia-chi": address, "tai": moment})


def words(answer: Any) -> str:
    return str(_FILES.sub("/tep/", answer.content.decode()))


def address_of(docket: Docket) -> str:
    return Entry.objects.get(pk=docket.pk).get_absolute_url()


@pytest.mark.parametrize("address", ["/", "/tin-tuc/?trang=2", "/co-quan/co-quan-a/", "/en/"])
def test_a_readers_address_with_a_moment_leads_staff_to_it(room: Scene, clock: Clock, address: str) -> None:
    clock.at = NOON + HOUR
    glue = "&" if "?" in address else "?"
    anonymous = Client()

    answer = anonymous.get(f"{address}{glue}tai={AT}")

    wanted = "/ban-lam-viec/thoi-diem/?" + urlencode({"dia-chi": address, "tai": AT})
    assert (answer.status_code, answer["Location"], list(answer.cookies)) == (302, wanted, [])
    assert "/login/" in anonymous.get(wanted)["Location"]
    shown = client_of(room.room.author).get(wanted).content.decode()
    query = urlencode({"dia-chi": address, "tai": AT}).replace("&", "&amp;")
    assert f'src="{reverse("desk_past_page")}?{query}"' in shown


def test_only_reading_with_a_moment_leads_away(room: Scene) -> None:
    live(room.room)

    assert Client().get("/?tail=1").status_code == 200
    assert Client().get("/?q=tai=1").status_code == 200
    assert Client().post(f"/?tai={AT}").status_code == 405


@pytest.mark.parametrize("moment", [AT, "2026-11-25T05:30:00Z", "2026-11-25T12:30:00 07:00", "2026-11-25 12:30"])
def test_a_moment_is_understood_in_local_time_or_with_its_zone(room: Scene, clock: Clock, moment: str) -> None:
    docket = live(room.room)
    address = address_of(docket)
    clock.at = NOON + 3 * HOUR
    live(room.room, docket, at=NOON + HOUR, title="Thư viện xã mở cửa cả ngày", note="Sửa.")

    assert "buổi tối</h1>" in words(then(room, address, moment))


def test_every_page_is_what_readers_saw_then(room: Scene, clock: Clock) -> None:
    clock.at = NOON + HOUR / 2
    docket = live(room.room, html="<p>Phòng đọc mở cửa buổi tối từ thứ Hai.</p>")
    fleeting = live(room.room, title="Chợ phiên mở sớm", expires_at=NOON + HOUR)
    slug = room.room.agency.slug
    pages = [
        "/", "/en/", "/tin-tuc/", f"/tin-tuc/{Section.ACTIVITY}/", f"/co-quan/{slug}/",
        f"/co-quan/{slug}/tin-hoat-dong/", "/van-ban/", address_of(docket), address_of(fleeting),
    ]  # fmt: skip
    seen = {page: Client().get(page) for page in pages}
    clock.at = NOON + 3 * HOUR
    live(room.room, docket, at=NOON + HOUR, title="Thư viện xã mở cửa cả ngày", note="Sửa giờ.")
    withdrawal.withdraw(fleeting, mode=Mode.GONE, note="Sai.", by=room.room.duty, at=NOON + 2 * HOUR)
    live(room.room, title="Tin mới hơn", at=NOON + 2 * HOUR)

    for page in pages:
        before, now = seen[page], Client().get(page)
        again = then(room, page)
        if before.status_code == 200:
            assert words(again) == before.content.decode(), page
            assert (now.status_code, now.content) != (200, before.content) or page in ("/van-ban/", "/en/"), page
        else:
            assert again.status_code == before.status_code, page


def test_an_address_of_today_leads_to_the_title_of_then(room: Scene, clock: Clock) -> None:
    docket = live(room.room)
    clock.at = NOON + 3 * HOUR
    live(room.room, docket, at=NOON + HOUR, title="Thư viện xã mở cửa cả ngày", note="Sửa giờ.")

    assert "buổi tối</h1>" in words(then(room, address_of(docket)))


def test_what_had_not_expired_then_is_shown(room: Scene, clock: Clock) -> None:
    docket = live(room.room, expires_at=NOON + HOUR)
    address = address_of(docket)
    clock.at = NOON + 3 * HOUR

    assert (then(room, address).status_code, then(room, address, "2026-11-25T14:00").status_code) == (200, 410)
    assert Entry.objects.get(pk=docket.pk).expires_at == NOON + HOUR


def test_what_was_taken_down_is_a_notice_from_then_on(room: Scene, clock: Clock) -> None:
    docket = live(room.room)
    address = address_of(docket)
    clock.at = NOON + 3 * HOUR
    withdrawal.withdraw(docket, mode=Mode.NOTICE, note="Sai ngày.", by=room.room.duty, at=NOON + 2 * HOUR)

    later = then(room, address, "2026-11-25T14:30")

    assert (then(room, address).status_code, later.status_code) == (200, 410)
    assert "Sai ngày." in words(later)


def test_what_was_never_public_is_not_there(room: Scene, clock: Clock) -> None:
    clock.at = NOON + 3 * HOUR
    for docket in (submitted(room.room, title="Bài kín"), approved(room.room, title="Bài kín")):
        number = docket.pk

        answer = then(room, f"/tin-tuc/{Section.ACTIVITY}/bai-kin-{number}", who="author")

        assert answer.status_code == 404
        assert "Bài kín" not in words(answer)
    assert "Bài kín" not in words(then(room, "/"))


def test_before_it_was_public_there_is_nothing(room: Scene, clock: Clock) -> None:
    address = address_of(live(room.room))
    clock.at = NOON + 3 * HOUR

    answer = then(room, address, "2026-11-25T11:00")

    assert answer.status_code == 404
    assert "không có gì công khai" in words(answer)


@pytest.mark.parametrize(
    ("address", "moment", "says"),
    [
        ("/", "2026-11-25T12:03", "chưa tới"),
        ("/", "9999-12-31T23:59", "chưa tới"),
        ("/", "", "Hãy ghi ngày giờ"),
        ("/", "hôm qua", "Hãy ghi ngày giờ"),
        ("/", "2026-02-30T08:00", "Hãy ghi ngày giờ"),
        ("/", "0001-01-01T00:00", "Hãy ghi ngày giờ"),
        ("", AT, "không có địa chỉ nào như vậy"),
        ("/khong/co/trang/nay", "2026-11-25T08:00", "không có địa chỉ nào như vậy"),
        ("/ban-lam-viec/", "2026-11-25T08:00", "Chỉ xem lại được"),
        ("/ban-lam-viec/ho-so/1/", "2026-11-25T08:00", "Chỉ xem lại được"),
        ("/healthz", "2026-11-25T08:00", "Chỉ xem lại được"),
        ("//vidu.vn/tin-tuc/", "2026-11-25T08:00", ""),
    ],
)
def test_what_cannot_be_shown_says_why(room: Scene, address: str, moment: str, says: str) -> None:
    client = client_of(room.people["auditor-2"])
    asked = {"dia-chi": address, "tai": moment}

    frame, screen = client.get(reverse("desk_past_page"), asked), client.get(reverse("desk_past"), asked)

    if says:
        assert (frame.status_code, screen.status_code) == (404, 422)
        assert says in screen.content.decode()
        assert f'value="{address}"' in screen.content.decode()
        assert "<iframe" not in screen.content.decode()
    else:
        assert frame.status_code == 200
        assert "vidu.vn" not in frame.content.decode()


def test_files_of_then_are_read_from_where_only_staff_reads(room: Scene, clock: Clock) -> None:
    asset = media.photo(room.room.agency, room.room.author)
    name = f"{asset.file.sha256}-300.webp"
    html = f'<p>Ảnh.</p><p><img src="/tep/{name}" alt="Phòng đọc"></p>'
    address = address_of(live(room.room, html=html, media=(asset.file.sha256,)))
    clock.at = NOON + HOUR

    shown = then(room, address, "2026-11-25T12:30").content.decode()

    assert f'src="/ban-lam-viec/tep/{name}"' in shown
    assert f'src="/tep/{name}"' not in shown


def test_looking_back_changes_nothing(room: Scene, clock: Clock) -> None:
    live(room.room)
    before = Client().get("/").content
    clock.at = NOON + HOUR

    then(room, "/", "2026-11-25T11:00")

    assert Client().get("/").content == before


def test_nobody_without_a_role_looks_back(room: Scene) -> None:
    for name in ("desk_past", "desk_past_page"):
        assert "/login/" in Client().get(reverse(name), {"dia-chi": "/", "tai": AT})["Location"]
