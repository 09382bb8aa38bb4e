"""Content-addressed files below MEDIA_ROOT: whole or absent, whatever moment the machine stops at."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def rendition_path(sha256: str, width: int) -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures" / sha256[:2] / f"{sha256}-{width}.webp"


def write_renditions(sha256: str, renditions: Mapping[int, bytes]) -> None:
    """Write what is not there yet. A file gets its name only after its last byte is on the disk."""
    for width, data in renditions.items():
        path = rendition_path(sha256, width)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
    _sync_folder(rendition_path(sha256, 0).parent)


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    # The new names, too, must be on the disk before a database row speaks of them.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
