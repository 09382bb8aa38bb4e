"""Run as a program inside the box of `boxed`: a broken document on stdin becomes a JSON Feed on stdout."""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import feedparser

_SECONDS = 5
_BYTES = 512 * 1024 * 1024


def main() -> None:
    confine()
    json.dump(read(sys.stdin.buffer.read(), sys.argv[1]), sys.stdout)


def confine() -> None:
    """Bound the time and the memory of this process, for good."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))


def read(document: bytes, url: str) -> dict[str, Any]:
    """Return a JSON Feed of whatever entries the lenient reader finds in UTF-8 bytes."""
    found = feedparser.parse(
        document,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    about = found.feed
    return {
        "_kind": found.version,
        "title": about.get("title", ""),
        "home_page_url": about.get("link", ""),
        "language": about.get("language", ""),
        "items": [_item(entry) for entry in found.entries],
    }


def _item(entry: Any) -> dict[str, Any]:
    bodies = [one.get("value", "") for one in entry.get("content", ())]
    pictures = [*entry.get("media_content", ()), *entry.get("media_thumbnail", ())]
    return {
        "id": entry.get("id", ""),
        "url": entry.get("link", ""),
        "title": entry.get("title", ""),
        "summary": entry.get("summary", ""),
        "content_html": next(filter(None, bodies), ""),
        "date_published": entry.get("published") or entry.get("created") or "",
        "date_modified": entry.get("updated", "") if "updated" in entry else "",
        "authors": [{"name": one.get("name", "")} for one in entry.get("authors", ())],
        "tags": [one.get("label") or one.get("term") or "" for one in entry.get("tags", ())],
        "image": next((one["url"] for one in pictures if one.get("url") and _is_image(one)), ""),
        "attachments": [
            {
                "url": one.get("href", ""),
                "mime_type": one.get("type", ""),
                "size_in_bytes": _size(one.get("length", "")),
            }
            for one in entry.get("enclosures", ())
        ],
    }


def _is_image(media: Any) -> bool:
    return bool(media.get("medium", "image") == "image" and media.get("type", "image/").startswith("image/"))


def _size(length: str) -> int:
    return int(length) if length.isdecimal() and len(length) <= 15 else 0


if __name__ == "__main__":
    main()
