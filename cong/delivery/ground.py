"""What all processes share: one mapped file with a counter of purges, the last purge of every tag, and leases.

A page remembers the counter as it stood before its render. It is good as long as no purge of any of its tags has a
higher number, so that a render that raced with a purge is never good. Tags share 65,536 slots by their checksum: two
that fall into one are purged together, which costs a render and never shows what is gone.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import secrets
import struct
import tempfile
import threading
import time
import weakref
import zlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

LOOK = 0.1
"""Seconds within which every process notices that the file was taken away."""
GRACE = 1.5
"""Seconds during which a softly purged page may still be shown while it is renewed."""

_MAGIC = int.from_bytes(b"CONGPG01", "little")
_ERA, _MADE_AT, _EPOCH = 1, 2, 8
_RING_AT, _RING = 512, 4096
_TABLE_AT, _SLOTS = _RING_AT + _RING, 1 << 16
# Of a slot: last hard purge, last soft purge, the last soft purge before `_SINCE`, when the present soft purges began.
_HARD, _SOFT, _BEFORE, _SINCE, _WIDTH = 0, 1, 2, 3, 4
_SIZE = 8 * (_TABLE_AT + _SLOTS * _WIDTH)
# Purges that follow each other this closely count as begun with the first.
_WINDOW = GRACE / 2
_LEASES_AT = 1 << 40
_PURGE_LOCK = 1 << 39

# A record lock belongs to the process: threads need one of their own.
_one_purge = threading.Lock()
os.register_at_fork(before=_one_purge.acquire, after_in_parent=_one_purge.release, after_in_child=_one_purge.release)


class Standing(IntEnum):
    """What may be done with a kept page."""

    FRESH = 0
    STALE = 1
    """To be renewed; may be shown meanwhile."""
    OLD = 2
    """May be shown only when nothing newer can be had."""
    GONE = 3
    """Never to be shown again."""


class Unusable(OSError):
    """The folder cannot hold the file now; nothing is kept then."""


class Ground:
    """The mapped file of one era. Made anew after it was taken away it is another era: nothing kept is good there."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._fd = fd
        weakref.finalize(self, os.close, fd)
        self._inode = os.fstat(fd).st_ino
        shared = memoryview(mmap.mmap(fd, _SIZE))
        self._words = shared.cast("Q")
        self._moments = shared.cast("d")
        self.era = self._words[_ERA]
        self.counter = self._words[_EPOCH : _EPOCH + 1]
        """The number of the last finished purge, to be read at `[0]` without a call."""

    @property
    def epoch(self) -> int:
        """Return the number of the last finished purge."""
        return self.counter[0]

    def unnoticed_for(self, now: float) -> float:
        """Return for how many seconds other processes may still stand on a file that was here before this one."""
        age = now - self._moments[_MADE_AT]
        return 2 * LOOK - age if 0 <= age < 2 * LOOK else 0.0

    def is_here(self) -> bool:
        """Tell whether the file is still the one that other processes open."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def purge(self, *, hard: Iterable[str], soft: Iterable[str], seqs: Iterable[int] = (), now: float) -> int:
        """Purge tags and return the number of the purge; `seqs`: the changes of the shelf that it answers for.

        Slots and counter are written under one lock: two purges never share a number, and none is published early.
        """
        with _one_purge:
            fcntl.lockf(self._fd, fcntl.LOCK_EX, 1, _PURGE_LOCK)
            try:
                epoch = self._words[_EPOCH] + 1
                for tag in hard:
                    self._words[_at(tag) + _HARD] = epoch
                for tag in soft:
                    self._soften(_at(tag), epoch, now)
                for seq in seqs:
                    self._words[_RING_AT + seq % _RING] = seq
                self._words[_EPOCH] = epoch
                return epoch
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, _PURGE_LOCK)

    def _soften(self, at: int, epoch: int, now: float) -> None:
        if not 0 <= now - self._moments[at + _SINCE] < _WINDOW:
            self._words[at + _BEFORE] = self._words[at + _SOFT]
            self._moments[at + _SINCE] = now
        self._words[at + _SOFT] = epoch

    def answered_for(self, seq: int) -> bool:
        """Tell whether a change of the shelf, one of the last thousands, was followed by its purge."""
        return self._words[_RING_AT + seq % _RING] == seq

    def judge(self, slots: Collection[int], epoch: int, now: float) -> Standing:
        """Tell how a page stands that was rendered after purge `epoch` and wears the tags of these slots."""
        words, standing = self._words, Standing.FRESH
        for at in slots:
            if words[at] > epoch:
                return Standing.GONE
            if words[at + _SOFT] > epoch:
                standing = max(standing, self._softness(at, epoch, now))
        return standing

    def _softness(self, at: int, epoch: int, now: float) -> Standing:
        if self._words[at + _BEFORE] > epoch or not 0 <= now - self._moments[at + _SINCE] < GRACE:
            return Standing.OLD
        return Standing.STALE

    def is_withdrawn_since(self, tags: Iterable[str], epoch: int) -> bool:
        """Tell whether one of the tags was purged hard after that purge."""
        return any(self._words[_at(tag) + _HARD] > epoch for tag in tags)

    def take(self, name: bytes) -> bool:
        """Take the lease on a name, if no other process holds it; it falls back when this process ends."""
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(name))
        except OSError:
            return False
        return True

    def give_back(self, name: bytes) -> None:
        """Give a lease back."""
        fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, _place(name))


def slots(tags: Iterable[str]) -> tuple[int, ...]:
    """Return where the tags' purges are written."""
    return tuple(sorted({_at(tag) for tag in tags}))


_grounds: dict[Path, Ground] = {}
_one_opens = threading.Lock()


def current(path: Path) -> Ground:
    """Return this process's one ground at the path, made when it is not there. Raises Unusable.

    One, because to close a second would give back the leases of the first.
    """
    with _one_opens:
        ground = _grounds.get(path)
        if ground is None or not ground.is_here():
            ground = _grounds[path] = opened(path)
        return ground


def opened(path: Path) -> Ground:
    """Open the shared file, made when it is not there or broken. Raises Unusable."""
    try:
        while (found := _tried(path)) is None:
            _make(path)
    except OSError as error:
        raise Unusable(error.errno, error.strerror, str(path)) from error
    return found


def _tried(path: Path) -> Ground | None:
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    if os.fstat(fd).st_size == _SIZE and os.pread(fd, 8, 0) == _MAGIC.to_bytes(8, "little"):
        return Ground(path, fd)
    os.close(fd)
    path.unlink(missing_ok=True)
    return None


def _make(path: Path) -> None:
    """Put a whole new file at the path unless somebody else was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, fresh = tempfile.mkstemp(prefix=".ground-", dir=path.parent)
    try:
        # All its blocks at once: a page of a mapped file that finds the disk full ends the process.
        os.posix_fallocate(fd, 0, _SIZE)
        os.pwrite(fd, _MAGIC.to_bytes(8, "little") + secrets.token_bytes(8) + struct.pack("<d", time.time()), 0)
        # Each era counts from somewhere else: no number of one is mistaken for one of another.
        os.pwrite(fd, secrets.randbits(48).to_bytes(8, "little"), 8 * _EPOCH)
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        os.close(fd)
        Path(fresh).unlink(missing_ok=True)


def _at(tag: str) -> int:
    return _TABLE_AT + (zlib.crc32(tag.encode()) & (_SLOTS - 1)) * _WIDTH


def _place(name: bytes) -> int:
    return _LEASES_AT + int.from_bytes(name[:5], "little")
