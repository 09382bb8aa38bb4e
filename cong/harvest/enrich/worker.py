"""Run as a program by `pool`: a template that has everything imported, and its fork that works a number of pages.

A page comes as four bytes of length and a pickle of (call, args, keywords) on stdin; the answer goes the same way to
stdout as (code, value). The fork ends between two pages when it has done its number and is replaced in a millisecond.
When it ends in the middle of one, the template ends in the same way, so that the two sides never lose step.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pickle
import resource
import signal
import struct
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_LENGTH = struct.Struct(">I")
_RECYCLED, _ORPHANED = 0, 3
_SIGNALLED = 128


def main(said: str) -> None:
    """Serve until stdin ends; `said` is JSON: parent, preload, pages, cpu_seconds, memory_mb."""
    asked = json.loads(said)
    die_with(asked["parent"])
    source, sink = _pipes()
    for name in asked["preload"]:
        importlib.import_module(name)
    # What is here now is shared by all forks; a collector that looks at it would copy it.
    gc.collect()
    gc.freeze()
    template = os.getpid()
    while True:
        fork = os.fork()
        if not fork:
            die_with(template)
            os._exit(_serve(source, sink, asked))
        status = os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1])
        if status != _RECYCLED:
            os._exit(status if status > 0 else _SIGNALLED - status)


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends, however that ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(_ORPHANED)


def _pipes() -> tuple[int, int]:
    """Take stdin and stdout for ourselves: what a page's code prints must not look like an answer."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return source, sink


def _serve(source: int, sink: int, asked: dict[str, Any]) -> int:
    """Work pages until their number is done; return the exit code. Runs in the fork."""
    size = asked["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for _ in range(asked["pages"]):
        request = _read(source)
        if request is None:
            return _ORPHANED
        _limit_cpu(asked["cpu_seconds"])
        answer, again = _answer(request)
        _write(sink, answer)
        if not again:
            break
    return _RECYCLED


def _limit_cpu(seconds: int) -> None:
    """Allow this process so many seconds more than it has used; then the kernel ends it, whatever it is doing."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _answer(request: bytes) -> tuple[bytes, bool]:
    """Return the answer, and whether this process is still fit for another page."""
    try:
        call, args, keywords = pickle.loads(request)  # noqa: S301 (our own parent wrote it)
        return pickle.dumps(("ok", call(*args, **keywords))), True
    except MemoryError:
        return pickle.dumps(("memory", "")), False
    except BaseException as error:  # noqa: BLE001 (whatever a page brings about is an answer about that page)
        told = ""
        with contextlib.suppress(BaseException):
            told = f"{type(error).__name__}: {error}"[:500]
        return pickle.dumps(("error", told)), not isinstance(error, SystemExit | KeyboardInterrupt)


def _read(source: int) -> bytes | None:
    head = _exactly(source, _LENGTH.size)
    return None if head is None else _exactly(source, _LENGTH.unpack(head)[0])


def _exactly(source: int, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = os.read(source, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write(sink: int, answer: bytes) -> None:
    whole = memoryview(_LENGTH.pack(len(answer)) + answer)
    while whole:
        whole = whole[os.write(sink, whole) :]


if __name__ == "__main__":
    main(sys.argv[1])
