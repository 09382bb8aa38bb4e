"""What the network answers to one request at one moment. Pure: no socket, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from cong.demo import feeds, pages
from cong.demo.charsets import encode
from cong.demo.history import History
from cong.demo.scenes import picture
from cong.demo.sites import Site, sites

PREFIX = "127.0.1."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response; `delay` is how many seconds the site takes to give it."""

    status: int
    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0


class Network:
    """The 108 sites on one port: each on its own loopback address, or under its own path where there is only one."""

    def __init__(
        self,
        *,
        seed: int,
        started_at: datetime,
        port: int,
        addresses: bool = True,
        pace: timedelta = timedelta(seconds=20),
    ) -> None:
        self.history = History(seed=seed, started_at=started_at, pace=pace)
        self.port, self.addresses = port, addresses
        self._feed = lru_cache(maxsize=len(sites()))(self._make_feed)

    def base(self, site: Site) -> str:
        """Return the site's address, without a slash at its end."""
        return base(site, self.port, addresses=self.addresses)

    def answer(self, site: Site, path: str, at: datetime, headers: Mapping[str, str] | None = None) -> Answer:
        """Answer a request for a path of the site as it stands at that moment."""
        if site.broken:
            return _page(200, pages.repair_page(site, self.base(site)))
        if path == site.path:
            return self._feed_answer(site, at, headers or {})
        if path.startswith("/anh/"):
            return _picture(path.removeprefix("/anh/").removesuffix(".jpg"))
        if path == "/":
            return _page(200, pages.front_page(site, self.base(site), self.history.items(site, at)))
        item, gone = self.history.find(site, path, at)
        if item is None:
            return _page(404, pages.missing_page(site, self.base(site)))
        page = pages.gone_page if gone else pages.item_page
        return _page(410 if gone else 200, page(item, self.base(site)))

    def feed(self, site: Site, at: datetime) -> bytes:
        """Return the bytes of the site's feed at that moment."""
        changed = self.history.changed_at(site, at)
        return self._feed(site, at if site.restless else changed)

    def _make_feed(self, site: Site, at: datetime) -> bytes:
        items, graves = self.history.items(site, at), self.history.removed(site, at)
        return encode(feeds.write(site, self.base(site), items, graves, at), site.charset)

    def _feed_answer(self, site: Site, at: datetime, headers: Mapping[str, str]) -> Answer:
        body, changed = self.feed(site, at), self.history.changed_at(site, at)
        marks = _marks(site, body, changed)
        delay = 2 + int(hashlib.sha256(body).hexdigest()[:4], 16) / 65_536 if site.slow else 0.0
        whole = Answer(status=200, body=body, type=feeds.content_type(site), headers=marks, delay=delay)
        return replace(whole, status=304, body=b"") if _fresh(marks, headers, changed) else whole


def base(site: Site, port: int, *, addresses: bool) -> str:
    """Return where a site lives."""
    return f"http://{PREFIX}{site.number}:{port}" if addresses else f"http://127.0.0.1:{port}/{site.slug}"


def _marks(site: Site, body: bytes, changed: datetime) -> dict[str, str]:
    marks = {}
    if site.validators in ("both", "etag"):
        marks["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if site.validators in ("both", "modified"):
        marks["Last-Modified"] = format_datetime(_whole(changed), usegmt=True)
    return marks


def _fresh(marks: Mapping[str, str], headers: Mapping[str, str], changed: datetime) -> bool:
    """Tell whether the asker holds what stands now (RFC 9110: If-None-Match goes before If-Modified-Since)."""
    if "If-None-Match" in headers:
        return "ETag" in marks and marks["ETag"] in headers["If-None-Match"]
    since = headers.get("If-Modified-Since")
    if not since or "Last-Modified" not in marks:
        return False
    try:
        return _whole(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _page(status: int, text: str) -> Answer:
    return Answer(status=status, body=text.encode())


def _picture(name: str) -> Answer:
    try:
        body = picture(name)
    except (KeyError, ValueError):
        return Answer(status=404)
    return Answer(status=200, body=body, type="image/jpeg", headers={"Cache-Control": "max-age=86400"})
