"""Tests the three writers: valid whatever the texts hold, and read back as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import struct_time
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from cong.syndication import atom, jsonfeed, rss
from cong.syndication.stories import NEVER, Feed, Grave, Named
from cong.syndication.xml import clean
from tests.syndication.makers import AT, SITE, anything, feed, moments, read, story

XML = pytest.mark.parametrize("write", [atom.write, rss.write])
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
TOMB = "{http://purl.org/atompub/tombstones/1.0}"


def instant(parsed: struct_time) -> datetime:
    return datetime(*parsed[:6], tzinfo=UTC)


def tree(written: str) -> Any:
    return etree.fromstring(written.encode())


def texts(written: str) -> dict[str, str]:
    """Return what a strict XML reader finds in the one story of a feed."""
    root = tree(written)
    entry = root.find(f"{ATOM}entry")
    if entry is not None:
        names = {"title": f"{ATOM}title", "summary": f"{ATOM}summary", "html": f"{ATOM}content"}
    else:
        entry = root.find("channel/item")
        names = {"title": "title", "summary": "description", "html": CONTENT}
    return {key: entry.findtext(name) or "" for key, name in names.items()}


@XML
@given(title=anything, summary=anything, html=anything, alt=anything)
def test_any_text_makes_valid_xml_that_holds_it_to_the_letter(
    write: Callable[[Feed], str], title: str, summary: str, html: str, alt: str
) -> None:
    told = story(title=title, summary=summary, html=html, author=alt, source=Named(name=alt, url=f"{SITE}/{alt}"))

    written = write(feed(told))

    assert texts(written) == {"title": clean(title), "summary": clean(summary), "html": clean(html)}


@given(title=anything, summary=anything, html=anything)
def test_any_text_makes_json_that_holds_it_to_the_letter(title: str, summary: str, html: str) -> None:
    told = story(title=title, summary=summary, html=html)

    item = json.loads(jsonfeed.write(feed(told)).encode())["items"][0]

    assert item["title"] == clean(title)
    assert item.get("summary", "") == clean(summary)
    assert item.get("content_html", "") == clean(html)
    assert "content_html" in item or "content_text" in item


@XML
@given(published=moments, corrected=moments)
def test_moments_come_back_to_the_second(
    write: Callable[[Feed], str], published: datetime, corrected: datetime
) -> None:
    told = story(published_at=published, corrected_at=corrected)

    found = read(write(feed(told))).entries[0]

    assert instant(found.published_parsed) == published
    assert instant(found.updated_parsed) == corrected


@XML
def test_another_reader_finds_every_field(write: Callable[[Feed], str]) -> None:
    told = story()

    whole = read(write(feed(told)))
    found = whole.entries[0]

    assert not whole.bozo
    assert (whole.feed.title, whole.feed.language) == ("Giáo dục – Cổng", "vi")
    assert whole.feed.link == f"{SITE}/tin-tuc/giao-duc/"
    assert (found.id, found.link, found.title) == (told.id, told.url, told.title)
    assert found.summary == told.summary
    assert found.content[0].value == told.html
    assert found.author == told.author
    assert [tag.label or tag.term for tag in found.tags] == ["Giáo dục", "thư viện"]
    assert told.picture is not None
    assert [enclosure.href for enclosure in found.enclosures] == [told.picture.url]


def test_the_source_is_named_and_linked() -> None:
    told = story()

    via = tree(atom.write(feed(told))).find(f"{ATOM}entry/{ATOM}link[@rel='via']")
    source = tree(rss.write(feed(told))).find("channel/item/source")
    item = json.loads(jsonfeed.write(feed(told)))["items"][0]

    assert (via.get("title"), via.get("href")) == (told.source.name, told.source.url)
    assert (source.text, source.get("url")) == (told.source.name, told.source.url)
    assert item["external_url"] == told.source.url
    assert item["_cong"]["source"] == {"name": told.source.name, "url": told.source.url}


def test_our_own_text_names_no_other_source() -> None:
    told = story(source=Named(name="Cơ quan Mẫu", url=""))

    assert 'rel="via"' not in atom.write(feed(told))
    assert "<source" not in rss.write(feed(told))
    assert "external_url" not in json.loads(jsonfeed.write(feed(told)))["items"][0]


def test_a_story_in_another_language_says_so() -> None:
    told = story(lang="en")

    assert read(atom.write(feed(told))).entries[0].title_detail.language == "en"
    assert "<dc:language>en</dc:language>" in rss.write(feed(told))
    assert json.loads(jsonfeed.write(feed(told)))["items"][0]["language"] == "en"


def test_a_withdrawn_entry_is_told_as_deleted() -> None:
    grave = Grave(id="tag:cong.example,2026:entry/3", at=AT - timedelta(days=1), note="Nguồn đã gỡ <bài>.")

    told = tree(atom.write(feed(graves=(grave,)))).find(f"{TOMB}deleted-entry")

    assert (told.get("ref"), told.get("when")) == (grave.id, "2026-11-24T05:00:00Z")
    assert told.findtext(f"{TOMB}comment") == grave.note


def test_a_link_without_text_still_has_what_json_feed_asks_for() -> None:
    told = story(html="", summary="")

    item = json.loads(jsonfeed.write(feed(told)))["items"][0]

    assert item["content_text"] == told.title
    assert "content_html" not in item


@XML
def test_an_empty_feed_is_valid(write: Callable[[Feed], str]) -> None:
    nothing_yet = replace(feed(), updated_at=NEVER)

    whole = read(write(nothing_yet))

    assert not whole.bozo
    assert whole.entries == []
