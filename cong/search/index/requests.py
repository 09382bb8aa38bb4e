"""What other processes ask of the running indexer: files in the index directory, done between two batches."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cong.search.index.trouble import failing

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
    """One wish, however often it was asked for. `ids`: for LOOK, the entries to index again as they are now.

    Doing it twice does no harm.
    """

    wish: Wish
    paths: tuple[Path, ...]
    ids: tuple[int, ...] = ()

    @property
    def waits(self) -> bool:
        return any(path.exists() for path in self.paths)

    def done(self) -> None:
        """Take away what asked for it; what was asked for meanwhile stays."""
        for path in self.paths:
            with suppress(OSError):
                path.unlink()


def leave(root: Path, wish: Wish, ids: Collection[int] = ()) -> Request:
    """Ask for something. Raises Failed."""
    known = list(ids)
    parts = [known[first : first + _MOST_IDS] for first in range(0, len(known), _MOST_IDS)] or [[]]
    paths = [_left(root / _FOLDER, wish, part) for part in parts]
    return Request(wish=wish, paths=tuple(paths), ids=tuple(known))


def waiting(root: Path) -> list[Request]:
    """Return what is asked for, each wish once, the oldest first; whatever else lies there is taken away."""
    folder = root / _FOLDER
    try:
        paths = sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=_age)
    except OSError:
        return []
    asked: dict[Wish, list[tuple[Path, tuple[int, ...]]]] = {}
    for path in paths:
        read = _read(path)
        if read is None:
            with suppress(OSError):
                path.unlink()
        else:
            asked.setdefault(read[0], []).append((path, read[1]))
    return [
        Request(
            wish=wish,
            paths=tuple(path for path, _ in several),
            ids=tuple(dict.fromkeys(number for _, ids in several for number in ids)),
        )
        for wish, several in asked.items()
    ]


def _left(folder: Path, wish: Wish, ids: list[int]) -> Path:
    name = f"{wish}.{secrets.token_hex(8)}"
    with failing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{name}"
        part.write_text("".join(f"{number}\n" for number in ids), encoding="ascii")
        part.replace(folder / name)
    return folder / name


def _read(path: Path) -> tuple[Wish, tuple[int, ...]] | None:
    try:
        with path.open(encoding="ascii") as file:
            ids = tuple(int(line) for line in file.read(_LONGEST).split())
        return Wish(path.name.partition(".")[0]), ids
    except (OSError, ValueError):
        return None


def _age(path: Path) -> tuple[int, str]:
    with suppress(OSError):
        return path.stat().st_mtime_ns, path.name
    return 0, path.name
