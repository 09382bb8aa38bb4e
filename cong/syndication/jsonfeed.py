"""Pure: a feed as JSON Feed 1.1; `_cong` holds what the ledger knows of an item."""

from __future__ import annotations

import json

from cong.syndication.stories import Feed, Story
from cong.syndication.xml import clean, rfc3339

MEDIA_TYPE = "application/feed+json"

Json = dict[str, object]


def write(feed: Feed) -> str:
    """Return the whole document."""
    told: Json = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "description": feed.description,
        "language": feed.lang,
        "items": [_item(story) for story in feed.stories],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _item(story: Story) -> Json:
    told: Json = {
        "id": story.id,
        "url": story.url,
        "title": clean(story.title),
        "date_published": rfc3339(story.published_at),
        "authors": [{"name": clean(story.author)}],
        "tags": [story.section.name, *map(clean, story.tags)],
        "_cong": _record(story),
    }
    # The format wants one of the two; a story that is only a link has its summary, or at least its title.
    if story.html:
        told["content_html"] = clean(story.html)
    else:
        told["content_text"] = clean(story.summary or story.title)
    if story.summary:
        told["summary"] = clean(story.summary)
    if story.lang:
        told["language"] = story.lang
    if story.corrected_at:
        told["date_modified"] = rfc3339(story.corrected_at)
    if story.source.url:
        told["external_url"] = clean(story.source.url)
    if story.picture:
        told["image"] = story.picture.url
        told["attachments"] = [{"url": story.picture.url, "mime_type": "image/webp"} | _titled(story.picture.alt)]
    return told


def _titled(alt: str) -> dict[str, str]:
    return {"title": clean(alt)} if alt else {}


def _record(story: Story) -> Json:
    record = story.record
    return {
        "kind": record.kind,
        "number": record.number,
        "agency": {"name": story.agency.name, "url": story.agency.url},
        "source": {"name": clean(story.source.name), "url": clean(story.source.url)},
        "section": story.section.code,
        "sha256": record.sha256,
        "released_at": rfc3339(story.released_at),
        "harvested_at": rfc3339(record.harvested_at) if record.harvested_at else None,
        "corrections": record.corrections,
        "note": clean(record.note),
    }
