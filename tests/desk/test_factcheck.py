"""An outsider with a link reads one draft and says what they think; nothing else, and not for ever."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from cong.agencies.models import Agency
from cong.desk import actions
from cong.desk.models import Invitation, Remark
from cong.journal.models import Event
from cong.publishing.models import Docket
from tests.desk.dockets import LATER, Scene
from tests.desk.makers import client_of
from tests.jobs.makers import Clock
from tests.media import makers as media
from tests.publishing.makers import fresh, submitted

KEPT = "Ngày khai mạc là 12, không phải 11."


@pytest.fixture
def docket(room: Scene) -> Docket:
    return submitted(room.room, title="Lễ hội đọc sách")


def invited(room: Scene, docket: Docket, *, days: int = 3) -> tuple[Invitation, str]:
    """Invite somebody; returns the invitation and the address of its page."""
    snapshot = fresh(docket).snapshot
    assert snapshot
    made, token = actions.invite(snapshot, name="Cô Ngoài", email="", days=days, by=room.room.author, at=LATER)
    return made, reverse("desk_factcheck", args=[token])


def get(address: str) -> Any:
    return Client().get(address)


def say(address: str, text: str = KEPT) -> Any:
    return Client().post(address, {"text": text})


def test_a_link_is_made_and_shown_once(room: Scene, docket: Docket) -> None:
    client = client_of(room.room.author)

    answer = client.post(reverse("desk_invite", args=[docket.pk]), {"name": "Cô Ngoài", "days": "3"})

    address = re.search(r'value="(http://testserver/ban-lam-viec/kiem-chung/[^"]+)"', answer.content.decode())
    assert address
    assert "Lễ hội đọc sách" in get(address[1].removeprefix("http://testserver")).content.decode()
    assert "/kiem-chung/" not in client.get(reverse("desk_docket", args=[docket.pk])).content.decode()


def test_the_invited_person_reads_and_comments_without_an_account(room: Scene, docket: Docket) -> None:
    _, address = invited(room, docket)

    answer = say(address)

    assert (answer.status_code, answer["Location"]) == (302, f"{address}?da-gui=1")
    assert "Đã nhận ý kiến" in get(answer["Location"]).content.decode()
    assert KEPT in client_of(room.room.author).get(reverse("desk_docket", args=[docket.pk])).content.decode()
    assert fresh(docket).state == "submitted"


def test_the_page_is_not_indexed_not_kept_and_tells_no_other_host_where_it_was(room: Scene, docket: Docket) -> None:
    made, address = invited(room, docket)
    actions.revoke(invited(room, docket)[0], by=room.room.author, at=LATER)

    answer = get(address)

    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Cache-Control"] == "no-store, private"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert {cookie["path"] for cookie in answer.cookies.values()} <= {"/ban-lam-viec/"}
    assert made.pk


@pytest.mark.parametrize("change", ["one letter", "another's signature", "another salt", "no signature"])
def test_a_link_that_was_changed_opens_nothing(room: Scene, docket: Docket, change: str) -> None:
    made, _ = invited(room, docket)
    other, _ = invited(room, docket)
    token, second = actions.token_of(made), actions.token_of(other)
    payload, _, rest = token.partition(":")
    tokens = {
        "one letter": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "another's signature": f"{second.partition(':')[0]}:{rest}",
        "another salt": signing.dumps(made.pk, salt="khac"),
        "no signature": payload.ljust(12, "x"),
    }
    if change == "another's signature" and second.partition(":")[0] == payload:
        pytest.fail("two invitations have one payload")

    answer = get(reverse("desk_factcheck", args=[tokens[change]]))

    assert answer.status_code == 410
    assert "Lễ hội đọc sách" not in answer.content.decode()


def test_a_link_runs_out(room: Scene, docket: Docket, clock: Clock) -> None:
    _, address = invited(room, docket, days=3)

    clock.at = LATER + timedelta(days=3) - timedelta(seconds=1)
    last = get(address).status_code
    clock.at = LATER + timedelta(days=3)

    assert (last, get(address).status_code, say(address).status_code) == (200, 410, 410)
    assert "đã hết hạn" in get(address).content.decode()
    assert not Remark.objects.exists()


def test_a_link_is_taken_back(room: Scene, docket: Docket) -> None:
    made, address = invited(room, docket)
    stranger = client_of(room.others["duty-editor"])

    refused = stranger.post(reverse("desk_revoke", args=[made.pk]))
    before = get(address).status_code
    client_of(room.room.appraiser).post(reverse("desk_revoke", args=[made.pk]))

    assert (refused["Location"], before) == ("/ban-lam-viec/", 200)
    assert (get(address).status_code, say(address).status_code) == (410, 410)
    assert "đã được rút lại" in get(address).content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": " ", "days": "3"}, "Hãy ghi tên"),
        ({"name": "Cô Ngoài", "days": "0"}, "có hạn từ 1"),
        ({"name": "Cô Ngoài", "days": "15"}, "có hạn từ 1"),
        ({"name": "Cô Ngoài", "days": "9" * 18}, "có hạn từ 1"),
        ({"name": "Cô Ngoài", "days": "²"}, "có hạn từ 1"),
        ({"name": "x" * 201, "days": "3"}, "dài nhất"),
    ],
)
def test_an_invitation_that_cannot_be_says_why(room: Scene, docket: Docket, given: dict[str, str], says: str) -> None:
    answer = client_of(room.room.author).post(reverse("desk_invite", args=[docket.pk]), given | {"email": "a@vidu.vn"})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert says in shown
    assert 'value="a@vidu.vn"' in shown
    assert not Invitation.objects.exists()


def test_who_neither_writes_nor_judges_invites_nobody(room: Scene, docket: Docket) -> None:
    for name in ("duty", "secrecy", "auditor-2"):
        client = client_of(room.people[name])
        client.post(reverse("desk_invite", args=[docket.pk]), {"name": "Cô Ngoài", "days": "3"})

    assert not Invitation.objects.exists()


def test_only_the_files_of_that_text_are_given(room: Scene) -> None:
    own, other = media.photo(room.room.agency, room.room.author), media.film(room.room.agency, room.room.author)
    name = f"{own.file.sha256}-300.webp"
    html = f'<p>Ảnh.</p><p><img src="/tep/{name}" alt="Phòng đọc"></p>'
    _, address = invited(room, submitted(room.room, html=html, media=(own.file.sha256,)))

    shown = get(address).content.decode()
    given: Any = get(f"{address}tep/{name}")

    assert f'src="{address}tep/{name}"' in shown
    assert b"".join(given).startswith(b"RIFF")
    assert given["Cache-Control"] == "no-store, private"
    assert get(f"{address}tep/{other.file.sha256}.{other.file.ending}").status_code == 404
    assert get(f"{address}tep/{'0' * 64}-300.webp").status_code == 404
    assert Client().post(f"{address}tep/{name}").status_code == 405


def test_files_close_with_the_link(room: Scene) -> None:
    own = media.photo(room.room.agency, room.room.author)
    name = f"{own.file.sha256}-300.webp"
    html = f'<p>Ảnh.</p><p><img src="/tep/{name}" alt="Phòng đọc"></p>'
    made, address = invited(room, submitted(room.room, html=html, media=(own.file.sha256,)))

    actions.revoke(made, by=room.room.author, at=LATER)

    assert get(f"{address}tep/{name}").status_code == 404


def test_the_link_opens_no_other_screen(room: Scene, docket: Docket) -> None:
    _, address = invited(room, docket)
    client = Client()
    client.get(address)

    for name in ("desk_docket", "desk_preview"):
        assert "/login/" in client.get(reverse(name, args=[1]))["Location"]
    assert len(re.findall(r'<form[^>]*method="post"', client.get(address).content.decode())) == 1


def test_the_link_stays_with_what_was_sealed_when_it_was_made(room: Scene, docket: Docket) -> None:
    _, address = invited(room, docket)
    client_of(room.room.author).post(reverse("desk_act", args=[docket.pk, "recall"]))

    submitted(room.room, docket, title="Bản sau")

    shown = get(address).content.decode()
    assert ("Lễ hội đọc sách" in shown, "Bản sau" in shown) == (True, False)


@pytest.mark.parametrize(
    ("text", "says"), [("", "Chưa có ý kiến"), (" \n\0", "Chưa có ý kiến"), ("x" * 20_001, "dài quá 20000 ký tự")]
)
def test_a_remark_that_is_nothing_or_too_much_is_refused(room: Scene, docket: Docket, text: str, says: str) -> None:
    _, address = invited(room, docket)

    answer = say(address, text)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert text.strip("\0 \n") in answer.content.decode()
    assert not Remark.objects.exists()


def test_remarks_are_limited_in_number(room: Scene, docket: Docket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_REMARKS", 2)
    _, address = invited(room, docket)

    answers = [say(address, f"Ý {number}").status_code for number in range(3)]

    assert answers == [302, 302, 422]
    assert Remark.objects.count() == 2


def test_what_was_said_is_text_and_stays(room: Scene, docket: Docket) -> None:
    _, address = invited(room, docket)

    say(address, "<script>alert(1)</script>")
    say(address, KEPT)

    shown = client_of(room.room.author).get(reverse("desk_docket", args=[docket.pk])).content.decode()
    for page in (get(address).content.decode(), shown):
        assert "<script>alert" not in page
        assert page.index("alert(1)") < page.index("Ngày khai mạc")


def test_reading_and_remarks_are_told_to_the_agencys_auditors(room: Scene, docket: Docket) -> None:
    made, address = invited(room, docket)

    get(address), get(address), say(address)
    actions.revoke(made, by=room.room.author, at=LATER)

    told = Event.objects.filter(verb__startswith="factcheck.").order_by("pk").values_list("verb", "actor", "agency")
    agency, guest, by = Agency.objects.get(pk=docket.agency_id).pk, f"invitation:{made.pk}", room.room.author.username
    assert list(told) == [
        ("factcheck.invite", by, agency), ("factcheck.read", guest, agency), ("factcheck.remark", guest, agency),
        ("factcheck.revoke", by, agency),
    ]  # fmt: skip
    made.refresh_from_db()
    assert made.read_at == LATER
