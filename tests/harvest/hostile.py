"""A server on loopback that breaks every rule a fetcher may rely on. Raw sockets: no real server would."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
import subprocess
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import brotli  # type: ignore[import-untyped]  # ships no stubs

BODY = b"<rss version='2.0'><channel><title>Tin</title></channel></rss>"

Send = Callable[[bytes], Awaitable[None]]
Answer = bytes | Callable[[Send], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Request:
    path: str
    headers: Mapping[str, str]
    connection: int


def message(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write an answer; header names in keywords have underscores for hyphens."""
    lines = [f"HTTP/1.1 {status}"]
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("Content-Length", str(len(body)))
    lines += [f"{name}: {value}" for name, value in given.items() if value]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


@cache
def gzip_bomb(megabytes: int = 256) -> bytes:
    """Return a small body that unpacks to very much."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


@cache
def brotli_bomb(megabytes: int = 256) -> bytes:
    packer = brotli.Compressor(quality=1)
    block = bytes(1_000_000)
    parts: list[bytes] = [packer.process(block) for _ in range(megabytes)]
    return b"".join(parts) + bytes(packer.finish())


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make a server's TLS context that nobody vouches for; needs the openssl command."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    names = ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names], check=True, capture_output=True
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def _drip(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await send(b".")
        await asyncio.sleep(0.02)


async def _drip_headers(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await send(b"X-More: 1\r\n")
        await asyncio.sleep(0.1)


async def _endless(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await send(b"1\r\n.\r\n")
        await asyncio.sleep(0.005)


async def _flood(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    while True:
        await send(chunk)


async def _silence(send: Send) -> None:
    await send(b"")
    await asyncio.sleep(60)


ANSWERS: dict[str, Answer] = {
    "/robots.txt": message("404 Not Found"),
    "/ok": message("200 OK", BODY, Content_Type="application/rss+xml; charset=utf-8"),
    "/gzip": message("200 OK", gzip.compress(BODY), Content_Encoding="gzip"),
    "/brotli": message("200 OK", brotli.compress(BODY), Content_Encoding="br"),
    "/deflate": message("200 OK", zlib.compress(BODY), Content_Encoding="deflate"),
    "/broken-gzip": message("200 OK", b"\x1f\x8b\x08\0" + b"?" * 500, Content_Encoding="gzip"),
    "/twice-gzip": message("200 OK", gzip.compress(gzip.compress(BODY)), Content_Encoding="gzip, gzip"),
    "/cut-gzip": message("200 OK", gzip.compress(BODY * 50)[:60], Content_Encoding="gzip"),
    "/zstd": message("200 OK", b"\x28\xb5\x2f\xfd?", Content_Encoding="zstd"),
    "/html": message("200 OK", b"<!doctype html><p>Login</p>", Content_Type="text/html; charset=UTF-8"),
    "/wrong-charset": message("200 OK", "Tiếng Việt".encode(), Content_Type='text/xml; charset="KHÔNG có"'),
    "/odd-type": message("200 OK", BODY, Content_Type="@@@; charset=windows-1258"),
    "/says-more": message("200 OK", BODY, Content_Length="5000", Connection="close"),
    "/says-less": message("200 OK", BODY[:10] + message("200 OK", b"POISON"), Content_Length="10"),
    "/says-huge": message("200 OK", BODY, Content_Length="99999999999"),
    "/not-http": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "/nothing": b"",
    "/gone": message("410 Gone"),
    "/busy": message("503 Service Unavailable", Retry_After="99999999999999999999999"),
    "/later": message("429 Too Many Requests", Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
    "/nonsense": message("429 Too Many Requests", Retry_After="-5 hours or so"),
    "/cached": message("200 OK", BODY, Cache_Control="public, MAX-AGE=600", ETag='W/"1"', Last_Modified="Mon"),
    "/bad-etag": message("200 OK", BODY, ETag='"\udcff"', Last_Modified="x" * 5000),
    "/cookie": message("200 OK", BODY, Set_Cookie="session=1; Path=/"),
    "/loop": message("302 Found", Location="/loop-back"),
    "/loop-back": message("302 Found", Location="/loop"),
    "/file": message("302 Found", Location="file:///etc/passwd"),
    "/odd-place": message("302 Found", Location="http://[::1:bad/"),
    "/nowhere": message("302 Found"),
    "/drip": _drip,
    "/drip-headers": _drip_headers,
    "/endless": _endless,
    "/flood": _flood,
    "/silence": _silence,
}


@dataclass(kw_only=True)
class Hostile:
    """Runs inside the test's loop; `answers` add to ANSWERS. `requests` is what came in."""

    tls: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    open_now: int = 0
    open_most: int = 0

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self.tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._serve(reader, writer, self._connections)
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        while True:
            first = await reader.readexactly(1)
            if first == b"\x16":  # a TLS greeting at the plain door
                await send(message("400 Bad Request"))
                return
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            request = Request(path=head[0].split(" ")[1], headers=headers, connection=number)
            self.requests.append(request)
            self.open_now += 1
            self.open_most = max(self.open_most, self.open_now)
            try:
                answer = (ANSWERS | self.answers)[request.path]
                await (send(answer) if isinstance(answer, bytes) else answer(send))
            finally:
                self.open_now -= 1
            if not isinstance(answer, bytes) or b"Connection: close" in answer or not answer.startswith(b"HTTP"):
                return
