"""Atom 1.0 and 0.3, with or without their namespace."""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from cong.harvest.parse import names
from cong.harvest.parse.clean import looks_like_html
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.names import Children
from cong.harvest.parse.parts import Context, enclosure, files, moment, outermost, person, tags, texts
from cong.harvest.parse.raw import Enclosure, RawFeed, RawItem
from cong.harvest.parse.rss import deleted, linked
from cong.kernel.text import nfc

_TITLE = ("atom:title", "dc:title", "media:title")
_BODY = ("atom:content", "content:encoded")
_SUMMARY = ("atom:summary", "atom:tagline", "media:description", "dc:description")
_PUBLISHED = ("atom:published", "atom:issued", "atom:created", "dc:date")
_UPDATED = ("atom:updated", "atom:modified")
_BASE64 = re.compile(r"^[A-Za-z0-9+/\s]+={0,2}\s*$")


def read(root: etree._Element, context: Context) -> RawFeed:
    """Read a document whose root is `feed`, or a lone `entry`."""
    about = names.children(root)
    links = about.get("atom:link", [])
    base = context.base(root)
    return RawFeed(
        kind="atom",
        title=plain(_content(about, _TITLE)),
        url=_alternate(links, base, context),
        lang=names.lang(root),
        items=tuple(_entry(element, context) for element in outermost(root, "entry")),
        deleted=deleted(root),
        hub=(hub := linked(links, "hub", base)),
        topic=linked(links, "self", base) if hub else "",
    )


def _entry(element: etree._Element, context: Context) -> RawItem:
    found = names.children(element)
    base = context.base(element)
    links = found.get("atom:link", [])
    guid = names.first(found, ("atom:id",))
    group = names.children(found["media:group"][0]) if "media:group" in found else {}
    summary = _content(found, _SUMMARY) or _content(group, _SUMMARY)
    html = _content(found, _BODY) or summary
    published, unread = moment(texts(found, _PUBLISHED), context.rules)
    updated, unread_too = moment(texts(found, _UPDATED), context.rules)
    has = files(found, _enclosures(links, context), html, base)
    return RawItem(
        guid=guid, url=_alternate(links, base, context) or _elsewhere(found, base, guid),
        title=plain(_content(found, _TITLE) or _content(group, _TITLE)), summary=summary, html=html,
        author=_author(found), lang=names.lang(element), tags=_tags(found), published=published, updated=updated,
        date_text="" if published or updated else unread or unread_too, image=has.image, enclosures=has.enclosures,
    )  # fmt: skip


def _content(found: Children, wanted: tuple[str, ...]) -> str:
    return next((said for name in wanted for one in found.get(name, ()) if (said := content(one))), "")


def content(element: etree._Element) -> str:
    """Return a text construct as HTML: escaped, inline or base64, in the words of Atom 1.0 or 0.3."""
    kind, mode = (element.get("type") or "text").strip().lower(), (element.get("mode") or "").strip().lower()
    if len(element):
        return names.markup(element)
    said = nfc((element.text or "").strip())
    if mode == "base64" or (mode != "escaped" and "/" in kind and not kind.startswith("text/") and "xml" not in kind):
        return _from_base64(said)
    if kind in ("text", "text/plain") and not looks_like_html(said):
        return names.escaped(said)
    return said


def _from_base64(said: str) -> str:
    if not _BASE64.match(said):
        return said
    try:
        return nfc(base64.b64decode(said).decode().replace("\0", ""))
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _alternate(links: list[etree._Element], base: str, context: Context) -> str:
    """Return the address of the page: the HTML one if the entry names several."""
    pages = [
        one
        for one in links[:50]
        if (one.get("rel") or "alternate").rpartition("/")[2] == "alternate" and one.get("href")
    ]
    if not pages:
        return ""
    best = next((one for one in pages if "html" in (one.get("type") or "")), pages[0])
    return names.join(context.base(best) if context.based else base, best.get("href") or "")


def _elsewhere(found: Children, base: str, guid: str) -> str:
    """Return the address of content that lies elsewhere, else the id if it is an address."""
    said = next((src for one in found.get("atom:content", ()) if (src := one.get("src"))), "")
    return names.join(base, said or (guid if "://" in guid else ""))


def _enclosures(links: list[etree._Element], context: Context) -> list[Enclosure]:
    said = [
        enclosure(one, context.base(one), "href") for one in links[:50] if (one.get("rel") or "").endswith("enclosure")
    ]
    return [one for one in said if one]


def _author(found: Children) -> str:
    inner = [names.first(names.children(one), ("atom:name", "atom:email")) for one in found.get("atom:author", ())[:10]]
    people = [who for said in (*inner, *texts(found, ("dc:creator",))) if (who := person(said))]
    return ", ".join(dict.fromkeys(people))


def _tags(found: Children) -> tuple[str, ...]:
    terms = [one.get("label") or one.get("term") or names.text(one) for one in found.get("atom:category", ())[:50]]
    return tags((*terms, *texts(found, ("dc:subject", "category")))) if terms or "dc:subject" in found else ()
