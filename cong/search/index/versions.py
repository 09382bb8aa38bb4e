"""What the life of an index needs of the place where it is kept, whichever engine it is. Pure shapes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from cong.search.engines.engine import Engine, Writer
from cong.search.meaning.rows import Row


class Busy(Exception):
    """Another process writes this index; its message is that process's id, empty when it is not known."""


class Filler(Writer, Protocol):
    """A Writer that also takes rows analysed elsewhere, of entries that are not there yet."""

    def fill(self, rows: Iterable[Row]) -> None: ...


class Versions(Protocol):
    """The versions of one index by name (`v1`, `v2` …), one of which readers use, and the right to write them.

    `previous` was read before `current`; `aside` was built and not found good enough. Each is None when there is none.
    """

    @property
    def root(self) -> Path:
        """Where on this machine requests, records and counts of the index are kept."""
        ...

    @property
    def program(self) -> str:
        """What `Mark.version` says of an index that this program wrote."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Be the only writer; the right ends with the process, however it ends. Raises Busy."""
        ...

    def writing(self) -> int | None:
        """Return the id of the process that holds the right to write, 0 when it is not known, None: nobody does."""
        ...

    def current(self) -> str | None: ...

    def previous(self) -> str | None: ...

    def aside(self) -> str | None: ...

    def fresh(self) -> str:
        """Return a name that no version has."""
        ...

    def point_at(self, name: str) -> None:
        """Let readers go over to another version, at once and for good; the one they leave becomes the previous one."""
        ...

    def set_aside(self, name: str) -> None: ...

    def sweep(self, *, keep_aside: bool = True) -> None:
        """Delete every version but the current, the previous and the one set aside."""
        ...

    def drop(self, name: str) -> None: ...

    def exists(self, name: str) -> bool: ...

    def writer(self, name: str, *, bulk: bool = False) -> Filler:
        """Open a version for writing, made when it does not exist; `bulk`: for filling it. Raises Failed."""
        ...

    def engine(self, name: str) -> Engine:
        """Open a version for reading as of its last commit. Raises NotReady when this program cannot read it."""
        ...

    def size(self, name: str) -> int:
        """Return how many bytes a version takes."""
        ...

    def counts(self, name: str) -> Path:
        """Return where the counts for spelling of a version are kept."""
        ...
