"""What other processes ask of the running indexer: files in the index directory, done between two batches."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cong.search.trouble import failing

_FOLDER = "requests"
_MOST_IDS = 5_000
_LONGEST = 200_000


class Wish(StrEnum):
    """What may be asked."""

    REBUILD = "rebuild"
    REBUILD_ANYWAY = "rebuild-anyway"
    BACK = "back"
    LOOK = "look"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One wish. `ids`: for LOOK, the entries to index again as they are now; doing it twice does no harm."""

    wish: Wish
    path: Path
    ids: tuple[int, ...] = ()

    def done(self) -> None:
        """Take the request away."""
        with suppress(OSError):
            self.path.unlink()


def leave(root: Path, wish: Wish, ids: Collection[int] = ()) -> list[Request]:
    """Ask for something; many ids become several requests. Raises Failed."""
    known = list(ids)
    parts = [known[first : first + _MOST_IDS] for first in range(0, len(known), _MOST_IDS)] or [[]]
    return [_left(root / _FOLDER, wish, part) for part in parts]


def waiting(root: Path) -> list[Request]:
    """Return what is asked for, oldest first; whatever else lies there is taken away."""
    folder = root / _FOLDER
    try:
        paths = sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=_age)
    except OSError:
        return []
    read = [(path, _read(path)) for path in paths]
    for path, request in read:
        if request is None:
            with suppress(OSError):
                path.unlink()
    return [request for _, request in read if request is not None]


def _left(folder: Path, wish: Wish, ids: list[int]) -> Request:
    name = f"{wish}.{secrets.token_hex(8)}"
    with failing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{name}"
        part.write_text("".join(f"{number}\n" for number in ids), encoding="ascii")
        part.replace(folder / name)
    return Request(wish=wish, path=folder / name, ids=tuple(ids))


def _read(path: Path) -> Request | None:
    try:
        with path.open(encoding="ascii") as file:
            ids = tuple(int(line) for line in file.read(_LONGEST).split())
        return Request(wish=Wish(path.name.partition(".")[0]), path=path, ids=ids)
    except (OSError, ValueError):
        return None


def _age(path: Path) -> tuple[int, str]:
    with suppress(OSError):
        return path.stat().st_mtime_ns, path.name
    return 0, path.name
