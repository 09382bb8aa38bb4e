"""What a source says, before anybody decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class NotAFeed(Exception):
    """The bytes are no feed that we can read; `code` for machines, the message for the operator."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How to read this source's dates. `now` is the caller's clock."""

    now: datetime
    timezone: str = "Asia/Ho_Chi_Minh"
    date_order: str = "DMY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RawItem:
    """One item. `title` is plain text; `summary` and `html` are as given, not sanitised; addresses are absolute."""

    guid: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    html: str = ""
    author: str = ""
    lang: str = ""
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    date_text: str = ""
    image: str = ""
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RawFeed:
    """A whole feed; `deleted` holds the guids that the source says it removed (RFC 6721); `ttl` is seconds."""

    kind: str
    title: str = ""
    url: str = ""
    lang: str = ""
    items: tuple[RawItem, ...] = ()
    deleted: tuple[str, ...] = ()
    ttl: int | None = None
    hub: str = ""
    fallback: bool = False
