"""Politeness towards a host: one request at a time, a pause between two, a rest when it asks for one."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cong.harvest.fetch.limits import FetchFailed
from cong.harvest.fetch.response import WEEK_S

TRIES = 3
REST_S = 60.0
FIRST_REST_S = 300
DAY_S = 86_400
_TWINS = {"80": "443", "443": "80"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HostRest:
    """The host `key` is asked nothing before `until`. `times`: how often in a row it has asked for a rest."""

    key: str
    until: datetime
    reason: str
    times: int = 0


def rest_s(retry_after: int | None, times: int) -> int:
    """Return how long a host rests after its n-th 429 in a row, in seconds.

    A first Retry-After is believed up to a week. Without one, and when it proved too short, it is 5 minutes,
    doubled each time up to a day.
    """
    if retry_after and times == 1:
        return min(retry_after, WEEK_S)
    grown = min(FIRST_REST_S << min(times - 1, 20), DAY_S)
    return min(max(retry_after or 0, grown), WEEK_S)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(kw_only=True, slots=True)
class Host:
    """What we remember of one host:port while a client lives. `delay_s` is the pause it asked for in robots.txt."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    delay_s: float = 0.0
    failures: int = 0
    resting_until: float = 0.0
    refusals: int = 0
    rest: HostRest | None = None

    def failed(self) -> None:
        """Note that no connection came about; the third time in a row the host gets a rest."""
        self.failures += 1
        if self.failures >= TRIES:
            self.resting_until = time.monotonic() + REST_S

    def answered(self) -> None:
        self.failures = 0
        self.resting_until = 0.0


class Hosts:
    """All hosts a client has met. `clock` tells the time of day, which rests outlive a restart by."""

    def __init__(self, known: Iterable[HostRest] = (), clock: Callable[[], datetime] = utc_now) -> None:
        self._hosts: defaultdict[str, Host] = defaultdict(Host)
        self._clock = clock
        self._changed: dict[str, HostRest] = {}
        for rest in known:
            host = self._hosts[rest.key]
            host.rest, host.refusals = rest, rest.times

    @asynccontextmanager
    async def turn(self, key: str, gap_s: float) -> AsyncIterator[Host]:
        """Wait for our turn at the host and for the pause; raises FetchFailed while the host rests."""
        host = self._hosts[key]
        self.refuse_resting(key)
        async with host.turn:
            self.refuse_resting(key)
            pause = host.free_at - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            try:
                yield host
            finally:
                host.free_at = time.monotonic() + max(gap_s, host.delay_s)

    def slow_down(self, key: str, delay_s: float) -> None:
        """Take the pause that a host wishes for between two requests."""
        self._hosts[key].delay_s = delay_s

    def too_many(self, key: str, retry_after: int | None) -> None:
        """Note a 429: the whole host rests, on its other standard port too."""
        times = self._hosts[key].refusals + 1
        self.rest(key, rest_s(retry_after, times), f"Máy chủ {key} yêu cầu gọi thưa hơn (HTTP 429)", times)

    def content(self, key: str) -> None:
        """Note an answer other than 429."""
        host = self._hosts[key]
        if host.refusals:
            host.refusals, host.rest = 0, None

    def rest(self, key: str, seconds: float, reason: str, times: int = 0) -> None:
        """Ask the host nothing for that long, at most a week; an earlier, longer rest stays."""
        until = self._clock() + timedelta(seconds=min(max(seconds, 0.0), WEEK_S))
        for one in (key, _twin(key)):
            host = self._hosts[one] if one else None
            if host is None or (host.rest and host.rest.until >= until):
                continue
            host.rest, host.refusals = HostRest(key=one, until=until, reason=reason, times=times), times
            self._changed[one] = host.rest

    def rest_of(self, key: str) -> HostRest | None:
        """Return the rest that a host is having now."""
        host = self._hosts.get(key)
        return host.rest if host and host.rest and host.rest.until > self._clock() else None

    def take_changed(self) -> list[HostRest]:
        """Return the rests begun since the last call, for whoever keeps them over a restart."""
        taken, self._changed = list(self._changed.values()), {}
        return taken

    def refuse_resting(self, key: str) -> None:
        """Raise FetchFailed while the host rests."""
        host = self._hosts[key]
        left = host.resting_until - time.monotonic()
        if left > 0:
            message = (
                f"Máy chủ {key} vừa không kết nối được {host.failures} lần liên tiếp; tạm nghỉ, "
                f"gọi lại sau {left:.0f} giây. Nếu kéo dài, hãy báo đơn vị quản trị nguồn."
            )
            raise FetchFailed("connection", message)
        if host.rest is not None and host.rest.until > self._clock():
            raise _resting(host.rest, self._clock())


def _resting(rest: HostRest, at: datetime) -> FetchFailed:
    minutes = max(round((rest.until - at).total_seconds() / 60), 1)
    message = f"{rest.reason}; mọi nguồn của máy chủ này tạm nghỉ, hệ thống tự gọi lại sau khoảng {minutes} phút."
    return FetchFailed("resting", message, until=rest.until)


def _twin(key: str) -> str:
    """Return the same host under its other standard port, "" for any other port."""
    host, _, port = key.rpartition(":")
    return f"{host}:{_TWINS[port]}" if port in _TWINS else ""
