"""What RSS and Atom items have in common: moments, people, tags, pictures and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from cong.harvest.parse import names
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.names import Children
from cong.harvest.parse.pictures import first_image, web
from cong.harvest.parse.raw import Enclosure, NotAFeed, Rules
from cong.kernel.text import nfc

MOST_ITEMS = 50_000
_MOST_PARTS = 50
_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
_MAIL_NAME = re.compile(r"^\S+@\S+\s*\((.+)\)$")
_NAME_MAIL = re.compile(r"^(.+?)\s*[<(]\S+@\S+[>)]$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What every item of a document is read against. `based` tells that `xml:base` occurs in it."""

    url: str
    rules: Rules
    based: bool

    def base(self, element: etree._Element) -> str:
        return names.base(element, self.url) if self.based else self.url


def outermost(root: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Yield the elements that are items and stand inside no other item; raises NotAFeed for an absurd number."""
    wanted = [f"{{*}}{tag}" for tag in tags]
    count, place = 0, None
    for element in root.iter(*wanted):
        if names.name(element).rpartition(":")[0] not in ("", "atom"):
            continue
        parent = element.getparent()
        # Neighbours need no second look: nearly all items have the same parent.
        if parent is not place:
            if next(element.iterancestors(*wanted), None) is not None:
                continue
            place = parent
        count += 1
        if count > MOST_ITEMS:
            raise NotAFeed(
                "too-many", f"Nguồn liệt kê hơn {MOST_ITEMS} mục trong một lần; hãy dùng địa chỉ trả về ít mục hơn."
            )
        yield element


def moment(said: Iterable[str], rules: Rules) -> tuple[datetime | None, str]:
    """Return the first moment that can be read, and the first text when none can."""
    unread = ""
    for text in said:
        if found := parse_date(text, rules):
            return found, ""
        unread = unread or text
    return None, unread


def texts(found: Children, wanted: Iterable[str]) -> list[str]:
    """Return the texts of the elements in the order of the names."""
    return [names.text(element) for name in wanted if name in found for element in found[name][:_MOST_PARTS]]


def person(said: str) -> str:
    """Return the person's name of `ban@vidu.vn (Ban biên tập)` and `Ban biên tập <ban@vidu.vn>`."""
    text = plain(said)
    match = (_MAIL_NAME.match(text) or _NAME_MAIL.match(text)) if "@" in text else None
    return match[1].strip() if match else text


def tags(said: Iterable[str]) -> tuple[str, ...]:
    """Return the tags as plain text, each once."""
    return tuple(dict.fromkeys(tag for one in said if (tag := plain(one))))[:_MOST_PARTS]


def enclosure(element: etree._Element, base: str, address: str = "url") -> Enclosure | None:
    """Return the file that an element names in its attributes."""
    url = web(element.get(address) or "", base)
    if not url:
        return None
    length = (element.get("length") or element.get("fileSize") or "").strip()
    size = int(length) if length.isdecimal() and len(length) <= 15 else 0
    return Enclosure(url=url, type=nfc((element.get("type") or "").strip().lower()), length=size)


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """The files of an item, and the one picture that leads it."""

    image: str
    enclosures: tuple[Enclosure, ...]


def files(found: Children, linked: list[Enclosure], html: str, base: str) -> Files:
    """Sort out enclosures (`linked`) and media elements. A picture named for the item comes before one in its text."""
    media = (
        list(_media(found)) if "media:content" in found or "media:group" in found or "media:thumbnail" in found else []
    )
    if not (media or linked or "itunes:image" in found or "image" in found):
        return Files(image=first_image(html, base), enclosures=())
    images = sorted(filter(_is_image, media), key=_width, reverse=True)
    addresses = [web(one.get("url") or "", base) for one in images]
    addresses += [
        one.url for one in linked if one.type.startswith("image/") or (not one.type and _IMAGE_NAME.search(one.url))
    ]
    addresses += [web(one.get("url") or "", base) for one in media if names.name(one) == "media:thumbnail"]
    addresses += [web(one.get("href") or "", base) for one in found.get("itunes:image", ())[:1]]
    addresses += [web(_image_text(one), base) for one in found.get("image", ())[:1]]
    other = [enclosure(one, base) for one in media if names.name(one) == "media:content" and not _is_image(one)]
    every = {one.url: one for one in (*linked, *other) if one}
    image = next(filter(None, addresses), "") or first_image(html, base)
    return Files(image=image, enclosures=tuple(every.values())[:_MOST_PARTS])


def _media(found: Children) -> Iterator[etree._Element]:
    groups = [names.children(group) for group in found.get("media:group", ())[:_MOST_PARTS]]
    for place in (found, *groups):
        for name in ("media:content", "media:thumbnail"):
            yield from place.get(name, ())[:_MOST_PARTS]
        for content in place.get("media:content", ())[:_MOST_PARTS] if "media:content" in place else ():
            yield from names.children(content).get("media:thumbnail", ())[:_MOST_PARTS]


def _is_image(element: etree._Element) -> bool:
    if names.name(element) != "media:content":
        return False
    kind, medium = (element.get("type") or "").lower(), (element.get("medium") or "").lower()
    if kind or medium:
        return kind.startswith("image/") or medium == "image"
    return bool(_IMAGE_NAME.search(element.get("url") or ""))


def _width(element: etree._Element) -> int:
    width = element.get("width") or ""
    return int(width) if width.isdecimal() and len(width) <= 6 else 0


def _image_text(element: etree._Element) -> str:
    """RSS items in the wild say `<image>address</image>`, `<image><url>address</url></image>` or `<image href=…/>`."""
    inner = names.children(element)
    return (
        names.first(inner, ("url", "link")) or element.get("href") or element.get("url") or (element.text or "").strip()
    )
