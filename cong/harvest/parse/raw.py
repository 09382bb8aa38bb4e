"""What a source says, before anybody decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class NotAFeed(Exception):
    """The bytes are no feed that we can read. `code` is for programs, the message (Vietnamese) for an operator.

    Codes: empty, html, malformed, encoding, no-channel, too-deep, too-big, too-many, timezone.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How to read this source's dates. `now` is the caller's clock; `date_order` is DMY, MDY or YMD."""

    now: datetime
    timezone: str = "Asia/Ho_Chi_Minh"
    date_order: str = "DMY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Enclosure:
    """A file that comes with an item; `length` in bytes, 0 when not said."""

    url: str
    type: str = ""
    length: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RawItem:
    """One item. `title` and `author` are plain text; `summary` and `html` are HTML as given, not sanitised.

    Addresses are absolute. `date_text` holds the source's words only when no date could be read in them. `number` is
    a document's own (số, ký hiệu), where the source says it apart from the title.
    """

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
    number: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RawFeed:
    """A whole feed. `kind` is rss, atom, rdf, json, sitemap, htmllist, oai, jsonapi or push.

    `deleted` holds guids that the source says it removed.

    `ttl` is seconds; `fallback` tells that the document was broken and the lenient reader had to read it. `hub`: where
    it can be subscribed to (WebSub), and beside it `topic`: its address by its own account.
    """

    kind: str
    title: str = ""
    url: str = ""
    lang: str = ""
    items: tuple[RawItem, ...] = ()
    deleted: tuple[str, ...] = ()
    ttl: int | None = None
    hub: str = ""
    topic: str = ""
    fallback: bool = False
