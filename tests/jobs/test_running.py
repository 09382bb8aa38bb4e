"""`cong work` as a process: it runs what comes, and ends when told."""

from __future__ import annotations

import time

import pytest

from cong.jobs import heart, worker
from tests.jobs.makers import enqueue, wait_until
from tests.scratch import Scratch

pytestmark = pytest.mark.killing

# Its own promise is two seconds; a busy machine gets as long as the supervisor waits.
_PATIENCE = 8.0


def _state(scratch: Scratch) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in scratch.query("SELECT status, attempts FROM jobs_job WHERE schedule IS NULL")]


def test_the_parts_of_ending_add_up_to_less_than_two_seconds() -> None:
    assert worker._GRACE_SECONDS + heart.PATIENCE_SECONDS + max(worker._POLL.values()) < 2


def test_a_worker_runs_what_comes_and_its_schedules_and_ends_when_told(scratch_database: Scratch) -> None:
    running = scratch_database.start("work")
    enqueue(scratch_database, "tasks.note.enqueue('x')")
    wait_until(lambda: _state(scratch_database) == [("done", 1)], scratch_database)

    running.terminate()
    began = time.monotonic()
    code = running.wait(30)

    assert code == 0, scratch_database.log()
    assert time.monotonic() - began < _PATIENCE
    assert scratch_database.query("SELECT schedule FROM jobs_job WHERE schedule = 'prune-jobs'") == [("prune-jobs",)]


def test_a_short_job_is_finished_before_the_worker_ends(scratch_database: Scratch) -> None:
    enqueue(scratch_database, "tasks.rest.enqueue(0.5)")
    running = scratch_database.start("work")
    wait_until(lambda: _state(scratch_database) == [("running", 1)], scratch_database)

    running.terminate()

    assert running.wait(30) == 0
    assert _state(scratch_database) == [("done", 1)]


def test_a_long_job_is_left_to_its_lease_and_taken_over(scratch_database: Scratch) -> None:
    enqueue(scratch_database, "tasks.rest.enqueue(60)")
    running = scratch_database.start("work", "--lease", "6")
    wait_until(lambda: _state(scratch_database) == [("running", 1)], scratch_database)

    running.terminate()
    began = time.monotonic()
    code = running.wait(30)
    took = time.monotonic() - began
    left = _state(scratch_database)
    scratch_database.start("work", "--lease", "6")
    wait_until(lambda: _state(scratch_database) == [("running", 2)], scratch_database)

    assert (code, left) == (0, [("running", 1)]), scratch_database.log()
    assert took < _PATIENCE


def test_a_job_longer_than_its_lease_is_run_by_one_worker_alone(scratch_database: Scratch) -> None:
    enqueue(scratch_database, "tasks.rest.enqueue(6)")
    for _ in range(2):
        scratch_database.start("work", "--lease", "4")

    wait_until(lambda: _state(scratch_database)[0][0] == "done", scratch_database)

    slots = scratch_database.query(
        "SELECT count(*), count(DISTINCT unique_key) FROM jobs_job WHERE schedule IS NOT NULL"
    )
    assert _state(scratch_database) == [("done", 1)]
    assert slots[0][0] == slots[0][1] > 0


def test_once_does_what_is_due_and_says_how_much(scratch_database: Scratch) -> None:
    enqueue(scratch_database, "tasks.note.enqueue('x')")

    done = scratch_database.run("work", "--once")

    assert done.returncode == 0, done.stderr
    assert scratch_database.query("SELECT count(*) FROM jobs_job WHERE status <> 'done'") == [(0,)]
    assert "việc" in done.stdout


@pytest.mark.parametrize("wrong", [("--threads", "0"), ("--lease", "0"), ("--lease", "soon")])
def test_a_wrong_number_is_said_so(scratch_database: Scratch, wrong: tuple[str, str]) -> None:
    refused = scratch_database.run("work", "--once", *wrong)

    assert refused.returncode != 0
    assert wrong[0] in refused.stderr
