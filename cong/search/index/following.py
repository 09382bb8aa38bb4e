"""One version of the index, open for writing: it follows the shelf, batch by batch."""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from cong.search.engines.engine import Failed, Mark, NotReady, Writer
from cong.search.index import shelf
from cong.search.index.trouble import failing
from cong.search.index.versions import Versions

log = logging.getLogger(__name__)

BATCH = 500
"""Changes in one commit."""


def standing(versions: Versions, name: str) -> Mark | None:
    """Return where a version stands when this program, on this shelf, can go on from there."""
    try:
        mark = versions.engine(name).mark()
    except NotReady as error:
        log.warning("search.unreadable version=%s error=%s", name, error)
        return None
    return mark if shelf.knows(mark) else None


class Following:
    """Holds the writer of a version; whatever happens to it, the next one continues from the last commit."""

    def __init__(self, *, root: Path, name: str, mark: Mark, writer: Writer) -> None:
        self.name = name
        self.mark = mark
        self._root = root
        self._writer = writer

    def step(self) -> int:
        """Index the next batch and return how many changes it held. Raises Failed."""
        batch = shelf.after(self.mark, BATCH)
        if batch is None:
            return 0
        self._apply(batch)
        return batch.changes

    def look(self, ids: Collection[int]) -> None:
        """Index these entries again as they are now. Raises Failed."""
        self._apply(shelf.again(ids, self.mark))

    def close(self) -> None:
        """Let the writer go; uncommitted work is dropped and will be read again."""
        with suppress(Failed), failing(self._root):  # its directory may be gone
            self._writer.close()

    def _apply(self, batch: shelf.Batch) -> None:
        with failing(self._root):
            self._writer.remove(batch.remove)
            self._writer.put(batch.put)
            self._writer.commit(batch.mark)
        self.mark = batch.mark


def resumed(versions: Versions, name: str) -> Following | None:
    """Open a version to go on with it; None when that cannot be. Raises Failed."""
    mark = standing(versions, name)
    if mark is None:
        return None
    return Following(root=versions.root, name=name, mark=mark, writer=versions.writer(name))
