"""Cuts texts in several processes at once: entries in, rows out in any order. What a killed process held is not lost.

Each is a fresh interpreter that imports the analyser alone, spoken to over two pipes; it ends when this process does,
however that ends, because its input is over then. As a program (`python -m cong.search.index.analysing`) it is one of
them.
"""

from __future__ import annotations

import logging
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import IO, Any

from cong.search.index.shelved import Shelved, document
from cong.search.meaning.rows import Row, parts

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[3]
_LENGTH = struct.Struct(">I")
_MOST = 4
_COURTESY = 5

Chunk = list[Shelved]


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def helpful() -> int:
    """Return how many processes make a large build faster here; one processor reads and writes."""
    return min(processors() - 1, _MOST)


def analysed(chunks: Iterable[Chunk], processes: int) -> Generator[list[Row], None, None]:
    """Yield the rows of the chunks; two chunks a process are held at a time. With no process all is done here.

    Close it, so that no process stays.
    """
    if not processes:
        yield from map(_rows, chunks)
        return
    with _Crew(processes) as crew:
        held = 0
        for chunk in chunks:
            crew.give(chunk)
            held += 1
            if held >= processes * 2:
                yield crew.take()
                held -= 1
        for _ in range(held):
            yield crew.take()


class _Crew:
    """Processes, each with a thread that hands it one chunk after the other."""

    def __init__(self, size: int) -> None:
        self._todo: SimpleQueue[Chunk | None] = SimpleQueue()
        self._done: SimpleQueue[list[Row] | Exception] = SimpleQueue()
        self._helpers = [_Helper() for _ in range(size)]
        self._threads = [Thread(target=self._serve, args=(helper,), daemon=True) for helper in self._helpers]

    def give(self, chunk: Chunk) -> None:
        self._todo.put(chunk)

    def take(self) -> list[Row]:
        found = self._done.get()
        if isinstance(found, Exception):
            raise found
        return found

    def __enter__(self) -> _Crew:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for helper in self._helpers:
            helper.dismiss()
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, helper: _Helper) -> None:
        while (chunk := self._todo.get()) is not None:
            try:
                self._done.put(helper.rows(chunk))
            except Exception as error:  # noqa: BLE001 (whatever it is, it is the taker's)
                self._done.put(error)


class _Helper:
    """One process. When it is gone, its chunks are cut here."""

    def __init__(self) -> None:
        self._process = started()
        self._over = False

    def rows(self, chunk: Chunk) -> list[Row]:
        process = self._process
        if process is not None and process.stdin and process.stdout:
            with suppress(OSError, ValueError):  # its pipes are closed
                send(process.stdin, chunk)
                found: list[Row] | None = receive(process.stdout)
                if found is not None:
                    return found
            if not self._over:
                log.warning("search.analyser_lost pid=%s", process.pid)
                self._end()
        return [] if self._over else _rows(chunk)

    def dismiss(self) -> None:
        """End the process, and what it is at."""
        self._over = True
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with process:
                pass


def started() -> subprocess.Popen[bytes] | None:
    """Start one of the processes, to be spoken to by `send` and `receive`; None when there can be none."""
    command = [sys.executable, "-m", __name__]
    try:
        # In a group of its own: a Ctrl-C is for the indexer, which then ends its helpers.
        return subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
    except OSError as error:
        log.warning("search.no_analyser error=%s", error)
        return None


def _rows(chunk: Chunk) -> list[Row]:
    return [parts(document(one)) for one in chunk]


def send(to: IO[bytes], value: object) -> None:
    """Give a chunk, or its rows, to the other end."""
    said = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    to.write(_LENGTH.pack(len(said)) + said)
    to.flush()


def receive(source: IO[bytes]) -> Any:
    """Return what the other end sent, None when it is closed. Both ends are ours."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    said = source.read(*_LENGTH.unpack(head))
    return pickle.loads(said) if len(said) == _LENGTH.unpack(head)[0] else None  # noqa: S301


def _help(source: IO[bytes], to: IO[bytes]) -> None:
    """Cut what comes in until nothing comes any more."""
    while chunk := receive(source):
        send(to, _rows(chunk))


if __name__ == "__main__":
    os.nice(_COURTESY)
    # Buffered whatever PYTHONUNBUFFERED says: a bare file may write less than it is given, and both ends would wait.
    with suppress(BrokenPipeError), open(sys.stdout.fileno(), "wb", closefd=False) as out:
        _help(sys.stdin.buffer, out)
