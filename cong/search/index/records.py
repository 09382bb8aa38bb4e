"""What became of the last rebuild and the last checks, kept beside the index so that every process can tell it."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cong.search.index.trouble import failing

_REBUILT, _CHECKS, _BUILDING = "rebuilt.json", "checks.json", "building.json"
_MOST_CHECKS = 48
_MOST_NAMED = 100

T = TypeVar("T", "Rebuilt", "Checked", "Building")


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """The last rebuild. `trouble`: what the gate found, empty when nothing; `judged`: nDCG of the judged queries.

    `swapped`: readers went over to it; otherwise it was set aside.
    """

    at: datetime
    name: str
    documents: int
    seconds: float
    swapped: bool
    trouble: tuple[str, ...] = ()
    judged: float | None = None
    judged_before: float | None = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A check of the entries with first <= id < last (None: all to the end). The ids are the first of many.

    `missing`: on the shelf, not in the index; `stale`: of another release; `extra`: not on the shelf; `unfound`: not
    found by their own title. `mending`: the differences were handed to the indexer, or put right at once.
    """

    at: datetime
    first: int
    last: int | None
    entries: int
    seconds: float
    missing: int = 0
    stale: int = 0
    extra: int = 0
    unfound: int = 0
    ids: tuple[int, ...] = ()
    mending: bool = False

    @property
    def differences(self) -> int:
        return self.missing + self.stale + self.extra + self.unfound


@dataclass(frozen=True, kw_only=True)
class Building:
    """How far the version that is being built has come."""

    name: str
    began_at: datetime
    at: datetime
    done: int
    total: int

    @property
    def rate(self) -> float:
        """Return entries a second."""
        return self.done / max((self.at - self.began_at).total_seconds(), 0.001)

    @property
    def seconds_left(self) -> float:
        return max(self.total - self.done, 0) / max(self.rate, 0.001)


def keep_rebuilt(root: Path, rebuilt: Rebuilt) -> None:
    """Write down what became of a rebuild. Raises Failed."""
    _write(root / _REBUILT, asdict(rebuilt))


def last_rebuilt(root: Path) -> Rebuilt | None:
    return _as(Rebuilt, _read(root / _REBUILT))


def keep_checked(root: Path, checked: Checked) -> None:
    """Write down what a check found, in front of the ones before. Raises Failed."""
    _write(root / _CHECKS, [asdict(one) for one in (checked, *checks(root))][:_MOST_CHECKS])


def checks(root: Path) -> tuple[Checked, ...]:
    """Return the last checks, newest first."""
    read = _read(root / _CHECKS)
    found = [_as(Checked, one) for one in read] if isinstance(read, list) else []
    return tuple(one for one in found if one is not None)


def keep_building(root: Path, building: Building | None) -> None:
    """Say how far a build is; None: it is over. Raises Failed."""
    if building is None:
        with suppress(OSError):
            (root / _BUILDING).unlink()
    else:
        _write(root / _BUILDING, asdict(building))


def now_building(root: Path) -> Building | None:
    return _as(Building, _read(root / _BUILDING))


def named(ids: list[int]) -> tuple[int, ...]:
    """Return as many ids as are written down."""
    return tuple(ids[:_MOST_NAMED])


def _write(path: Path, said: Any) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with failing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(said, ensure_ascii=False, default=datetime.isoformat), encoding="utf-8")
        part.replace(path)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _as(kind: type[T], said: Any) -> T | None:
    """Return what was written down; None when it was not, or by another version of the program."""
    try:
        values = {one.name: _value(one.name, said[one.name]) for one in fields(kind)}
        return kind(**values)
    except (KeyError, TypeError, ValueError):
        return None


def _value(name: str, value: Any) -> Any:
    if name == "at" or name.endswith("_at"):
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
