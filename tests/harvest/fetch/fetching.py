"""Short words for the tests of fetching: a client with small limits, one fetch, and a resolver that lies."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from cong.harvest.fetch import Client, FetchFailed, Limits, Response
from tests.harvest.hostile import Hostile

OPEN = Limits(allow_loopback=True, total_s=2.0, host_gap_s=0.0)


class Resolver(AbstractResolver):
    """Gives each lookup the next answer: a list of addresses, or none for an unknown name."""

    def __init__(self, *answers: Iterable[str]) -> None:
        self.answers = [list(answer) for answer in answers]
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(host)
        if not addresses:
            raise OSError(None, "no such name")
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        pass


def _result(host: str, address: str, port: int) -> ResolveResult:
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)


def fetch(path: str, limits: Limits = OPEN, *, answers: dict[str, Any] | None = None, **options: Any) -> Response:
    """Fetch one path of the hostile server."""

    async def story() -> Response:
        async with Hostile(answers=answers or {}) as server, Client(limits) as client:
            return await client.get(server.url(path), **options)

    return asyncio.run(story())


def failure(path: str, limits: Limits = OPEN, *, answers: dict[str, Any] | None = None, **options: Any) -> FetchFailed:
    """Fetch one path of the hostile server and return why that failed."""
    with pytest.raises(FetchFailed) as caught:
        fetch(path, limits, answers=answers, **options)
    return caught.value


def refusal(url: str, limits: Limits = OPEN, resolver: Resolver | None = None) -> FetchFailed:
    """Fetch an address that must not be reached, and return why it failed."""

    async def story() -> None:
        async with Client(limits, resolver) as client:
            await client.get(url)

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(story())
    return caught.value


class Clock:
    """A time of day that moves when it is told to."""

    def __init__(self, at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **spans: float) -> None:
        self.at += timedelta(**spans)


async def code(client: Client, url: str, **options: Any) -> str:
    """Fetch, and return "" or the code of the failure."""
    try:
        await client.get(url, **options)
    except FetchFailed as problem:
        return problem.code
    return ""
