"""The index directory of the embedded engine: numbered versions, which of them is what, the lock of the one writer."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from cong.search.engines.engine import NotReady
from cong.search.engines.tantivy_engine import TantivyEngine
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.index.analysing import processors
from cong.search.index.trouble import failing, is_damage
from cong.search.index.versions import Busy
from cong.search.meaning.rows import VERSION

_NAME = re.compile(r"v[1-9][0-9]{0,8}")
_LAST = 999_999_999
# Of each thread; larger ones make fewer parts that have to be merged.
_BULK_HEAP = 200_000_000
_MANY = 4  # processors, of which two may write
# Whoever asks whether somebody writes holds the lock for a moment.
_TRIES, _BETWEEN = 4, 0.05


@dataclass(frozen=True, kw_only=True)
class Folder:
    """`root/v1`, `root/v2` …; `root/current`, `root/previous`, `root/aside` each name one; the lock lies beside."""

    root: Path

    @property
    def program(self) -> str:
        return VERSION

    @property
    def pointer(self) -> Path:
        return self.root / "current"

    @property
    def lock_file(self) -> Path:
        return self.root.with_name(f"{self.root.name}.lock")

    def path(self, name: str) -> Path:
        return self.root / name

    def counts(self, name: str) -> Path:
        return self.root / name / "spelling"

    def current(self) -> str | None:
        return self._named("current")

    def previous(self) -> str | None:
        return self._named("previous")

    def aside(self) -> str | None:
        return self._named("aside")

    def fresh(self) -> str:
        taken = self._taken()
        highest = max((int(name[1:]) for name in taken), default=0)
        first = highest + 1 if highest < _LAST else 1
        return next(name for name in map("v{}".format, count(first)) if name not in taken)

    def point_at(self, name: str) -> None:
        before = self.current()
        if before not in (None, name):
            self._write("previous", before or "")
        self._write("current", name)
        if self.aside() == name:
            self._forget("aside")

    def set_aside(self, name: str) -> None:
        self._write("aside", name)

    def sweep(self, *, keep_aside: bool = True) -> None:
        if not keep_aside:
            self._forget("aside")
        keep = {self.current(), self.previous(), self.aside()}
        for name in self._taken():
            if name not in keep:
                self.drop(name)

    def drop(self, name: str) -> None:
        _remove(self.path(name))

    def exists(self, name: str) -> bool:
        return self.path(name).is_dir()

    def size(self, name: str) -> int:
        total = 0
        for path in self.path(name).glob("*"):
            with suppress(OSError):  # merged away meanwhile
                total += path.stat().st_size
        return total

    def writer(self, name: str, *, bulk: bool = False) -> TantivyWriter:
        path = self.path(name)
        with failing(self.root):
            if not bulk:
                return TantivyWriter(path)
            threads = 2 if processors() >= _MANY else 1
            return TantivyWriter(path, heap=_BULK_HEAP * threads, threads=threads)

    def engine(self, name: str) -> TantivyEngine:
        path = self.path(name)
        try:
            engine = TantivyEngine(path)
            version = engine.mark().version
        except BaseException as error:
            if isinstance(error, ValueError | OSError) or is_damage(error):
                raise NotReady(f"{path}: {error}") from error
            raise
        if version != VERSION:
            raise NotReady(f"{path}: {version} ≠ {VERSION}")
        return engine

    @contextmanager
    def locked(self) -> Iterator[None]:
        with failing(self.root):
            self.lock_file.parent.mkdir(parents=True, exist_ok=True)
            file = self.lock_file.open("a+", encoding="ascii", errors="replace")
        with file:
            if not _lock(file.fileno()):
                file.seek(0)
                raise Busy(file.read(20).strip())
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield

    def writing(self) -> int | None:
        try:
            file = self.lock_file.open("r", encoding="ascii", errors="replace")
        except OSError:
            return None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                told = file.read(20).strip()
                return int(told) if told.isdecimal() else 0
        return None

    def _named(self, kind: str) -> str | None:
        """Return what a pointer names. What is not there is None; a disk that does not answer is not: raises Failed."""
        with failing(self.root):
            try:
                name = (self.root / kind).read_text(encoding="ascii", errors="replace").strip()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None
            return name if _NAME.fullmatch(name) and self.path(name).is_dir() else None

    def _write(self, kind: str, name: str) -> None:
        """Name a version in one step, and so that it survives a fall of the machine."""
        part, to = self.root / f".{kind}", self.root / kind
        with failing(self.root):
            if to.is_dir():
                _remove(to)
            with part.open("w", encoding="ascii") as file:
                file.write(f"{name}\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(to)

    def _forget(self, kind: str) -> None:
        with suppress(OSError):
            (self.root / kind).unlink()

    def _taken(self) -> set[str]:
        try:
            return {path.name for path in self.root.iterdir() if _NAME.fullmatch(path.name)}
        except OSError:
            return set()


def _lock(file: int) -> bool:
    for left in range(_TRIES, 0, -1):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left > 1:
                time.sleep(_BETWEEN)
        else:
            return True
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
