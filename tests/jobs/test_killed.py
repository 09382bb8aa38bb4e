"""kill -9 and SIGSTOP at any moment: no job lost, none done twice that is to be done exactly once."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.jobs.makers import enqueue, wait_until
from tests.scratch import ON_POSTGRESQL, Scratch

pytestmark = pytest.mark.killing

_JOBS_A_KILL = 40
_FREEZES = 2


@pytest.fixture
def database(scratch_database: Scratch) -> Scratch:
    """Give a scratch database with the table that the tasks write to."""
    sql = "CREATE TABLE effect (number integer NOT NULL)"
    if ON_POSTGRESQL:
        with psycopg.connect(scratch_database.url, autocommit=True) as server:
            server.execute(sql)
    else:
        connection = sqlite3.connect(urlsplit(scratch_database.url).path)
        connection.execute(sql)
        connection.close()
    return scratch_database


def _effects(scratch: Scratch) -> tuple[int, int]:
    """Return how often something was done, and how many different things."""
    found = scratch.query("SELECT count(*), count(DISTINCT number) FROM effect")[0]
    return int(found[0]), int(found[1])


def _done(scratch: Scratch) -> int:
    return int(scratch.query("SELECT count(*) FROM jobs_job WHERE status = 'done' AND schedule IS NULL")[0][0])


def _kill_again_and_again(scratch: Scratch, kills: int) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        running = scratch.start("work", "--lease", "2")
        before = _done(scratch)
        wait_until(lambda before=before: _done(scratch) > before, scratch)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.1))
        running.kill()
        running.wait()


def _finish(scratch: Scratch, jobs: int) -> None:
    running = scratch.start("work", "--lease", "2")
    wait_until(lambda: _done(scratch) == jobs, scratch, seconds=300)
    running.terminate()
    assert running.wait(30) == 0, scratch.log()


@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.nightly)])
def test_workers_killed_at_any_moment_lose_nothing_and_double_nothing(database: Scratch, kills: int) -> None:
    jobs = kills * _JOBS_A_KILL
    enqueue(database, f"for number in range({jobs}): tasks.write.enqueue(number)")

    _kill_again_and_again(database, kills)
    left = jobs - _done(database)
    _finish(database, jobs)

    assert left > 0, "the last kills hit no work"
    assert _effects(database) == (jobs, jobs)


def test_what_is_done_at_least_once_is_never_lost_either(database: Scratch) -> None:
    jobs = 3 * _JOBS_A_KILL
    enqueue(database, f"for number in range({jobs}): tasks.write_at_least_once.enqueue(number)")

    _kill_again_and_again(database, 3)
    _finish(database, jobs)

    often, different = _effects(database)
    assert different == jobs
    # Four threads were at work at each kill: no more than their jobs can have been done again.
    assert often <= jobs + 3 * 4


def test_workers_frozen_longer_than_their_lease_double_nothing(database: Scratch) -> None:
    chance = random.Random(8)
    jobs = _FREEZES * _JOBS_A_KILL
    enqueue(database, f"for number in range({jobs}): tasks.write_slowly.enqueue(number)")
    workers = [database.start("work", "--lease", "1", "--threads", "2") for _ in range(2)]
    wait_until(lambda: _done(database), database)

    for number in range(_FREEZES):
        frozen = workers[number % len(workers)]
        time.sleep(chance.uniform(0, 0.3))
        frozen.send_signal(signal.SIGSTOP)
        time.sleep(2.5)
        frozen.send_signal(signal.SIGCONT)
    wait_until(lambda: _done(database) == jobs, database, seconds=180)

    assert _effects(database) == (jobs, jobs)
