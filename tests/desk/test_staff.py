"""The inbox and the screen of a docket: what they show, and to whom."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Membership, Role
from cong.desk import verbs
from cong.journal.models import Event
from cong.publishing import passage
from cong.publishing.models import Docket
from tests import makers
from tests.desk.dockets import HOUR, MADE, Scene, corrected, returned, withdrawn
from tests.desk.makers import client_of
from tests.jobs.makers import Clock
from tests.makers import NOON
from tests.media import makers as media
from tests.publishing.makers import appraised, fresh, live, newsroom, submitted

HOME = "/ban-lam-viec/"
# Where each verb's form is to be found on the screen.
_BUTTONS = {
    "appraise": 'name="step" value="appraise"', "secrecy": 'name="step" value="secrecy"',
    "approve": 'name="step" value="approve"', "reject": 'name="step" value="reject"',
    "release": 'name="when" value="now"', "schedule": 'name="when" value="later"',
    "unschedule": 'name="when" value="never"',
}  # fmt: skip
_FORMS = {"withdraw": "desk_withdraw", "key": "desk_key", "assign": "desk_assign"}


def form_of(verb: str, docket: Docket) -> str:
    """Return what stands in the page where the verb's form is."""
    if verb in _BUTTONS:
        return _BUTTONS[verb]
    name, args = (_FORMS[verb], [docket.pk]) if verb in _FORMS else ("desk_act", [docket.pk, verb])
    return f'action="{reverse(name, args=args)}"'


def page(user: User, name: str, *args: object, **asked: str | int) -> str:
    answer = client_of(user).get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(user: User, **asked: str | int) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page(user, "desk_home", **asked))


def test_each_tab_shows_its_own(room: Scene) -> None:
    submitted(room.room, title="Chờ thẩm định")
    returned(room, submitted(room.room, title="Thiếu nguồn"))
    withdrawn(room)

    assert titles(room.room.appraiser) == ["Chờ thẩm định"]
    assert set(titles(room.room.author, muc="cua-toi")) >= {"Chờ thẩm định", "Thiếu nguồn"}
    assert titles(room.room.author, muc="tra-lai") == ["Thiếu nguồn"]
    assert len(titles(room.room.author, muc="don-vi")) == 3
    assert titles(room.room.approver, muc="cho-xac-nhan") == ["Thư viện xã mở cửa buổi tối"]
    assert titles(room.room.author, muc="khong-co-muc-nay") == titles(room.room.author) == []


def test_a_returned_thing_says_why_in_the_inbox(room: Scene) -> None:
    returned(room)

    assert "Thiếu nguồn." in page(room.room.author, "desk_home", muc="tra-lai")


def test_tabs_are_counted(room: Scene) -> None:
    submitted(room.room), submitted(room.room)

    counted = re.findall(r'desk-count[^>]*">(\d+)', page(room.room.appraiser, "desk_home"))

    assert counted == ["2", "0", "0", "2", "0"]


def test_the_inbox_is_filtered_by_agency_and_grade(room: Scene) -> None:
    other = newsroom("b")
    appraised(room.room, title="Của a", grade="A"), appraised(other, title="Của b")
    approver = room.centre.approver

    assert titles(approver, **{"co-quan": other.agency.pk}) == ["Của b"]
    assert titles(approver, hang="A") == ["Của a"]
    assert titles(approver, hang="Z", **{"co-quan": "9" * 40}) == titles(approver)
    assert titles(room.room.approver, muc="don-vi", **{"co-quan": other.agency.pk}) == []


def test_what_is_late_says_so(room: Scene, clock: Clock) -> None:
    docket = submitted(room.room)
    passage.assign(docket, room.room.appraiser, due_at=NOON + HOUR, by=room.room.approver, at=NOON)

    assert "Sắp hết hạn" in page(room.room.appraiser, "desk_home")
    clock.at = NOON + 2 * HOUR
    assert "Quá hạn" in page(room.room.appraiser, "desk_home")


@pytest.mark.parametrize("role", ["agency-admin", "operator"])
def test_who_runs_people_or_machines_sees_no_draft(room: Scene, role: str) -> None:
    submitted(room.room, title="Bài kín")

    assert "Bài kín" not in page(room.others[role], "desk_home", muc="don-vi")


def test_who_has_moved_on_sees_no_draft_of_the_old_agency(room: Scene) -> None:
    docket = submitted(room.room, title="Bài kín")
    passage.assign(docket, room.others["appraiser"], due_at=None, by=room.room.approver, at=NOON)
    mover, other = room.others["appraiser"], newsroom("b")
    mover.memberships.update(to_on=NOON.date() - timedelta(days=1))
    Membership.objects.create(user=mover, agency=other.agency, role=Role.APPRAISER, from_on=NOON.date())

    for tab in ("cho-toi", "cua-toi", "don-vi"):
        assert "Bài kín" not in page(mover, "desk_home", muc=tab)


def test_a_full_inbox_goes_on_over_the_page(room: Scene) -> None:
    for number in range(52):
        passage.assign(
            passage.open_publication(room.room.agency, by=room.room.author, at=NOON).docket, room.room.author,
            due_at=None, by=room.room.duty, at=NOON + timedelta(seconds=number),
        )  # fmt: skip

    assert len(titles(room.room.author, muc="cua-toi")) == 50
    assert "muc=cua-toi&amp;tu=50" in page(room.room.author, "desk_home", muc="cua-toi")
    assert len(titles(room.room.author, muc="cua-toi", tu=50)) == 2


def test_a_full_inbox_costs_no_more_queries(room: Scene) -> None:
    client = client_of(room.room.appraiser)
    submitted(room.room)
    client.get(HOME)
    with CaptureQueriesContext(connection) as few:
        client.get(HOME)
    for _ in range(8):
        submitted(room.room)

    with CaptureQueriesContext(connection) as many:
        client.get(HOME)

    assert len(many) == len(few) < 25


@pytest.mark.parametrize("state", MADE)
def test_the_screen_has_a_form_for_each_open_verb_and_no_other(room: Scene, state: str) -> None:
    docket = fresh(MADE[state](room))
    wrong = []

    for name in ("author", "appraiser", "approver", "duty-editor-2", "secrecy@centre", "auditor-2"):
        shown = page(room.people[name], "desk_docket", docket.pk)
        offered = verbs.open_to(docket, room.people[name])
        forms = {verb for verb in verbs._RULES if form_of(verb, docket) in shown}
        if forms != offered:
            wrong.append((name, forms ^ offered))

    assert wrong == []


def test_what_differs_from_what_is_public_stands_side_by_side(room: Scene) -> None:
    docket = corrected(room)

    shown = page(room.room.appraiser, "desk_docket", docket.pk)

    before, after = re.findall(r"<td>(.*?)</td>", shown.split("desk-diff")[1], re.DOTALL)[:2]
    assert ("<del>buổi</del>" in before, "cả" in before) == (True, False)
    assert ("<ins>cả</ins>" in after, "buổi" in after) == (True, False)
    assert "Sửa giờ mở cửa." in shown


def test_a_difference_is_shown_as_text(room: Scene) -> None:
    docket = submitted(room.room, live(room.room), title="A &lt;b&gt; <i>nghiêng</i>", note="Sửa.")

    assert "<i>nghiêng</i>" not in page(room.room.appraiser, "desk_docket", docket.pk)


def test_who_opens_a_limited_draft_is_written_down(room: Scene) -> None:
    plain, limited = submitted(room.room), submitted(room.room, secrecy=True)

    page(room.room.appraiser, "desk_docket", plain.pk)
    assert not Event.objects.filter(verb="draft.read").exists()
    page(room.room.appraiser, "desk_docket", limited.pk)
    page(room.room.secrecy, "desk_preview", limited.snapshot_id)

    read = Event.objects.filter(verb="draft.read").order_by("pk").values_list("actor", "subject", "agency")
    own = room.room.agency.pk
    assert list(read) == [
        (room.room.appraiser.username, f"docket:{limited.pk}", own),
        (room.room.secrecy.username, f"docket:{limited.pk}", own),
    ]  # fmt: skip


def test_the_preview_shows_private_files_and_runs_no_script(room: Scene) -> None:
    asset = media.photo(room.room.agency, room.room.author)
    name = f"{asset.file.sha256}-300.webp"
    html = f'<p>Ảnh.</p><p><img src="/tep/{name}" alt="Phòng đọc"></p>'
    docket = submitted(room.room, html=html, media=(asset.file.sha256,))
    client = client_of(room.room.appraiser)

    answer = client.get(reverse("desk_preview", args=[docket.snapshot_id]))

    shown = answer.content.decode()
    assert f'src="{HOME}tep/{name}"' in shown
    assert f'"/tep/{name}' not in shown
    assert "<script" not in shown
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert b"".join(client.get(f"{HOME}tep/{name}")).startswith(b"RIFF")
    assert Client().get(f"/tep/{name}").status_code == 404


def test_the_past_snapshot_can_still_be_seen(room: Scene) -> None:
    docket = returned(room)
    old = docket.snapshot_id

    submitted(room.room, docket, title="Bản mới")

    assert "Thư viện xã" in page(room.room.appraiser, "desk_preview", old)


def test_who_writes_is_led_to_the_editor_and_others_are_not(room: Scene) -> None:
    assert "Viết bài" not in page(room.room.appraiser, "desk_home")


def test_people_to_give_it_to_are_those_whose_turn_it_is(room: Scene) -> None:
    docket = submitted(room.room)
    newcomer = makers.person("tham-khac", Role.APPRAISER, newsroom("b").agency)

    shown = page(room.room.approver, "desk_docket", docket.pk)

    choices = set(re.findall(r'<option value="(\d+)"', shown.split('id="f-to"')[1].split("</select>")[0]))
    assert choices == {str(room.room.appraiser.pk), str(room.others["appraiser"].pk)}
    assert str(newcomer.pk) not in choices


def test_steps_that_are_done_and_the_one_to_come_are_told(room: Scene) -> None:
    docket = appraised(room.room)

    shown = page(room.room.approver, "desk_docket", docket.pk)

    steps: Any = re.findall(r'<li class="(desk-\w+|)"[^>]*><b>([^<]+)</b>', shown)
    assert steps == [
        ("desk-done", "Trình"), ("desk-done", "Thẩm định"), ("desk-now", "Duyệt"), ("", "Xuất bản"),
    ]  # fmt: skip
