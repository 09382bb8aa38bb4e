"""The way of a text to approval, by its actions: each transition, four eyes, rights, what is refused and how."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.journal.models import Event
from cong.publishing import passage, timing
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Contributor, Docket, Step
from cong.publishing.process import NotAllowed, State
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import (
    Newsroom,
    appraised,
    approved,
    content,
    fresh,
    judged,
    live,
    newsroom,
    opened,
    sha,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def test_four_people_publish_a_text(room: Newsroom) -> None:
    docket = opened(room)
    states = [docket.state, *(bring(room).state for bring in (submitted, appraised, approved, live))]

    assert states == [State.DRAFT, State.SUBMITTED, State.APPRAISED, State.APPROVED, State.LIVE]
    assert Entry.objects.count() == 1


def test_every_act_writes_exactly_one_event(room: Newsroom) -> None:
    live(room)

    verbs = list(Event.objects.order_by("id").values_list("verb", "agency"))

    here = room.agency.pk
    assert verbs == [(verb, here) for verb in ("docket.open", "submit", "decide.appraise", "decide.approve", "release")]


def test_everybody_who_worked_on_it_is_a_contributor(room: Newsroom) -> None:
    helper = makers.person("phu", Role.AUTHOR, room.agency)

    submitted(room, contributors=[helper, room.author])

    assert set(Contributor.objects.values_list("user", flat=True)) == {helper.pk, room.author.pk}


@pytest.mark.parametrize("step", [Step.APPRAISE, Step.REJECT])
def test_who_contributed_to_an_earlier_version_does_not_judge_a_later_one(room: Newsroom, step: Step) -> None:
    docket = submitted(room, contributors=[room.appraiser])
    passage.recall(docket, by=room.author, at=NOON)
    docket = submitted(room, docket)

    with pytest.raises(NotAllowed, match="tham gia soạn"):
        judged(docket, step, room.appraiser, note="x")


def test_who_contributed_before_the_last_release_may_judge_again(room: Newsroom) -> None:
    other = makers.person("tham2", Role.APPRAISER, room.agency)
    docket = judged(submitted(room, contributors=[room.appraiser]), Step.APPRAISE, other)
    docket = judged(docket, Step.APPROVE, room.approver)
    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)

    docket = appraised(room, docket, note="Sửa giờ mở cửa.")

    assert docket.state == State.APPRAISED


def test_one_person_takes_one_step(room: Newsroom) -> None:
    both = makers.person("ca-hai", Role.APPRAISER, room.agency)
    both.memberships.create(agency=room.agency, role=Role.APPROVER, from_on=NOON.date())
    docket = judged(submitted(room), Step.APPRAISE, both)

    with pytest.raises(NotAllowed, match="mỗi người"):
        judged(docket, Step.APPROVE, both)


def test_who_judged_does_not_release(room: Newsroom) -> None:
    docket = approved(room)
    room.approver.memberships.create(agency=room.agency, role=Role.DUTY_EDITOR, from_on=NOON.date())

    with pytest.raises(NotAllowed, match="mỗi người"):
        timing.release_now(docket, sha256=sha(docket), by=room.approver, at=NOON)


def test_approval_comes_after_appraisal(room: Newsroom) -> None:
    with pytest.raises(NotAllowed, match="không chờ duyệt"):
        judged(submitted(room), Step.APPROVE, room.approver)


def test_a_secret_text_is_approved_only_after_the_secrecy_officer(room: Newsroom) -> None:
    docket = appraised(room, secrecy=True)
    with pytest.raises(NotAllowed, match="bảo mật"):
        judged(docket, Step.APPROVE, room.approver)

    cleared = judged(docket, Step.SECRECY, room.secrecy)

    assert cleared.state == State.CLEARED
    assert judged(cleared, Step.APPROVE, room.approver).state == State.APPROVED


def test_the_secrecy_officer_may_look_first(room: Newsroom) -> None:
    docket = judged(submitted(room, secrecy=True), Step.SECRECY, room.secrecy)
    docket = judged(docket, Step.APPRAISE, room.appraiser)

    assert judged(docket, Step.APPROVE, room.approver).state == State.APPROVED


def test_grade_a_is_approved_at_the_centre_alone(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    docket = appraised(room, grade="A")
    with pytest.raises(PermissionDenied, match="Trung ương"):
        judged(docket, Step.APPROVE, room.approver)

    assert judged(docket, Step.APPROVE, centre.approver).state == State.APPROVED


def test_the_centre_approves_for_any_agency_but_appraises_for_none(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    docket = submitted(room)
    with pytest.raises(PermissionDenied):
        judged(docket, Step.APPRAISE, centre.appraiser)
    docket = judged(docket, Step.APPRAISE, room.appraiser)

    assert judged(docket, Step.APPROVE, centre.approver).state == State.APPROVED


@pytest.mark.parametrize("who", ["author", "appraiser", "approver", "duty", "secrecy"])
def test_people_of_another_agency_do_nothing_here(room: Newsroom, who: str) -> None:
    stranger: User = getattr(newsroom("khac"), who)
    docket = approved(room)
    acts: list[Callable[[], object]] = [
        lambda: passage.open_publication(room.agency, by=stranger, at=NOON),
        lambda: submitted(newsroom_of(room, author=stranger), opened(room)),
        lambda: judged(submitted(room), Step.APPRAISE, stranger),
        lambda: timing.release_now(docket, sha256=sha(docket), by=stranger, at=NOON),
        lambda: timing.schedule(docket, NOON + timedelta(hours=1), sha256=sha(docket), by=stranger, at=NOON),
        lambda: passage.claim(docket, by=stranger, at=NOON),
        lambda: passage.assign(docket, room.duty, due_at=None, by=stranger, at=NOON),
        lambda: passage.spike(opened(room), by=stranger, at=NOON, note="x"),
    ]

    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def newsroom_of(room: Newsroom, *, author: User) -> Newsroom:
    return Newsroom(**(room.__dict__ | {"author": author}))


def test_a_right_that_has_ended_is_no_right(room: Newsroom) -> None:
    room.appraiser.memberships.update(to_on=NOON.date() - timedelta(days=1))

    with pytest.raises(PermissionDenied):
        judged(submitted(room), Step.APPRAISE, room.appraiser)


def test_what_is_judged_is_what_was_shown(room: Newsroom) -> None:
    old = submitted(room).snapshot
    assert old
    with pytest.raises(OutOfDate):
        passage.judge(old, Step.APPRAISE, sha256="0" * 64, by=room.appraiser, at=NOON)
    docket = Docket.objects.get(pk=old.publication_id)
    passage.recall(docket, by=room.author, at=NOON)
    submitted(room, fresh(docket), title="Bản khác")

    with pytest.raises(OutOfDate):
        passage.judge(old, Step.APPRAISE, sha256=old.sha256, by=room.appraiser, at=NOON)


def test_a_text_is_returned_with_a_reason_and_may_come_again(room: Newsroom) -> None:
    docket = submitted(room)
    with pytest.raises(NotAllowed, match="lý do"):
        judged(docket, Step.REJECT, room.appraiser)

    returned = judged(docket, Step.REJECT, room.appraiser, note="Thiếu nguồn.")

    assert (returned.state, returned.reason) == (State.RETURNED, "Thiếu nguồn.")
    assert live(room, returned).state == State.LIVE


@pytest.mark.parametrize("bring", [submitted, appraised, approved])
def test_an_author_recalls_what_is_not_out_yet(room: Newsroom, bring: Callable[[Newsroom], Docket]) -> None:
    docket = passage.recall(bring(room), by=room.author, at=NOON, note="Còn thiếu ảnh.")

    assert docket.state == State.RECALLED
    with pytest.raises(NotAllowed):
        timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)


def test_only_one_who_worked_on_it_recalls_it(room: Newsroom) -> None:
    other = makers.person("khac", Role.AUTHOR, room.agency)

    with pytest.raises(NotAllowed, match="tham gia soạn"):
        passage.recall(submitted(room), by=other, at=NOON)


def test_a_draft_is_spiked_with_a_reason_and_restored(room: Newsroom) -> None:
    docket = opened(room)
    with pytest.raises(NotAllowed, match="lý do"):
        passage.spike(docket, by=room.author, at=NOON, note=" ")

    assert passage.spike(docket, by=room.author, at=NOON, note="Trùng bài.").state == State.SPIKED
    assert passage.restore(docket, by=room.author, at=NOON).state == State.DRAFT


def test_of_something_public_only_the_correction_is_dropped(room: Newsroom) -> None:
    docket = submitted(room, live(room), note="Sửa giờ.")
    docket = judged(docket, Step.REJECT, room.appraiser, note="Không cần.")

    assert passage.spike(docket, by=room.author, at=NOON, note="Thôi.").state == State.LIVE
    assert Entry.objects.filter(pk=docket.pk).exists()


def test_a_correction_needs_a_public_note_and_is_counted(room: Newsroom) -> None:
    docket = live(room)
    with pytest.raises(NotAllowed, match="ghi chú"):
        submitted(room, docket, title="Thư viện xã mở cửa cả ngày")

    live(room, docket, title="Thư viện xã mở cửa cả ngày", note="Sửa giờ mở cửa.")

    entry = Entry.objects.get(pk=docket.pk)
    assert (entry.title, entry.corrections, entry.note) == ("Thư viện xã mở cửa cả ngày", 1, "Sửa giờ mở cửa.")


def test_a_text_under_another_agencys_name_is_not_submitted(room: Newsroom) -> None:
    foreign = content(newsroom("khac"))
    docket = opened(room)

    with pytest.raises(NotAllowed, match="đúng cơ quan"):
        passage.submit(docket.publication, foreign, contributors=[], by=room.author, at=NOON)


def test_a_claim_is_respected_until_given_back_and_ends_with_the_step(room: Newsroom) -> None:
    second = makers.person("tham2", Role.APPRAISER, room.agency)
    docket = passage.claim(submitted(room), by=room.appraiser, at=NOON)
    with pytest.raises(NotAllowed, match="đang xử lý"):
        passage.claim(docket, by=second, at=NOON)
    with pytest.raises(PermissionDenied):
        passage.unclaim(docket, by=second, at=NOON)

    passage.unclaim(docket, by=room.appraiser, at=NOON)
    passage.claim(docket, by=second, at=NOON)

    assert judged(docket, Step.APPRAISE, room.appraiser).claimed_by is None


def test_a_step_is_assigned_to_one_who_may_take_it(room: Newsroom) -> None:
    docket = submitted(room)
    with pytest.raises(NotAllowed, match="không giữ vai trò"):
        passage.assign(docket, room.duty, due_at=None, by=room.approver, at=NOON)

    docket = passage.assign(docket, room.appraiser, due_at=NOON + timedelta(hours=2), by=room.approver, at=NOON)

    assert (docket.assigned_to, docket.due_at) == (room.appraiser, NOON + timedelta(hours=2))
