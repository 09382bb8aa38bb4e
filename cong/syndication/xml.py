"""Pure: text that is well-formed XML whatever it holds, and moments as feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'

# XML 1.0 knows no way to write these, not even as a reference.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Drop what no XML document may hold: control characters, lone surrogates, non-characters."""
    return _FORBIDDEN.sub("", text)


def text(value: str) -> str:
    """Escape what stands between tags. A carriage return needs its number, or it is read as a line feed."""
    escaped = clean(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")


def attribute(value: str) -> str:
    """Escape what stands in double quotes; white space is kept as it is by writing its number."""
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def rfc3339(at: datetime) -> str:
    """`2026-11-25T05:00:00Z`: Atom, JSON Feed, site maps."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def rfc822(at: datetime) -> str:
    """`Wed, 25 Nov 2026 05:00:00 GMT`: RSS."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
