"""What a fetch gives back, and how its headers are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WEEK_S = 7 * 24 * 3600

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,80})", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE | re.ASCII)
_SECONDS = re.compile(r"\d+", re.ASCII)
_LONGEST = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One answer, redirects followed. `ms` leaves out waiting for a host's turn.

    `permanent_url` is where the leading 301 and 308 redirects led, "" when there was none. `links`: the Link headers.
    """

    status: int
    body: bytes
    charset: str | None
    content_type: str
    etag: str
    last_modified: str
    max_age: int | None
    retry_after: int | None
    final_url: str
    permanent_url: str
    received: int
    ms: int
    links: tuple[str, ...] = ()


def content_type(header: str) -> tuple[str, str | None]:
    """Split a Content-Type into media type and declared charset, lower case; "" and None if unreadable."""
    kind, charset = _TYPE.match(header), _CHARSET.search(header)
    return kind[1].lower() if kind else "", charset[1].lower() if charset else None


def validator(header: str) -> str:
    """Return an ETag or Last-Modified that can be stored and sent back; "" for one that could do harm."""
    return header if len(header) <= _LONGEST and header.isprintable() else ""


def max_age(headers: Mapping[str, str]) -> int | None:
    """Return Cache-Control's max-age in seconds, a year at most."""
    found = _MAX_AGE.search(headers.get("Cache-Control", ""))
    return min(int(found[1]), 365 * 24 * 3600) if found else None


def retry_after(header: str, now: datetime | None) -> int | None:
    """Return the wished pause in seconds, from 0 to 7 days; a date needs `now`. None when unreadable."""
    text = header.strip()
    if _SECONDS.fullmatch(text):
        return min(int(text[:12]), WEEK_S)
    if not text or now is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(int((aware - now).total_seconds()), 0), WEEK_S)
    except (ValueError, OverflowError):
        return None
