"""A loopback publisher for benchmarks: 108 feeds × 50 entries, about 138 KB each, with ETag and 304."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

FEEDS, ENTRIES = 108, 50
_WORDS = [
    "thư",
    "viện",
    "trường",
    "học",
    "con",
    "đường",
    "hàng",
    "cây",
    "buổi",
    "sáng",
    "người",
    "dân",
    "giờ",
    "mở",
    "cửa",
    "lịch",
    "làm",
    "việc",
    "phòng",
    "đọc",
    "sách",
    "báo",
    "thiếu",
    "nhi",
    "nước",
    "sạch",
    "bến",
    "xe",
    "công",
    "viên",
    "chợ",
    "quê",
    "cánh",
    "đồng",
    "mùa",
    "gặt",
    "dòng",
    "sông",
    "cây",
    "cầu",
    "lớp",
    "học",
    "buổi",
    "tối",
    "kỹ",
    "năng",
    "số",
    "bản",
    "đồ",
    "dữ",
    "liệu",
    "hướng",
    "dẫn",
    "thủ",
    "tục",
    "tờ",
    "khai",
    "kết",
    "quả",
    "theo",
    "dõi",
    "góp",
    "ý",
    "trả",
    "lời",
    "thông",
    "báo",
    "kế",
    "hoạch",
    "bảo",
    "trì",
    "chiếu",
    "sáng",
    "vỉa",
    "hè",
    "cây",
    "xanh",
]


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


class Publisher:
    """Answers GET /N with feed N; with a quiet switch for validators."""

    def __init__(self) -> None:
        self.bodies = {f"/{feed}": body(feed) for feed in range(FEEDS)}
        self.etags = {path: f'"{hashlib.sha256(said).hexdigest()[:16]}"' for path, said in self.bodies.items()}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answer(request.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, request: str) -> bytes:
        path = request.split(" ", 2)[1]
        plain = path.startswith("/plain")
        path = path.removeprefix("/plain")
        said, etag = self.bodies.get(path), self.etags.get(path, "")
        if said is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if not plain and etag in request:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        validator = "" if plain else f"ETag: {etag}\r\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n{validator}Content-Length: {len(said)}\r\n\r\n"
        return head.encode() + said


async def main() -> None:
    server = await asyncio.start_server(Publisher().handle, "127.0.0.1", 0, limit=65_536)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "bytes": sum(map(len, Publisher().bodies.values()))}), flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(0)
