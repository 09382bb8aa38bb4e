"""How fresh the sources are, as readers may know it: no error texts, no addresses but those of the agencies' sites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from cong.agencies.models import Agency
from cong.harvest.models import Health, Source
from cong.harvest.watching import TROUBLE

# Their own address is one for machines, and may hold a key.
_FOR_MACHINES = frozenset({"jsonapi", "push"})
_LATE_AFTER, _LATE_INTERVALS = timedelta(days=1), 3
_AGENCY = ("name", "short_name", "slug", "category", "site", "order")
_SHOWN = ("name", "kind", "url", "part", "state", "interval_s", "first_ok_at", "last_ok_at", "last_new_at")


class Standing(StrEnum):
    """How a source stands, as far as it concerns a reader."""

    CURRENT = "current"
    UNREADABLE = "unreadable"
    WAITING = "waiting"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """One source: when it was last read, and when that last brought something new.

    `part`: the division of the agency's page that it feeds, in words; `kind`: the registry's word; `site`: where a
    reader finds it, "" when there is no page for people.
    """

    agency: Agency
    name: str
    part: str
    kind: str
    site: str
    standing: Standing
    read_at: datetime | None
    new_at: datetime | None


def freshness(at: datetime) -> list[Freshness]:
    """Return the sources in the order of their agencies, in one query; what was switched off unread is left out."""
    rows = Source.objects.select_related("agency").order_by("agency__order", "agency_id", "slug")
    shown = rows.only(*_SHOWN, *(f"agency__{name}" for name in _AGENCY))
    return [_told(source, at) for source in shown if source.state != Health.DISABLED or source.first_ok_at]


def _told(source: Source, at: datetime) -> Freshness:
    part = str(source.get_part_display())
    return Freshness(
        agency=source.agency, name=source.name or part, part=part, kind=source.kind,
        site=site(source.kind, source.url, source.agency.site), standing=_standing(source, at),
        read_at=source.last_ok_at, new_at=source.last_new_at,
    )  # fmt: skip


def _standing(source: Source, at: datetime) -> Standing:
    if source.state == Health.DISABLED:
        return Standing.ENDED
    if source.state in TROUBLE:
        return Standing.UNREADABLE
    if source.last_ok_at is None:
        return Standing.WAITING
    # When nobody harvests, no visit fails either: only the clock tells.
    late = max(_LATE_AFTER, _LATE_INTERVALS * timedelta(seconds=source.interval_s))
    if source.kind != "push" and at - source.last_ok_at > late:
        return Standing.UNREADABLE
    return Standing.CURRENT


def site(kind: str, url: str, home: str) -> str:
    """Return the first page of the site that a source is read from; of the agency's (`home`) when it is for machines.

    Names, passwords, paths and queries stay out: any of them may hold a key.
    """
    try:
        parts = urlsplit(home if kind in _FOR_MACHINES else url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}/" if host and parts.scheme in ("http", "https") else ""
