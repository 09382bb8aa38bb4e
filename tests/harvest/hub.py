"""A WebSub hub on loopback, and what a source and a worker do with it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from django.test import Client as Browser

from cong.harvest import actions, claim, hubs, reading, subscribing
from cong.harvest.adapters import Body
from cong.harvest.models import Source
from cong.harvest.parse import RawFeed
from cong.harvest.poller import _digest
from tests.harvest.publisher import Item as Said
from tests.harvest.publisher import rss
from tests.makers import NOON

TOPIC = "https://xa-an-hai.vn/rss"


@dataclass(kw_only=True)
class Hub:
    """A hub that notes what it is asked; it does not ask back by itself: the tests do that for it."""

    status: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                hub.asked.append({name: values[0] for name, values in form.items()})
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Stay quiet: `asked` is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"


def visited(source: Source, hub: str, *titles: str, at: datetime = NOON, links: tuple[str, ...] = ()) -> Source:
    """Visit the source as the poller does; its feed names the hub."""
    source.refresh_from_db()
    feed = RawFeed(kind="rss", hub=hub)
    if titles:
        feed = replace(reading.read(source, Body(content=hub_feed(*titles), url=source.url), at=at).feed, hub=hub)
    seen = actions.Visited(at=at, status=200, links=links, etag='"1"', body_hash="1")
    actions.absorb(source, reading.Gathered(feed=feed), actions.plan(source, feed), seen)
    source.refresh_from_db()
    return source


def subscribed(source: Source, hub: Hub, *, at: datetime = NOON, lease: int = 86_400) -> Source:
    """Bring a source as far as a living subscription."""
    visited(source, hub.url, at=at)
    hubs.keep_up(at=at)
    assert confirmed(hub.asked[-1], lease=lease).status_code == 200
    source.refresh_from_db()
    return source


def confirmed(asked: dict[str, str], other: dict[str, str] | None = None, *, lease: int = 86_400) -> Any:
    """Ask back as a hub does that was asked this."""
    question = {
        "hub.mode": asked["hub.mode"], "hub.topic": asked["hub.topic"], "hub.challenge": "thu-thach",
        "hub.lease_seconds": str(lease),
    }  # fmt: skip
    return Browser().get(callback(asked), question | {f"hub.{name}": value for name, value in (other or {}).items()})


def sent(asked: dict[str, str], body: bytes, *, method: str = "sha256", secret: str = "", proof: str = "") -> Any:
    """Deliver something as the hub does."""
    made = hmac.new((secret or asked["hub.secret"]).encode(), body, method).hexdigest()
    return Browser().post(
        callback(asked), body, content_type="application/rss+xml; charset=utf-8",
        headers={"X-Hub-Signature": proof or f"{method}={made}"},
    )  # fmt: skip


def callback(asked: dict[str, str]) -> str:
    return asked["hub.callback"].removeprefix("http://127.0.0.1:8000")


def hub_feed(*titles: str) -> bytes:
    return rss(*(Said(guid=title, title=title, link=f"https://xa-an-hai.vn/{title}") for title in titles))


def taken(*, at: datetime = NOON) -> None:
    """Let a worker take what hubs sent to the sources that are due, as the poller does."""
    for source in claim.claim_sources(9, worker="w", at=at):
        found = subscribing.waiting(source)
        assert found is not None
        seen = actions.Visited(at=at, status=200, received=len(found.body.content), delivered=found.number)
        _digest(source, found.body, [], seen)
