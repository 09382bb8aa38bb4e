"""Pure: what a feed holds, whatever format it is then written in. Addresses are absolute, moments aware."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

# Atom wants a moment even of a feed in which nothing has happened yet.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody or something with a page of its own; `code` is the word in its address."""

    name: str
    url: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The picture of a story: the address of its largest rendition, and what it shows."""

    url: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the ledger knows of a story, so that a partner can check what it took over."""

    sha256: str
    kind: str
    number: str
    note: str
    corrections: int
    harvested_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Story:
    """One entry as a feed tells it. `id` never changes; `source` has no address when the text is our own."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    lang: str
    author: str
    source: Named
    agency: Named
    section: Named
    tags: Sequence[str]
    picture: Picture | None
    published_at: datetime
    released_at: datetime
    corrected_at: datetime | None
    record: Record

    @property
    def updated_at(self) -> datetime:
        """Return when a reader last got something new from it."""
        return self.corrected_at or self.published_at


@dataclass(frozen=True, kw_only=True)
class Grave:
    """A withdrawn entry: readers that hold it are asked to drop it (RFC 6721)."""

    id: str
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A list of stories, newest first. `page` is the list for people, `address` the feed's own."""

    title: str
    description: str
    lang: str
    page: str
    address: str
    updated_at: datetime
    stories: Sequence[Story]
    graves: Sequence[Grave] = ()
