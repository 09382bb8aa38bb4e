"""Pure: a feed as Atom 1.0 (RFC 4287), with withdrawn entries as RFC 6721 tells them."""

from __future__ import annotations

from collections.abc import Iterator

from cong.syndication.stories import Feed, Grave, Story
from cong.syndication.xml import HEAD, attribute, rfc3339, text

MEDIA_TYPE = "application/atom+xml"


def write(feed: Feed) -> str:
    """Return the whole document."""
    return "".join(_document(feed))


def _document(feed: Feed) -> Iterator[str]:
    yield HEAD
    yield (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" '
        f'xml:lang="{attribute(feed.lang)}">\n'
        f"<id>{text(feed.address)}</id>\n<title>{text(feed.title)}</title>\n"
        f"<subtitle>{text(feed.description)}</subtitle>\n"
        f"<updated>{rfc3339(feed.updated_at)}</updated>\n"
        f'<link rel="self" type="{MEDIA_TYPE}" href="{attribute(feed.address)}"/>\n'
        f'<link rel="alternate" type="text/html" href="{attribute(feed.page)}"/>\n'
    )
    for story in feed.stories:
        yield from _entry(story, feed.lang)
    for grave in feed.graves:
        yield _deleted(grave)
    yield "</feed>\n"


def _entry(story: Story, lang: str) -> Iterator[str]:
    said = "" if story.lang == lang or not story.lang else f' xml:lang="{attribute(story.lang)}"'
    yield (
        f"<entry{said}>\n<id>{text(story.id)}</id>\n"
        # Said aloud because many readers take a title without a type for HTML.
        f'<title type="text">{text(story.title)}</title>\n'
        f'<link rel="alternate" type="text/html" href="{attribute(story.url)}"/>\n'
        f"<published>{rfc3339(story.published_at)}</published>\n<updated>{rfc3339(story.updated_at)}</updated>\n"
        f"<author><name>{text(story.author)}</name></author>\n"
        f"<contributor><name>{text(story.agency.name)}</name><uri>{text(story.agency.url)}</uri></contributor>\n"
        f'<category term="{attribute(story.section.code)}" scheme="{attribute(story.section.url)}" '
        f'label="{attribute(story.section.name)}"/>\n'
    )
    for tag in story.tags:
        yield f'<category term="{attribute(tag)}"/>\n'
    if story.source.url:
        named = f'title="{attribute(story.source.name)}"'
        yield f'<link rel="via" {named} href="{attribute(story.source.url)}"/>\n'
    if story.picture:
        title = f' title="{attribute(story.picture.alt)}"' if story.picture.alt else ""
        yield f'<link rel="enclosure" type="image/webp"{title} href="{attribute(story.picture.url)}"/>\n'
    if story.summary:
        yield f"<summary>{text(story.summary)}</summary>\n"
    if story.html:
        yield f'<content type="html">{text(story.html)}</content>\n'
    yield "</entry>\n"


def _deleted(grave: Grave) -> str:
    note = f"<at:comment>{text(grave.note)}</at:comment>" if grave.note else ""
    about = f'ref="{attribute(grave.id)}" when="{rfc3339(grave.at)}"'
    return f"<at:deleted-entry {about}>{note}</at:deleted-entry>\n"
