"""Small feeds for the readers' tests, and the clock that they are read by."""

from __future__ import annotations

from datetime import UTC, datetime

from cong.harvest.parse import RawFeed, RawItem, Rules, discover

NOON = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
RULES = Rules(now=NOON)
URL = "https://vidu.gov.vn/rss/tin-tuc.xml"
_SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
)


def rss(inside: str, about: str = "<title>Tin tức</title>") -> bytes:
    """Return an RSS 2.0 document with these items."""
    return f'<rss version="2.0" {_SPACES}><channel>{about}{inside}</channel></rss>'.encode()


def atom(inside: str, about: str = "<title>Tin tức</title>") -> bytes:
    """Return an Atom 1.0 document with these entries."""
    space = _SPACES.replace("xmlns:atom=", "xmlns:a=") + ' xmlns="http://www.w3.org/2005/Atom"'
    return f"<feed {space}>{about}{inside}</feed>".encode()


def read(body: bytes, *, charset: str | None = None, rules: Rules = RULES) -> RawFeed:
    return discover(body, url=URL, charset=charset, rules=rules)


def item(inside: str) -> RawItem:
    """Return the one item of an RSS document that has it."""
    (one,) = read(rss(f"<item>{inside}</item>")).items
    return one


def entry(inside: str, attributes: str = "") -> RawItem:
    """Return the one entry of an Atom document that has it."""
    (one,) = read(atom(f"<entry {attributes}>{inside}</entry>")).items
    return one
