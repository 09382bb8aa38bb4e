"""The one process that writes the index: builds it, then follows the shelf."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cong.search import shelf
from cong.search.engine import Failed, Mark, NotReady
from cong.search.folder import Folder
from cong.search.tantivy_engine import VERSION, TantivyEngine, TantivyWriter

log = logging.getLogger(__name__)

BATCH = 500
"""Changes in one commit."""

_CHUNK = 200


class Stopped(Exception):
    """Somebody asked the indexer to end; what it was building is swept away by the next one."""


def never() -> bool:
    return False


def ignore(_done: int) -> None:
    return None


class Indexer:
    """Holds the writer of a locked folder; whatever happens to it, the next one continues from the last commit."""

    def __init__(
        self, folder: Folder, *, stopped: Callable[[], bool] = never, progress: Callable[[int], None] = ignore
    ) -> None:
        self._folder = folder
        self._stopped = stopped
        self._progress = progress
        self._path: Path | None = None
        self._writer: TantivyWriter | None = None
        self._mark = Mark(seq=0, change="", version=VERSION)

    @property
    def mark(self) -> Mark:
        return self._mark

    def step(self) -> int:
        """Index the next batch and return how many changes it held; an index that cannot go on is built anew."""
        writer = self._open()
        batch = shelf.after(self._mark, BATCH)
        if batch is None:
            return 0
        self._apply(writer, batch)
        return batch.changes

    def rebuild(self) -> None:
        """Build a new version from the shelf, replay what changed meanwhile, then let readers go over to it."""
        self.close()
        self._folder.root.mkdir(parents=True, exist_ok=True)
        self._folder.sweep()
        path = self._folder.fresh()
        log.info("search.rebuild path=%s", path)
        mark = shelf.last_mark()
        self._writer = writer = _writer(path)
        self._fill(writer)
        with _writing():
            writer.commit(mark)
        self._mark = mark
        while batch := shelf.after(self._mark, BATCH):
            self._apply(writer, batch)
        self._folder.point_at(path)
        self._path = path
        self._folder.sweep()

    def close(self) -> None:
        """Let the writer go; uncommitted work is dropped and will be read again."""
        writer, self._writer, self._path = self._writer, None, None
        if writer is not None:
            with suppress(ValueError):  # its directory may be gone
                writer.close()

    def _fill(self, writer: TantivyWriter) -> None:
        for documents in shelf.everything(_CHUNK):
            if self._stopped():
                raise Stopped
            with _writing():
                writer.add(documents)
            self._progress(len(documents))

    def _apply(self, writer: TantivyWriter, batch: shelf.Batch) -> None:
        with _writing():
            writer.remove(batch.remove)
            writer.put(batch.put)
            writer.commit(batch.mark)
        self._mark = batch.mark

    def _open(self) -> TantivyWriter:
        current = self._folder.current()
        if self._writer is not None and current == self._path and current is not None:
            return self._writer
        self.close()
        found = _continuable(current) if current else None
        if current is None or found is None:
            self.rebuild()
        else:
            self._path, self._mark, self._writer = current, found, _writer(current)
        assert self._writer is not None  # noqa: S101 (both branches have set it)
        return self._writer


def _writer(path: Path) -> TantivyWriter:
    with _writing():
        return TantivyWriter(path)


@contextmanager
def _writing() -> Iterator[None]:
    """Turn what the engine raises into Failed."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise Failed(str(error)) from error


def _continuable(path: Path) -> Mark | None:
    """Return where the index stands when this program, on this shelf, can go on from there."""
    try:
        mark = TantivyEngine(path).mark()
    except (NotReady, ValueError, OSError) as error:
        log.warning("search.unreadable path=%s error=%s", path, error)
        return None
    return mark if mark and mark.version == VERSION and shelf.knows(mark) else None
