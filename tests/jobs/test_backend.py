from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, default_task_backend, task
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist, TaskResultMismatch

from cong.jobs.backend import LeasedTask
from cong.jobs.models import Job, Status
from tests.jobs import tasks
from tests.jobs.makers import Clock, claimed, drain, run_until_dead
from tests.makers import NOON

pytestmark = pytest.mark.django_db


class Changed(Exception):
    """The caller thinks better of it."""


def test_enqueueing_stores_the_call(clock: Clock) -> None:
    result = tasks.note.enqueue("đọc sách")

    job = Job.objects.get()
    assert (job.task, job.args, job.kwargs) == ("tests.jobs.tasks.note", ["đọc sách"], {})
    assert (job.status, job.attempts, job.run_at, job.enqueued_at) == (Status.READY, 0, NOON, NOON)
    assert (result.id, result.status, result.args) == (str(job.pk), TaskResultStatus.READY, ["đọc sách"])


@transaction.atomic
def _enqueue_and_think_better_of_it() -> None:
    tasks.note.enqueue("nothing")
    tasks.look.enqueue(7)
    raise Changed


def test_rolling_back_takes_the_job_away(clock: Clock) -> None:
    with pytest.raises(Changed):
        _enqueue_and_think_better_of_it()

    assert not Job.objects.exists()


def test_the_result_can_be_asked_for_at_every_stage(clock: Clock) -> None:
    asked = tasks.note.enqueue("chào")
    claimed()
    running = tasks.note.get_result(asked.id)
    clock.forward(minutes=1)
    drain(clock)
    done = tasks.note.get_result(asked.id)

    assert running.status == TaskResultStatus.RUNNING
    assert not running.is_finished
    assert done.status == TaskResultStatus.SUCCESSFUL
    assert done.return_value == "CHÀO"
    assert done.attempts == 2
    assert done.finished_at == clock.at


def test_a_dead_job_is_a_failed_result_with_its_error(clock: Clock) -> None:
    asked = tasks.stumble.enqueue()
    run_until_dead(clock)

    asked.refresh()

    assert asked.status == TaskResultStatus.FAILED
    assert asked.errors[0].exception_class is OSError
    assert "no reply" in asked.errors[0].traceback


@pytest.mark.parametrize("unknown", ["1", "nothing", ""])
def test_a_result_that_is_not_there_is_said_so(unknown: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(unknown)


def test_a_result_of_another_task_is_refused(clock: Clock) -> None:
    asked = tasks.note.enqueue("x")

    with pytest.raises(TaskResultMismatch):
        tasks.look.get_result(asked.id)


def test_a_task_can_wait_for_its_moment(clock: Clock) -> None:
    tasks.note.using(run_after=NOON + timedelta(hours=1)).enqueue("later")

    early = drain(clock)
    clock.forward(hours=1)
    late = drain(clock)

    assert (early, late) == (0, 1)


@pytest.mark.parametrize("argument", [NOON, {1, 2}, b"x", float("nan"), "a\0"])
def test_arguments_that_no_json_can_hold_are_refused_at_once(argument: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        tasks.note.enqueue(argument)

    assert not Job.objects.exists()


def test_a_call_that_does_not_fit_is_refused_at_once() -> None:
    call: Any = tasks.note.enqueue

    for refused in (call, lambda: call("a", "b"), lambda: call(words="a")):
        with pytest.raises(TypeError):
            refused()

    assert not Job.objects.exists()


def test_five_calls_with_one_key_are_one_job(clock: Clock) -> None:
    results = [tasks.look.enqueue(7), tasks.look.enqueue(agency=7, closely=True), *(
        tasks.look.enqueue(7) for _ in range(3)
    )]  # fmt: skip
    other = tasks.look.enqueue(8)

    assert {one.id for one in results} == {results[0].id}
    assert other.id != results[0].id
    assert Job.objects.count() == 2


def test_a_running_job_still_holds_its_key_and_a_finished_one_does_not(clock: Clock) -> None:
    first = tasks.look.enqueue(7)
    claimed()
    while_running = tasks.look.enqueue(7)
    clock.forward(minutes=1)
    drain(clock)

    after = tasks.look.enqueue(7)

    assert while_running.id == first.id
    assert after.id != first.id


def test_a_task_knows_its_own_words() -> None:
    assert isinstance(tasks.stumble, LeasedTask)
    assert (tasks.stumble.max_attempts, tasks.note.max_attempts) == (3, 25)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words",
    [
        {"unique": "sched:backup"},
        {"unique": "look:{nobody}"},
        {"max_attempts": 0},
        {"priority": 5},
        {"queue_name": "other"},
    ],
)
def test_a_task_that_could_not_be_kept_is_refused_where_it_is_written(words: dict[str, Any]) -> None:
    with pytest.raises(InvalidTaskError):
        task(**words)(tasks.note.func)


def test_a_key_too_long_for_the_table_is_refused() -> None:
    long = task(unique="{text}")(tasks.note.func)

    with pytest.raises(ValueError, match="longer than 300"):
        long.enqueue("x" * 301)
