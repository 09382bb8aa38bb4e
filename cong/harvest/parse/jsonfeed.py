"""JSON Feed 1.0 and 1.1. Any value may be of any type: what is not as promised is left out."""

from __future__ import annotations

import json
import re
from typing import Any

from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.names import escaped, join
from cong.harvest.parse.parts import MOST_ITEMS, moment, tags
from cong.harvest.parse.pictures import first_image, web
from cong.harvest.parse.raw import Enclosure, NotAFeed, RawFeed, RawItem, Rules
from cong.kernel.text import nfc

# Lone halves of a pair and NUL can be written in JSON, but neither in UTF-8 nor in a database.
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read(document: bytes, url: str, rules: Rules) -> RawFeed:
    """Read a JSON Feed; raises NotAFeed for other JSON."""
    try:
        feed = json.loads(document)
    except RecursionError as error:
        raise NotAFeed("too-deep", "Tệp JSON lồng quá sâu, không phải một nguồn tin thật.") from error
    except ValueError as error:
        raise NotAFeed("malformed", f"Tệp JSON sai cú pháp: {error}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeed(
            "no-channel", "Địa chỉ trả về dữ liệu JSON nhưng không phải JSON Feed (không có danh sách “items”)."
        )
    return from_mapping(feed, url, rules)


def from_mapping(feed: dict[str, Any], url: str, rules: Rules) -> RawFeed:
    """Read the JSON Feed that a decoded JSON document holds."""
    items = [item for item in feed["items"] if isinstance(item, dict)]
    if len(items) > MOST_ITEMS:
        raise NotAFeed(
            "too-many", f"Nguồn liệt kê hơn {MOST_ITEMS} mục trong một lần; hãy dùng địa chỉ trả về ít mục hơn."
        )
    hubs = [one for one in _list(feed, "hubs") if isinstance(one, dict)]
    return RawFeed(
        kind="json",
        title=plain(_text(feed, "title")),
        url=join(url, _text(feed, "home_page_url")),
        lang=_text(feed, "language"),
        items=tuple(_item(item, url, rules) for item in items),
        hub=(hub := next((join(url, said) for one in hubs if (said := _text(one, "url"))), "")),
        topic=join(url, _text(feed, "feed_url")) if hub and _text(feed, "feed_url") else "",
    )


def _item(item: dict[str, Any], base: str, rules: Rules) -> RawItem:
    summary = _text(item, "summary")
    html = _text(item, "content_html") or escaped(_text(item, "content_text")) or summary
    published, unread = moment([_text(item, "date_published")], rules)
    updated, unread_too = moment([_text(item, "date_modified")], rules)
    enclosures = _attachments(item, base)
    pictures = [web(_text(item, name), base) for name in ("image", "banner_image")]
    pictures += [one.url for one in enclosures if one.type.startswith("image/")]
    guid = _text(item, "id")
    return RawItem(
        guid=guid, url=_url(item, base, guid), title=plain(_text(item, "title")), summary=summary, html=html,
        author=_author(item), lang=_text(item, "language"), tags=tags(map(_plain, _list(item, "tags"))),
        published=published, updated=updated, date_text="" if published or updated else unread or unread_too,
        image=next(filter(None, pictures), "") or first_image(html, base), enclosures=enclosures,
    )  # fmt: skip


def _url(item: dict[str, Any], base: str, guid: str) -> str:
    said = _text(item, "url") or _text(item, "external_url") or (guid if "://" in guid else "")
    return join(base, said)


def _author(item: dict[str, Any]) -> str:
    people = [one for one in (*_list(item, "authors"), item.get("author")) if isinstance(one, dict)]
    return ", ".join(dict.fromkeys(who for one in people[:10] if (who := plain(_text(one, "name")))))


def _attachments(item: dict[str, Any], base: str) -> tuple[Enclosure, ...]:
    said = [one for one in _list(item, "attachments")[:50] if isinstance(one, dict)]
    return tuple(
        Enclosure(url=url, type=_text(one, "mime_type").lower(), length=_size(one.get("size_in_bytes")))
        for one in said
        if (url := web(_text(one, "url"), base))
    )


def _size(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and 0 < value < 1e15 else 0


def _list(mapping: dict[str, Any], name: str) -> list[Any]:
    value = mapping.get(name)
    return value if isinstance(value, list) else []


def _text(mapping: dict[str, Any], name: str) -> str:
    return _plain(mapping.get(name))


def _plain(value: Any) -> str:
    """Return a string in NFC; numbers serve as ids in the wild."""
    if isinstance(value, str):
        return nfc(_BAD.sub("", value) if not value.isprintable() else value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
