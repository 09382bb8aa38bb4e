"""The counts for spelling, made from a sample of the shelf, and as this process reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from time import monotonic

from cong.search.engines.engine import Document, Failed
from cong.search.index.shelved import Shelved, document
from cong.search.index.versions import Versions
from cong.search.text.repair import Repairer
from cong.search.text.spelling import Counts, CountsBuilder, Damaged

SAMPLE = 30_000
"""Texts that are counted; more of them take time and tell little more."""

_LOOK_AGAIN = 2.0

_Stamp = tuple[str, int, int]


class Sampler:
    """Counts every so many of the entries that pass."""

    def __init__(self, *, total: int) -> None:
        self._builder = CountsBuilder()
        self._stride = max(1, -(-total // SAMPLE))
        self._passed = 0
        self.counted = 0

    def through(self, chunks: Iterable[list[Shelved]]) -> Iterator[list[Shelved]]:
        for chunk in chunks:
            for one in chunk[-self._passed % self._stride :: self._stride]:
                self.add(document(one))
            self._passed += len(chunk)
            yield chunk

    def add(self, document: Document) -> None:
        self.counted += 1
        self._builder.add(f"{document.title}\n{document.summary}\n{document.body}")

    def write(self, path: Path) -> None:
        """Put the counts where readers find them. Raises OSError."""
        self._builder.write(path)


class Counted:
    """The counts of the version that is read now; looked for again every two seconds. Many threads may ask at once."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._lock = Lock()
        self._stamp: _Stamp | None = None
        self._looked = -_LOOK_AGAIN
        self._repairer = Repairer(None)

    def repairer(self) -> Repairer:
        """Return what offers other readings; without counts it knows little and offers little."""
        with self._lock:
            if monotonic() - self._looked >= _LOOK_AGAIN:
                self._looked = monotonic()
                self._look()
            return self._repairer

    def _look(self) -> None:
        try:
            name = self._versions.current()
        except Failed:
            return
        path = self._versions.counts(name) if name else None
        stamp = _stamp(path)
        if stamp != self._stamp:
            self._repairer = Repairer(_opened(path))
            self._stamp = stamp


def _opened(path: Path | None) -> Counts | None:
    try:
        return Counts.open(path) if path else None
    except (OSError, Damaged):
        return None


def _stamp(path: Path | None) -> _Stamp | None:
    try:
        state = path.stat() if path else None
    except OSError:
        return None
    return (str(path), state.st_mtime_ns, state.st_ino) if state else None
