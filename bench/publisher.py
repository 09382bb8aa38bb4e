"""A loopback publisher for benchmarks: 108 feeds × 50 entries, about 138 KB each, with ETag and 304.

`/N` is feed N, `/plain/N` the same without validators, `/small/ANYTHING` a feed of one entry. Each port is a host of
its own to a polite fetcher. With `--tls FOLDER` (key.pem, certificate.pem) every answer closes its connection: feeds of
many hosts cost a fetcher a handshake for each visit.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import ssl
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

FEEDS, ENTRIES = 108, 50
_WORDS = [
    "thư", "viện", "trường", "học", "con", "đường", "hàng", "cây", "buổi", "sáng", "người", "dân", "giờ", "mở",
    "cửa", "lịch", "làm", "việc", "phòng", "đọc", "sách", "báo", "thiếu", "nhi", "nước", "sạch", "bến", "xe",
    "công", "viên", "chợ", "quê", "cánh", "đồng", "mùa", "gặt", "dòng", "sông", "cây", "cầu", "lớp", "học", "buổi",
    "tối", "kỹ", "năng", "số", "bản", "đồ", "dữ", "liệu", "hướng", "dẫn", "thủ", "tục", "tờ", "khai", "kết", "quả",
    "theo", "dõi", "góp", "ý", "trả", "lời", "thông", "báo", "kế", "hoạch", "bảo", "trì", "chiếu", "sáng", "vỉa",
    "hè", "cây", "xanh",
]  # fmt: skip


def _text(rng: random.Random, count: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(count)).capitalize() + "."


def _item(rng: random.Random, feed: int, number: int, start: datetime, *, long: bool) -> str:
    moment = format_datetime(start - timedelta(minutes=37 * number + feed))
    title = _text(rng, 12)
    body = "".join(f"<p>{_text(rng, 80)}</p>" for _ in range(6 if long else 4))
    encoded = f"<content:encoded><![CDATA[{body}]]></content:encoded>" if long else ""
    said = _text(rng, 40) if long else body
    return (
        f"<item><title>{title}</title><link>https://vidu{feed}.vn/tin/{number}.html</link>"
        f'<guid isPermaLink="false">vidu{feed}-{number}</guid><pubDate>{moment}</pubDate><category>Tin</category>'
        f"<description><![CDATA[{said}]]></description>{encoded}</item>"
    )


def body(feed: int, edition: int = 0) -> bytes:
    """Return one feed; a third of the feeds carry full text."""
    rng = random.Random(feed)
    start = datetime(2026, 11, 1, 12, tzinfo=UTC)
    long = feed % 3 == 0
    items = "".join(_item(rng, feed, number, start, long=long) for number in range(ENTRIES))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Nguồn {feed}</title>'
        f"<link>https://vidu{feed}.vn/</link><description>{edition}</description>{items}</channel></rss>"
    ).encode()


def small() -> bytes:
    """Return a feed of one entry."""
    item = _item(random.Random(0), 0, 0, datetime(2026, 11, 1, 12, tzinfo=UTC), long=False)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Nguồn nhỏ</title>{item}</channel></rss>'.encode()


class Publisher:
    """Answers GET; `closes` the connection after each answer if told so."""

    def __init__(self, *, closes: bool = False) -> None:
        self.closes = closes
        self.bodies = {f"/{feed}": body(feed) for feed in range(FEEDS)} | {"/small": small()}
        self.etags = {path: f'"{hashlib.sha256(said).hexdigest()[:16]}"' for path, said in self.bodies.items()}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answer(request.decode("latin-1")))
                await writer.drain()
                if self.closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, request: str) -> bytes:
        path = request.split(" ", 2)[1]
        plain = path.startswith("/plain")
        path = "/small" if path.startswith("/small/") else path.removeprefix("/plain")
        said, etag = self.bodies.get(path), self.etags.get(path, "")
        head = "Connection: close\r\n" if self.closes else ""
        if said is None:
            return f"HTTP/1.1 404 Not Found\r\n{head}Content-Length: 0\r\n\r\n".encode()
        head += "" if plain else f"ETag: {etag}\r\n"
        if not plain and etag in request:
            return f"HTTP/1.1 304 Not Modified\r\n{head}\r\n".encode()
        head += f"Content-Type: application/rss+xml\r\nContent-Length: {len(said)}\r\n"
        return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + said


async def main(ports: int, folder: str) -> None:
    tls = None
    if folder:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(Path(folder) / "certificate.pem", Path(folder) / "key.pem")
    publisher = Publisher(closes=bool(folder))
    servers = [
        await asyncio.start_server(publisher.handle, "127.0.0.1", 0, limit=65_536, ssl=tls, backlog=512)
        for _ in range(ports)
    ]
    size = sum(len(said) for path, said in publisher.bodies.items() if path != "/small")
    found = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps({"ports": found, "bytes": size, "small": publisher.etags["/small"]}), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--ports", type=int, default=1)
    parser.add_argument("--tls", default="")
    given = parser.parse_args()
    try:
        asyncio.run(main(given.ports, given.tls))
    except KeyboardInterrupt:
        sys.exit(0)
