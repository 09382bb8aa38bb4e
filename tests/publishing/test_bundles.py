"""Bundles: one moment, all or none, and not by the one who made them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from cong.agencies.models import Role
from cong.entries.models import Entry
from cong.publishing import bundles, passage, timing
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Bundle, BundleState, Docket, Release
from cong.publishing.process import NotAllowed, State
from cong.publishing.queries import problems
from tests import makers
from tests.makers import NOON
from tests.publishing.makers import Newsroom, approved, fresh, live, newsroom, sha, submitted

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def bundled(room: Newsroom, *dockets: Docket, release_at: object = None) -> Bundle:
    bundle = bundles.make("Kỳ họp", room.agency, release_at=release_at, by=room.approver, at=NOON)  # type: ignore[arg-type]
    for docket in dockets:
        bundles.add(bundle, docket, by=room.approver, at=NOON)
    return bundle


def shown(*dockets: Docket) -> dict[int, str]:
    return {docket.pk: sha(docket) for docket in dockets}


def test_everything_comes_out_at_one_moment(room: Newsroom) -> None:
    dockets = [approved(room) for _ in range(3)]

    bundle = bundles.release_bundle(bundled(room, *dockets), sha256=shown(*dockets), by=room.duty, at=NOON)

    assert bundle.state == BundleState.RELEASED
    assert {fresh(docket).state for docket in dockets} == {State.LIVE}
    assert set(Release.objects.values_list("at", flat=True)) == {NOON}
    assert not list(problems())


def test_one_that_is_refused_keeps_all_of_them_in(room: Newsroom) -> None:
    good, late = approved(room), approved(room, not_before=NOON + HOUR)
    bundle = bundled(room, good, late)

    with pytest.raises(NotAllowed, match="chỉ được công bố"):
        bundles.release_bundle(bundle, sha256=shown(good, late), by=room.duty, at=NOON)

    assert not Entry.objects.exists()
    assert fresh(good).state == State.APPROVED
    assert not list(problems())


def test_who_made_it_does_not_release_it(room: Newsroom) -> None:
    docket = approved(room)
    bundle = bundles.make("Kỳ họp", room.agency, release_at=None, by=room.duty, at=NOON)
    bundles.add(bundle, docket, by=room.duty, at=NOON)

    with pytest.raises(NotAllowed, match="không tự xuất bản"):
        bundles.release_bundle(bundle, sha256=shown(docket), by=room.duty, at=NOON)


def test_who_contributed_to_one_of_them_does_not_release_it(room: Newsroom) -> None:
    second = makers.person("truc-2", Role.DUTY_EDITOR, room.agency)
    docket = submitted(room, contributors=[second])
    docket = approved(room, passage.recall(docket, by=room.author, at=NOON))
    bundle = bundled(room, docket, approved(room))
    dockets = [fresh(one) for one in bundle.dockets.all()]

    with pytest.raises(NotAllowed, match="tham gia soạn"):
        bundles.release_bundle(bundle, sha256=shown(*dockets), by=second, at=NOON)


def test_only_a_duty_editor_releases_it(room: Newsroom) -> None:
    docket = approved(room)

    with pytest.raises(PermissionDenied):
        bundles.release_bundle(bundled(room, docket), sha256=shown(docket), by=room.author, at=NOON)


def test_what_is_released_is_what_was_shown(room: Newsroom) -> None:
    one, two = approved(room), approved(room)
    bundle = bundled(room, one, two)

    with pytest.raises(OutOfDate, match="thêm hoặc bớt"):
        bundles.release_bundle(bundle, sha256=shown(one), by=room.duty, at=NOON)


def test_what_is_in_a_bundle_does_not_go_out_alone(room: Newsroom) -> None:
    docket = approved(room)
    bundle = bundled(room, docket)
    with pytest.raises(NotAllowed, match="bộ xuất bản"):
        timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)

    bundles.remove(bundle, docket, by=room.approver, at=NOON)
    timing.release_now(docket, sha256=sha(docket), by=room.duty, at=NOON)

    assert fresh(docket).state == State.LIVE


@pytest.mark.parametrize("bring", [submitted, live])
def test_only_what_is_approved_goes_into_a_bundle(room: Newsroom, bring: object) -> None:
    with pytest.raises(NotAllowed, match="đã duyệt"):
        bundled(room, bring(room))  # type: ignore[operator]


def test_a_bundle_holds_things_of_its_agency_unless_it_is_the_centres(room: Newsroom) -> None:
    centre = newsroom("tw", is_centre=True)
    foreign = approved(newsroom("khac"))
    with pytest.raises(NotAllowed, match="của cơ quan đó"):
        bundled(room, foreign)

    bundle = bundled(centre, foreign, approved(room))

    dockets = [fresh(one) for one in bundle.dockets.all()]
    bundles.release_bundle(bundle, sha256=shown(*dockets), by=centre.duty, at=NOON)
    assert Entry.objects.count() == 2


def test_a_bundle_waits_for_its_time(room: Newsroom) -> None:
    docket = approved(room)
    bundle = bundled(room, docket, release_at=NOON + HOUR)

    bundle = bundles.release_bundle(bundle, sha256=shown(docket), by=room.duty, at=NOON)

    assert bundle.state == BundleState.SCHEDULED
    assert timing.run_due(at=NOON) == 0
    assert timing.run_due(at=NOON + HOUR) == 1
    assert fresh(docket).state == State.LIVE
    assert not list(problems())


def test_a_bundle_in_which_something_changed_is_held_whole(room: Newsroom) -> None:
    one, two = approved(room), approved(room)
    bundle = bundled(room, one, two, release_at=NOON + HOUR)
    bundles.release_bundle(bundle, sha256=shown(one, two), by=room.duty, at=NOON)
    passage.recall(one, by=room.author, at=NOON)

    timing.run_due(at=NOON + HOUR)

    bundle.refresh_from_db()
    assert (bundle.state, bool(bundle.reason)) == (BundleState.HELD, True)
    assert not Entry.objects.exists()
    bundles.remove(bundle, one, by=room.approver, at=NOON)
    bundles.release_bundle(bundle, sha256=shown(two), by=room.duty, at=NOON + HOUR)
    assert fresh(two).state == State.LIVE


def test_a_scheduled_bundle_does_not_change_unless_its_time_is_taken_back(room: Newsroom) -> None:
    docket = approved(room)
    bundle = bundled(room, docket, release_at=NOON + HOUR)
    bundles.release_bundle(bundle, sha256=shown(docket), by=room.duty, at=NOON)
    with pytest.raises(NotAllowed, match="không thay đổi"):
        bundles.remove(bundle, docket, by=room.approver, at=NOON)

    bundles.unschedule_bundle(bundle, by=room.duty, at=NOON)

    assert timing.run_due(at=NOON + HOUR) == 0
    assert bundles.remove(bundle, docket, by=room.approver, at=NOON).bundle is None
