"""Turn rows of the shelf into what feeds tell."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from cong.design.pictures import picture_sources
from cong.entries.models import Entry, Section, Tombstone
from cong.syndication.stories import Grave, Named, Picture, Record, Story

FIELDS = (
    "id", "release_id", "sha256", "kind", "section", "lang", "slug", "title", "summary", "html", "author",
    "source_name", "source_url", "number", "tags", "picture", "picture_width", "picture_alt",
    "note", "corrections", "published_at", "harvested_at", "released_at", "corrected_at",
    "agency__name", "agency__slug",
)  # fmt: skip
# A tag URI (RFC 4151) carries a date on which its maker owned the host name; it must never change.
_SINCE = "2026"


def tag(number: int) -> str:
    """Return the name of an entry that stays when its title, section and address change."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"tag:{host},{_SINCE}:entry/{number}"


def story(row: Entry) -> Story:
    """Tell one entry; it comes with its agency."""
    site = settings.SITE_URL
    return Story(
        id=tag(row.pk),
        url=site + row.get_absolute_url(),
        title=row.title,
        summary=row.summary,
        html=row.html,
        lang=row.lang,
        author=row.author or row.source_name or row.agency.name,
        source=Named(name=row.source_name or row.agency.name, url=row.source_url),
        agency=Named(name=row.agency.name, url=f"{site}/co-quan/{row.agency.slug}/", code=row.agency.slug),
        section=Named(name=str(Section(row.section).label), url=f"{site}/tin-tuc/{row.section}/", code=row.section),
        tags=row.tags,
        picture=_picture(row),
        published_at=row.published_at,
        released_at=row.released_at,
        corrected_at=row.corrected_at,
        record=_record(row),
    )


def grave(row: Tombstone) -> Grave:
    """Tell one withdrawal."""
    return Grave(id=tag(row.pk), at=row.at, note=row.note)


def _picture(row: Entry) -> Picture | None:
    if not row.picture:
        return None
    largest = picture_sources(row.picture, row.picture_width).largest
    return Picture(url=settings.SITE_URL + largest, alt=row.picture_alt)


def _record(row: Entry) -> Record:
    return Record(
        sha256=row.sha256,
        kind=row.kind,
        number=row.number,
        note=row.note,
        corrections=row.corrections,
        harvested_at=row.harvested_at,
    )
