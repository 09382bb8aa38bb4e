"""RSS 0.9x, 1.0 (RDF) and 2.0 with the modules that matter."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from cong.harvest.parse import names
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.names import Children
from cong.harvest.parse.parts import Context, enclosure, files, moment, outermost, person, tags, texts
from cong.harvest.parse.raw import Enclosure, NotAFeed, RawFeed, RawItem
from cong.kernel.text import nfc

_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TITLE = ("title", "atom:title", "dc:title", "media:title", "itunes:title")
_GUID = ("guid", "atom:id", "id")
_DESCRIPTION = ("description", "atom:summary", "dc:description", "media:description", "itunes:summary", "summary")
_BODY = ("content:encoded", "xhtml:body", "body", "atom:content", "content", "fulltext")
_AUTHOR = ("author", "dc:creator", "itunes:author", "media:credit", "dc:contributor")
_TAGS = ("category", "dc:subject", "media:category")
_PUBLISHED = ("pubdate", "atom:published", "dc:date", "dcterms:issued", "dcterms:created", "date", "published")
_UPDATED = ("atom:updated", "dcterms:modified", "lastbuilddate", "updated")
_LANG = ("dc:language", "language")
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MONTH = 2_592_000


def read(root: etree._Element, context: Context) -> RawFeed:
    """Read a document whose root is `rss`, `rdf:RDF` or `channel`; raises NotAFeed when nothing of a feed is in it."""
    channel = root if names.name(root) == "channel" else next(root.iter("{*}channel"), None)
    items = tuple(_item(element, context) for element in outermost(root, "item", "entry"))
    if channel is None and not items:
        raise NotAFeed("no-channel", "Tệp RSS không có kênh tin (thẻ <channel>) và không có mục nào.")
    about = names.children(channel) if channel is not None else {}
    base = context.base(channel) if channel is not None else context.url
    return RawFeed(
        kind="rdf" if names.name(root) == "rdf:rdf" else "rss",
        title=plain(names.first(about, _TITLE)),
        url=_site(about, base),
        lang=names.first(about, _LANG) or names.lang(root),
        items=items,
        deleted=deleted(root),
        ttl=_ttl(about),
        hub=(hub := linked(about.get("atom:link", ()), "hub", base)),
        topic=linked(about.get("atom:link", ()), "self", base) if hub else "",
    )


def linked(links: Iterable[etree._Element], relation: str, base: str) -> str:
    """Return where the first link of this relation leads, "" without one."""
    return next((names.join(base, one.get("href") or "") for one in links if one.get("rel") == relation), "")


def deleted(root: etree._Element) -> tuple[str, ...]:
    """Return what RFC 6721 says was removed."""
    said = root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    return tuple(nfc(ref.strip()) for one in said if (ref := one.get("ref")))


def _item(element: etree._Element, context: Context) -> RawItem:
    found = names.children(element)
    base = context.base(element)
    guid = names.first(found, _GUID) or nfc((element.get(_RDF_ABOUT) or "").strip())
    summary = names.first_markup(found, _DESCRIPTION)
    html = names.first_markup(found, _BODY) or summary
    published, unread = moment(texts(found, _PUBLISHED), context.rules)
    updated, unread_too = moment(texts(found, _UPDATED), context.rules)
    linked = _enclosures(found, base)
    has = files(found, linked, html, base)
    return RawItem(
        guid=guid, url=_url(found, base, guid), title=plain(names.first(found, _TITLE)), summary=summary, html=html,
        author=_author(found), lang=names.first(found, _LANG) or names.lang(element), tags=_tags(found),
        published=published, updated=updated, date_text="" if published or updated else unread or unread_too,
        image=has.image, enclosures=has.enclosures,
    )  # fmt: skip


def _url(found: Children, base: str, guid: str) -> str:
    for link in found.get("link", ()):
        said = names.text(link) or link.get("href") or link.get(_RDF_ABOUT) or ""
        if url := names.join(base, said):
            return url
    for link in (*found.get("atom:link", ()), *found.get("?:link", ())):
        if link.get("rel", "alternate") == "alternate" and (url := names.join(base, link.get("href") or "")):
            return url
    marks = [one.get("isPermaLink") or one.get("ispermalink") or "true" for one in found.get("guid", ())]
    permanent = not marks or marks[0].strip().lower() != "false"
    return names.join(base, guid) if permanent and guid.startswith(("http://", "https://", "/")) else ""


def _author(found: Children) -> str:
    for name in _AUTHOR:
        people = [person(names.text(element)) for element in found[name][:10]] if name in found else []
        if any(people):
            return ", ".join(dict.fromkeys(filter(None, people)))
    inner = [names.first(names.children(one), ("atom:name", "name")) for one in found.get("atom:author", ())[:10]]
    return ", ".join(dict.fromkeys(filter(None, map(person, inner))))


def _tags(found: Children) -> tuple[str, ...]:
    said = texts(found, _TAGS)
    said += [one.get("label") or one.get("term") or "" for one in found.get("atom:category", ())[:50]]
    return tags(said) if said else ()


def _enclosures(found: Children, base: str) -> list[Enclosure]:
    if "enclosure" not in found and "atom:link" not in found:
        return []
    said = [enclosure(one, base) for one in found.get("enclosure", ())[:50]]
    said += [enclosure(one, base, "href") for one in found.get("atom:link", ())[:50] if one.get("rel") == "enclosure"]
    return [one for one in said if one]


def _site(about: Children, base: str) -> str:
    said = names.first(about, ("link",))
    if said:
        return names.join(base, said)
    links = about.get("atom:link", ())
    return next(
        (names.join(base, one.get("href") or "") for one in links if one.get("rel", "alternate") == "alternate"), ""
    )


def _ttl(about: Children) -> int | None:
    """Return how many seconds the source asks to wait between visits."""
    minutes = names.first(about, ("ttl",))
    if minutes.isdecimal() and len(minutes) <= 7:
        return min(int(minutes) * 60, _MONTH) or None
    period = _PERIODS.get(names.first(about, ("sy:updateperiod",)).lower())
    times = names.first(about, ("sy:updatefrequency",))
    if period is None:
        return None
    return min(period // max(int(times) if times.isdecimal() and len(times) <= 4 else 1, 1), _MONTH)
