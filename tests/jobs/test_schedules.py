from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from cong.jobs import actions, schedules
from cong.jobs.models import Job, Status
from cong.jobs.schedules import Schedule, Timetable
from tests.jobs import tasks
from tests.jobs.makers import Clock, claimed, drain
from tests.makers import NOON

pytestmark = pytest.mark.django_db

_TICK: Any = tasks.tick
HOURLY = Schedule(name="hourly", task=_TICK, every=timedelta(hours=1))
NIGHTLY = Schedule(name="nightly", task=_TICK, at=time(3, 0))


def test_a_slot_becomes_one_job_whoever_comes_first(clock: Clock) -> None:
    for _ in range(3):
        Timetable([HOURLY, NIGHTLY]).put_due(NOON)

    assert sorted(Job.objects.values_list("unique_key", "schedule", "run_at")) == [
        ("sched:hourly:2026-11-25T05:00:00Z", "hourly", NOON),
        ("sched:nightly:2026-11-24T20:00:00Z", "nightly", datetime(2026, 11, 24, 20, 0, tzinfo=UTC)),
    ]


def test_a_slot_that_is_done_is_not_done_again(clock: Clock) -> None:
    Timetable([HOURLY]).put_due(NOON)
    drain(clock)
    Timetable([HOURLY]).put_due(NOON + timedelta(minutes=59))
    drain(clock)

    assert tasks.calls == ["tick"]


def test_missed_slots_do_not_pile_up(clock: Clock) -> None:
    Timetable([HOURLY, NIGHTLY]).put_due(NOON)
    drain(clock)
    clock.forward(days=10)

    Timetable([HOURLY, NIGHTLY]).put_due(clock.at)

    assert drain(clock) == 2


def test_a_slot_waits_for_the_one_before_it_and_the_latest_is_next(clock: Clock) -> None:
    table = Timetable([HOURLY])
    table.put_due(NOON)
    running = claimed()
    for hour in (1, 2, 3):
        table.put_due(NOON + timedelta(hours=hour))
    during = Job.objects.count()
    actions.finish(running, at=NOON + timedelta(hours=3))

    table.put_due(NOON + timedelta(hours=3, seconds=2))

    assert during == 1
    assert Job.objects.get(status=Status.READY).run_at == NOON + timedelta(hours=3)


def test_a_dead_run_does_not_stop_the_next(clock: Clock) -> None:
    table = Timetable([HOURLY])
    table.put_due(NOON)
    dead = claimed()
    actions.die(dead, error="x", at=NOON)

    table.put_due(NOON + timedelta(hours=1))

    assert Job.objects.filter(status=Status.READY).count() == 1
    with pytest.raises(actions.AlreadyWaiting):
        actions.run_again(dead, at=NOON)


def test_a_settled_slot_is_not_asked_for_again(clock: Clock, django_assert_num_queries: Any) -> None:
    table = Timetable([HOURLY])
    table.put_due(NOON)

    with django_assert_num_queries(0):
        table.put_due(NOON + timedelta(minutes=59))

    assert table.waiting(NOON + timedelta(minutes=60))


def test_a_blocked_slot_is_tried_once_a_second(clock: Clock, django_assert_num_queries: Any) -> None:
    table = Timetable([HOURLY])
    table.put_due(NOON)
    later = NOON + timedelta(hours=1)
    table.put_due(later)

    with django_assert_num_queries(0):
        table.put_due(later + timedelta(milliseconds=900))

    assert not table.waiting(later + timedelta(milliseconds=900))
    assert table.waiting(later + timedelta(seconds=1))


def test_jobs_of_a_frequent_schedule_are_pruned_after_an_hour(clock: Clock) -> None:
    for one in (HOURLY, Schedule(name="often", task=_TICK, every=timedelta(seconds=1))):
        Timetable([one]).put_due(NOON)
    drain(clock)

    gone = actions.prune(frequent=["often"], at=NOON + timedelta(hours=1, seconds=1))

    assert gone == 1
    assert Job.objects.get().schedule == "hourly"


def test_pruning_is_itself_a_schedule() -> None:
    known = {one.name: one for one in schedules.registered()}

    assert known["prune-jobs"].every == timedelta(hours=1)


def test_a_name_is_registered_once() -> None:
    known = {one.name: one for one in schedules.registered()}["prune-jobs"]

    same = schedules.register("prune-jobs", known.task, every=timedelta(hours=1))

    assert same == known
    with pytest.raises(ValueError, match="another one"):
        schedules.register("prune-jobs", known.task, at="03:00")


@pytest.mark.parametrize(
    "words",
    [
        {"name": "Không dấu", "every": timedelta(hours=1)},
        {"name": "x" * 61, "every": timedelta(hours=1)},
        {"name": "both", "every": timedelta(hours=1), "at": time(3)},
        {"name": "neither"},
        {"name": "too-often", "every": timedelta(milliseconds=10)},
        {"name": "elsewhere", "at": time(3, tzinfo=UTC)},
    ],
)
def test_a_schedule_that_says_nonsense_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="schedule"):
        Schedule(task=_TICK, **words)


def test_a_scheduled_task_takes_no_arguments() -> None:
    with pytest.raises(TypeError):
        schedules.register("with-arguments", tasks.note, every=timedelta(hours=1))
