"""Pure: a feed as RSS 2.0, with the full text in `content:encoded`."""

from __future__ import annotations

from collections.abc import Iterator

from cong.syndication.stories import NEVER, Feed, Story
from cong.syndication.xml import HEAD, attribute, rfc822, rfc3339, text

MEDIA_TYPE = "application/rss+xml"


def write(feed: Feed) -> str:
    """Return the whole document."""
    return "".join(_document(feed))


def _document(feed: Feed) -> Iterator[str]:
    yield HEAD
    yield (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel>\n<title>{text(feed.title)}</title>\n<link>{text(feed.page)}</link>\n"
        f"<description>{text(feed.description)}</description>\n<language>{text(feed.lang)}</language>\n"
        f'<atom:link rel="self" type="{MEDIA_TYPE}" href="{attribute(feed.address)}"/>\n'
    )
    if feed.updated_at != NEVER:
        yield f"<lastBuildDate>{rfc822(feed.updated_at)}</lastBuildDate>\n"
    for story in feed.stories:
        yield from _item(story, feed.lang)
    yield "</channel>\n</rss>\n"


def _item(story: Story, lang: str) -> Iterator[str]:
    yield (
        f"<item>\n<title>{text(story.title)}</title>\n<link>{text(story.url)}</link>\n"
        f'<guid isPermaLink="false">{text(story.id)}</guid>\n'
        f"<pubDate>{rfc822(story.published_at)}</pubDate>\n"
    )
    if story.corrected_at:
        yield f"<atom:updated>{rfc3339(story.corrected_at)}</atom:updated>\n"
    yield f"<dc:creator>{text(story.author)}</dc:creator>\n"
    if story.lang and story.lang != lang:
        yield f"<dc:language>{text(story.lang)}</dc:language>\n"
    yield f'<category domain="{attribute(story.section.url)}">{text(story.section.name)}</category>\n'
    for tag in story.tags:
        yield f"<category>{text(tag)}</category>\n"
    if story.source.url:
        yield f'<source url="{attribute(story.source.url)}">{text(story.source.name)}</source>\n'
    if story.picture:
        # RSS asks for a length; 0 is how one says that it is not known.
        yield f'<enclosure url="{attribute(story.picture.url)}" type="image/webp" length="0"/>\n'
    yield f"<description>{text(story.summary)}</description>\n"
    if story.html:
        yield f"<content:encoded>{text(story.html)}</content:encoded>\n"
    yield "</item>\n"
