"""Raw bodies as the sources sent them, packed and named by their hash, so that a changed rule needs no new fetch."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import zstandard

_HASH = re.compile(r"[0-9a-f]{64}")
_END = ".zst"
_LEVEL = 3
MOST_BYTES = 20_000_000
# A frame that asks for a larger window is none of ours.
_WINDOW = 1 << 25


class NotKept(LookupError):
    """There is no such body, or no longer: the file is missing, damaged or too big. Fetch it again."""


def keep(folder: Path, body: bytes) -> str:
    """Keep a body and return its sha256. A body that is kept already counts as kept now."""
    name = hashlib.sha256(body).hexdigest()
    path = _path(folder, name)
    with suppress(FileNotFoundError):
        if path.stat().st_size:
            os.utime(path)
            return name
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(zstandard.ZstdCompressor(level=_LEVEL).compress(body))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return name


def load(folder: Path, sha256: str, *, limit: int = MOST_BYTES) -> bytes:
    """Return the body, at most `limit` bytes; raises NotKept."""
    if not _HASH.fullmatch(sha256):
        raise NotKept(sha256)
    try:
        with _path(folder, sha256).open("rb") as file:
            body = _unpacked(zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(file), limit)
    except (OSError, zstandard.ZstdError) as error:
        raise NotKept(sha256) from error
    if len(body) > limit or hashlib.sha256(body).hexdigest() != sha256:
        raise NotKept(sha256)
    return body


def forget(folder: Path, wanted: Collection[str], *, before: datetime) -> int:
    """Take away bodies that are not wanted and were kept before that moment; return how many.

    `before` lies before `wanted` was read, so that what is being kept meanwhile stays. What a killed process left half
    written goes too.
    """
    limit, count = before.timestamp(), 0
    for path in folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        if path.name.removesuffix(_END) in wanted:
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                count += path.name.endswith(_END)
    return count


def _path(folder: Path, name: str) -> Path:
    return folder / name[:2] / name[2:4] / f"{name}{_END}"


def _unpacked(reader: zstandard.ZstdDecompressionReader, limit: int) -> bytes:
    parts: list[bytes] = []
    room = limit + 1
    while room and (part := reader.read(min(room, 1 << 20))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts)
