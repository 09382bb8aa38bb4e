"""The index directory: numbered versions, a pointer to the one that is read, and the lock of its one writer."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_VERSION = re.compile(r"v([0-9]{1,9})")


class Busy(Exception):
    """Another process writes this index."""


@dataclass(frozen=True, kw_only=True)
class Folder:
    """`root/v1`, `root/v2` … and `root/current`, which names one of them; the lock lies beside the root."""

    root: Path

    @property
    def pointer(self) -> Path:
        return self.root / "current"

    @property
    def lock_file(self) -> Path:
        return self.root.with_name(f"{self.root.name}.lock")

    def current(self) -> Path | None:
        """Return the directory that is read, None when there is none."""
        try:
            name = self.pointer.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        path = self.root / name
        return path if _VERSION.fullmatch(name) and path.is_dir() else None

    def fresh(self) -> Path:
        """Return the name of a version that does not exist yet."""
        return self.root / f"v{max([0, *self._versions()]) + 1}"

    def point_at(self, path: Path) -> None:
        """Let readers go over to another version, at once and for good."""
        part = self.root / ".current"
        with part.open("w", encoding="ascii") as file:
            file.write(f"{path.name}\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.pointer)

    def sweep(self) -> None:
        """Delete unfinished builds and old versions but the last one, which readers may still be leaving."""
        current = self.current()
        if current is None:
            keep = []
        else:
            older = [number for number in self._versions() if number < _number(current.name)]
            keep = [current.name, *(f"v{max(older)}" for _ in older[:1])]
        for number in self._versions():
            if f"v{number}" not in keep:
                shutil.rmtree(self.root / f"v{number}", ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only writer; the system gives the lock back when the process ends, however it ends. Raises Busy."""
        self.lock_file.parent.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.seek(0)
                raise Busy(file.read(20).strip()) from error
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield

    def _versions(self) -> list[int]:
        names = [path.name for path in self.root.iterdir()] if self.root.is_dir() else []
        return [_number(name) for name in names if _VERSION.fullmatch(name)]


def _number(name: str) -> int:
    found = _VERSION.fullmatch(name)
    return int(found[1]) if found else 0
