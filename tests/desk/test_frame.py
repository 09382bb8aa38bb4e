"""The frame around every staff screen: its headers, its cookies, no inline script, and the form that came too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cong.accounts.models import User
from cong.desk import actions
from tests.desk.dockets import LATER, Scene, bundled, corrected, scheduled, withdrawn
from tests.desk.makers import client_of, dead_job
from tests.desk.walking import addresses
from tests.publishing.makers import live, newsroom, sha, submitted

STAFF = "/ban-lam-viec/"
_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S|<[^>]+\son[a-z]+\s*=|javascript:", re.IGNORECASE
)


def screens(room: Scene) -> Iterator[tuple[str, str]]:
    """Name who opens which screen of the desk, each with something on it."""
    limited = submitted(room.room, secrecy=True, html="<p>Giờ mở cửa: <b>“19 giờ”</b> &amp; sau đó.</p>")
    assert limited.snapshot
    actions.invite(limited.snapshot, name="Cô <b>Ngoài</b>", email="", days=3, by=room.room.author, at=LATER)
    yield "author", reverse("desk_home") + "?muc=don-vi"
    for name in ("author", "secrecy"):
        yield name, reverse("desk_docket", args=[limited.pk])
    yield "appraiser", reverse("desk_docket", args=[corrected(room).pk])
    yield "duty-editor-2", reverse("desk_docket", args=[scheduled(room).pk])
    yield "duty", reverse("desk_docket", args=[live(room.room).pk])
    yield "approver", reverse("desk_docket", args=[withdrawn(room).pk])
    yield "appraiser", reverse("desk_preview", args=[limited.snapshot_id])
    yield "duty", reverse("desk_bundles")
    yield "duty", reverse("desk_bundle", args=[bundled(room).bundle_id])
    yield "auditor-2", reverse("desk_past") + "?dia-chi=/&tai=2026-11-25T12:00"
    yield "auditor-2", reverse("desk_past_page") + "?dia-chi=/&tai=2026-11-25T12:00"
    dead_job()
    yield "operator-2", reverse("desk_jobs")


def test_no_screen_of_the_desk_holds_a_script_of_its_own(room: Scene) -> None:
    found = {}

    for who, address in screens(room):
        answer = client_of(room.people[who]).get(address)
        assert answer.status_code == 200, address
        found[address] = _INLINE.findall(answer.content.decode())

    assert {address: bad for address, bad in found.items() if bad} == {}


def test_every_answer_below_the_staffs_address_is_guarded(room: Scene) -> None:
    asked: list[tuple[User | None, str]] = [(room.people[who], address) for who, address in screens(room)]
    asked += [(None, reverse("wagtailadmin_login")), (None, STAFF), (room.room.author, f"{STAFF}khong-co/")]
    asked += [(room.room.author, reverse("wagtailadmin_account")), (room.room.author, reverse("desk_jobs"))]

    for user, address in asked:
        answer: Any = client_of(user).get(address)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self';" in policy, address
        assert ("frame-ancestors 'self'" in policy, "object-src 'none'" in policy) == (True, True), address
        assert "unsafe-eval" not in policy
        assert answer["Cache-Control"] == "no-store, private", address
        assert "noindex" in answer["X-Robots-Tag"], address
        assert answer["X-Frame-Options"] == "SAMEORIGIN", address


def test_cookies_are_set_below_the_staffs_address_alone(room: Scene) -> None:
    live(room.room)
    client = Client()
    reader = [client.get(address) for address in ("/", "/tin-tuc/", "/en/", "/khong-co-trang-nay/")]

    assert all(not answer.cookies and "Cookie" not in answer.get("Vary", "") for answer in reader)
    answer = client.get(reverse("wagtailadmin_login"))
    assert {cookie["path"] for cookie in answer.cookies.values()} == {STAFF}


def test_who_signs_in_gets_a_cookie_for_the_staffs_address_that_no_script_reads(room: Scene) -> None:
    user = room.room.author
    user.set_password("mat-khau-dai-va-la")
    user.save()
    client = Client()

    answer = client.post(
        reverse("wagtailadmin_login"), {"username": user.username, "password": "mat-khau-dai-va-la"}
    )  # fmt: skip

    cookie = answer.cookies["sessionid"]
    assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == (STAFF, True, "Strict")


def test_a_reader_who_is_staff_gets_the_page_that_everybody_gets(room: Scene) -> None:
    live(room.room)

    assert client_of(room.room.author).get("/").content == Client().get("/").content


@pytest.mark.parametrize("token", [None, "la" * 16])
def test_a_form_that_came_too_late_says_what_to_do(room: Scene, token: str | None) -> None:
    docket, client = submitted(room.room), Client(enforce_csrf_checks=True)
    client.force_login(room.room.appraiser)
    data = {"step": "appraise", "sha256": sha(docket)} | ({"csrfmiddlewaretoken": token} if token else {})

    answer = client.post(reverse("desk_judge", args=[docket.pk]), data)

    assert answer.status_code == 403
    assert "Biểu mẫu đã cũ, chưa ghi được" in answer.content.decode()
    assert "nút quay lại" in answer.content.decode()
    docket.refresh_from_db()
    assert docket.state == "submitted"


def test_every_form_of_the_desk_is_checked(room: Scene) -> None:
    """No view below the staff's address is exempt: each refuses a post without its token."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(room.room.author)
    numbers = {"pk": 1, "docket": 1, "verb": "claim", "token": "a" * 64, "name": f"{'a' * 64}-300.webp", "kind": "csv"}
    names = [name for name in addresses() if name.startswith("desk_")]

    found = {
        name: client.post(reverse(name, kwargs={one: numbers[one] for one in addresses()[name]})).status_code
        for name in names
    }

    assert {name: status for name, status in found.items() if status != 403} == {}


def test_the_desk_is_named_in_the_menu_of_those_who_use_it(room: Scene) -> None:
    entries = {"desk_bundles": "author", "desk_jobs": "operator-2", "desk_past": "auditor-2"}

    for name, who in entries.items():
        shown = {
            person: reverse(name) in client_of(room.people[person]).get(STAFF).content.decode()
            for person in entries.values()
        }
        assert shown[who], name
        if name == "desk_jobs":
            assert [person for person, is_shown in shown.items() if is_shown] == ["operator-2"]


def test_somebody_from_elsewhere_signs_in_and_sees_an_empty_desk(room: Scene) -> None:
    submitted(room.room, title="Bài kín")
    stranger = newsroom("b")

    shown = client_of(stranger.approver).get(STAFF).content.decode()

    assert "Bài kín" not in shown
    assert "Không có bài nào chờ bạn" in shown
