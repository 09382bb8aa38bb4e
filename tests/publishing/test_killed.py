"""kill -9 while due releases go out: each is out whole or not at all, and the next worker goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest

from tests.kept import ROOT
from tests.scratch import Scratch

pytestmark = pytest.mark.killing

_TEXTS = 60


def made(scratch: Scratch) -> None:
    """Bring many texts to a schedule whose time has passed."""
    subprocess.run(
        [sys.executable, "-m", "tests.publishing.scheduled", str(_TEXTS)], env=scratch.environ, cwd=ROOT, check=True
    )


def out(scratch: Scratch) -> int:
    return int(scratch.query("SELECT count(*) FROM entries_entry")[0][0])


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.nightly)])
def test_releases_killed_again_and_again_come_out_whole_and_once(scratch_database: Scratch, kills: int) -> None:
    made(scratch_database)
    chance = random.Random(kills)

    for _ in range(kills):
        before, running = out(scratch_database), scratch_database.start("release", "once")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and out(scratch_database) == before and running.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.05))
        running.kill()
        running.wait()
    finished = scratch_database.run("release", "once")
    verified = scratch_database.run("verify")

    assert finished.returncode == 0, finished.stderr
    assert verified.returncode == 0, verified.stderr
    assert scratch_database.query("SELECT count(*), count(DISTINCT publication_id) FROM publishing_release") == [
        (_TEXTS, _TEXTS)
    ]
    assert scratch_database.query("SELECT count(*) FROM publishing_docket WHERE state = 'live'") == [(_TEXTS,)]
    assert out(scratch_database) == _TEXTS


def test_the_worker_releases_what_is_due_and_ends_when_told(scratch_database: Scratch) -> None:
    made(scratch_database)
    running = scratch_database.start("release", "run")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and out(scratch_database) < _TEXTS:
        time.sleep(0.05)

    running.send_signal(signal.SIGTERM)

    assert running.wait(timeout=60) == 0, scratch_database.log()
    assert out(scratch_database) == _TEXTS
