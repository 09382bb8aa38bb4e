"""Files on the disk: whole or absent, whatever moment the machine stops at. Public by hash, private by random name.

Public: `MEDIA_ROOT/pictures/ab/<sha256>-<rendition>` and `MEDIA_ROOT/files/ab/<sha256>.<ending>`.
Private: `PRIVATE_ROOT/files/<to>/<token>/`, with `file.<ending>` and, for a picture, its renditions.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

# An upload is cleaned within this many seconds, or it died on the way.
_SETTLED = 6 * 3600


def public_rendition(sha256: str, name: str) -> Path:
    """Return where a released rendition lies; `name` is like `640.webp` or `640x360-50-50.avif`."""
    return Path(settings.MEDIA_ROOT) / "pictures" / sha256[:2] / f"{sha256}-{name}"


def public_file(sha256: str, ending: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "files" / sha256[:2] / f"{sha256}.{ending}"


def private_folder(token: str) -> Path:
    return Path(settings.PRIVATE_ROOT) / "files" / token[:2] / token


def set_aside(sha256: str) -> Path:
    """Return where the renditions of a source's picture lie while nothing public shows it."""
    return Path(settings.PRIVATE_ROOT) / "pictures" / sha256[:2] / sha256


def write_renditions(sha256: str, renditions: Mapping[str, bytes]) -> None:
    """Write what is not there yet, under names like `640.webp`; a file is named once all of it is on the disk."""
    for name, data in renditions.items():
        path = public_rendition(sha256, name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, data)
    sync_folder(public_rendition(sha256, "x").parent)


def write(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    part = _part(path)
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def publish(source: Path, target: Path) -> None:
    """Give a private file its public name too: a second name for the same bytes, a copy only across disks."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = _part(target)
    try:
        try:
            os.link(source, part)
        except OSError:
            shutil.copyfile(source, part)
            _sync_file(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def receive(chunks: Iterable[bytes], most: int) -> Path:
    """Write what comes in under a random name; raises TooLarge as soon as it is too much. The caller deletes it."""
    folder = Path(settings.PRIVATE_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, size = folder / secrets.token_hex(32), 0
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLarge
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


class TooLarge(ValueError):
    """More bytes came in than may."""


@contextmanager
def fresh_folder(token: str) -> Iterator[Path]:
    """Give an empty folder; when the block ends well it stands, synced, under the token, else it is gone."""
    final = private_folder(token)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = final.with_name(f".{token}.part")
    part.mkdir(mode=0o700)
    try:
        yield part
        for path in part.iterdir():
            _sync_file(path)
        sync_folder(part)
        part.replace(final)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    sync_folder(final.parent)


def sweep(known: Collection[str]) -> int:
    """Delete uploads and folders that are under no known token; returns how many."""
    root, gone = Path(settings.PRIVATE_ROOT), 0
    left = [*root.glob("incoming/*"), *(path for path in root.glob("files/??/*") if path.name not in known)]
    for path in left:
        if path.stat().st_mtime < time.time() - _SETTLED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            gone += 1
    return gone


def forget_folder(token: str) -> None:
    shutil.rmtree(private_folder(token), ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, before a database row speaks of them."""
    _sync_file(folder)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
