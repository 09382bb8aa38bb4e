"""Texts cut in several processes: the same rows as here, whatever happens to a process."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import pytest

from cong.search.index import analysing
from cong.search.index.analysing import Chunk, analysed
from cong.search.index.shelved import Shelved, document
from cong.search.meaning.rows import Row, parts
from tests.search.asking import NOON

pytestmark = pytest.mark.one_engine


_SHELVED = Shelved(
    id=1, release=1, kind="news", agency=1, category="ministry", part="tin-hoat-dong", section="giao-duc", lang="vi",
    title="", summary="Mở cửa", html="<p>Theo <b>Công văn</b> số 54/2017/NĐ-CP</p>", source="", number="",
    tags=["sách"], picture="", published_at=NOON, published_on=NOON.date(),
)  # fmt: skip


def chunks(number: int) -> list[Chunk]:
    return [
        [_SHELVED._replace(id=one * 10 + at, title=f"Thư viện số {one}") for at in range(5)] for one in range(number)
    ]


def children() -> set[int]:
    """Return the processes that this one started and that still run."""
    told = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(one) for one in told.read_text().split()} if told.exists() else set()


def in_order(rows: list[list[Row]]) -> list[Row]:
    return sorted((row for part in rows for row in part), key=lambda row: row[2]["id"])


def test_rows_from_processes_are_those_that_are_made_here() -> None:
    wanted = [parts(document(one)) for chunk in chunks(9) for one in chunk]

    assert in_order(list(analysed(chunks(9), 2))) == wanted
    assert in_order(list(analysed(chunks(9), 0))) == wanted


def test_a_process_that_is_held_up_in_the_middle_of_an_answer_gives_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    long = _SHELVED._replace(html=f"<p>{'thư viện ' * 30_000}</p>")
    process = analysing.started()
    assert process is not None
    assert process.stdin is not None
    assert isinstance(process.stdout, BufferedReader)

    analysing.send(process.stdin, [long])
    assert process.stdout.peek(1)  # the answer has begun, and the pipe takes no more of it
    for held in (signal.SIGSTOP, signal.SIGCONT) * 5:
        time.sleep(0.02)
        process.send_signal(held)
    rows = analysing.receive(process.stdout)
    process.stdin.close()
    process.stdout.close()

    assert (rows, process.wait(10)) == ([parts(document(long))], 0)


def test_what_a_killed_process_held_is_not_lost(caplog: pytest.LogCaptureFixture) -> None:
    before = children()
    taken = analysed(chunks(9), 2)
    first = next(taken)

    for pid in children() - before:
        os.kill(pid, signal.SIGKILL)

    rest = list(taken)
    assert in_order([first, *rest]) == [parts(document(one)) for chunk in chunks(9) for one in chunk]
    assert "search.analyser_lost" in caplog.text


def test_who_stops_taking_leaves_no_process_behind() -> None:
    before = children()
    taken = analysed(chunks(9), 2)
    next(taken)
    assert len(children() - before) == 2

    taken.close()

    assert children() == before


def test_only_a_few_parts_are_held_at_a_time() -> None:
    read: list[int] = []

    def reading() -> Iterator[Chunk]:
        for place, chunk in enumerate(chunks(20)):
            read.append(place)
            yield chunk

    taken = analysed(reading(), 1)
    next(taken)

    assert len(read) == 2
    assert len([*taken]) == 19


def test_what_cannot_be_cut_is_told_to_the_taker() -> None:
    broken = _SHELVED._replace(html=None)  # type: ignore[arg-type]  # no entry is like this

    with pytest.raises(TypeError):
        list(analysed([[broken]], 1))


def test_one_processor_needs_no_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    assert analysing.helpful() == 0

    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(16)))
    assert analysing.helpful() == 4

    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {2, 3})
    assert analysing.helpful() == 1
