"""Pure: what is sealed, how it is hashed, and which release may follow which."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cong.kernel import chain


class ReleaseKind(StrEnum):
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class NotAllowed(Exception):
    """The next release of this publication cannot be of that kind; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that is judged and later shown. Texts are NFC; `html` is sanitised."""

    agency: int
    kind: str
    part: str
    section: str
    lang: str
    slug: str
    title: str
    summary: str
    html: str = field(repr=False)
    author: str = ""
    source_name: str = ""
    source_url: str = ""
    number: str = ""
    tags: tuple[str, ...] = ()
    picture: str = ""
    picture_width: int = 0
    picture_height: int = 0
    picture_alt: str = ""
    published_at: datetime
    harvested_at: datetime | None = None

    def canonical(self) -> str:
        """Return the canonical JSON of all but `html`; moments are UTC, whole seconds."""
        values = self.__dict__.copy()
        del values["html"]
        values["published_at"] = moment(self.published_at)
        values["harvested_at"] = moment(self.harvested_at) if self.harvested_at else None
        return chain.canonical(values)

    @classmethod
    def parse(cls, canonical: str, html: str) -> Content:
        """Rebuild what `canonical()` wrote."""
        values = json.loads(canonical)
        values["tags"] = tuple(values["tags"])
        values["published_at"] = datetime.fromisoformat(values["published_at"])
        harvested = values["harvested_at"]
        values["harvested_at"] = datetime.fromisoformat(harvested) if harvested else None
        return cls(html=html, **values)


def moment(at: datetime) -> str:
    """Return a moment as it stands in canonical content, e.g. `2026-11-25T07:30:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def seal(canonical: str, html: str) -> str:
    """Return the sha256 of a Snapshot: canonical content, a line feed, the HTML."""
    return chain.sha256(f"{canonical}\n{html}")


@dataclass(frozen=True, kw_only=True)
class Link:
    """What the hash of a Release covers, besides the hash of the one before."""

    id: int
    publication: int
    snapshot: int
    sha256: str
    kind: str
    policy: str
    by: int | None
    at: datetime
    note: str
    mode: str = ""
    target: str = ""

    def hash(self, prev: str) -> str:
        values = self.__dict__ | {"at": self.at.astimezone(UTC).isoformat()}
        return chain.sha256(chain.canonical([prev, values]))


def next_kind(last: str | None) -> ReleaseKind:
    """Return what releasing content means after the last release of the publication."""
    return ReleaseKind.CORRECT if last in (ReleaseKind.PUBLISH, ReleaseKind.CORRECT) else ReleaseKind.PUBLISH


def check_withdrawal(last: str | None) -> None:
    """Raise NotAllowed when there is nothing public to withdraw."""
    if last not in (ReleaseKind.PUBLISH, ReleaseKind.CORRECT):
        raise NotAllowed("Không có gì đang công khai để gỡ.")
