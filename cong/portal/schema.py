"""What machines read about an entry: schema.org NewsArticle as JSON-LD."""

from __future__ import annotations

from django.conf import settings

from cong.design.dates import iso
from cong.design.pictures import picture_sources
from cong.entries.models import Entry

Json = dict[str, object]


def news_article(entry: Entry) -> Json:
    """Return the schema.org description; the page writes it as an escaped JSON data block."""
    address = settings.SITE_URL + entry.get_absolute_url()
    organisation: Json = {
        "@type": "GovernmentOrganization",
        "name": entry.agency.name,
        "url": settings.SITE_URL + entry.agency.get_absolute_url(),
    }
    told: Json = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "url": address,
        "headline": entry.title,
        "description": entry.summary,
        "inLanguage": entry.lang,
        "articleSection": str(entry.get_section_display()),
        "datePublished": iso(entry.published_at),
        "dateModified": iso(entry.corrected_at or entry.published_at),
        "author": {"@type": "Person", "name": entry.author} if entry.author else organisation,
        "publisher": organisation,
    }
    if entry.picture:
        told["image"] = settings.SITE_URL + picture_sources(entry.picture, entry.picture_width).largest
    if entry.source_url:
        told["isBasedOn"] = entry.source_url
    return told
