"""Unpacks a body piece by piece, never past its limit, and notices one that was cut short.

aiohttp could unpack for us, but takes half a gzip body for a whole one: a feed would lose items unseen.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli  # type: ignore[import-untyped]  # ships no stubs

_MAGIC = b"\x1f\x8b"
_MEMBERS = 1_000


class TooBig(Exception):
    """The body is longer than its limit; `kept` is what of this piece still had room."""

    def __init__(self, kept: bytes = b"") -> None:
        super().__init__("too big")
        self.kept = kept


class Broken(Exception):
    """The body is not what its Content-Encoding says, or ends too early."""


class Unpacker(Protocol):
    """`feed` returns at most `room` bytes more, raises TooBig if there are more and Broken if unreadable."""

    def feed(self, data: bytes, room: int) -> bytes: ...

    def finish(self) -> None: ...


class _Plain:
    def feed(self, data: bytes, room: int) -> bytes:
        if len(data) > room:
            raise TooBig(data[:room])
        return data

    def finish(self) -> None:
        pass


class _Deflate:
    """zlib's format, or bare deflate as some servers understand the word."""

    def __init__(self) -> None:
        self._inner: zlib._Decompress | None = None

    def feed(self, data: bytes, room: int) -> bytes:
        if self._inner is None:
            self._inner = zlib.decompressobj(15 if data[0] & 0x0F == 8 else -15)
        return _inflate(self._inner, data, room)

    def finish(self) -> None:
        if self._inner is not None and not self._inner.eof:
            raise Broken


class _Gzip:
    """One or more gzip members; what follows the last one is ignored, as gzip does."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)
        self._fed = False
        self._members = 1

    def feed(self, data: bytes, room: int) -> bytes:
        parts: list[bytes] = []
        while data:
            if self._inner.eof:
                if not data.startswith(_MAGIC):
                    break
                self._next_member()
            self._fed = True
            parts.append(_inflate(self._inner, data, room))
            room -= len(parts[-1])
            data = self._inner.unused_data
        return b"".join(parts)

    def finish(self) -> None:
        if self._fed and not self._inner.eof:
            raise Broken

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MEMBERS:
            raise Broken
        self._inner = zlib.decompressobj(31)


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()
        self._fed = False

    def feed(self, data: bytes, room: int) -> bytes:
        self._fed = True
        try:
            made: bytes = self._inner.process(data, output_buffer_limit=room + 1)
        except brotli.error as error:
            raise Broken from error
        if len(made) > room:
            raise TooBig(made[:room])
        return made

    def finish(self) -> None:
        if self._fed and not self._inner.is_finished():
            raise Broken


_KINDS: dict[str, type[_Plain] | type[_Deflate] | type[_Gzip] | type[_Brotli]] = {
    "": _Plain,
    "identity": _Plain,
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
}


def unpacker(encoding: str) -> Unpacker:
    """Return the unpacker for a Content-Encoding; raises Broken for one we do not know."""
    kind = _KINDS.get(encoding.strip().lower())
    if kind is None:
        raise Broken
    return kind()


def _inflate(inner: zlib._Decompress, data: bytes, room: int) -> bytes:
    try:
        made = inner.decompress(data, room + 1)
    except zlib.error as error:
        raise Broken from error
    if len(made) > room:
        raise TooBig(made[:room])
    return made
