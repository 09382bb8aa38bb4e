"""Real processes: kill -9 at any moment, a directory that is deleted, a second indexer, an orderly end."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cong.search.engines.engine import NotReady
from cong.search.index import requests
from cong.search.index.folder import Folder
from cong.search.index.reader import Reader
from cong.search.index.requests import Wish
from cong.search.index.versions import Busy
from tests.scratch import Scratch

# Publishes, corrects and withdraws without end, as many editors would.
FEED = """
from itertools import count
from random import Random
from time import sleep
from cong.agencies.models import Agency
from cong.entries.models import Entry
from cong.publishing import actions
from cong.publishing.models import Origin
from tests import makers
chance, owner = Random(5), makers.agency()
html = "<p>" + "từ ngữ khác nhau " * 100 + "</p>"
for turn in count():
    contents = [makers.content(owner, f"Thư viện số {turn} {place}", html=html) for place in range(30)]
    ids = actions.open_publications(owner, Origin.HARVEST, len(contents), at=makers.NOON)
    sealed = actions.seal_all(list(zip(ids, contents)), by=None, at=makers.NOON)
    actions.release_by_policy(sealed, makers.policy(), at=makers.NOON)
    known = list(Entry.objects.values_list("pk", flat=True))
    for number in chance.sample(known, 4):
        makers.withdraw(Entry.objects.get(pk=number))
        known.remove(number)
    makers.correct(Entry.objects.get(pk=chance.choice(known)), title=f"Thư viện đổi tên {turn}")
    sleep(0.3)
"""

# How many seconds after its commit a change can be seen in the index, from another process.
MEASURE = """
import json, sys
from time import monotonic, sleep
from cong.search.engines import chosen
from tests import makers
def until(number, there):
    began = monotonic()
    while (number in chosen.reader().releases(1, 10**9)) != there and monotonic() - began < 30:
        sleep(0.02)
    return monotonic() - began
times, owner = [], makers.agency()
for turn in range(4):
    entry = makers.entry(owner, f"Bảo tàng {turn}")
    put = until(entry.pk, True)
    makers.withdraw(entry)
    times.append([put, until(entry.pk, False)])
sys.stdout.write(json.dumps(times))
"""


@pytest.mark.killing
@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.nightly)])
def test_an_indexer_that_is_killed_again_and_again_loses_and_doubles_nothing(
    scratch_database: Scratch, rounds: int
) -> None:
    chance, root = random.Random(20261125 + rounds), scratch_database.data_dir / "search"
    feeder = scratch_database.start("shell", "-v0", "-c", FEED)
    assert within(60, lambda: count(scratch_database) > 100), scratch_database.log()
    for turn in range(rounds):
        # Adds and removals; then a rebuild on top; then a repair.
        if turn % 3:
            requests.leave(root, (Wish.REBUILD, Wish.LOOK)[turn % 3 - 1], range(1, 200) if turn % 3 == 2 else ())
        before, running = written(root), scratch_database.start("index", "run")
        assert within(60, lambda before=before: written(root) != before), scratch_database.log()  # type: ignore[misc]
        time.sleep(chance.uniform(0, 1.0))
        running.kill()
        running.wait()
    feeder.kill()
    feeder.wait()

    repaired = scratch_database.run("index", "repair", "--json")

    assert repaired.returncode == 0, repaired.stderr
    checked = json.loads(repaired.stdout)
    assert [checked[name] for name in ("missing", "stale", "extra", "unfound")] == [0, 0, 0, 0]
    assert checked["entries"] == count(scratch_database)
    assert releases(root) == dict(scratch_database.query("SELECT id, release_id FROM entries_entry"))


@pytest.mark.killing
def test_run_follows_refuses_a_second_survives_the_loss_of_its_directory_and_ends_on_sigterm(
    scratch_database: Scratch,
) -> None:
    root = scratch_database.data_dir / "search"
    running = scratch_database.start("index", "run")
    assert within(60, lambda: is_ready(root)), scratch_database.log()

    with pytest.raises(Busy, match=str(running.pid)), Folder(root=root).locked():
        pass
    measured = scratch_database.run("shell", "-v0", "-c", MEASURE)
    shutil.rmtree(root)
    gone = is_ready(root)
    back = within(20, lambda: is_ready(root))
    running.terminate()

    assert measured.returncode == 0, measured.stderr
    puts, removals = zip(*json.loads(measured.stdout), strict=True)
    assert min(puts) < 2
    assert min(removals) < 2
    assert (gone, back) == (False, True)
    assert running.wait(20) == 0
    assert releases(root) == dict(scratch_database.query("SELECT id, release_id FROM entries_entry"))


def count(database: Scratch) -> int:
    return int(database.query("SELECT count(*) FROM entries_entry")[0][0])


def written(root: Path) -> set[tuple[str, int]]:
    """Return what lies in the index's folder: it differs as soon as an indexer is at work."""
    found = set()
    for path in root.rglob("*"):
        try:
            found.add((str(path), path.stat().st_mtime_ns))
        except FileNotFoundError:  # merged away meanwhile
            continue
    return found


def is_ready(root: Path) -> bool:
    try:
        return Reader(Folder(root=root)).mark().seq >= 0
    except NotReady:
        return False


def releases(root: Path) -> dict[int, int]:
    """Return which releases the index holds, told by nobody but itself."""
    return Reader(Folder(root=root)).releases(1, 10**12)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False
