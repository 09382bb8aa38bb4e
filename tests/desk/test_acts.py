"""What the buttons of a docket, of a bundle and of a dead job do, and what they say when they may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from cong.accounts.models import User
from cong.agencies.models import Membership
from cong.entries.models import Entry, Mode, Tombstone
from cong.journal.models import Event
from cong.publishing import passage, withdrawal
from cong.publishing.models import Bundle, BundleState, Decision, Docket
from tests.desk.dockets import HOUR, LATER, Scene, corrected, provisional, scheduled
from tests.desk.makers import client_of
from tests.jobs.makers import Clock
from tests.makers import NOON
from tests.publishing.makers import appraised, approved, fresh, live, opened, sha, submitted

WORDS = "Đã đọc kỹ, chỉ hỏi lại ngày mở cửa."


def post(user: User, name: str, *args: object, **data: object) -> Any:
    return client_of(user).post(reverse(name, args=args), data)


def state(docket: Docket) -> str:
    return str(fresh(docket).state)


def test_four_people_bring_a_text_to_its_readers(room: Scene) -> None:
    docket = submitted(room.room)

    for person, name, data in (
        (room.room.appraiser, "desk_judge", {"step": "appraise"}),
        (room.room.approver, "desk_judge", {"step": "approve"}),
        (room.room.duty, "desk_release", {"when": "now"}),
    ):
        answer = post(person, name, docket.pk, sha256=sha(docket), **data)
        assert (answer.status_code, answer["Location"]) == (302, f"/ban-lam-viec/ho-so/{docket.pk}/")

    assert Entry.objects.filter(pk=docket.pk).exists()


def test_what_is_approved_is_what_was_shown(room: Scene) -> None:
    docket = appraised(room.room)
    old = sha(docket)
    passage.recall(docket, by=room.room.author, at=NOON)
    appraised(room.room, docket, title="Bản khác hẳn")

    answer = post(room.room.approver, "desk_judge", docket.pk, step="approve", sha256=old, note=WORDS)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert f">{WORDS}</textarea>" in shown
    assert "hãy mở lại bản mới nhất" in shown
    assert sha(docket) in shown
    assert state(docket) == "appraised"


@pytest.mark.parametrize("given", ["", "a" * 64])
def test_an_approval_names_what_it_is_about(room: Scene, given: str) -> None:
    docket = appraised(room.room)

    assert post(room.room.approver, "desk_judge", docket.pk, step="approve", sha256=given).status_code == 409
    assert state(docket) == "appraised"


def test_words_for_a_form_that_is_gone_are_shown_to_be_copied(room: Scene) -> None:
    docket = appraised(room.room)
    old = sha(docket)
    passage.recall(docket, by=room.room.author, at=NOON)

    answer = post(room.room.approver, "desk_key", docket.pk, sha256=old, reason=WORDS)

    assert answer.status_code == 422
    assert WORDS in answer.content.decode()


def test_a_return_says_why(room: Scene) -> None:
    docket = submitted(room.room)

    refused = post(room.room.appraiser, "desk_judge", docket.pk, step="reject", sha256=sha(docket), note=" ")
    done = post(room.room.appraiser, "desk_judge", docket.pk, step="reject", sha256=sha(docket), note=WORDS)

    assert (refused.status_code, done.status_code, state(docket)) == (422, 302, "returned")
    assert "phải ghi rõ lý do" in refused.content.decode()
    assert fresh(docket).reason == WORDS


def test_who_worked_on_it_is_told_why_they_may_not_judge(room: Scene) -> None:
    docket = submitted(room.room, contributors=[room.room.appraiser])

    answer = post(room.room.appraiser, "desk_judge", docket.pk, step="appraise", sha256=sha(docket), note=WORDS)

    assert answer.status_code == 422
    assert "Bạn đã tham gia soạn bài này" in answer.content.decode()
    assert WORDS in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("step", ["", "recall", "emergency", "confirm", "khac"])
def test_a_step_that_is_no_judgement_does_not_exist(room: Scene, step: str) -> None:
    docket = submitted(room.room)

    assert post(room.room.appraiser, "desk_judge", docket.pk, step=step, sha256=sha(docket)).status_code == 404


def test_what_the_checks_find_at_the_release_is_shown(room: Scene) -> None:
    other = live(room.room, title="Chợ phiên mở sớm")
    address = Entry.objects.get(pk=other.pk).get_absolute_url()
    docket = approved(room.room, html=f'<p>Xem <a href="{address}">tin chợ phiên mở sớm</a> của xã.</p>')
    withdrawal.withdraw(other, mode=Mode.GONE, note="Sai ngày.", by=room.room.duty, at=NOON)

    answer = post(room.room.duty, "desk_release", docket.pk, when="now", sha256=sha(docket))

    assert answer.status_code == 422
    assert "Bài chưa qua được kiểm tra tự động" in answer.content.decode()
    assert answer.content.decode().split('role="alert"')[1].split("</ul>")[0].count("<li>") == 1
    assert not Entry.objects.filter(pk=docket.pk).exists()


def test_a_release_is_set_for_a_moment_moved_and_taken_back(room: Scene) -> None:
    docket = approved(room.room)

    post(room.room.duty, "desk_release", docket.pk, when="later", sha256=sha(docket), release_at="2026-11-25T15:30")
    first = fresh(docket)
    post(room.room.duty, "desk_release", docket.pk, when="never")

    assert (first.state, first.release_at) == ("scheduled", NOON + 3.5 * HOUR)
    assert (state(docket), fresh(docket).release_at) == ("approved", None)


@pytest.mark.parametrize("given", ["", "mai", "2026-02-30T10:00", "2026-11-25T09:00", "0001-01-01T00:00"])
def test_a_moment_that_cannot_be_is_refused_and_stays_typed(room: Scene, given: str) -> None:
    docket = approved(room.room)

    answer = post(room.room.duty, "desk_release", docket.pk, when="later", sha256=sha(docket), release_at=given)

    assert answer.status_code == 422
    assert f'name="release_at" value="{given}"' in answer.content.decode()
    assert state(docket) == "approved"


def test_what_is_public_is_taken_down_and_that_is_confirmed(room: Scene) -> None:
    docket = live(room.room)

    post(room.room.duty, "desk_withdraw", docket.pk, mode="notice", note="Sai ngày mở cửa.")
    between = fresh(docket)
    answer = post(room.room.approver, "desk_act", docket.pk, "confirm")

    assert (between.state, between.confirm_by) == ("withdrawn", LATER + timedelta(hours=24))
    assert (answer.status_code, fresh(docket).confirm_by) == (302, None)
    assert Tombstone.objects.get(pk=docket.pk).note == "Sai ngày mở cửa."


def test_what_is_public_can_be_taken_down_while_its_correction_is_judged(room: Scene) -> None:
    docket = corrected(room)

    assert post(room.room.duty, "desk_withdraw", docket.pk, mode="gone", note="Sai.").status_code == 302
    assert not Entry.objects.filter(pk=docket.pk).exists()


def test_a_refused_withdrawal_keeps_what_was_typed(room: Scene) -> None:
    docket = live(room.room)

    answer = post(room.room.duty, "desk_withdraw", docket.pk, mode="redirect", note=WORDS, target="//la.vn/a")

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="target" value="//la.vn/a"' in shown
    assert f">{WORDS}</textarea>" in shown
    assert 'value="redirect" selected' in shown
    assert '<details class="desk-card" open>' in shown
    assert post(room.room.duty, "desk_withdraw", docket.pk, mode="khac", note=WORDS).status_code == 404


def test_two_keys_put_a_text_out_and_its_judges_follow(room: Scene) -> None:
    docket = submitted(room.room)

    post(room.room.duty, "desk_key", docket.pk, sha256=sha(docket), reason="Bão đổ bộ.")
    one = state(docket)
    post(room.room.approver, "desk_key", docket.pk, sha256=sha(docket), reason="Bão đổ bộ.")
    two = state(docket)
    post(room.room.appraiser, "desk_judge", docket.pk, step="appraise", sha256=sha(docket))
    post(room.centre.approver, "desk_judge", docket.pk, step="approve", sha256=sha(docket))

    assert (one, two, state(docket)) == ("submitted", "provisional", "live")


def test_a_key_needs_a_reason_and_another_kind_of_person(room: Scene) -> None:
    docket = submitted(room.room)

    without = post(room.room.duty, "desk_key", docket.pk, sha256=sha(docket), reason=" ")
    post(room.room.duty, "desk_key", docket.pk, sha256=sha(docket), reason="Bão.")
    same = post(room.others["duty-editor"], "desk_key", docket.pk, sha256=sha(docket), reason=WORDS)

    assert (without.status_code, same.status_code, state(docket)) == (422, 422, "submitted")
    assert f">{WORDS}</textarea>" in same.content.decode()


def test_the_next_step_is_given_to_somebody_with_a_limit(room: Scene) -> None:
    docket, to = submitted(room.room), room.others["appraiser"]

    post(room.room.approver, "desk_assign", docket.pk, to=to.pk, due_at="2026-11-25T17:00")

    assert (fresh(docket).assigned_to, fresh(docket).due_at) == (to, NOON + 5 * HOUR)


@pytest.mark.parametrize("given", ["", "ai", "²", "9" * 5000])
def test_giving_it_to_nobody_is_refused(room: Scene, given: str) -> None:
    docket = submitted(room.room)

    answer = post(room.room.approver, "desk_assign", docket.pk, to=given, due_at="2026-11-25T17:00")

    assert answer.status_code == 422
    assert 'value="2026-11-25T17:00"' in answer.content.decode()
    assert post(room.room.approver, "desk_assign", docket.pk, to="99999999").status_code == 404


def test_small_acts_are_done_with_one_press(room: Scene) -> None:
    docket, draft = submitted(room.room), opened(room.room)

    post(room.room.appraiser, "desk_act", docket.pk, "claim")
    claimed = fresh(docket).claimed_by
    post(room.room.appraiser, "desk_act", docket.pk, "unclaim")
    freed = fresh(docket).claimed_by
    post(room.room.author, "desk_act", docket.pk, "recall", note="Sửa ảnh.")
    post(room.room.author, "desk_act", draft.pk, "spike", note="Trùng bài.")
    spiked = state(draft)
    post(room.room.author, "desk_act", draft.pk, "restore")

    assert (claimed, freed) == (room.room.appraiser, None)
    assert (state(docket), spiked, state(draft)) == ("recalled", "spiked", "draft")
    assert post(room.room.author, "desk_act", draft.pk, "publish").status_code == 404
    assert post(room.room.author, "desk_act", draft.pk, "spike", note="").status_code == 422


def test_what_another_holds_is_not_claimed(room: Scene) -> None:
    docket = submitted(room.room)
    post(room.room.appraiser, "desk_act", docket.pk, "claim")

    assert post(room.others["appraiser"], "desk_act", docket.pk, "claim").status_code == 422
    assert fresh(docket).claimed_by == room.room.appraiser


def test_each_press_is_one_event(room: Scene) -> None:
    docket, client = submitted(room.room), client_of(room.room.appraiser)
    before = Event.objects.count()

    client.post(reverse("desk_act", args=[docket.pk, "claim"]))
    client.post(reverse("desk_judge", args=[docket.pk]), {"step": "appraise", "sha256": sha(docket)})
    client.post(reverse("desk_judge", args=[docket.pk]), {"step": "appraise", "sha256": sha(docket)})

    made = Event.objects.order_by("pk")[before:]
    assert [event.verb for event in made] == ["docket.claim", "decide.appraise"]


def test_whose_role_has_ended_acts_no_more(room: Scene) -> None:
    docket, client = submitted(room.room), client_of(room.room.appraiser)
    Membership.objects.filter(user=room.room.appraiser).update(to_on=NOON.date() - timedelta(days=1))

    answer = client.post(reverse("desk_judge", args=[docket.pk]), {"step": "appraise", "sha256": sha(docket)})

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/ban-lam-viec/login/")
    assert not Decision.objects.exists()


def made_bundle(room: Scene, *dockets: Docket, release_at: str = "") -> Bundle:
    post(room.room.author, "desk_bundles", title="Tin Tết", agency=room.room.agency.pk, release_at=release_at)
    bundle = Bundle.objects.latest("pk")
    for docket in dockets:
        assert post(room.room.author, "desk_bundle_change", bundle.pk, "them", docket.pk).status_code == 302
    return bundle


def test_a_bundle_is_made_changed_and_released_at_once(room: Scene) -> None:
    one, two, three = (approved(room.room, title=f"Bài {word}") for word in ("một", "hai", "ba"))
    bundle = made_bundle(room, one, two, three)
    post(room.room.author, "desk_bundle_change", bundle.pk, "bot", three.pk)
    shown = client_of(room.room.duty).get(reverse("desk_bundle", args=[bundle.pk])).content.decode()

    post(room.room.duty, "desk_bundle_release", bundle.pk, **{f"sha-{d.pk}": sha(d) for d in (one, two)})

    assert f'name="sha-{one.pk}" value="{sha(one)}"' in shown
    assert [state(docket) for docket in (one, two, three)] == ["live", "live", "approved"]
    assert Bundle.objects.get().state == BundleState.RELEASED


def test_a_bundle_that_is_not_what_was_shown_stays(room: Scene) -> None:
    one, two = approved(room.room, title="Bài một"), approved(room.room, title="Bài hai")
    bundle = made_bundle(room, one, two)

    answer = post(room.room.duty, "desk_bundle_release", bundle.pk, **{f"sha-{one.pk}": sha(one), "sha-²": "x"})

    assert answer.status_code == 422
    assert "hãy mở lại" in answer.content.decode()
    assert (state(one), state(two)) == ("approved", "approved")


def test_a_bundle_waits_for_its_moment(room: Scene, clock: Clock) -> None:
    docket = approved(room.room)
    bundle = made_bundle(room, docket, release_at="2026-11-25T20:00")

    post(room.room.duty, "desk_bundle_release", bundle.pk, **{f"sha-{docket.pk}": sha(docket)})
    waiting = Bundle.objects.get().state
    post(room.room.duty, "desk_bundle_release", bundle.pk, when="never")

    assert (waiting, Bundle.objects.get().state, state(docket)) == ("scheduled", "open", "approved")


@pytest.mark.parametrize(
    ("title", "at", "says"),
    [("", "", "phải có tên"), ("x" * 201, "", "dài quá"), ("Tin", "2026-13-45T00:00", "Hãy chọn ngày và giờ")],
)
def test_a_bundle_that_cannot_be_made_says_why(room: Scene, title: str, at: str, says: str) -> None:
    answer = post(room.room.author, "desk_bundles", title=title, agency=room.room.agency.pk, release_at=at)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert says in shown
    assert f'value="{title}"' in shown
    assert not Bundle.objects.exists()


def test_who_made_a_bundle_does_not_release_it(room: Scene) -> None:
    docket = approved(room.room)
    made = post(room.room.duty, "desk_bundles", title="Tin Tết", agency=room.room.agency.pk)
    bundle = Bundle.objects.get()
    post(room.room.duty, "desk_bundle_change", bundle.pk, "them", docket.pk)

    answer = post(room.room.duty, "desk_bundle_release", bundle.pk, **{f"sha-{docket.pk}": sha(docket)})

    assert (made.status_code, answer.status_code, state(docket)) == (302, 422, "approved")


def test_the_states_that_others_made_are_told_not_broken(room: Scene) -> None:
    late, gone = scheduled(room), provisional(room)

    for docket in (late, gone):
        assert post(room.room.approver, "desk_judge", docket.pk, step="approve", sha256=sha(docket)).status_code == 422
