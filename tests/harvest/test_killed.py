"""kill -9 at any moment of a harvest: nothing lost, nothing double, the ledger whole."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bench.harvest import registry
from bench.publisher import ENTRIES, FEEDS
from tests.scratch import ROOT, Scratch

pytestmark = pytest.mark.killing


@pytest.fixture
def publisher_port() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "bench.publisher"], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    try:
        yield int(json.loads(process.stdout.readline())["port"])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=pytest.mark.nightly)])
def test_a_harvest_killed_again_and_again_loses_nothing_and_doubles_nothing(
    scratch_database: Scratch, publisher_port: int, kills: int
) -> None:
    sources = scratch_database.data_dir / "sources.toml"
    sources.write_text(registry(publisher_port, "auto", ""))
    assert scratch_database.run("harvest", "import", str(sources)).returncode == 0
    chance = random.Random(kills)

    for _ in range(kills):
        running = scratch_database.start("harvest", "once")
        before = _items(scratch_database)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and _items(scratch_database) == before and running.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.1))
        running.kill()
        running.wait()
    finished = scratch_database.run("harvest", "once")
    verified = scratch_database.run("verify")

    assert finished.returncode == 0, finished.stderr
    assert verified.returncode == 0, verified.stderr
    assert _items(scratch_database) == FEEDS * ENTRIES
    assert scratch_database.query("SELECT count(*), count(DISTINCT publication_id) FROM harvest_item") == [
        (FEEDS * ENTRIES, FEEDS * ENTRIES)
    ]
    assert scratch_database.query("SELECT count(*) FROM entries_entry") == [(FEEDS * ENTRIES,)]
    assert scratch_database.query("SELECT count(*) FROM publishing_publication") == [(FEEDS * ENTRIES,)]


def _items(scratch: Scratch) -> int:
    return int(scratch.query("SELECT count(*) FROM harvest_item")[0][0])
