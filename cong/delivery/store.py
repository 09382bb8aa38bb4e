"""Pages shared by all processes of a machine, in an LMDB folder that may be taken away, fill up or break at any time.

Open it after the fork. Whatever goes wrong here costs renders and nothing else: validity is the ground's business.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import lmdb

from cong.delivery import pages
from cong.delivery.addresses import Address, key_of
from cong.delivery.pages import Page
from cong.delivery.users import sign, somebody_fell

logger = logging.getLogger("cong.delivery")

T = TypeVar("T")
_READERS = 2048
_LARGEST = 1 << 23


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An open folder, and the file that it was when it was opened."""

    env: lmdb.Environment
    inode: int


# One a folder and process: LMDB's locks are the process's. A forked child must not touch its parent's.
_opened: dict[Path, Opened] = {}
_opening = threading.Lock()
os.register_at_fork(before=_opening.acquire, after_in_parent=_opening.release, after_in_child=_opening.release)
os.register_at_fork(after_in_child=_opened.clear)


class Store:
    """The shared pages. Its readers wait for nobody; its writers for each other."""

    def __init__(self, folder: Path, *, size: int) -> None:
        self.folder = folder
        self._size = size

    def look(self) -> None:
        """Let go of a folder that was taken away or replaced; the next use opens it anew."""
        with _opening:
            found = _opened.get(self.folder)
            if found is not None and found.inode != self._there():
                del _opened[self.folder]

    def get(self, address: Address) -> Page | None:
        """Return the page of an address, whatever became of it."""
        record = self._tried(lambda env: _read(env, key_of(address)))
        page = pages.read(record) if record else None
        return page if page is not None and page.address == address else None

    def put(self, page: Page) -> None:
        """Keep a page in place of the one before."""
        if len(page.body) <= _LARGEST:
            self._write(key_of(page.address), pages.written(page))

    def variant(self, page: Page, encoding: str) -> bytes | None:
        """Return another form of exactly this page, if some process made it."""
        record = self._tried(lambda env: _read(env, key_of(page.address) + encoding.encode()))
        return pages.read_variant(record, page) if record else None

    def put_variant(self, page: Page, encoding: str, form: bytes) -> None:
        """Keep another form of a page."""
        self._write(key_of(page.address) + encoding.encode(), pages.written_variant(page, form))

    def _write(self, key: bytes, record: bytes) -> None:
        try:
            self._tried(lambda env: _put(env, key, record))
        except lmdb.MapFullError:
            logger.info("delivery.full folder=%s", self.folder)
            self._tried(_empty, full=False)
            self._tried(lambda env: _put(env, key, record), full=False)

    def _tried(self, act: Callable[[lmdb.Environment], T], *, full: bool = True) -> T | None:
        """Do it, or go on without: what is broken is thrown away. Raises MapFullError if `full`."""
        found = None
        try:
            found = self._open()
            return act(found.env)
        except lmdb.MapFullError as error:
            if full:
                raise
            self._discard(found, error)
        except (lmdb.Error, OSError) as error:
            self._discard(found, error)
        return None

    def _open(self) -> Opened:
        with _opening:
            found = _opened.get(self.folder)
            if found is None:
                if somebody_fell(self.folder):
                    logger.warning("delivery.discarded folder=%s why=a process fell while it used it", self.folder)
                    shutil.rmtree(self.folder, ignore_errors=True)
                sign(self.folder)
                env = lmdb.open(
                    str(self.folder), map_size=self._size, max_readers=_READERS, sync=False, metasync=False,
                    readahead=False, meminit=False,
                )  # fmt: skip
                env.reader_check()
                found = _opened[self.folder] = Opened(env=env, inode=self._there())
            return found

    def _discard(self, broken: Opened | None, why: object) -> None:
        """Throw the folder away unless another thread did; other processes notice at their next look."""
        with _opening:
            if _opened.get(self.folder) is not broken:
                return
            logger.warning("delivery.discarded folder=%s why=%s", self.folder, why)
            if broken is None or self._there() == broken.inode:
                shutil.rmtree(self.folder, ignore_errors=True)
            _opened.pop(self.folder, None)

    def _there(self) -> int:
        try:
            return (self.folder / "data.mdb").stat().st_ino
        except OSError:
            return 0


def _read(env: lmdb.Environment, key: bytes) -> bytes | None:
    with env.begin() as transaction:
        found: bytes | None = transaction.get(key)
        return found


def _put(env: lmdb.Environment, key: bytes, record: bytes) -> None:
    with env.begin(write=True) as transaction:
        transaction.put(key, record)


def _empty(env: lmdb.Environment) -> None:
    with env.begin(write=True) as transaction:
        transaction.drop(env.open_db(txn=transaction), delete=False)
