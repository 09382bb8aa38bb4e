"""kill -9 at any moment: the next indexer brings the index level with the shelf."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cong.search.engine import Query
from cong.search.folder import Folder
from cong.search.reader import Reader
from tests.makers import NOON
from tests.scratch import Scratch

MAKE = """
from dataclasses import replace
from tests import makers
from cong.agencies.models import Agency
from cong.publishing import actions
from cong.publishing.models import Origin
owner = Agency.objects.first() or makers.agency()
html = "<p>" + "từ ngữ khác nhau " * 200 + "</p>"
contents = [makers.content(owner, f"Thư viện số {{n}}", html=html) for n in range({count})]
ids = actions.open_publications(owner, Origin.HARVEST, len(contents), at=makers.NOON)
sealed = actions.seal_all(list(zip(ids, contents)), by=None, at=makers.NOON)
actions.release_by_policy(sealed, makers.policy(), at=makers.NOON)
from cong.entries.models import Entry
for entry in Entry.objects.order_by("?")[:{gone}]:
    makers.withdraw(entry)
"""


@pytest.mark.killing
def test_an_indexer_that_is_killed_again_and_again_loses_and_doubles_nothing(scratch_database: Scratch) -> None:
    moments = random.Random(20261125)
    for _ in range(3):
        made = scratch_database.run("shell", "-v0", "-c", MAKE.format(count=600, gone=20))
        assert made.returncode == 0, made.stderr
        before, running = written(scratch_database.data_dir), scratch_database.start("index", "run")
        assert within(30, lambda before=before: written(scratch_database.data_dir) != before)  # type: ignore[misc]
        time.sleep(moments.uniform(0, 0.5))
        running.kill()
        running.wait()

    done = scratch_database.run("index", "once")

    assert done.returncode == 0, done.stderr
    assert indexed(scratch_database.data_dir) == sorted(
        row[0] for row in scratch_database.query("SELECT id FROM entries_entry")
    )


def written(data_dir: Path) -> set[tuple[str, int]]:
    """Return what lies in the index's folder: it differs as soon as an indexer is at work."""
    return {(str(path), path.stat().st_mtime_ns) for path in (data_dir / "search").rglob("*")}


def indexed(data_dir: Path) -> list[int]:
    engine = Reader(Folder(root=data_dir / "search"))
    return sorted(hit.id for hit in engine.search(Query(text="thu vien so", at=NOON, limit=10_000)).hits)


@pytest.mark.killing
def test_run_follows_refuses_a_second_and_ends_cleanly_on_sigterm(scratch_database: Scratch) -> None:
    running = scratch_database.start("index", "run")
    assert within(20, lambda: "đang chạy" in scratch_database.run("index", "status").stdout)

    second = scratch_database.run("index", "run")
    scratch_database.run("shell", "-v0", "-c", MAKE.format(count=3, gone=0))
    seen = within(10, lambda: len(indexed(scratch_database.data_dir)) == 3)
    running.terminate()

    assert second.returncode == 1
    assert "đang chạy" in second.stderr
    assert seen
    assert running.wait(10) == 0


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False
