"""What an address that somebody pasted could be read as: a handful of polite requests, every failure told in words."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from cong.harvest.adapters import ADAPTERS, Body, Reading, Spec
from cong.harvest.adapters.propose import Found, Proposal, feeds_in, propose_list, sitemap_guesses
from cong.harvest.fetch import Client, FetchFailed, Response
from cong.harvest.parse import NotAFeed, RawItem, Rules
from cong.harvest.trial import Asked

T = TypeVar("T")

SECONDS = 30.0
MOST_FEEDS, MOST_SITEMAPS = 4, 2
_MOST_SHOWN, _MOST_UNASKED = 8, 12
_OK = 200
_TOO_LONG = f"Sau {SECONDS:.0f} giây vẫn chưa hỏi xong; đây là những gì đã thấy. Có thể tìm lại, hoặc tự chọn loại."
_OAI = b"<OAI-PMH"
_HEAD = 2_000


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One item that a way of reading would make."""

    title: str
    url: str
    at: datetime | None
    image: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One way in which the site could be read, with the words that say so.

    `count`: its items; None when it was not asked. `maps`: how many more maps an index of maps names.
    """

    kind: str
    url: str
    title: str = ""
    config: Mapping[str, str] = field(default_factory=dict)
    count: int | None = None
    newest: Seen | None = None
    items: tuple[Seen, ...] = ()
    maps: int = 0


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """What was found around an address. `url` is where it led; `problem`: why little or nothing was found."""

    url: str
    title: str = ""
    offers: tuple[Offer, ...] = ()
    asked: tuple[Asked, ...] = ()
    problem: str = ""


async def discovered(address: str, client: Client, *, at: datetime, seconds: float = SECONDS) -> Discovery:
    """Ask the address, the feeds that it names and the usual places of sitemaps, each if its robots.txt lets us."""
    look = _Look(client=client, rules=Rules(now=at), at=at)
    try:
        async with asyncio.timeout(seconds):
            await look.around(address)
    except TimeoutError:
        look.problem = _TOO_LONG
    return look.told(address)


@dataclass(kw_only=True)
class _Look:
    """One look around an address, and what it has seen so far."""

    client: Client
    rules: Rules
    at: datetime
    url: str = ""
    title: str = ""
    problem: str = ""
    asked: list[Asked] = field(default_factory=list)
    feeds: list[Offer] = field(default_factory=list)
    lists: list[Offer] = field(default_factory=list)
    maps: list[Offer] = field(default_factory=list)

    def told(self, address: str) -> Discovery:
        feeds = sorted(self.feeds, key=lambda one: -1 if one.count is None else one.count, reverse=True)
        return Discovery(
            url=self.url or address, title=self.title, offers=(*feeds, *self.lists, *self.maps),
            asked=tuple(self.asked), problem=self.problem,
        )  # fmt: skip

    async def around(self, address: str) -> None:
        page = await self._first(address)
        if page is None:
            self.problem = self.asked[-1].problem if self.asked else "Hãy dán địa chỉ của trang."
            return
        self.url = page.final_url
        body = Body(content=page.body, url=page.final_url, charset=page.charset)
        if await self._is_read_as_it_is(body):
            return
        await self._around_page(body)

    async def _first(self, address: str) -> Response | None:
        """Ask for the address; one without a scheme over HTTPS, and where that cannot be had, over HTTP."""
        for one in addresses(address):
            answer = await self._ask(one)
            if answer is not None:
                return answer
        return None

    async def _ask(self, url: str) -> Response | None:
        try:
            answer = await self.client.get(url, now=self.at, obey_robots=True)
        except FetchFailed as failure:
            self.asked.append(Asked(url=url, problem=failure.message))
            return None
        problem = "" if answer.status == _OK else f"{url} trả lời lỗi HTTP {answer.status}."
        said = Asked(
            url=answer.final_url, status=answer.status, bytes=answer.received, ms=answer.ms, problem=problem
        )  # fmt: skip
        self.asked.append(said)
        return None if problem else answer

    async def _is_read_as_it_is(self, body: Body) -> bool:
        """Tell whether the address is itself a feed, a map, an archive or an answer in JSON, and offer it."""
        for kind, found in (("feed", self.feeds), ("sitemap", self.maps)):
            offer = await self._offer(kind, body)
            if offer:
                found.append(offer)
                return True
        start = body.content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
        if _OAI in start:
            self.maps.append(Offer(kind="oai", url=body.url.partition("?")[0]))
        elif start[:1] in (b"{", b"["):
            self.lists.append(Offer(kind="jsonapi", url=body.url))
        return bool(self.maps or self.lists)

    async def _around_page(self, body: Body) -> None:
        waiting = await asyncio.to_thread(feeds_in, body.content, body.url, body.charset)
        await self._feeds(deque(waiting))
        await self._lists(body)
        await self._sitemaps(body.url)
        if not (self.feeds or self.lists or self.maps):
            self.problem = (
                "Không thấy nguồn tin, sitemap hay danh sách bài nào ở địa chỉ này. Hãy dán địa chỉ của trang danh "
                "sách tin, hoặc tự chọn loại bên dưới."
            )

    async def _feeds(self, waiting: deque[Found]) -> None:
        """Ask the feeds that the page names; a page about feeds names more, which are asked in its place."""
        known = {one.url for one in waiting}
        for _ in range(MOST_FEEDS):
            if not waiting:
                return
            found = waiting.popleft()
            answer = await self._ask(found.url)
            if answer is None:
                continue
            body = Body(content=answer.body, url=answer.final_url, charset=answer.charset)
            if offer := await self._offer("feed", body):
                self.feeds.append(replace(offer, title=offer.title or found.title))
                continue
            more = await asyncio.to_thread(feeds_in, body.content, body.url, body.charset)
            waiting.extend(one for one in more if one.url not in known)
            known.update(one.url for one in more)
        self.feeds += [Offer(kind="feed", url=one.url, title=one.title) for one in [*waiting][:_MOST_UNASKED]]

    async def _lists(self, body: Body) -> None:
        proposed = await _read(lambda: propose_list(body.content, body.url, body.charset, self.rules))
        self.lists += [_proposed(one, body.url) for one in proposed or ()]

    async def _sitemaps(self, url: str) -> None:
        for guess in sitemap_guesses(url)[:MOST_SITEMAPS]:
            answer = await self._ask(guess)
            if answer is None:
                continue
            body = Body(content=answer.body, url=answer.final_url, charset=answer.charset)
            if offer := await self._offer("sitemap", body):
                self.maps.append(offer)
                return

    async def _offer(self, kind: str, body: Body) -> Offer | None:
        """Return what a body offers as that kind; None, with the reason beside what was asked, when it is none."""
        reading: Reading | None = await _read(lambda: ADAPTERS[kind].read(body, Spec(url=body.url), self.rules))
        if reading is None:
            return None
        count = len(reading.feed.items)
        self.asked[-1] = replace(self.asked[-1], items=count)
        return Offer(
            kind=kind, url=body.url, title=reading.feed.title, count=count, newest=_newest(reading.feed.items),
            items=tuple(map(_seen, reading.feed.items[:_MOST_SHOWN])), maps=len(reading.follow),
        )  # fmt: skip


async def _read(read: Callable[[], T]) -> T | None:
    """Read in a thread, so that a long page does not stop the clock; None for what is not of the kind."""
    try:
        return await asyncio.to_thread(read)
    except NotAFeed:
        return None


def addresses(said: str) -> tuple[str, ...]:
    """Return the addresses that somebody may have meant, likeliest first."""
    said = said.strip()
    if not said or "://" in said:
        return (said,) if said else ()
    bare = said.removeprefix("//")
    return (f"https://{bare}", f"http://{bare}")


def _proposed(one: Proposal, url: str) -> Offer:
    return Offer(
        kind="htmllist", url=url, config=one.config, count=len(one.items), newest=_newest(one.items),
        items=tuple(map(_seen, one.items[:_MOST_SHOWN])),
    )  # fmt: skip


def _newest(items: tuple[RawItem, ...]) -> Seen | None:
    """Return the newest item by its date; the first one where none is dated."""
    dated = [(moment, item) for item in items if (moment := item.published or item.updated)]
    if dated:
        return _seen(max(dated, key=lambda one: one[0])[1])
    return _seen(items[0]) if items else None


def _seen(item: RawItem) -> Seen:
    return Seen(title=item.title, url=item.url, at=item.published or item.updated, image=item.image)
