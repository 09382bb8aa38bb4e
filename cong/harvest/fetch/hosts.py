"""Politeness: one request at a time to a host, a pause between two, a rest when it cannot be reached."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cong.harvest.fetch.limits import FetchFailed

TRIES = 3
REST_S = 60.0


@dataclass(kw_only=True, slots=True)
class Host:
    """What we remember of one host:port while a client lives."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    failures: int = 0
    resting_until: float = 0.0

    def failed(self) -> None:
        """Note that no connection came about; the third time in a row the host gets a rest."""
        self.failures += 1
        if self.failures >= TRIES:
            self.resting_until = time.monotonic() + REST_S

    def answered(self) -> None:
        self.failures = 0
        self.resting_until = 0.0


class Hosts:
    """All hosts a client has met."""

    def __init__(self) -> None:
        self._hosts: defaultdict[str, Host] = defaultdict(Host)

    @asynccontextmanager
    async def turn(self, key: str, gap_s: float) -> AsyncIterator[Host]:
        """Wait for our turn at the host and for the pause; raises FetchFailed while the host rests."""
        host = self._hosts[key]
        _refuse_resting(key, host)
        async with host.turn:
            _refuse_resting(key, host)
            pause = host.free_at - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            try:
                yield host
            finally:
                host.free_at = time.monotonic() + gap_s


def _refuse_resting(key: str, host: Host) -> None:
    left = host.resting_until - time.monotonic()
    if left > 0:
        message = (
            f"Máy chủ {key} vừa không kết nối được {host.failures} lần liên tiếp; tạm nghỉ, "
            f"gọi lại sau {left:.0f} giây. Nếu kéo dài, hãy báo đơn vị quản trị nguồn."
        )
        raise FetchFailed("connection", message)
