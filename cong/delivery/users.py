"""Who uses a folder, and whether somebody fell while doing so.

A damaged file of a memory map can end the process that reads it, and the next one, and the next. So what a fallen
process used is not used again. Each user holds a lock on a file of its own, which the kernel lets go with the process.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The open file that holds the lock, and whose it is: a forked child is not its parent."""

    fd: int
    pid: int


_signed: dict[Path, Signed] = {}


def sign(folder: Path) -> None:
    """Say that this process uses the folder, until it ends; the folder is made. Raises OSError."""
    users = folder / "users"
    users.mkdir(parents=True, exist_ok=True)
    fd, fresh = tempfile.mkstemp(prefix=".", dir=folder)
    fcntl.flock(fd, fcntl.LOCK_EX)
    # Seen by others only when it is locked.
    user = Path(fresh).rename(users / f"{os.getpid()}-{fd}")
    _signed[user] = Signed(fd=fd, pid=os.getpid())


def somebody_fell(folder: Path) -> bool:
    """Tell whether a process that signed ended without taking its file away."""
    return any(not _is_locked(user) for user in _users(folder))


def _users(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (folder / "users").iterdir()


def _is_locked(user: Path) -> bool:
    try:
        fd = os.open(user, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


@atexit.register
def _leave() -> None:
    for user, signed in _signed.items():
        if signed.pid == os.getpid():
            user.unlink(missing_ok=True)
