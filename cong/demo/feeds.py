"""Feeds in the formats, and with the oddities, of real sites. Text out; `charsets` makes the bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape

from cong.demo.charsets import DECLARED
from cong.demo.dates import STYLES
from cong.demo.history import Item
from cong.demo.scenes import ALTS
from cong.demo.sites import Site

_TYPES = {
    "rss2": "application/rss+xml",
    "rss092": "text/xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "xhtml": "application/atom+xml",
    "json": "application/feed+json",
}
# HTML entities that XML does not know; careless sites write them all the same.
_ENTITIES = {"–": "&ndash;", "à": "&agrave;", "“": "&ldquo;", "”": "&rdquo;", "é": "&eacute;"}


def content_type(site: Site) -> str:
    """Return the header; a site that writes Windows-1258 says so only in its XML, others say it here as well."""
    charset = "" if site.charset == "windows-1258" else f"; charset={DECLARED[site.charset]}"
    return _TYPES[site.format] + charset


def write(site: Site, base: str, items: Sequence[Item], graves: Sequence[tuple[Item, datetime]], at: datetime) -> str:
    """Return the feed of the site. `base` is its address without a slash at the end, `at` what it calls now."""
    return _WRITERS[site.format](site, base, items, graves, at)


def picture_path(item: Item) -> str:
    return f"/anh/{item.picture}.jpg"


def alt(item: Item) -> str:
    return f"Tranh minh họa: {ALTS[item.picture.partition('-')[0]]}"


def body(item: Item, base: str, *, picture: bool) -> str:
    """Return the item's text as HTML, led by its picture if the site shows pictures in the text."""
    text = "".join(f"<p>{escape(one)}</p>" for one in item.paragraphs)
    if not (picture and item.picture):
        return text
    return f'<p><img src="{base}{picture_path(item)}" alt="{alt(item)}" width="1280" height="720" /></p>{text}'


def guid(item: Item, base: str) -> str:
    """Return the name that never changes; one site in five uses the address for it."""
    return base + item.path if item.site.number % 5 == 0 else f"tag:{item.site.slug}.example,2026:{item.key}"


def _text(site: Site, text: str) -> str:
    said = escape(text, quote=False)
    if site.entities:
        said = "".join(_ENTITIES.get(char, char) for char in said)
    return said


def _rss2(site: Site, base: str, items: Sequence[Item], graves: Sequence[tuple[Item, datetime]], at: datetime) -> str:
    lines = [
        _declaration(site),
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        *_channel(site, base, at),
        "<ttl>5</ttl>",
    ]
    for item in items:
        lines += ["<item>", *_rss_core(site, base, item), *_rss_extras(site, base, item), "</item>"]
    return "\n".join([*lines, "</channel>", "</rss>", ""])


def _channel(site: Site, base: str, at: datetime) -> Iterator[str]:
    yield "<channel>"
    yield f"<title>{_text(site, site.title)}</title>"
    yield f"<link>{base}/</link>"
    yield "<description>Tin giả lập, chỉ dùng để thử.</description>"
    yield "<language>vi-vn</language>"
    if site.restless:
        yield f"<lastBuildDate>{STYLES['rfc822'](at)}</lastBuildDate>"


def _rss_core(site: Site, base: str, item: Item) -> Iterator[str]:
    yield f"<title>{_text(site, item.title)}</title>"
    yield f"<link>{'' if site.relative else base}{item.path}</link>"
    if site.format == "rss2":
        yield f'<guid isPermaLink="{str(guid(item, base).startswith("http")).lower()}">{guid(item, base)}</guid>'
    yield f"<pubDate>{STYLES[site.dates](item.published)}</pubDate>"
    yield from (f"<category>{_text(site, tag)}</category>" for tag in item.tags)


def _rss_extras(site: Site, base: str, item: Item) -> Iterator[str]:
    root = "" if site.relative else base
    inline = site.pictures == "inline" or (site.body != "summary" and site.format == "rss092")
    whole = body(item, root, picture=inline)
    short = _text(site, item.summary)
    if site.body == "summary":
        yield f"<description>{short}</description>"
    elif site.body == "escaped" or site.format == "rss092":
        lead = f"<p><b>{escape(item.summary)}</b></p>"
        yield f"<description>{escape(lead + whole, quote=False)}</description>"
    elif site.body == "cdata":
        yield f"<description><![CDATA[{whole}]]></description>"
    else:
        yield f"<description>{short}</description>"
        yield f"<content:encoded><![CDATA[{whole}]]></content:encoded>"
    if item.author and site.format == "rss2":
        yield f"<dc:creator>{_text(site, item.author)}</dc:creator>"
    if item.picture and not inline:
        yield _rss_picture(site, root + picture_path(item), base + picture_path(item))


def _rss_picture(site: Site, address: str, whole: str) -> str:
    if site.pictures == "enclosure" or site.format == "rss092":
        return f'<enclosure url="{whole}" length="60000" type="image/jpeg" />'
    if site.pictures == "thumbnail":
        return f'<media:thumbnail url="{address}" width="1280" height="720" />'
    return f'<media:content url="{address}" medium="image" type="image/jpeg" width="1280" height="720" />'


def _rss092(site: Site, base: str, items: Sequence[Item], graves: Sequence[tuple[Item, datetime]], at: datetime) -> str:
    lines = [_declaration(site), '<rss version="0.92">', *_channel(site, base, at)]
    for item in items:
        lines += ["<item>", *_rss_core(site, base, item), *_rss_extras(site, base, item), "</item>"]
    return "\n".join([*lines, "</channel>", "</rss>", ""])


def _rdf(site: Site, base: str, items: Sequence[Item], graves: Sequence[tuple[Item, datetime]], at: datetime) -> str:
    lines = [
        _declaration(site),
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">',
        f'<channel rdf:about="{base}/"><title>{_text(site, site.title)}</title><link>{base}/</link>',
        "<description>Tin giả lập, chỉ dùng để thử.</description><dc:language>vi</dc:language><items><rdf:Seq>",
        *(f'<rdf:li rdf:resource="{base}{item.path}" />' for item in items),
        "</rdf:Seq></items></channel>",
    ]
    for item in items:
        lines += [
            f'<item rdf:about="{base}{item.path}">',
            f"<title>{_text(site, item.title)}</title><link>{base}{item.path}</link>",
            f"<dc:date>{STYLES[site.dates](item.published)}</dc:date>",
            *(f"<dc:subject>{_text(site, tag)}</dc:subject>" for tag in item.tags),
            f"<description>{_text(site, item.summary)}</description>",
        ]
        if site.body == "encoded":
            lines.append(f"<content:encoded><![CDATA[{body(item, base, picture=True)}]]></content:encoded>")
        lines.append("</item>")
    return "\n".join([*lines, "</rdf:RDF>", ""])


def _atom(site: Site, base: str, items: Sequence[Item], graves: Sequence[tuple[Item, datetime]], at: datetime) -> str:
    stamp = STYLES[site.dates]
    lines = [
        _declaration(site),
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="vi"'
        + (f' xml:base="{base}/">' if site.relative else ">"),
        f"<title>{_text(site, site.title)}</title><id>tag:{site.slug}.example,2026:feed</id>",
        f'<link rel="alternate" href="{base}/" /><link rel="self" href="{base}{site.path}" />',
        f"<updated>{stamp(max((item.updated for item in items), default=at))}</updated>",
    ]
    for item in items:
        lines += _atom_entry(site, base, item)
    if site.graves:
        lines += [f'<at:deleted-entry ref="{guid(item, base)}" when="{stamp(moment)}" />' for item, moment in graves]
    return "\n".join([*lines, "</feed>", ""])


def _atom_entry(site: Site, base: str, item: Item) -> Iterator[str]:
    stamp, root = STYLES[site.dates], "" if site.relative else base
    language = f' xml:lang="{item.lang}"' if item.lang != "vi" else ""
    yield f"<entry{language}><title>{_text(site, item.title)}</title><id>{guid(item, base)}</id>"
    yield f'<link rel="alternate" type="text/html" href="{root}{item.path}" />'
    if item.picture and site.pictures == "enclosure":
        yield f'<link rel="enclosure" type="image/jpeg" href="{root}{picture_path(item)}" />'
    yield f"<published>{stamp(item.published)}</published><updated>{stamp(item.updated)}</updated>"
    yield f"<author><name>{_text(site, item.author or site.short_name)}</name></author>"
    yield from (f'<category term="{escape(tag)}" />' for tag in item.tags)
    yield f"<summary>{_text(site, item.summary)}</summary>"
    whole = body(item, root, picture=site.pictures == "inline")
    if site.format == "xhtml":
        yield f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{whole}</div></content></entry>'
    else:
        yield f'<content type="html">{escape(whole, quote=False)}</content></entry>'


def _json(site: Site, base: str, items: Sequence[Item], graves: Sequence[tuple[Item, datetime]], at: datetime) -> str:
    stamp = STYLES[site.dates]
    listed = []
    for item in items:
        entry = {
            "id": guid(item, base),
            "url": base + item.path,
            "title": item.title,
            "summary": item.summary,
            "content_html": body(item, base, picture=False),
            "date_published": stamp(item.published),
            "tags": list(item.tags),
            "language": item.lang,
            "authors": [{"name": item.author or site.short_name}],
        }
        edited = {"date_modified": stamp(item.updated)} if item.updated != item.published else {}
        image = {"image": base + picture_path(item)} if item.picture else {}
        listed.append(entry | edited | image)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": base + "/",
        "feed_url": base + site.path,
        "language": "vi",
        "items": listed,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _declaration(site: Site) -> str:
    return f'<?xml version="1.0" encoding="{DECLARED[site.charset]}"?>'


_Writer = Callable[[Site, str, Sequence[Item], Sequence[tuple[Item, datetime]], datetime], str]
_WRITERS: dict[str, _Writer] = {
    "rss2": _rss2,
    "rss092": _rss092,
    "rdf": _rdf,
    "atom": _atom,
    "xhtml": _atom,
    "json": _json,
}
