"""What time brings: schedules re-checked at the moment, embargo, expiry, judgements that no longer count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from cong.agencies.models import Role
from cong.entries.models import Entry, Tombstone
from cong.publishing import passage, recheck, timing
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Docket, Release
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed, State
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import Newsroom, approved, fresh, live, newsroom, sha, submitted

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def scheduled(room: Newsroom, *, after: timedelta = HOUR, **given: Any) -> Docket:
    docket = approved(room, **given)
    return timing.schedule(docket, NOON + after, sha256=sha(docket), by=room.duty, at=NOON)


def test_a_scheduled_text_comes_out_at_its_time_and_not_before(room: Newsroom) -> None:
    docket = scheduled(room)

    early, due = timing.run_due(at=NOON + HOUR - timedelta(seconds=1)), timing.run_due(at=NOON + HOUR)

    assert (early, due) == (0, 1)
    assert fresh(docket).state == State.LIVE
    assert Release.objects.get().by == room.duty
    assert not list(problems())


def test_a_time_can_be_taken_back(room: Newsroom) -> None:
    docket = timing.unschedule(scheduled(room), by=room.duty, at=NOON)

    assert (docket.state, docket.release_at) == (State.APPROVED, None)
    assert timing.run_due(at=NOON + DAY) == 0


def test_a_time_lies_ahead(room: Newsroom) -> None:
    with pytest.raises(NotAllowed, match="phía trước"):
        scheduled(room, after=timedelta(0))


def test_a_time_beyond_the_approval_is_refused_at_once(room: Newsroom) -> None:
    with pytest.raises(NotAllowed, match="quá 30 ngày"):
        scheduled(room, after=31 * DAY)


def test_a_maker_who_lost_the_right_meanwhile_releases_nothing(room: Newsroom) -> None:
    docket = scheduled(room, after=2 * DAY)
    room.duty.memberships.update(to_on=(NOON + DAY).date())

    assert timing.run_due(at=NOON + 2 * DAY) == 1

    docket = fresh(docket)
    assert docket.state == State.HELD
    assert "Trực xuất bản" in docket.reason
    assert not Entry.objects.exists()
    assert not list(problems())


def test_an_agency_that_has_ended_releases_nothing(room: Newsroom) -> None:
    docket = scheduled(room)
    room.agency.active_to = NOON.date()
    room.agency.save()

    timing.run_due(at=NOON + HOUR)

    assert "không còn hoạt động" in fresh(docket).reason


def test_the_checks_run_again_at_the_moment_of_release(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    docket = scheduled(room)

    def blocked(*args: object, **given: object) -> None:
        raise Blocked([])

    monkeypatch.setattr("cong.publishing.preflight.checked", blocked)
    timing.run_due(at=NOON + HOUR)

    assert fresh(docket).state == State.HELD


def test_our_own_mistake_holds_the_text_and_stops_nobody_else(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = scheduled(room), scheduled(room)

    def put_out(dockets: list[Docket], **given: Any) -> object:
        if dockets[0].pk == bad.pk:
            raise ZeroDivisionError
        return recheck.put_out(dockets, **given)

    monkeypatch.setattr(timing, "put_out", put_out)

    assert timing.run_due(at=NOON + HOUR) == 2

    assert "Hệ thống gặp lỗi" in fresh(bad).reason
    assert fresh(good).state == State.LIVE


def test_what_is_held_can_go_out_by_hand_when_mended(room: Newsroom) -> None:
    docket = scheduled(room, after=2 * DAY)
    room.duty.memberships.update(to_on=(NOON + DAY).date())
    timing.run_due(at=NOON + 2 * DAY)
    other = makers.person("truc-2", Role.DUTY_EDITOR, room.agency)

    timing.release_now(docket, sha256=sha(docket), by=other, at=NOON + 2 * DAY)

    assert fresh(docket).state == State.LIVE


def test_a_scheduled_text_that_was_recalled_stays_in(room: Newsroom) -> None:
    docket = scheduled(room)
    passage.recall(docket, by=room.author, at=NOON)

    assert timing.run_due(at=NOON + HOUR) == 0


def test_an_approval_counts_for_thirty_days(room: Newsroom) -> None:
    docket, other = approved(room), approved(room)

    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON + 30 * DAY)

    with pytest.raises(NotAllowed, match="quá 30 ngày"):
        timing.release_now(other, sha256=sha(other), by=room.duty, at=NOON + 30 * DAY + timedelta(seconds=1))


def test_nothing_comes_out_under_embargo(room: Newsroom) -> None:
    docket = approved(room, not_before=NOON + HOUR)
    with pytest.raises(NotAllowed, match="chỉ được công bố từ 13:00"):
        timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)
    with pytest.raises(NotAllowed, match="chỉ được công bố từ"):
        timing.schedule(docket, NOON + HOUR / 2, sha256=sha(docket), by=room.duty, at=NOON)

    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON + HOUR)

    assert fresh(docket).state == State.LIVE


def test_what_has_expired_is_taken_down_under_the_policy(room: Newsroom) -> None:
    docket = live(room, expires_at=NOON + HOUR)
    assert timing.run_due(at=NOON) == 0

    assert timing.run_due(at=NOON + HOUR) == 1

    assert fresh(docket).state == State.WITHDRAWN
    assert Tombstone.objects.get(pk=docket.pk).note == "Bài đã hết hạn công khai."
    assert Release.objects.last().policy_id == "expiry"  # type: ignore[union-attr]
    assert fresh(docket).confirm_by is None
    assert timing.run_due(at=NOON + HOUR) == 0


def test_the_expiry_that_counts_is_the_public_ones(room: Newsroom) -> None:
    docket = live(room, expires_at=NOON + DAY)
    submitted(room, docket, note="Bớt ngày.", expires_at=NOON + HOUR)

    assert timing.run_due(at=NOON + 2 * HOUR) == 0
    assert Entry.objects.filter(pk=docket.pk).exists()


def test_what_is_released_is_what_was_shown(room: Newsroom) -> None:
    docket = approved(room)

    with pytest.raises(OutOfDate):
        timing.release_now(docket, sha256="0" * 64, by=room.duty, at=NOON)


def test_only_a_duty_editor_releases(room: Newsroom) -> None:
    docket = approved(room)

    with pytest.raises(PermissionDenied):
        timing.release_now(docket, sha256=sha(docket), by=room.secrecy, at=NOON)
