"""kill -9 at any moment of a harvest: nothing lost, nothing double, the ledger whole."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from bench.publisher import ENTRIES, FEEDS
from bench.serving import Serving, publisher
from tests.harvest.publisher import registry
from tests.scratch import Scratch

pytestmark = pytest.mark.killing


@pytest.fixture
def serving() -> Iterator[Serving]:
    with publisher() as running:
        yield running


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=pytest.mark.nightly)])
def test_a_harvest_killed_again_and_again_loses_nothing_and_doubles_nothing(
    scratch_database: Scratch, serving: Serving, kills: int
) -> None:
    sources = scratch_database.data_dir / "sources.toml"
    sources.write_text(
        registry([{"id": f"n{feed}", "url": serving.url(0, f"/{feed}"), "policy": "auto"} for feed in range(FEEDS)])
    )
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
