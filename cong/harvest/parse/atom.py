"""Atom 0.3 and 1.0, with or without its namespace, and removed entries (RFC 6721)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cong.harvest.parse import clean, markup
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.raw import Enclosure, RawFeed, RawItem, Rules
from cong.harvest.parse.tree import LANG, Element, name

_TEXTS = {"title", "summary", "tagline", "content"}
_OWN = ("atom", "")


def feed(root: Element, url: str, rules: Rules) -> RawFeed:
    """Read a whole feed; a lone `entry` document is a feed of one."""
    outer = markup.base(root, url)
    own = name(root.tag)[0]
    entries = [one for one in root.iter() if isinstance(one.tag, str) and name(one.tag) == (own, "entry")]
    deleted = [
        one.get("ref") or "" for one in root if isinstance(one.tag, str) and name(one.tag) == ("at", "deleted-entry")
    ]
    links = list(_links(root, outer))
    title = next((markup.title(one) for one in _children(root, "title")), "")
    return RawFeed(
        kind="atom", title=title, url=_alternate(links), lang=root.get(LANG) or "",
        items=tuple(_entry(one, url, rules) for one in entries), deleted=tuple(ref for ref in deleted if ref),
        hub=next((href for rel, _, href, _ in links if rel == "hub"), ""),
    )  # fmt: skip


def _children(element: Element, local: str) -> Iterator[Element]:
    for child in element:
        if isinstance(child.tag, str) and name(child.tag)[0] in _OWN and name(child.tag)[1] == local:
            yield child


def _links(element: Element, outer: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield (rel, type, absolute address, length) of every link."""
    for link in _children(element, "link"):
        href = link.get("href")
        if href is not None:
            rel = (link.get("rel") or "alternate").rpartition("/")[2]
            yield (
                rel,
                link.get("type") or "",
                markup.join(markup.base(link, outer), href),
                link.get("length") or "",
            )


def _alternate(links: list[tuple[str, str, str, str]]) -> str:
    pages = [(kind, href) for rel, kind, href, _ in links if rel == "alternate"]
    return next((href for kind, href in pages if "html" in kind), pages[0][1] if pages else "")


def _entry(element: Element, url: str, rules: Rules) -> RawItem:
    outer = markup.base(element, url)
    said, tags, images = _said(element, outer)
    links = list(_links(element, outer))
    body = said.get("content") or said.get("summary") or said.get("media:description") or ""
    published, updated, date_text = _moments(said, rules)
    guid = said.get("id", "")
    enclosures = tuple(
        Enclosure(url=href, type=kind, length=int(length) if length.isdigit() else 0)
        for rel, kind, href, length in links
        if rel == "enclosure"
    )
    images += [one.url for one in enclosures if one.type.startswith("image/")]
    return RawItem(
        guid=guid, url=_alternate(links) or (guid if "://" in guid else ""), title=said.get("title", ""),
        summary=said.get("summary", ""), html=body, author=said.get("author", ""), lang=element.get(LANG) or "",
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)), published=published, updated=updated,
        date_text=date_text, enclosures=enclosures,
        image=next(iter(images), "") or clean.first_image(body, outer),
    )  # fmt: skip


def _said(element: Element, outer: str) -> tuple[dict[str, str], list[str], list[str]]:
    said: dict[str, str] = {}
    tags: list[str] = []
    images: list[str] = []
    for child in element:
        if not isinstance(child.tag, str):
            continue
        space, local = name(child.tag)
        if local == "category" and space in _OWN:
            tags.append(child.get("label") or child.get("term") or markup.text(child))
        elif space == "dc" and local == "subject":
            tags.append(markup.text(child))
        elif space == "media":
            _media(child, outer, said, images)
        else:
            word, value = _word(child, space, local)
            if value:
                said.setdefault(word, value)
    return said, tags, images


def _word(child: Element, space: str, local: str) -> tuple[str, str]:
    if space in _OWN:
        if local == "title":
            return local, markup.title(child)
        if local in _TEXTS:
            return ("summary" if local == "tagline" else local), markup.content(child)
        if local == "author":
            return local, next((markup.text(one) for one in _children(child, "name")), markup.text(child))
        return local, markup.text(child)
    return {"dc:creator": "author", "content:encoded": "content"}.get(
        f"{space}:{local}", f"{space}:{local}"
    ), markup.text(child)


def _media(child: Element, outer: str, said: dict[str, str], images: list[str]) -> None:
    for one in child.iter():
        if not isinstance(one.tag, str):
            continue
        local = name(one.tag)[1]
        kind = one.get("type") or ""
        if local == "description":
            said.setdefault("media:description", markup.text(one))
        elif one.get("url") and (local == "thumbnail" or kind.startswith("image/") or one.get("medium") == "image"):
            images.append(markup.join(outer, one.get("url") or ""))


def _moments(said: dict[str, str], rules: Rules) -> tuple[datetime | None, datetime | None, str]:
    first = next((said[word] for word in ("published", "issued", "created", "dc:date") if said.get(word)), "")
    last = said.get("updated") or said.get("modified") or ""
    published, updated = parse_date(first, rules), parse_date(last, rules)
    return published or updated, updated, "" if published or updated else first or last
