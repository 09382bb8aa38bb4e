"""JSON Feed 1.x."""

from __future__ import annotations

import json
from typing import Any

from cong.harvest.parse import clean, markup
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.raw import Enclosure, NotAFeed, RawFeed, RawItem, Rules


def feed(text: str, url: str, rules: Rules) -> RawFeed:
    """Read a whole feed; raises NotAFeed for JSON that is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("malformed", f"Kênh tin sai cú pháp JSON: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("items"), list):
        raise NotAFeed("no-channel", "Tệp JSON không phải kênh tin JSON Feed: không có danh sách “items”.")
    hubs = [hub for hub in _list(said.get("hubs")) if isinstance(hub, dict)]
    return RawFeed(
        kind="json", title=_text(said.get("title")), url=_text(said.get("home_page_url")), lang=_text(said.get("language")),
        items=tuple(_item(one, url, rules) for one in said["items"] if isinstance(one, dict)),
        hub=next((_text(hub.get("url")) for hub in hubs), ""),
    )  # fmt: skip


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _item(one: dict[str, Any], url: str, rules: Rules) -> RawItem:
    body = _text(one.get("content_html")) or _plain(one.get("content_text")) or _plain(one.get("summary"))
    link = _text(one.get("url")) or _text(one.get("external_url"))
    image = _text(one.get("image")) or _text(one.get("banner_image"))
    published, updated = (
        parse_date(_text(one.get("date_published")), rules),
        parse_date(_text(one.get("date_modified")), rules),
    )
    people = [who for who in [*_list(one.get("authors")), one.get("author")] if isinstance(who, dict)]
    return RawItem(
        guid=_text(one.get("id")), url=markup.join(url, link) if link else "", title=clean.text(_text(one.get("title"))),
        summary=_plain(one.get("summary")), html=body, author=next((_text(who.get("name")) for who in people), ""),
        lang=_text(one.get("language")), tags=tuple(tag for raw in _list(one.get("tags")) if (tag := _text(raw))),
        published=published or updated, updated=updated,
        date_text="" if published or updated else _text(one.get("date_published")),
        image=markup.join(url, image) if image else clean.first_image(body, url),
        enclosures=tuple(_enclosure(part, url) for part in _list(one.get("attachments")) if isinstance(part, dict) and part.get("url")),
    )  # fmt: skip


def _plain(value: Any) -> str:
    """Plain text as HTML: what looks like markup is text."""
    said = _text(value)
    return said.replace("&", "&amp;").replace("<", "&lt;") if "<" in said or "&" in said else said


def _enclosure(part: dict[str, Any], url: str) -> Enclosure:
    size = part.get("size_in_bytes")
    return Enclosure(
        url=markup.join(url, _text(part["url"])),
        type=_text(part.get("mime_type")),
        length=size if isinstance(size, int) else 0,
    )
