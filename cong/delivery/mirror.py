"""Every public page as a file, for the time without a database; and which of them must not be shown any more.

Each file knows how far the stream of changes was followed before its render. A withdrawal that was followed later
spoils it exactly; one that nobody followed yet spoils it by the hard purge that came with it.
"""

from __future__ import annotations

import json
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cong.delivery import encodings, pages
from cong.delivery.addresses import Address, key_of
from cong.delivery.ground import Ground
from cong.delivery.pages import Page
from cong.kernel import tags

_SEQ = struct.Struct("<q")
_GZIP = 31
_ENTRIES_A_FOLDER = 1000


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far the mirror is: `seq` of the stream, followed with the ground of `era` at purge `epoch`."""

    seq: int = 0
    era: int = 0
    epoch: int = 0
    change: str = ""
    """What change `seq` was: another shelf's stream has another one there."""
    filled: int = 0
    """The entries from this one on were all put in; 0: the whole shelf."""
    events: int = 0
    """The last event of the journal that was looked at."""


@dataclass(frozen=True, kw_only=True)
class Mirrored:
    """A page from a file: its body is still packed (gzip)."""

    page: Page
    seq: int

    @property
    def body(self) -> bytes:
        """Return the body as it was rendered."""
        return zlib.decompress(self.page.body, _GZIP)


class Mirror:
    """The folder. One process writes, any process reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._withdrawn: dict[int, int] = {}
        self._seen: tuple[int, int] = (0, 0)

    def mark(self) -> Mark:
        """Return how far the mirror is; the beginning when nothing can be read."""
        try:
            return Mark(**json.loads((self.folder / "mark.json").read_text()))
        except (OSError, ValueError, TypeError):
            return Mark()

    def set_mark(self, mark: Mark) -> None:
        """Say how far the mirror is."""
        _write(self.folder / "mark.json", json.dumps(asdict(mark)).encode())

    def put(self, page: Page, *, seq: int, entry: int | None = None) -> None:
        """Keep a page; of an entry's own page remember whose it is. `seq`: the changes it has seen."""
        packed = replace(page, body=encodings.encoded(page.body, encodings.GZIP))
        _write(self._file(page.address), _SEQ.pack(seq) + pages.written(packed))
        if entry is not None and page.address not in (known := self.addresses_of(entry)):
            _write(self._index(entry), json.dumps([*known, page.address]).encode())

    def get(self, address: Address) -> Mirrored | None:
        """Return what was kept of an address, good or not."""
        return _read(self._file(address), address)

    def is_good(self, found: Mirrored, ground: Ground | None, mark: Mark) -> bool:
        """Tell whether nothing on the page was withdrawn or corrected since; without a ground nobody knows."""
        if ground is None or mark.era != ground.era or self.is_spoilt(found):
            return False
        own = found.page.epoch if found.page.era == ground.era else 0
        return not ground.is_withdrawn_since(found.page.tags, max(mark.epoch, own))

    def is_spoilt(self, found: Mirrored) -> bool:
        """Tell whether something that it shows was withdrawn after its render."""
        self._learn()
        gone = self._withdrawn
        if not gone:
            return False
        if tags.SHELF in found.page.tags:
            return found.seq < max(gone.values())
        return any(found.seq < gone.get(number, -1) for number in _shown(found.page))

    def addresses_of(self, entry: int) -> list[Address]:
        """Return under which addresses an entry's own page was kept."""
        try:
            return [(path, query) for path, query in json.loads(self._index(entry).read_text())]
        except (OSError, ValueError):
            return []

    def withdraw(self, entry: int, *, seq: int) -> None:
        """Take an entry's own pages away, and spoil every other page that shows it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "withdrawn").open("a") as log:
            log.write(f"{entry} {seq}\n")
        self.remove_entry(entry)

    def remove_entry(self, entry: int) -> None:
        """Take an entry's own pages away."""
        for address in self.addresses_of(entry):
            self.remove(address)
        self._index(entry).unlink(missing_ok=True)

    def remove(self, address: Address) -> None:
        """Take a page away."""
        self._file(address).unlink(missing_ok=True)

    def walk(self) -> Iterator[Mirrored]:
        """Yield all pages, one file at a time."""
        for shelf in sorted((self.folder / "pages").glob("*")):
            for path in shelf.glob("[!.]*"):
                found = _read(path, None)
                if found is not None:
                    yield found

    def has_withdrawn(self) -> bool:
        """Tell whether there are withdrawals that may still spoil something."""
        self._learn()
        return bool(self._withdrawn)

    def forget_withdrawn(self, *, until: int) -> None:
        """Forget withdrawals up to a change: nothing is left that they spoil."""
        self._learn()
        left = {entry: seq for entry, seq in self._withdrawn.items() if seq > until}
        _write(self.folder / "withdrawn", "".join(f"{entry} {seq}\n" for entry, seq in left.items()).encode())

    def _learn(self) -> None:
        """Read what was withdrawn, when it changed since."""
        try:
            stat = (self.folder / "withdrawn").stat()
        except OSError:
            self._withdrawn, self._seen = {}, (0, 0)
            return
        if (stat.st_mtime_ns, stat.st_size) != self._seen:
            rows = (line.split() for line in (self.folder / "withdrawn").read_text().splitlines())
            self._withdrawn = {int(row[0]): int(row[1]) for row in rows if len(row) == 2}
            self._seen = (stat.st_mtime_ns, stat.st_size)

    def _file(self, address: Address) -> Path:
        name = key_of(address).hex()
        return self.folder / "pages" / name[:3] / name[3:]

    def _index(self, entry: int) -> Path:
        return self.folder / "entries" / str(entry // _ENTRIES_A_FOLDER) / str(entry)


def _shown(page: Page) -> Iterator[int]:
    prefix = tags.shows(0)[:-1]
    return (int(tag[len(prefix) :]) for tag in page.tags if tag.startswith(prefix))


def _read(path: Path, address: Address | None) -> Mirrored | None:
    try:
        record = path.read_bytes()
    except OSError:
        return None
    page = pages.read(record[_SEQ.size :])
    if page is None or (address is not None and page.address != address):
        return None
    return Mirrored(page=page, seq=_SEQ.unpack_from(record)[0])


def _write(path: Path, content: bytes) -> None:
    """Put a whole file in its place: whoever reads sees the one before or this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, fresh = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
        Path(fresh).replace(path)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise
