"""A clock that stands until it is moved, and jobs brought into every state by the room's own actions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from cong.jobs import actions, worker
from cong.jobs.models import Job
from tests.jobs import tasks
from tests.makers import NOON
from tests.scratch import Scratch

LEASE = timedelta(seconds=30)


@dataclass
class Clock:
    """Calls itself `now`; starts long enough ago that what is enqueued at the real time would not be due."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


def claimed(at: datetime = NOON, by: str = "a:1") -> Job:
    """Claim the next due job, which has to be there."""
    job = actions.claim(worker=by, lease=LEASE, at=at)
    assert job
    return job


def drain(clock: Callable[[], datetime]) -> int:
    return worker.drain(clock=clock, lease=LEASE)


def run_until_dead(clock: Clock) -> int:
    """Let time pass until nothing is live any more; return how many attempts that took."""
    attempts = 0
    while Job.objects.live().exists():
        attempts += drain(clock)
        clock.forward(minutes=11)
    return attempts


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Give a clock that `enqueue` looks at too, and forget what tasks did."""
    standing = Clock()
    monkeypatch.setattr("django.utils.timezone.now", standing)
    tasks.calls.clear()
    yield standing
    tasks.calls.clear()


def enqueue(scratch: Scratch, call: str) -> None:
    """Enqueue in a scratch database, as in `note.enqueue("x")`."""
    done = scratch.run("shell", "--verbosity", "0", "-c", f"from tests.jobs import tasks\n{call}")
    assert done.returncode == 0, done.stderr


def wait_until(true: Callable[[], object], scratch: Scratch, *, seconds: float = 90) -> None:
    """Wait for something that comes soon on an idle machine and late on a busy one."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, scratch.log()
        time.sleep(0.02)
