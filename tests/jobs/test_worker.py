from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django_tasks import TaskResultStatus

from cong.jobs import actions, worker
from cong.jobs.heart import Heart
from cong.jobs.models import Job, Status
from tests.jobs import tasks
from tests.jobs.makers import LEASE, Clock, claimed, drain, run_until_dead
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def test_draining_runs_what_is_due_and_keeps_what_it_returned(clock: Clock) -> None:
    asked = [tasks.note.enqueue(word) for word in ("một", "hai")]

    done = drain(clock)

    assert done == 2
    assert tasks.calls == ["một", "hai"]
    assert [tasks.note.get_result(one.id).return_value for one in asked] == ["MỘT", "HAI"]


def test_a_task_can_see_which_attempt_it_is(clock: Clock) -> None:
    asked = tasks.which_attempt.enqueue(40)
    claimed()
    clock.forward(minutes=1)

    drain(clock)

    assert tasks.which_attempt.get_result(asked.id).return_value == 42


def test_what_an_exactly_once_task_did_goes_with_its_failure(clock: Clock) -> None:
    tasks.begin_and_drop.enqueue()

    attempts = run_until_dead(clock)

    assert attempts == 2
    assert [job.status for job in Job.objects.all()] == [Status.DEAD]


def test_an_exactly_once_task_has_a_result_too(clock: Clock) -> None:
    asked = tasks.answer.enqueue(21)

    drain(clock)

    assert tasks.answer.get_result(asked.id).return_value == 42


def test_an_exactly_once_task_whose_lease_was_lost_does_nothing(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    tasks.note.enqueue("x")
    Job.objects.update(task="tests.jobs.tasks.begin_and_drop", args=[])
    frozen = claimed()
    clock.forward(minutes=1)
    claimed(clock.at, by="b:2")

    with Heart(lease=LEASE, clock=clock) as heart, pytest.raises(actions.LeaseLost):
        worker.Runner(heart, lease=LEASE, clock=clock)._run(frozen)

    assert Job.objects.count() == 1


def test_work_that_is_done_is_not_done_again_because_of_what_it_returned(clock: Clock) -> None:
    asked = tasks.return_what_is_no_json.enqueue()

    run_until_dead(clock)

    result = tasks.return_what_is_no_json.get_result(asked.id)
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert result.return_value is None
    assert tasks.calls == ["returned"]


def test_a_task_that_wants_to_leave_takes_no_worker_with_it(clock: Clock) -> None:
    tasks.leave.enqueue()
    tasks.note.enqueue("still there")

    done = drain(clock)

    assert done == 2
    assert tasks.calls == ["still there"]
    assert Job.objects.filter(error_class="builtins.SystemExit", status=Status.READY).exists()


@pytest.mark.parametrize("name", ["tests.jobs.tasks.gone", "nowhere.at.all", "tests.jobs.tasks.calls", "os.system"])
def test_a_job_whose_task_is_not_there_rests_and_is_tried_again(clock: Clock, name: str) -> None:
    tasks.note.enqueue("x")
    Job.objects.update(task=name)

    drain(clock)

    job = Job.objects.get()
    assert (job.status, job.run_at) == (Status.READY, clock.at + timedelta(seconds=2))
    assert tasks.calls == []


def test_a_job_that_kills_its_worker_again_and_again_is_given_up(clock: Clock) -> None:
    tasks.stumble.enqueue()
    for _ in range(3):
        claimed(clock.at)
        clock.forward(minutes=1)

    drain(clock)

    job = Job.objects.get()
    assert job.status == Status.DEAD
    assert "3 lần" in job.error
    assert tasks.calls == []


def test_the_heart_holds_on_to_what_runs_and_to_nothing_else(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    tasks.note.enqueue("x")
    tasks.note.enqueue("y")
    held, other = claimed(), claimed()
    clock.forward(seconds=20)
    heart = Heart(lease=LEASE, clock=clock)

    with heart.holding(held):
        heart.beat()
    heart.beat()

    held.refresh_from_db()
    other.refresh_from_db()
    assert held.lease_until == clock.at + LEASE
    assert other.lease_until == NOON + LEASE


def test_the_heart_says_when_a_lease_is_lost(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    tasks.note.enqueue("x")
    lost = claimed()
    clock.forward(minutes=1)
    claimed(clock.at, by="b:2")
    heart = Heart(lease=LEASE, clock=clock)

    with caplog.at_level(logging.WARNING, "cong.jobs"), heart.holding(lost):
        heart.beat()

    assert "lease lost" in caplog.text
