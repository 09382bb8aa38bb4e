"""The asyncio client: one session, its redirects followed by hand so that every hop meets every rule."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from cong.harvest.fetch.failures import bad_encoding, explain, too_big, too_slow
from cong.harvest.fetch.guard import check_port, is_local_name, key_of, read_url, socket_factory
from cong.harvest.fetch.hosts import Host, HostRest, Hosts, utc_now
from cong.harvest.fetch.limits import FetchFailed, Limits
from cong.harvest.fetch.response import Response, content_type, max_age, retry_after, validator
from cong.harvest.fetch.robots import Robots
from cong.harvest.fetch.trail import Trail
from cong.harvest.fetch.unpack import Broken, TooBig, unpacker

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/html;q=0.8, */*;q=0.7"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The others would turn a POST into a GET.
_KEEPING = frozenset({307, 308})
_UNREACHED = frozenset({"dns", "connection"})
_CONNECT_S = 10.0
_MOST_LINKS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    """What every hop of one fetch is asked for.

    `cut`: of a body that is too long, its beginning will do. `form`: fields to POST, None to GET.
    """

    limit: int
    conditions: dict[str, str]
    now: datetime | None
    cut: bool = False
    form: Mapping[str, str] | None = None


class Client:
    """Fetches within `limits`; use as `async with`.

    `known_rests` and `known_doubts` are those that an earlier client left (`take_rests`, `take_doubts`). `tls` is for
    who has certificates of an authority of his own; `resolver` and `clock` are for tests.
    """

    def __init__(
        self,
        limits: Limits,
        resolver: AbstractResolver | None = None,
        *,
        known_rests: Iterable[HostRest] = (),
        known_doubts: Mapping[str, datetime] | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.limits = limits
        self._resolver = resolver
        self._tls = tls
        self._clock = clock
        self._hosts = Hosts(known_rests, clock)
        self._robots = Robots(self._robots_txt, limits.user_agent, clock, known_doubts or {})
        self._slots = asyncio.Semaphore(limits.connections)
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        # No DNS cache: connections are opened rarely, and a stale answer has no use.
        connector = aiohttp.TCPConnector(
            limit=0,
            use_dns_cache=False,
            resolver=self._resolver,
            ssl=self._tls or True,
            socket_factory=socket_factory(allow_loopback=self.limits.allow_loopback),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={
                "User-Agent": self.limits.user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate, br",
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(_CONNECT_S, self.limits.total_s)),
            max_line_size=32_768,
            max_field_size=32_768,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        limit: int | None = None,
        now: datetime | None = None,
        obey_robots: bool = False,
    ) -> Response:
        """Fetch `url`, at most `limit` bytes (default: a feed's); raises FetchFailed, not for 4xx and 5xx.

        `etag` and `last_modified` are what an earlier answer said; a Retry-After given as a date needs `now`. With
        `obey_robots` every address on the way must be allowed by its host's robots.txt, and Crawl-delay is kept.
        """
        wished = {"If-None-Match": validator(etag), "If-Modified-Since": validator(last_modified)}
        conditions = {name: value for name, value in wished.items() if value}
        wish = _Wish(conditions=conditions, limit=limit or self.limits.feed_bytes, now=now)
        return await self._follow(read_url(url), wish, obey_robots=obey_robots)

    async def post(self, url: str, form: Mapping[str, str], *, now: datetime | None = None) -> Response:
        """POST a form to `url` under the rules of every fetch; raises FetchFailed, not for 4xx and 5xx.

        A redirect that keeps the method (307, 308) is followed and gets the form too; any other is the answer.
        """
        wish = _Wish(conditions={}, limit=self.limits.robots_bytes, now=now, cut=True, form=form)
        return await self._follow(read_url(url), wish, obey_robots=False)

    def rest(self, url: str, seconds: float, reason: str = "Người vận hành cho máy chủ này nghỉ") -> None:
        """Ask nothing of the host of `url` for that long, at most a week."""
        self._hosts.rest(key_of(read_url(url)), seconds, reason)

    def rest_of(self, url: str) -> HostRest | None:
        """Return the rest that the host of `url` is having now: its sources need not be tried, and are not at fault."""
        return self._hosts.rest_of(key_of(read_url(url)))

    def take_rests(self) -> list[HostRest]:
        """Return the rests begun since the last call; given to the next client, a restart forgets none."""
        return self._hosts.take_changed()

    def take_doubts(self) -> dict[str, datetime | None]:
        """Return since when the robots.txt of hosts could not be had, None where it can again; news since last time."""
        return self._robots.take_doubts()

    async def _follow(self, url: URL, wish: _Wish, *, obey_robots: bool) -> Response:
        trail = Trail(url, left_s=self.limits.total_s)
        while True:
            if obey_robots:
                self._hosts.slow_down(key_of(trail.url), await self._robots.check(trail.url))
            answer = await self._hop(trail, wish)
            if answer is not None:
                return answer

    async def _robots_txt(self, url: URL) -> tuple[int, bytes]:
        wish = _Wish(conditions={}, limit=self.limits.robots_bytes, now=self._clock(), cut=True)
        answer = await self._follow(url, wish, obey_robots=False)
        if answer.status == 429:
            self._hosts.refuse_resting(key_of(url))
        return answer.status, answer.body

    async def _hop(self, trail: Trail, wish: _Wish) -> Response | None:
        """Ask once; None means that the trail now points to where a redirect leads."""
        url = trail.url
        check_port(url, allow_loopback=self.limits.allow_loopback)
        local = self.limits.allow_loopback and is_local_name(url)
        async with (
            self._hosts.turn(key_of(url), 0.0 if local else self.limits.host_gap_s) as host,
            self._slots,
        ):
            started = time.monotonic()
            try:
                async with asyncio.timeout(trail.left_s):
                    return await self._ask(trail, host, wish)
            except TimeoutError as error:
                raise too_slow(key_of(url), self.limits.total_s) from error
            finally:
                trail.spend(time.monotonic() - started)

    async def _ask(self, trail: Trail, host: Host, wish: _Wish) -> Response | None:
        started = time.monotonic()
        if wish.form is None:
            answer = await self._open(trail.url, host, wish.conditions)
        else:
            answer = await self._request("POST", trail.url, host, data=wish.form)
        try:
            self._note_refusal(answer, trail.url, wish)
            followed = _REDIRECTS if wish.form is None else _KEEPING
            location = answer.headers.get("Location") if answer.status in followed else None
            if location is not None:
                trail.follow(location, answer.status, limit=self.limits.redirects)
                return None
            body = b"" if answer.status == 304 else await self._wanted(answer, wish)
        finally:
            answer.release()
        return _response(answer, body, trail, time.monotonic() - started, wish.now)

    def _note_refusal(self, answer: aiohttp.ClientResponse, url: URL, wish: _Wish) -> None:
        if answer.status == 429:
            self._hosts.too_many(key_of(url), retry_after(answer.headers.get("Retry-After", ""), wish.now))
        else:
            self._hosts.content(key_of(url))

    async def _wanted(self, answer: aiohttp.ClientResponse, wish: _Wish) -> bytes:
        if not wish.cut:
            return await self._read(answer, wish.limit)
        beginning, _ = await self._beginning(answer, wish.limit)
        return beginning

    async def _open(self, url: URL, host: Host, conditions: dict[str, str]) -> aiohttp.ClientResponse:
        return await self._request("GET", url, host, headers=conditions)

    async def _request(
        self,
        method: str,
        url: URL,
        host: Host,
        *,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> aiohttp.ClientResponse:
        try:
            answer = await self._session.request(method, url, headers=headers, data=data, allow_redirects=False)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = self._explain(error, url)
            if failure.code in _UNREACHED or isinstance(error, aiohttp.ConnectionTimeoutError):
                host.failed()
            raise failure from error
        host.answered()
        return answer

    async def _read(self, answer: aiohttp.ClientResponse, limit: int) -> bytes:
        if (answer.content_length or 0) > limit:
            raise too_big(key_of(answer.url), limit)
        body, whole = await self._beginning(answer, limit)
        if not whole:
            raise too_big(key_of(answer.url), limit)
        return body

    async def _beginning(self, answer: aiohttp.ClientResponse, limit: int) -> tuple[bytes, bool]:
        """Return the first `limit` bytes of the body, and whether these are all."""
        try:
            return await _body(answer, limit)
        except Broken as error:
            raise bad_encoding(key_of(answer.url)) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._explain(error, answer.url) from error

    def _explain(self, error: Exception, url: URL) -> FetchFailed:
        return explain(error, key_of(url), total_s=self.limits.total_s)


async def _body(answer: aiohttp.ClientResponse, limit: int) -> tuple[bytes, bool]:
    unpack = unpacker(answer.headers.get("Content-Encoding", ""))
    parts: list[bytes] = []
    room = limit
    try:
        while packed := await answer.content.readany():
            parts.append(unpack.feed(packed, room))
            room -= len(parts[-1])
    except TooBig as stopped:
        return b"".join([*parts, stopped.kept]), False
    unpack.finish()
    return b"".join(parts), True


def _response(
    answer: aiohttp.ClientResponse, body: bytes, trail: Trail, spent_s: float, now: datetime | None
) -> Response:
    headers = answer.headers
    kind, charset = content_type(headers.get("Content-Type", ""))
    return Response(
        status=answer.status,
        body=body,
        charset=charset,
        content_type=kind,
        etag=validator(headers.get("ETag", "")),
        last_modified=validator(headers.get("Last-Modified", "")),
        max_age=max_age(headers),
        retry_after=retry_after(headers.get("Retry-After", ""), now),
        final_url=trail.public_url,
        permanent_url=trail.permanent_url,
        received=len(body),
        ms=round((trail.spent_s + spent_s) * 1000),
        links=tuple(headers.getall("Link", ())[:_MOST_LINKS]),
    )
