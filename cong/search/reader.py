"""The reading side of the index directory: follows commits and new versions, at the price of two stats a query."""

from __future__ import annotations

from threading import Lock

from cong.search.engine import Explanation, Failed, Mark, NotReady, Page, Query
from cong.search.folder import Folder
from cong.search.tantivy_engine import TantivyEngine

_Stamp = tuple[int, int]
_TRIES = 3


class Reader:
    """An Engine over the current version of a folder. Many threads may ask at once."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._lock = Lock()
        self._pointer: _Stamp | None = None
        self._commit: _Stamp | None = None
        self._name = ""
        self._engine: TantivyEngine | None = None

    def search(self, query: Query) -> Page:
        return self.engine().search(query)

    def suggest(self, text: str, limit: int) -> tuple[int, ...]:
        return self.engine().suggest(text, limit)

    def explain(self, query: Query, id: int) -> Explanation | None:  # noqa: A002 (the entry's id)
        return self.engine().explain(query, id)

    def releases(self, first: int, last: int) -> dict[int, int]:
        return self.engine().releases(first, last)

    def mark(self) -> Mark:
        """Return how far the index has read; raises NotReady without an index."""
        return self.engine().mark()

    @property
    def size(self) -> int:
        return self.engine().size

    def engine(self) -> TantivyEngine:
        """Return the engine as of the last commit; raises NotReady when none can be read by this program."""
        with self._lock:
            for _ in range(_TRIES):
                try:
                    return self._fresh()
                except (OSError, ValueError, NotReady, Failed):
                    # A version that was swept away between reading the pointer and opening it, or none at all.
                    self._engine = self._pointer = None
        raise NotReady(self._folder.root)

    def _fresh(self) -> TantivyEngine:
        pointer = _stamp(self._folder, "")
        if self._engine is None or pointer != self._pointer:
            name = self._folder.current()
            if name is None:
                raise NotReady(self._folder.root)
            commit, engine = _stamp(self._folder, name), self._folder.engine(name)
        else:
            name, engine = self._name, self._engine
            commit = _stamp(self._folder, name)
            if commit == self._commit:
                return engine
            engine.reload()
            if engine.mark().version != self._folder.program:
                raise NotReady(self._folder.root)
        # Stamps were taken before reading: a commit in between only makes the next query look again.
        self._pointer, self._commit, self._name, self._engine = pointer, commit, name, engine
        return engine


def _stamp(folder: Folder, version: str) -> _Stamp:
    state = (folder.path(version) / "meta.json" if version else folder.pointer).stat()
    return state.st_mtime_ns, state.st_ino
