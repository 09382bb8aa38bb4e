"""Publishers on loopback for real processes: a well-behaved one with validators and 304, and the hostile one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, Thread
from types import TracebackType
from typing import Self

from PIL import Image

from tests.harvest.hostile import Answer, Hostile

RSS = "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Page:
    body: bytes
    kind: str = RSS
    status: int = 200
    validators: bool = True

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"' if self.validators and self.status == 200 else ""


@dataclass(frozen=True, kw_only=True)
class Answered:
    path: str
    status: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a feed; `link` and `image` are absolute."""

    guid: str
    title: str
    link: str = ""
    body: str = "<p>Nội dung của bài.</p>"
    at: datetime | None = None
    image: str = ""


@dataclass(kw_only=True)
class Publisher:
    """`pages` maps paths to what they answer; `answered` tells what was asked and how it was answered."""

    pages: dict[str, Page] = field(default_factory=dict)
    answered: list[Answered] = field(default_factory=list)

    def __enter__(self) -> Self:
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet, else every answer waits 40 ms for an acknowledgement

            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, *args: object) -> None:
                """Stay quiet: `answered` is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer as the page of that path says; 304 to whoever has it already."""
        page = self.pages.get(request.path, Page(body=b"", status=404))
        same = bool(page.etag) and request.headers.get("If-None-Match") == page.etag
        status, body = (304, b"") if same else (page.status, page.body)
        self.answered.append(Answered(path=request.path, status=status))
        request.send_response(status)
        if page.etag:
            request.send_header("ETag", page.etag)
        if not same:
            request.send_header("Content-Type", page.kind)
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        request.wfile.flush()

    def statuses(self, path: str) -> list[int]:
        return [one.status for one in self.answered if one.path == path]


def rss(*items: Item, title: str = "Nguồn thử") -> bytes:
    """Write an RSS 2.0 feed."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title>{''.join(map(_item, items))}</channel></rss>"
    ).encode()


def _item(item: Item) -> str:
    said = [f"<title>{escape(item.title)}</title>", f'<guid isPermaLink="false">{escape(item.guid)}</guid>']
    if item.link:
        said.append(f"<link>{escape(item.link)}</link>")
    if item.at:
        said.append(f"<pubDate>{format_datetime(item.at)}</pubDate>")
    if item.image:
        said.append(f'<enclosure url="{escape(item.image)}" type="image/jpeg" length="0"/>')
    return f"<item>{''.join(said)}<description>{escape(item.body)}</description></item>"


def registry(sources: Sequence[Mapping[str, str]]) -> str:
    """Write sources as the TOML that `cong harvest import` reads."""
    return "\n".join(
        "\n".join(("[[source]]", *(f'{name} = "{value}"' for name, value in source.items()), "")) for source in sources
    )


def jpeg(colour: str = "seagreen", size: tuple[int, int] = (900, 600)) -> bytes:
    """Make a picture of one colour."""
    made = BytesIO()
    Image.new("RGB", size, colour).save(made, "JPEG", quality=60)
    return made.getvalue()


@contextmanager
def hostile(answers: dict[str, Answer]) -> Iterator[Hostile]:
    """Run the hostile server in a thread of its own; `answers` may change while it runs."""
    ready, made = Event(), []

    async def serve(stop: asyncio.Event) -> None:
        async with Hostile(answers=answers) as server:
            made.append(server)
            ready.set()
            await stop.wait()

    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = Thread(target=loop.run_until_complete, args=[serve(stop)], daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
