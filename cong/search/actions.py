"""What can be done with the index: follow the shelf, catch up once, build anew, look how it stands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from cong.search import shelf
from cong.search.engine import Failed, NotReady
from cong.search.folder import Busy, Folder
from cong.search.indexer import Indexer, Stopped, ignore
from cong.search.reader import Reader

log = logging.getLogger(__name__)

_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, kw_only=True)
class Status:
    """How the index stands. `behind` counts changes of the shelf that it has not read."""

    ready: bool
    running: bool
    path: Path | None
    documents: int
    seq: int
    behind: int


def folder() -> Folder:
    """Return the portal's index directory."""
    return Folder(root=Path(settings.SEARCH_DIR))


def follow(stop: Event) -> None:
    """Follow the shelf until `stop` is set. Raises Busy when another process does."""
    with folder().locked():
        indexer = Indexer(folder(), stopped=stop.is_set)
        try:
            _follow(indexer, stop)
        except Stopped:
            log.info("search.stopped while building")
        finally:
            indexer.close()


def catch_up(*, progress: Callable[[int], None] = ignore, stop: Event | None = None) -> int:
    """Read everything that the index has not read yet and return up to which change it has. Raises Busy, Stopped."""
    with folder().locked():
        indexer = _indexer(progress, stop)
        try:
            while done := indexer.step():
                progress(done)
                if stop and stop.is_set():
                    raise Stopped
            return indexer.mark.seq
        finally:
            indexer.close()


def rebuild(*, progress: Callable[[int], None] = ignore, stop: Event | None = None) -> int:
    """Build the index anew beside the old one and swap; returns its last change. Raises Busy, Stopped."""
    with folder().locked():
        indexer = _indexer(progress, stop)
        try:
            indexer.rebuild()
            return indexer.mark.seq
        finally:
            indexer.close()


def status() -> Status:
    """Return how the index stands now."""
    reader, last = Reader(folder()), shelf.last_seq()
    try:
        seq, documents, ready = reader.mark().seq, reader.engine().size, True
    except NotReady:
        seq, documents, ready = 0, 0, False
    return Status(
        ready=ready,
        running=_is_running(),
        path=folder().current(),
        documents=documents,
        seq=seq,
        behind=last - seq,
    )


def _indexer(progress: Callable[[int], None], stop: Event | None) -> Indexer:
    return Indexer(folder(), progress=progress, stopped=(stop or Event()).is_set)


def _follow(indexer: Indexer, stop: Event) -> None:
    pause = _PAUSE
    while not stop.is_set():
        try:
            close_old_connections()
            done = indexer.step()
            pause = _PAUSE
        except (OperationalError, InterfaceError, Failed) as error:
            # Database or disk are away or busy: nothing is lost, the cursor is in the index.
            log.warning("search.paused error=%s again_in=%s", error, pause)
            connection.close()
            indexer.close()
            done, pause = 0, min(pause * 2, _LONGEST_PAUSE)
        if not done:
            stop.wait(pause)


def _is_running() -> bool:
    try:
        with folder().locked():
            return False
    except Busy:
        return True
