"""What is made rather than kept in the repository: fonts, icons, compiled catalogues, hashed static files."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from cong.design import catalogues, fonts, marks

# Change it when fonts.py cuts differently: the stamp beside each file then no longer fits.
_CUT = "1"


@dataclass(frozen=True, kw_only=True)
class Made:
    """What one run wrote; unchanged things are not written again."""

    fonts: int
    icons: int
    catalogues: int
    static: bool


def make(*, force: bool = False) -> Made:
    """Write fonts and catalogues that are missing or stale, then collect static files if anything changed."""
    return Made(
        fonts=write_fonts(settings.ASSETS_DIR / "design" / "fonts", force=force),
        icons=write_icons(settings.ASSETS_DIR / "design" / "icons", force=force),
        catalogues=write_catalogues(force=force),
        static=_collect(force=force),
    )


def write_fonts(folder: Path, *, force: bool = False) -> int:
    """Write the weights that are missing or were cut by another version; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    wrote = 0
    for weight in fonts.WEIGHTS:
        target = folder / fonts.file_name(weight)
        stamp = f"{_CUT} {version('fontpkg-be-vietnam-pro')} {version('fonttools')}"
        if force or _stamp(target) != stamp or not target.exists():
            _replace(target, fonts.cut(weight))
            _replace(_stamp_file(target), stamp.encode())
            wrote += 1
    return wrote


def write_icons(folder: Path, *, force: bool = False) -> int:
    """Draw the pictures for home screens that are missing or show another mark; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    wrote = 0
    for icon in marks.ICONS:
        target = folder / icon.name
        stamp = f"{icon} {hashlib.sha256(marks.MARK.read_bytes()).hexdigest()}"
        if force or _stamp(target) != stamp or not target.exists():
            _replace(target, marks.drawn(icon))
            _replace(_stamp_file(target), stamp.encode())
            wrote += 1
    return wrote


def write_catalogues(*, force: bool = False) -> int:
    """Compile every `.po` that is newer than its `.mo`; returns how many."""
    wrote = 0
    for source in catalogues.sources():
        target = source.with_suffix(".mo")
        if force or not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _replace(target, catalogues.compiled(source))
            wrote += 1
    return wrote


def _collect(*, force: bool) -> bool:
    """Run collectstatic unless the same sources were collected before."""
    stamp = _fingerprint()
    kept = Path(settings.STATIC_ROOT) / ".collected"
    if not force and kept.exists() and kept.read_text() == stamp:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    _replace(kept, stamp.encode())
    return True


def _fingerprint() -> str:
    """Return one hash over name, size and time of every static source."""
    seen = hashlib.sha256()
    found = ((name, Path(storage.path(name))) for finder in get_finders() for name, storage in finder.list([]))
    for name, path in sorted(found):
        facts = path.stat()
        seen.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _stamp_file(target: Path) -> Path:
    # Not beside the font: that folder is served.
    return Path(settings.DATA_DIR) / f".{target.name}.stamp"


def _stamp(target: Path) -> str:
    kept = _stamp_file(target)
    return kept.read_text() if kept.exists() else ""


def _replace(target: Path, content: bytes) -> None:
    """Write beside and rename, so that a running server never reads half a file."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(target)
