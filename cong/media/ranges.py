"""Pure: which part of a file a request asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """The part lies behind the end of the file."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """`size` bytes from `start` of a file of `total` bytes."""

    start: int
    size: int
    total: int

    @property
    def told(self) -> str:
        return f"bytes {self.start}-{self.start + self.size - 1}/{self.total}"


def part_of(header: str, total: int) -> Part | None:
    """Return the part asked for; None when the whole is to be sent: no range, several, or none that can be read.

    Raises Unsatisfiable.
    """
    asked = _ONE.fullmatch(header)
    if not asked or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        start, end = max(total - int(asked[2]), 0), total - 1
        if int(asked[2]) == 0:
            raise Unsatisfiable
    else:
        start, end = int(asked[1]), min(int(asked[2]) if asked[2] else total - 1, total - 1)
        if asked[2] and int(asked[2]) < start:
            return None
    if start >= total:
        raise Unsatisfiable
    return Part(start=start, size=end - start + 1, total=total)
