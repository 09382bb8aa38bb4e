"""Runs pure functions on foreign pages in processes that may die: one page fails, the others go on.

Each worker is an interpreter of its own (`worker`), spoken to over two pipes. Not `concurrent.futures`: there one
killed process breaks the whole pool, and nothing bounds one call. Not `multiprocessing.Pool`: it waits for ever for the
answer of a killed process. Its start methods import the parent's main module (Django, for us) or fork a process with
threads; a fresh interpreter that imports only what pages need is small, and its forks cost a millisecond each, so that
recycling is cheap. Answers are unpickled with plain values and our dataclasses allowed, nothing else: the process that
gave them has read a stranger's page. Call from one event loop, in a thread that lives as long as the process: the
kernel kills the workers when the thread that started them ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import importlib
import io
import json
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ROOT = Path(__file__).parents[3]
_LENGTH = struct.Struct(">I")
_MOST_ANSWER = 64 * 1024 * 1024
_SIGNALLED = 128
_EXTRACT = ("cong.harvest.enrich.extract",)
_WORDS = {
    "cpu": "Xử lý trang này tốn quá nhiều thời gian máy nên đã dừng; trang có thể được làm để phá.",
    "wall": "Xử lý trang này quá lâu nên đã dừng.",
    "memory": "Xử lý trang này tốn quá nhiều bộ nhớ nên đã dừng; trang có thể được làm để phá.",
    "crashed": "Tiến trình xử lý trang này bị ngắt giữa chừng.",
    "error": "Lỗi của chương trình khi xử lý trang này.",
    "closed": "Hệ thống đang dừng nên chưa xử lý trang này.",
}


class PageFailed(Exception):
    """One page could not be worked. `code` (cpu, wall, memory, crashed, error, closed) is for programs.

    The message (Vietnamese) is for an operator; `detail` for whoever mends the program.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return _WORDS[self.code]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one page may cost. A worker is replaced after `pages` of them; `wall_seconds` includes waiting for CPU."""

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory_mb: int = 512
    pages: int = 200


class Pool:
    """`await run(call, *args)` gives what the call returns, or raises PageFailed; use as an async context manager.

    At most `workers` pages are worked at a time and `queue` more accepted; beyond that `run` waits before it takes a
    page, and `room` tells how many it would take at once. `call` must be importable, its result plain or a dataclass.
    """

    def __init__(
        self, *, workers: int = 1, queue: int = 16, bounds: Bounds | None = None, preload: tuple[str, ...] = _EXTRACT
    ) -> None:
        self._bounds = bounds or Bounds()
        self._preload = preload
        self._accepted = asyncio.Semaphore(workers + queue)
        self._room = workers + queue
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._workers = [_Worker(self._bounds, preload) for _ in range(workers)]
        for worker in self._workers:
            self._free.put_nowait(worker)
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    @property
    def room(self) -> int:
        """Return how many more pages are taken without waiting."""
        return self._room

    @property
    def processes(self) -> list[int]:
        """Return the ids of the workers' processes that run now."""
        return [worker.process.pid for worker in self._workers if worker.process is not None]

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the call in a worker. A cancelled run ends its worker, so that nothing goes on unseen."""
        async with self._accepted:
            self._room -= 1
            self._idle.clear()
            try:
                found: T = await self._run(pickle.dumps((call, args, kwargs)))
                return found
            finally:
                self._room += 1
                if not any(worker.busy for worker in self._workers):
                    self._idle.set()

    async def _run(self, request: bytes) -> Any:
        worker = await self._free.get()
        try:
            if self._closed:
                raise PageFailed("closed")
            return await worker.work(request)
        except PageFailed as failed:
            raise PageFailed("closed") if self._closed and failed.code == "crashed" else failed from failed.__cause__
        finally:
            self._free.put_nowait(worker)

    async def close(self, *, seconds: float = 3.0) -> None:
        """Let the pages that are being worked end within so many seconds, then end the workers. Waiting pages fail."""
        self._closed = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        for worker in self._workers:
            await worker.end()

    async def __aenter__(self) -> Pool:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close(seconds=0.0 if error else 3.0)


class _Worker:
    """One process, started when it is needed and again after it has died."""

    def __init__(self, bounds: Bounds, preload: tuple[str, ...]) -> None:
        self.bounds = bounds
        self.preload = preload
        self.process: asyncio.subprocess.Process | None = None
        self.busy = False

    async def work(self, request: bytes) -> Any:
        self.busy = True
        whole = False
        try:
            process = self.process or await self._start()
            answer = await asyncio.wait_for(_asked(process, request), self.bounds.wall_seconds)
            whole = True
        except TimeoutError as error:
            raise PageFailed("wall") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise PageFailed(await self._cause()) from error
        finally:
            if not whole:
                await self.end()
            self.busy = False
        return _value(answer)

    async def _start(self) -> asyncio.subprocess.Process:
        asked = dataclasses.asdict(self.bounds) | {"parent": os.getpid(), "preload": self.preload}
        # A group of its own, so that the template and its fork can be ended together.
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", f"{__package__}.worker", json.dumps(asked), cwd=_ROOT, process_group=0,
            env={"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return self.process

    async def _cause(self) -> str:
        """Tell why the answer did not come: the template ends in the way in which its fork ended."""
        process = self.process
        if process is None:
            return "crashed"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 1.0)
        return "cpu" if process.returncode == _SIGNALLED + signal.SIGXCPU else "crashed"

    async def end(self) -> None:
        """Kill the process and its fork, and wait until it is gone."""
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdin:
            process.stdin.close()
        await process.wait()


async def _asked(process: asyncio.subprocess.Process, request: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise ConnectionError
    process.stdin.write(_LENGTH.pack(len(request)) + request)
    await process.stdin.drain()
    (size,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    if size > _MOST_ANSWER:
        raise ConnectionError
    return await process.stdout.readexactly(size)


def _value(answer: bytes) -> Any:
    try:
        code, value = _Plain(io.BytesIO(answer)).load()
    except Exception as error:  # a pickle from a process that read a stranger's page may be anything
        raise PageFailed("error", f"answer: {error}") from error
    if code == "ok":
        return value
    raise PageFailed(code if code in _WORDS else "error", str(value))


class _Plain(pickle.Unpickler):
    """Makes plain values, moments and our own dataclasses and enums; everything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("datetime", "timezone", "timedelta", "date"):
            return getattr(importlib.import_module(module), name)
        if module.startswith("cong.harvest.") and "." not in name and module in sys.modules:
            found = getattr(sys.modules[module], name, None)
            if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")
