"""What the pool is given to do in its tests; imported by the workers, so nothing heavy."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from lxml import etree


def double(number: int) -> int:
    return 2 * number


def process() -> int:
    return os.getpid()


def modules() -> list[str]:
    return sorted(sys.modules)


def resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024 // 1024


def never_ends() -> None:
    while True:
        pass


def sleeps() -> None:
    signal.pause()


def hogs() -> int:
    return len(bytearray(10**12))


def hogs_slowly() -> int:
    kept = []
    while True:
        kept.append(bytearray(1_000_000))


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leaves() -> None:
    os._exit(7)


def exits() -> None:
    sys.exit(5)


def raises() -> None:
    raise LookupError("không có")


def chatters() -> str:
    sys.stdout.write("x" * 10_000)
    sys.stdout.flush()
    os.write(1, b"\0\0\0\1x")
    return "nghe rõ"


def answers_with_a_stranger() -> object:
    return etree.LxmlError


def echo(body: bytes) -> bytes:
    return body
