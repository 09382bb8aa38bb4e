"""Runs inside the box: one line of JSON and the bytes come in on standard input, JSON goes out."""

from __future__ import annotations

import json
import sys
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser

from cong.harvest.parse import clean


def main() -> None:
    head, _, body = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    headers = {"content-location": asked["url"]}
    if asked["charset"]:
        headers["content-type"] = f"application/xml; charset={asked['charset']}"
    found = feedparser.parse(body, response_headers=headers, sanitize_html=False)
    feed = found.feed
    json.dump(
        {
            "kind": "atom" if found.get("version", "").startswith("atom") else "rss",
            "title": clean.text(feed.get("title", "")), "url": feed.get("link", ""), "lang": feed.get("language") or "",
            "items": [_item(entry) for entry in found.entries],
        },
        sys.stdout,
    )  # fmt: skip


def _item(entry: Any) -> dict[str, Any]:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    content = entry.get("content") or [{}]
    summary = entry.get("summary", "")
    return {
        "guid": entry.get("id", ""), "url": entry.get("link", ""), "title": clean.text(entry.get("title", "")),
        "summary": summary, "html": content[0].get("value") or summary, "author": entry.get("author", ""),
        "tags": [tag.get("term") for tag in entry.get("tags", []) if tag.get("term")],
        "published": datetime.fromtimestamp(timegm(moment), UTC).isoformat() if moment else None,
        "date_text": "" if moment else entry.get("published") or entry.get("updated") or "",
        "image": "", "enclosures": [(one.get("href", ""), one.get("type", "")) for one in entry.get("enclosures", [])],
    }  # fmt: skip


if __name__ == "__main__":
    main()
