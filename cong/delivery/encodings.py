"""Pure: the forms in which a page is sent, and which of them a client wants."""

from __future__ import annotations

import zlib
from functools import lru_cache

import brotli  # type: ignore[import-untyped]  # has no stubs
import zstandard

IDENTITY, BROTLI, ZSTD, GZIP = "", "br", "zstd", "gzip"
SMALLEST = 500
"""Bytes below which a page is sent as it is."""

_OURS = (BROTLI, ZSTD, GZIP)
_BROTLI_QUALITY, _GZIP_LEVEL, _ZSTD_LEVEL = 5, 6, 9
_GZIP_FRAME = 31
_LONGEST = 200


def wanted(accepted: str) -> str:
    """Return the best of our encodings that an Accept-Encoding header takes; the plain form when it takes none."""
    # What is remembered is short: the header is whatever somebody sends.
    return _wanted(accepted) if len(accepted) <= _LONGEST else IDENTITY


@lru_cache(maxsize=256)
def _wanted(accepted: str) -> str:
    return next((encoding for encoding in _OURS if takes(accepted, encoding)), IDENTITY)


def takes(accepted: str, encoding: str) -> bool:
    """Tell whether an Accept-Encoding header takes an encoding (RFC 9110, 12.5.3)."""
    weights = dict(map(_weighed, accepted.lower().split(",")))
    return weights.get(encoding, weights.get("*", 0.0)) > 0


def _weighed(part: str) -> tuple[str, float]:
    name, _, parameters = part.partition(";")
    key, _, value = parameters.partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), 0.0


def encoded(body: bytes, encoding: str) -> bytes:
    """Return the body in one of our encodings."""
    if encoding == BROTLI:
        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
    if encoding == ZSTD:
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    if encoding == GZIP:
        packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FRAME)
        return packer.compress(body) + packer.flush()
    return body
