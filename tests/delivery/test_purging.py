"""Tests that a change of the shelf purges what it makes wrong, at once, in the process that made it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from cong.delivery import ground, purging
from cong.delivery.ground import Ground, Standing, slots
from cong.entries.models import Change, Op
from cong.kernel import tags
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(settings: Settings, tmp_path: Path) -> Ground:
    settings.DELIVERY_DIR = tmp_path / "delivery"
    return ground.current(purging.ground_file())


def _standing(shared: Ground, epoch: int, *tags: str) -> Standing:
    return shared.judge(slots(tags), epoch, shared_moment(shared))


def shared_moment(shared: Ground) -> float:
    # Just after the purge, whatever the clock says.
    return max(shared._moments[at + 3] for at in slots(["home"]))


def test_a_release_renews_its_lists_and_leaves_others_alone(
    shared: Ground, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = shared.epoch
    with django_capture_on_commit_callbacks(execute=True):
        entry = makers.entry(section="kinh-te")

    assert _standing(shared, before, f"entry:{entry.pk}") is Standing.GONE
    for tag in ("home", "news", "maps", "section:kinh-te", f"agency:{entry.agency_id}", "kind:news"):
        assert _standing(shared, before, tag) is Standing.STALE, tag
    for tag in ("site", "section:giao-duc", "kind:document", "graves", f"entry:{entry.pk + 1}"):
        assert _standing(shared, before, tag) is Standing.FRESH, tag


def test_a_correction_takes_the_page_at_once_and_renews_where_it_is_shown(
    shared: Ground, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    entry = makers.entry(section="kinh-te")
    before = shared.epoch

    with django_capture_on_commit_callbacks(execute=True):
        makers.correct(entry, title="Đã sửa", section="giao-duc")

    assert _standing(shared, before, f"entry:{entry.pk}") is Standing.GONE
    assert _standing(shared, before, f"in:{entry.pk}") is Standing.STALE
    assert _standing(shared, before, "section:giao-duc") is Standing.STALE


def test_a_withdrawal_takes_every_page_that_shows_it_at_once(
    shared: Ground, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    entry = makers.entry()
    before = shared.epoch

    with django_capture_on_commit_callbacks(execute=True):
        makers.withdraw(entry)

    for tag in (f"entry:{entry.pk}", f"in:{entry.pk}", "graves", "shelf"):
        assert _standing(shared, before, tag) is Standing.GONE, tag
    assert _standing(shared, before, "home") is Standing.STALE


def test_the_changes_are_answered_for_by_their_numbers(
    shared: Ground, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        makers.entries([makers.content(makers.agency(), f"Tin {number}") for number in range(3)])

    assert [shared.answered_for(seq) for seq in Change.objects.values_list("seq", flat=True)] == [True] * 3


def test_nothing_is_purged_by_what_was_not_committed(
    shared: Ground, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = shared.epoch

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        makers.entry()
        transaction.set_rollback(True)

    assert shared.epoch == before


def test_a_database_that_does_not_say_where_purges_all() -> None:
    def gone(*_: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(gone):
        purge = purging.purge_of([(5, Op.PUT)])

    assert tags.SITE in purge.soft
    assert purge.hard == {"entry:5"}


def test_a_folder_that_was_taken_away_is_waited_for(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    settings.DELIVERY_DIR = tmp_path / "anew"
    with monkeypatch.context() as patch:
        patch.setattr("cong.delivery.purging.time.sleep", waited.append)
        purging.after([(5, Op.REMOVE)], 1)
        purging.after([(6, Op.REMOVE)], 2)  # somebody else's file by now, and as young
    time.sleep(2 * ground.LOOK)

    began = time.monotonic()
    purging.after([(7, Op.REMOVE)], 3)

    assert all(0 < seconds <= 2 * ground.LOOK for seconds in waited)
    assert len(waited) == 2
    assert time.monotonic() - began < ground.LOOK


def test_where_nothing_can_be_kept_a_release_is_still_a_release(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cong.delivery.purging.time.sleep", lambda seconds: None)
    (tmp_path / "file").touch()
    settings.DELIVERY_DIR = tmp_path / "file"

    purging.after([(5, Op.REMOVE)], 1)


def test_without_kept_pages_nothing_is_done(settings: Settings, tmp_path: Path) -> None:
    settings.PAGE_CACHE, settings.DELIVERY_DIR = False, tmp_path / "none"

    purging.after([(5, Op.REMOVE)], 1)

    assert not (tmp_path / "none").exists()
