"""Fast withdrawal with its confirmation, and the two keys of an emergency."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.agencies.models import Role
from cong.entries.models import Entry, Mode, Tombstone
from cong.journal.models import Event
from cong.publishing import emergency, timing, withdrawal
from cong.publishing.inbox import unconfirmed_withdrawals
from cong.publishing.models import Docket, Release, Step
from cong.publishing.process import NotAllowed, State
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import Newsroom, approved, fresh, judged, live, newsroom, sha, submitted

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def withdrawn(room: Newsroom, docket: Docket | None = None, *, mode: Mode = Mode.NOTICE, target: str = "") -> Docket:
    docket = docket or live(room)
    return withdrawal.withdraw(docket, mode=mode, note="Có sai sót.", by=room.duty, at=NOON, target=target)


@pytest.mark.parametrize(("mode", "target"), [(Mode.NOTICE, ""), (Mode.GONE, ""), (Mode.REDIRECT, "/tin-tuc/")])
def test_a_duty_editor_takes_down_at_once_and_leaves_a_grave(room: Newsroom, mode: Mode, target: str) -> None:
    docket = withdrawn(room, mode=mode, target=target)

    grave = Tombstone.objects.get(pk=docket.pk)
    assert (grave.mode, grave.target, grave.note) == (mode, target, "Có sai sót.")
    assert not Entry.objects.exists()
    assert docket.confirm_by == NOON + 24 * HOUR
    assert not list(problems())


def test_a_withdrawal_names_its_reason(room: Newsroom) -> None:
    with pytest.raises(NotAllowed, match="lý do"):
        withdrawal.withdraw(live(room), mode=Mode.GONE, note=" ", by=room.duty, at=NOON)


@pytest.mark.parametrize("target", ["", "//xau.vn/", "https://xau.vn/", "/\\xau.vn", "tin-tuc"])
def test_a_redirect_leads_to_a_path_of_ours(room: Newsroom, target: str) -> None:
    with pytest.raises(NotAllowed, match="đường dẫn trong cổng"):
        withdrawn(room, mode=Mode.REDIRECT, target=target)


def test_an_approver_confirms_and_the_withdrawer_does_not(room: Newsroom) -> None:
    docket = withdrawn(room)
    room.duty.memberships.create(agency=room.agency, role=Role.APPROVER, from_on=NOON.date())
    with pytest.raises(NotAllowed, match="không tự xác nhận"):
        withdrawal.confirm(docket, by=room.duty, at=NOON)
    with pytest.raises(PermissionDenied):
        withdrawal.confirm(docket, by=room.author, at=NOON)

    docket = withdrawal.confirm(docket, by=room.approver, at=NOON + HOUR)

    assert (docket.confirm_by, docket.state) == (None, State.WITHDRAWN)
    with pytest.raises(NotAllowed, match="chờ xác nhận"):
        withdrawal.confirm(docket, by=room.approver, at=NOON)
    assert not list(problems())


def test_an_unconfirmed_withdrawal_stays_and_waits_in_the_inbox_of_others(room: Newsroom) -> None:
    docket = withdrawn(room)
    room.duty.memberships.create(agency=room.agency, role=Role.APPROVER, from_on=NOON.date())

    timing.run_due(at=NOON + 30 * HOUR)

    assert list(unconfirmed_withdrawals(room.approver)) == [docket]
    assert list(unconfirmed_withdrawals(room.duty)) == []
    assert fresh(docket).state == State.WITHDRAWN


def test_what_was_withdrawn_comes_back_only_by_a_new_release(room: Newsroom) -> None:
    docket = withdrawn(room)
    with pytest.raises(NotAllowed):
        timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)

    docket = live(room, docket)

    assert (docket.state, docket.confirm_by) == (State.LIVE, None)
    assert not list(problems())


def test_a_withdrawal_ends_the_correction_that_was_under_way(room: Newsroom) -> None:
    docket = approved(room, live(room), note="Sửa giờ.")

    withdrawn(room, docket)

    with pytest.raises(NotAllowed):
        timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)


def keys(room: Newsroom, docket: Docket, *, apart: timedelta = MINUTE) -> Docket:
    emergency.turn_key(docket, sha256=sha(docket), reason="Bão gần bờ.", by=room.duty, at=NOON)
    return emergency.turn_key(docket, sha256=sha(docket), reason="Bão gần bờ.", by=room.approver, at=NOON + apart)


def test_two_keys_put_out_what_was_not_appraised(room: Newsroom) -> None:
    docket = keys(room, submitted(room))

    assert (docket.state, docket.provisional_until) == (State.PROVISIONAL, NOON + MINUTE + 12 * HOUR)
    assert Release.objects.get().provisional
    assert Entry.objects.filter(pk=docket.pk).exists()
    assert [*Event.objects.order_by("-id").values_list("verb", flat=True)[:2]] == [
        "release.emergency",
        "decide.emergency",
    ]
    assert not list(problems())


def test_one_key_opens_nothing(room: Newsroom) -> None:
    docket = submitted(room)
    emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=room.duty, at=NOON)

    with pytest.raises(NotAllowed, match="mỗi người"):
        emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=room.duty, at=NOON + MINUTE)

    assert not Entry.objects.exists()


def test_a_key_runs_out_after_ten_minutes(room: Newsroom) -> None:
    docket = keys(room, submitted(room), apart=10 * MINUTE + timedelta(seconds=1))
    assert docket.state == State.SUBMITTED
    third = makers.person("truc-2", Role.DUTY_EDITOR, room.agency)

    docket = emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=third, at=NOON + 12 * MINUTE)

    assert docket.state == State.PROVISIONAL


def test_two_keys_are_of_two_kinds(room: Newsroom) -> None:
    twin, centre = makers.person("truc-2", Role.DUTY_EDITOR, room.agency), newsroom("tw", is_centre=True)
    docket = submitted(room)
    emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=room.duty, at=NOON)
    with pytest.raises(NotAllowed, match="hai cơ quan hoặc"):
        emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=twin, at=NOON)

    docket = emergency.turn_key(docket, sha256=sha(docket), reason="Bão.", by=centre.duty, at=NOON)

    assert docket.state == State.PROVISIONAL


def test_an_emergency_that_is_judged_in_time_stays_without_a_new_release(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    docket = judged(keys(room, submitted(room)), Step.APPRAISE, room.appraiser, at=NOON + HOUR)
    docket = judged(docket, Step.APPROVE, centre.approver, at=NOON + HOUR)

    assert (docket.state, docket.provisional_until) == (State.LIVE, None)
    assert timing.run_due(at=NOON + 24 * HOUR) == 0
    assert Release.objects.count() == 1
    assert not list(problems())


@pytest.mark.parametrize("rejected", [False, True])
def test_an_emergency_that_is_not_approved_ends_by_itself(room: Newsroom, rejected: bool) -> None:
    docket = keys(room, submitted(room))
    if rejected:
        judged(docket, Step.REJECT, room.appraiser, at=NOON + HOUR, note="Chưa đúng.")
    assert timing.run_due(at=NOON + MINUTE) == 0

    timing.run_due(at=NOON + (HOUR if rejected else MINUTE + 12 * HOUR))

    assert fresh(docket).state == State.WITHDRAWN
    assert Release.objects.last().policy_id == "emergency-timeout"  # type: ignore[union-attr]
    assert not list(problems())


def test_who_turned_a_key_does_not_judge_it_afterwards(room: Newsroom) -> None:
    docket = judged(keys(room, submitted(room)), Step.APPRAISE, room.appraiser, at=NOON + HOUR)

    with pytest.raises(NotAllowed, match="mỗi người"):
        judged(docket, Step.APPROVE, room.approver, at=NOON + HOUR)


def test_no_emergency_skips_the_secrecy_officer(room: Newsroom) -> None:
    docket = submitted(room, secrecy=True)
    with pytest.raises(NotAllowed, match="bảo mật"):
        keys(room, docket)

    assert keys(room, judged(docket, Step.SECRECY, room.secrecy)).state == State.PROVISIONAL


def test_an_emergency_is_for_what_was_never_public(room: Newsroom) -> None:
    docket = submitted(room, live(room), note="Sửa.")

    with pytest.raises(NotAllowed, match="chưa từng công khai"):
        keys(room, docket)
