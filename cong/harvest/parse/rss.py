"""RSS 0.9x, 1.0 (RDF) and 2.0 with the modules that are really used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cong.harvest.parse import clean, markup
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.raw import Enclosure, RawFeed, RawItem, Rules
from cong.harvest.parse.tree import LANG, Element, name

_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


@dataclass
class _Found:
    """What the children of an item said, first word first."""

    base: str
    said: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    permalink: bool = True

    def keep(self, word: str, value: str) -> None:
        if value:
            self.said.setdefault(word, value)

    def first(self, *words: str) -> str:
        return next((self.said[word] for word in words if self.said.get(word)), "")


def feed(root: Element, url: str, rules: Rules) -> RawFeed:
    """Read a whole feed; items may stand inside the channel or beside it."""
    channel = next((one for one in root.iter() if isinstance(one.tag, str) and name(one.tag)[1] == "channel"), root)
    said = _channel(channel, url)
    items = tuple(_item(one, url, rules) for one in root.iter() if _is_item(one))
    kind = "rdf" if name(root.tag)[1] == "rdf" else "rss"
    return RawFeed(
        kind=kind, title=said.first("title"), url=said.first("link"), items=items, hub=said.first("hub"),
        lang=said.first("language", "dc:language") or channel.get(LANG) or root.get(LANG) or "", ttl=_ttl(said),
    )  # fmt: skip


def _is_item(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    space, local = name(element.tag)
    return (local == "item" and space in ("", "?")) or (local == "entry" and space == "atom")


def _channel(channel: Element, url: str) -> _Found:
    found = _Found(base=url)
    for child in channel:
        if not isinstance(child.tag, str):
            continue
        space, local = name(child.tag)
        if space == "atom" and local == "link" and child.get("rel") == "hub":
            found.keep("hub", child.get("href") or "")
        elif local == "title" and not space:
            found.keep("title", markup.title(child))
        elif not len(child) and local not in ("item", "image"):
            found.keep(local if space in ("", "sy") else f"{space}:{local}", markup.text(child))
    return found


def _ttl(said: _Found) -> int | None:
    if said.first("ttl").isdigit():
        return min(int(said.first("ttl")), 10_080) * 60
    period = _PERIODS.get(said.first("updateperiod").lower())
    frequency = said.first("updatefrequency")
    return period // max(int(frequency), 1) if period and frequency.isdigit() else period


def _plain(found: _Found, child: Element, local: str) -> None:
    if local == "title":
        found.keep("title", markup.title(child))
    elif local == "link":
        address = markup.text(child) or child.get("href") or ""
        found.keep("link", markup.join(found.base, address) if address else "")
    elif local == "guid":
        found.keep("guid", markup.text(child))
        found.permalink = (child.get("isPermaLink") or child.get("ispermalink") or "true").lower() != "false"
    elif local in ("description", "body"):
        found.keep(local, markup.inner(child))
    elif local == "category":
        found.tags.append(markup.text(child))
    elif local == "enclosure":
        _enclosure(found, child.get("url"), child.get("type"), child.get("length"))
    elif local in ("pubdate", "date", "author"):
        found.keep(local, markup.text(child))


def _dublin_core(found: _Found, child: Element, local: str) -> None:
    if local == "subject":
        found.tags.append(markup.text(child))
    else:
        found.keep(f"dc:{local}", markup.inner(child) if local == "description" else markup.text(child))


def _terms(found: _Found, child: Element, local: str) -> None:
    if local in ("created", "issued", "modified"):
        found.keep("dc:date", markup.text(child))


def _content(found: _Found, child: Element, local: str) -> None:
    if local == "encoded":
        found.keep("content", markup.inner(child))


def _atom(found: _Found, child: Element, local: str) -> None:
    if local == "link":
        if child.get("rel", "alternate") == "alternate" and child.get("href"):
            found.keep("atom:link", markup.join(found.base, child.get("href") or ""))
    elif local == "author":
        found.keep("author", next((markup.text(one) for one in child), markup.text(child)))
    elif local in ("summary", "content"):
        found.keep("description" if local == "summary" else "content", markup.content(child))
    elif local == "title":
        found.keep("title", markup.title(child))
    else:
        found.keep({"published": "pubdate", "id": "guid"}.get(local, f"atom:{local}"), markup.text(child))


def _media(found: _Found, child: Element, local: str) -> None:
    if local == "group":
        for one in child:
            if isinstance(one.tag, str):
                _media(found, one, name(one.tag)[1])
    elif local == "thumbnail" and child.get("url"):
        found.images.append(markup.join(found.base, child.get("url") or ""))
    elif local == "content" and child.get("url"):
        _media_content(found, child)
    elif local in ("description", "title"):
        found.keep(f"media:{local}", markup.inner(child))


def _media_content(found: _Found, child: Element) -> None:
    address, kind = markup.join(found.base, child.get("url") or ""), child.get("type") or ""
    if child.get("medium") == "image" or kind.startswith("image/"):
        found.images.insert(0, address)
    else:
        found.enclosures.append(Enclosure(url=address, type=kind))
    for one in child:
        if isinstance(one.tag, str) and name(one.tag) == ("media", "thumbnail"):
            _media(found, one, "thumbnail")


def _itunes(found: _Found, child: Element, local: str) -> None:
    if local == "image" and child.get("href"):
        found.images.append(markup.join(found.base, child.get("href") or ""))
    else:
        found.keep(f"itunes:{local}", markup.text(child))


def _enclosure(found: _Found, url: str | None, kind: str | None, length: str | None) -> None:
    if not url:
        return
    size = int(length) if length and length.isdigit() else 0
    one = Enclosure(url=markup.join(found.base, url), type=kind or "", length=size)
    found.enclosures.append(one)
    if one.type.startswith("image/"):
        found.images.append(one.url)


_SPACES: dict[str, Callable[[_Found, Element, str], None]] = {
    "": _plain, "dc": _dublin_core, "dct": _terms, "content": _content, "atom": _atom, "media": _media, "itunes": _itunes,
}  # fmt: skip


def _item(element: Element, url: str, rules: Rules) -> RawItem:
    found = _Found(base=markup.base(element, url))
    for child in element:
        if isinstance(child.tag, str):
            space, local = name(child.tag)
            read = _SPACES.get(space)
            if read:
                read(found, child, local)
    body = found.first("content", "body", "description", "media:description", "itunes:summary", "dc:description")
    published, date_text = _moment(found, rules)
    return RawItem(
        guid=found.first("guid"), url=_link(found, element), html=body, date_text=date_text, published=published,
        title=found.first("title", "dc:title", "media:title", "itunes:title"),
        summary=found.first("description", "dc:description", "itunes:summary"),
        author=found.first("author", "dc:creator", "itunes:author"), lang=element.get(LANG) or found.first("dc:language"),
        tags=tuple(dict.fromkeys(tag for tag in found.tags if tag)), enclosures=tuple(found.enclosures),
        updated=parse_date(found.first("atom:updated"), rules),
        image=next(iter(found.images), "") or clean.first_image(body, found.base),
    )  # fmt: skip


def _link(found: _Found, element: Element) -> str:
    guid = found.first("guid")
    permalink = guid if found.permalink and "://" in guid else ""
    return found.first("link", "atom:link") or permalink or element.get(_ABOUT) or ""


def _moment(found: _Found, rules: Rules) -> tuple[datetime | None, str]:
    said = found.first("pubdate", "date", "dc:date", "atom:updated")
    moment = parse_date(said, rules)
    return moment, "" if moment else said
