"""The lists that have feeds: the whole portal, the news, a section, an agency."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from cong.agencies.models import Agency
from cong.entries.models import Entries, Entry, Section
from cong.kernel import tags


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A list of entries with the words for it and the path of its page, under which its feeds lie."""

    title: str
    description: str
    path: str
    entries: Entries
    tags: tuple[str, ...]


# A feed has one language, so these words stand in no catalogue.
def portal() -> Channel:
    return Channel(
        title=settings.SITE_NAME,
        description=f"Mới nhất trên {settings.SITE_NAME}.",
        path="/",
        entries=Entry.objects.as_news(),
        tags=(tags.NEWS,),
    )


def news() -> Channel:
    return Channel(
        title=f"Tin tức – {settings.SITE_NAME}",
        description=f"Tin tức mới nhất trên {settings.SITE_NAME}.",
        path="/tin-tuc/",
        entries=Entry.objects.as_news(),
        tags=(tags.NEWS,),
    )


def section(slug: str) -> Channel | None:
    """Return the channel of a section; None when there is no such section."""
    if slug not in Section.values:
        return None
    label = Section(slug).label
    return Channel(
        title=f"{label} – {settings.SITE_NAME}",
        description=f"Mới nhất trong chuyên mục {label}.",
        path=f"/tin-tuc/{slug}/",
        entries=Entry.objects.as_news().in_section(slug),
        tags=(tags.section(slug),),
    )


def agency(slug: str) -> Channel | None:
    """Return the channel of an agency; None when no agency has this address."""
    found = Agency.objects.filter(slug=slug).first()
    if found is None:
        return None
    return Channel(
        title=f"{found.name} – {settings.SITE_NAME}",
        description=f"Mới nhất của {found.name}.",
        path=f"/co-quan/{slug}/",
        entries=Entry.objects.of(found),
        tags=(tags.agency(found.pk),),
    )
