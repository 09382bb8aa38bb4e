"""Pure: a kept page, and how it is written down. What was not written by us, or is damaged, is no page."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from typing import Any

import xxhash

from cong.delivery.addresses import Address

# Mark, checksum of the rest.
_FRAME = struct.Struct("<4sQ")
_SIZE = struct.Struct("<I")
_MARK = b"CPG1"


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer as Django gave it, without the headers that belong to one form of it.

    `epoch` and `era`: the ground's, before the render. Moments are seconds since 1970; from `fresh_until` on it is to
    be renewed, from `until` on it is wrong.
    """

    address: Address
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tags: frozenset[str]
    era: int
    epoch: int
    rendered_at: float
    fresh_until: float
    until: float | None = None
    modified: str = ""
    """The view's Last-Modified, when it told one."""

    @property
    def etag(self) -> str:
        """Return what names these bytes, without quotes."""
        return hashlib.blake2b(self.body, digest_size=12).hexdigest()


def written(page: Page) -> bytes:
    """Return a page as one record."""
    told = page.__dict__ | {"tags": sorted(page.tags)}
    del told["body"]
    head = json.dumps(told).encode()
    return _framed(_SIZE.pack(len(head)) + head + page.body)


def read(record: bytes) -> Page | None:
    """Return the page of a record; None for what is no whole record."""
    rest = _unframed(record)
    if rest is None:
        return None
    end = _SIZE.size + _SIZE.unpack_from(rest)[0]
    told: dict[str, Any] = json.loads(rest[_SIZE.size : end])
    told["address"] = tuple(told["address"])
    told["headers"] = tuple((name, value) for name, value in told["headers"])
    told["tags"] = frozenset(told["tags"])
    return Page(**told, body=rest[end:])


def written_variant(page: Page, form: bytes) -> bytes:
    """Return another form of a page as one record, bound to the page it was made of."""
    return _framed(page.etag.encode() + form)


def read_variant(record: bytes, page: Page) -> bytes | None:
    """Return the form, None when it belongs to another page or is damaged."""
    rest, etag = _unframed(record), page.etag.encode()
    return rest[len(etag) :] if rest is not None and rest.startswith(etag) else None


def _framed(rest: bytes) -> bytes:
    return _FRAME.pack(_MARK, xxhash.xxh3_64_intdigest(rest)) + rest


def _unframed(record: bytes) -> bytes | None:
    if len(record) < _FRAME.size:
        return None
    mark, checksum = _FRAME.unpack_from(record)
    rest = record[_FRAME.size :]
    return rest if mark == _MARK and xxhash.xxh3_64_intdigest(rest) == checksum else None
