"""What feeds hold: one query for the entries of a feed, one for the withdrawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from cong.entries.models import Tombstone
from cong.syndication.channels import Channel
from cong.syndication.stories import NEVER, Feed
from cong.syndication.telling import FIELDS, grave, story

SIZE = 50
KEPT = timedelta(days=30)
# Goes up when the formats change, so that nobody is answered "not modified" about an older shape.
_SHAPE = 1
_SEEN = ("release_id", "released_at", "corrected_at", "agency__name", "agency__slug")


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a feed is known by: equal etags mean equal feeds. `at` is when it last changed."""

    etag: str
    at: datetime


def graves(now: datetime) -> list[Tombstone]:
    """Return what was withdrawn in the last thirty days, newest first, at most fifty."""
    # A release number only grows, and has an index; the moment has none.
    newest = Tombstone.objects.order_by("-release_id")[:SIZE]
    return [one for one in newest if one.at > now - KEPT]


def stamp(channel: Channel, withdrawn: Sequence[Tombstone]) -> Stamp:
    """Know a channel's feeds without reading their texts: an index walk over as many rows as they hold."""
    rows = channel.entries.newest_first().values_list(*_SEEN)[:SIZE]
    return _stamp(channel, rows, withdrawn)


def feed(channel: Channel, withdrawn: Sequence[Tombstone], *, file: str) -> tuple[Feed, Stamp]:
    """Return a channel's feed for the address that ends in `file`, and what it is known by; one query."""
    rows = list(channel.entries.newest_first().select_related("agency").only(*FIELDS)[:SIZE])
    seen = ((row.release_id, row.released_at, row.corrected_at, row.agency.name, row.agency.slug) for row in rows)
    known = _stamp(channel, seen, withdrawn)
    page = settings.SITE_URL + channel.path
    told = Feed(
        title=channel.title,
        description=channel.description,
        lang=settings.LANGUAGE_CODE,
        page=page,
        address=page + file,
        updated_at=known.at,
        stories=[story(row) for row in rows],
        graves=[grave(one) for one in withdrawn],
    )
    return told, known


def _stamp(
    channel: Channel,
    rows: Iterable[tuple[int, datetime, datetime | None, str, str]],
    withdrawn: Sequence[Tombstone],
) -> Stamp:
    at, seen = NEVER, []
    for release, released_at, corrected_at, name, slug in rows:
        at = max(at, corrected_at or released_at)
        seen.append((release, name, slug))
    at = max([at, *(one.at for one in withdrawn)])
    whole = [
        _SHAPE,
        settings.SITE_URL,
        channel.title,
        channel.path,
        seen,
        [one.release_id for one in withdrawn],
    ]
    digest = hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:32]
    return Stamp(etag=digest, at=at)
