"""Several processes on one database: entries are released while they are looked at, and who looks is killed."""

from __future__ import annotations

import random
import time

import pytest

from tests.scratch import ON_POSTGRESQL, Scratch

_KEEP = """
from tests.search.saved_makers import kept, NOON
kept("lan@vidu.vn", "thư viện số", at=NOON)
kept("minh@vidu.vn", "bảo tàng", at=NOON)
"""
_RELEASE = """
from datetime import timedelta
from tests import makers
for number in range(25):
    owner = makers.agency(f"Cơ quan {name} {{number}}")
    contents = [makers.content(owner, f"Thư viện số {name} {{number}} {{one}}") for one in range(4)]
    makers.entries(contents, at=makers.NOON + timedelta(hours=1))
"""
_FIND = """
import time
from tests.search.saved_makers import HOUR, NOON, find
end = time.monotonic() + {seconds}
while True:
    find(at=NOON + 2 * HOUR, most=3)
    if time.monotonic() > end:
        break
"""


def shell(scratch: Scratch, code: str) -> None:
    done = scratch.run("shell", "-v0", "-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.killing
@pytest.mark.nightly
def test_nothing_is_skipped_and_nothing_found_twice_while_others_write_and_finders_are_killed(
    scratch_database: Scratch,
) -> None:
    moments = random.Random(20261125)
    shell(scratch_database, _KEEP)
    writers = [scratch_database.start("shell", "-v0", "-c", _RELEASE.format(name=name)) for name in ("a", "b")]
    while any(writer.poll() is None for writer in writers):
        finders = [scratch_database.start("shell", "-v0", "-c", _FIND.format(seconds=60)) for _ in range(2)]
        time.sleep(moments.uniform(4, 8))
        for finder in finders:
            finder.kill()
            finder.wait()

    shell(scratch_database, _FIND.format(seconds=0))

    assert [writer.returncode for writer in writers] == [0, 0], scratch_database.log()
    entries = {row[0] for row in scratch_database.query("SELECT id FROM entries_entry")}
    told = [row[0] for row in scratch_database.query("SELECT entry_id FROM search_finding")]
    assert len(entries) == 200
    assert sorted(told) == sorted(entries)
    assert scratch_database.query("SELECT count(*) FROM search_letter WHERE kind = 'hits'") == [(1,)]
    last = scratch_database.query("SELECT last_seq FROM entries_stream WHERE name = 'entries'")
    assert scratch_database.query("SELECT seq FROM search_alertcursor") == last
    if ON_POSTGRESQL:
        assert "deadlock" not in scratch_database.log()
