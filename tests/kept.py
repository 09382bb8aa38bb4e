"""What is costly to make and the same until its sources change: kept between runs in pytest's own cache folder."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_KEPT = ROOT / ".pytest_cache" / "kept"
_MOST = 4


def kept(name: str, sources: Iterable[Path], make: Callable[[Path], object]) -> Path:
    """Return the file or folder that `make` made at the path it got, from these very sources.

    Whoever comes first makes it, others wait; the oldest ones are thrown away.
    """
    _KEPT.mkdir(parents=True, exist_ok=True)
    place = _KEPT / f"{name}-{_fingerprint(sources)}"
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            part = place.with_name(f"{place.name}.part")
            _remove(part)
            make(part)
            part.rename(place)
            _forget(name)
        place.touch()
    return place


def _fingerprint(sources: Iterable[Path]) -> str:
    told = hashlib.sha256()
    for path in sorted(sources):
        told.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:20]


def _forget(name: str) -> None:
    found = [path for path in _KEPT.glob(f"{name}-*") if not path.name.endswith(".part")]
    for old in sorted(found, key=lambda path: path.stat().st_mtime)[:-_MOST]:
        _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def renew(name: str, folder: Path, parts: Iterable[str], make: Callable[[], object]) -> None:
    """Lay the parts of `folder` down as the last run left them, bring them up to date, and keep them for the next."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    last = _KEPT / name
    with (_KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _lay_down(last, folder, parts)
        make()
        fresh = last.with_name(f"{name}.part")
        _remove(fresh)
        _lay_down(folder, fresh, parts)
        _remove(last)
        fresh.rename(last)


def _lay_down(source: Path, target: Path, parts: Iterable[str]) -> None:
    for part in parts:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, dirs_exist_ok=True)
        elif (source / part).exists():
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / part, target / part)
