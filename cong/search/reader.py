"""The reading side of the index directory: follows commits and new versions, at the price of two stats a query."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from cong.search.engine import Mark, NotReady, Page, Query
from cong.search.folder import Folder
from cong.search.tantivy_engine import VERSION, TantivyEngine

_Stamp = tuple[int, int]
_TRIES = 3


class Reader:
    """An Engine over the current version of a folder. Many threads may ask at once."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._lock = Lock()
        self._pointer: _Stamp | None = None
        self._commit: _Stamp | None = None
        self._path: Path | None = None
        self._engine: TantivyEngine | None = None
        self._mark: Mark | None = None

    def search(self, query: Query) -> Page:
        return self.engine().search(query)

    def mark(self) -> Mark:
        """Return how far the index has read; raises NotReady without an index."""
        self.engine()
        if self._mark is None:
            raise NotReady(self._folder.root)
        return self._mark

    def engine(self) -> TantivyEngine:
        """Return the engine as of the last commit; raises NotReady when none can be read by this program."""
        with self._lock:
            for _ in range(_TRIES):
                try:
                    return self._fresh()
                except (FileNotFoundError, ValueError):
                    # A version that was swept away between reading the pointer and opening it.
                    self._engine = self._pointer = None
        raise NotReady(self._folder.root)

    def _fresh(self) -> TantivyEngine:
        pointer = _stamp(self._folder.pointer)
        if self._engine is None or self._path is None or pointer != self._pointer:
            self._path = self._folder.current()
            if self._path is None:
                raise FileNotFoundError(self._folder.root)
            commit = _stamp(self._path / "meta.json")
            self._engine = TantivyEngine(self._path)
        else:
            commit = _stamp(self._path / "meta.json")
            if commit == self._commit:
                return self._checked(self._engine)
            self._engine.reload()
        # Stamps were taken before reading: a commit in between only makes the next query look again.
        self._pointer, self._commit, self._mark = pointer, commit, self._engine.mark()
        return self._checked(self._engine)

    def _checked(self, engine: TantivyEngine) -> TantivyEngine:
        if self._mark is None or self._mark.version != VERSION:
            raise NotReady(self._folder.root)
        return engine


def _stamp(path: Path) -> _Stamp:
    state = path.stat()
    return state.st_mtime_ns, state.st_ino
