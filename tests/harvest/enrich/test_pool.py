"""The pool: limits hold, one page fails alone, nobody is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from cong.harvest.enrich.pool import Bounds, PageFailed, Pool
from tests.harvest.enrich import chores

T = TypeVar("T")
_LIGHT = ("tests.harvest.enrich.chores",)
_TIGHT = Bounds(cpu_seconds=1, wall_seconds=20.0, memory_mb=200, pages=50)


def _with(use: Callable[[Pool], Awaitable[T]], *, bounds: Bounds = _TIGHT, workers: int = 1, queue: int = 16) -> T:
    async def work() -> T:
        async with Pool(workers=workers, queue=queue, bounds=bounds, preload=_LIGHT) as pool:
            return await use(pool)

    return asyncio.run(work())


async def _code(pool: Pool, call: Callable[[], object]) -> str:
    with pytest.raises(PageFailed) as failed:
        await pool.run(call)
    return failed.value.code if str(failed.value) else "wordless"


def _is_running(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    return False


def _is_gone(pid: int) -> bool:
    """Wait a little for the end of a process that nobody here can wait for."""
    deadline = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < deadline:
        os.sched_yield()
    return not _is_running(pid)


def test_a_call_runs_in_another_process_and_gives_its_value() -> None:
    async def use(pool: Pool) -> tuple[int, int]:
        return await pool.run(chores.double, 21), await pool.run(chores.process)

    value, pid = _with(use)

    assert value == 42
    assert pid != os.getpid()


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (chores.never_ends, "cpu"),
        (chores.hogs, "memory"),
        (chores.hogs_slowly, "memory"),
        (chores.dies, "crashed"),
        (chores.leaves, "crashed"),
        (chores.exits, "error"),
        (chores.raises, "error"),
        (chores.answers_with_a_stranger, "error"),
    ],
)
def test_a_page_that_goes_wrong_fails_alone(call: Callable[[], object], code: str) -> None:
    async def use(pool: Pool) -> tuple[str, list[int]]:
        failing = asyncio.create_task(_code(pool, call))
        others = await asyncio.gather(*(pool.run(chores.double, one) for one in range(5)))
        return await failing, others

    assert _with(use) == (code, [0, 2, 4, 6, 8])


def test_a_page_that_waits_for_ever_is_ended() -> None:
    async def use(pool: Pool) -> tuple[str, int]:
        return await _code(pool, chores.sleeps), await pool.run(chores.double, 1)

    assert _with(use, bounds=Bounds(wall_seconds=2.0)) == ("wall", 2)


def test_a_worker_is_replaced_after_its_number_of_pages() -> None:
    async def use(pool: Pool) -> list[int]:
        return [await pool.run(chores.process) for _ in range(7)]

    pids = _with(use, bounds=Bounds(pages=3))

    assert [len(set(pids[:3])), len(set(pids[3:6])), len(set(pids))] == [1, 1, 3]


def test_the_time_of_many_pages_is_not_held_against_the_last() -> None:
    async def use(pool: Pool) -> str:
        for _ in range(3):
            assert await pool.run(_works_for, 0.6) == "done"
        return "all"

    assert _with(use) == "all"


def _works_for(seconds: float) -> str:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return "done"


def test_what_a_call_prints_is_no_answer() -> None:
    assert _with(lambda pool: pool.run(chores.chatters)) == "nghe rõ"


def test_a_big_page_goes_both_ways() -> None:
    body = os.urandom(3_000_000)

    assert _with(lambda pool: pool.run(chores.echo, body)) == body


def test_a_cancelled_run_leaves_no_process_behind() -> None:
    async def use(pool: Pool) -> tuple[list[int], int]:
        await pool.run(chores.double, 1)
        pids = pool.processes
        task = asyncio.create_task(pool.run(chores.sleeps))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return pids, await pool.run(chores.double, 2)

    pids, value = _with(use)

    assert value == 4
    assert all(map(_is_gone, pids))


def test_it_takes_so_many_pages_and_no_more_at_once() -> None:
    async def use(pool: Pool) -> tuple[int, int, list[int]]:
        before = pool.room
        tasks = [asyncio.create_task(pool.run(chores.double, one)) for one in range(9)]
        await asyncio.sleep(0)
        return before, pool.room, await asyncio.gather(*tasks)

    assert _with(use, queue=2) == (3, 0, [2 * one for one in range(9)])


def test_closing_ends_what_runs_and_refuses_what_waits() -> None:
    async def work() -> tuple[list[str], list[int], float]:
        pool = Pool(workers=1, bounds=_TIGHT, preload=_LIGHT)
        await pool.run(chores.double, 1)
        pids = pool.processes
        tasks = [asyncio.create_task(_code(pool, chores.sleeps)) for _ in range(3)]
        await asyncio.sleep(0)
        began = time.monotonic()
        await pool.close(seconds=0.2)
        return await asyncio.gather(*tasks), pids, time.monotonic() - began

    codes, pids, took = asyncio.run(work())

    assert codes == ["closed"] * 3
    assert took < 5
    assert all(map(_is_gone, pids))


def test_no_worker_outlives_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert parent.stdout
    pids = [int(parent.stdout.readline()) for _ in range(2)]

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert all(map(_is_gone, pids))


_PARENT = """
import asyncio
from cong.harvest.enrich.pool import Pool
from tests.harvest.enrich import chores
async def main():
    pool = Pool(preload=("tests.harvest.enrich.chores",))
    fork = await pool.run(chores.process)
    print(*pool.processes, fork, sep="\\n", flush=True)
    await pool.run(chores.never_ends)
asyncio.run(main())
"""


def test_a_worker_is_small_and_knows_no_framework() -> None:
    async def work() -> tuple[list[str], int]:
        async with Pool() as pool:
            return await pool.run(chores.modules), await pool.run(chores.resident_mb)

    loaded, size = asyncio.run(work())

    assert "cong.harvest.enrich.extract" in loaded
    assert not {"django", "wagtail", "aiohttp"} & set(loaded)
    assert size < 80
