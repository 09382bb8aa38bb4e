"""The reading side of the index directory: follows commits and new versions, at the price of two stats a query."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from cong.search.engines.engine import Explanation, Failed, Mark, NotReady, Page, Query
from cong.search.engines.tantivy_engine import TantivyEngine
from cong.search.index.folder import Folder
from cong.search.index.trouble import is_damage

log = logging.getLogger(__name__)

_Stamp = tuple[int, int]
_TRIES = 3

T = TypeVar("T")


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
        return self._told(lambda engine: engine.search(query))

    def suggest(self, text: str, limit: int) -> tuple[int, ...]:
        return self._told(lambda engine: engine.suggest(text, limit))

    def explain(self, query: Query, id: int) -> Explanation | None:  # noqa: A002 (the entry's id)
        return self._told(lambda engine: engine.explain(query, id))

    def releases(self, first: int, last: int) -> dict[int, int]:
        return self._told(lambda engine: engine.releases(first, last))

    def mark(self) -> Mark:
        """Return how far the index has read; raises NotReady without an index."""
        return self._told(TantivyEngine.mark)

    @property
    def size(self) -> int:
        return self._told(lambda engine: engine.size)

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

    def _told(self, ask: Callable[[TantivyEngine], T]) -> T:
        """Ask; bytes that somebody spoilt are no index, and no reason to fall."""
        engine = self.engine()
        try:
            return ask(engine)
        except BaseException as error:
            if not is_damage(error):
                raise
            log.error("search.damaged root=%s error=%s", self._folder.root, error)
            raise NotReady(self._folder.root) from error

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
