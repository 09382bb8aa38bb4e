"""The poller: one asyncio loop fetches, one thread parses and writes; the source table is the queue."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from django.conf import settings

from cong.harvest import actions, claim, pages, process, reading, subscribing
from cong.harvest import rests as known_rests
from cong.harvest.adapters import Body, Reading
from cong.harvest.decide import Plan
from cong.harvest.enrich.pool import Pool
from cong.harvest.enricher import Enricher
from cong.harvest.fetch import Client, FetchFailed, Limits, Response
from cong.harvest.fetch.guard import is_local_name, read_url
from cong.harvest.fetch.robots import obeys
from cong.harvest.models import Item, Source, Trust
from cong.harvest.parse import NotAFeed
from cong.harvest.reading import adapter_of
from cong.media.actions import NotAPicture, keep_picture
from cong.media.models import Picture

logger = logging.getLogger("cong.harvest")
P = ParamSpec("P")
T = TypeVar("T")

# So much is under way at most; for less room than this the table is not asked.
_CLAIM, _WORTH_ASKING = 64, 8
_FLUSH = 50
_PICTURE_SECONDS = 60
_IDLE_SECONDS = 1.0
_FINISH_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Done:
    """One finished visit, for whoever shows progress."""

    source: str
    new: int = 0
    changed: int = 0
    pages: int = 0
    error: str = ""


def limits() -> Limits:
    """Return the limits that the settings ask for."""
    return Limits(
        allow_loopback=settings.HARVEST_LOOPBACK,
        host_gap_s=settings.HARVEST_HOST_GAP,
        connections=settings.HARVEST_CONNECTIONS,
    )


def now() -> datetime:
    return datetime.now(UTC)


class Poller:
    """Visits due sources until stopped (`run`) or until none is due (`once`)."""

    def __init__(
        self, client: Client, *, pool: Pool | None = None, on_done: Callable[[Done], None] = lambda done: None
    ) -> None:
        self.client = client
        self.enricher = Enricher(client, self._db, self._pictures, pool or Pool())
        self.on_done = on_done
        self.worker = claim.worker_name()
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="harvest-db")
        self._quiet: list[tuple[Source, actions.Visited]] = []
        self._again: dict[str, float] = {}

    def stop(self) -> None:
        self._stopping.set()

    async def once(self) -> None:
        """Visit everything that is due now, then return."""
        await self._work(until_idle=True)

    async def run(self) -> None:
        """Visit what becomes due, for ever; `stop()` lets the visits that are under way finish."""
        await self._work(until_idle=False)

    async def _work(self, *, until_idle: bool) -> None:
        await self._db(claim.reclaim)
        running: set[asyncio.Task[None]] = set()
        while not self._stopping.is_set():
            room = _CLAIM - len(running)
            if not running:
                self._again.clear()
            begun = await self._begin(room) if room >= _WORTH_ASKING or not running else []
            running.update(begun)
            if running:
                _, running = await asyncio.wait(running, timeout=_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                await self._flush(force=not running)
            elif until_idle:
                break
            else:
                await self._sleep()
        await self._finish(running)
        await self._flush(force=True)

    async def _finish(self, running: set[asyncio.Task[None]]) -> None:
        """Let visits end that can soon; drop the rest before the client closes, which would look like their fault."""
        if running:
            _, late = await asyncio.wait(running, timeout=_FINISH_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _begin(self, room: int) -> list[asyncio.Task[None]]:
        at = now()
        waiting = await self._taken("pages", room, self.enricher.claim)
        sources = await self._taken(
            "sources", room - len(waiting), lambda left: self._sources(left, len(waiting), at)
        )  # fmt: skip
        left = room - len(waiting) - len(sources)
        items = await self._taken("items", left, lambda left: self._db(claim.claim_items, left, at=at))
        work = [
            *((self._finished(item), item.url) for item in waiting),
            *((self._recorded(source), source.slug) for source in sources),
            *((self._look(item), item.url) for item in items),
        ]
        return [asyncio.create_task(self._safely(one, name)) for one, name in work]

    async def _taken(self, kind: str, room: int, take: Callable[[int], Awaitable[list[T]]]) -> list[T]:
        """Take work of a kind; where none was found, the table is not asked again for a moment."""
        clock = asyncio.get_running_loop().time()
        if room <= 0 or clock < self._again.get(kind, 0.0):
            return []
        found = await take(room)
        if not found:
            self._again[kind] = clock + _IDLE_SECONDS
        return found

    async def _sources(self, room: int, waiting: int, at: datetime) -> list[Source]:
        """Claim due sources; not while more items wait for their pages than can be read for a while."""
        if waiting and not process.may_claim(await self._db(pages.waiting), 0.0):
            return []
        return await self._db(claim.claim_sources, room, worker=self.worker, at=at)

    async def _finished(self, item: Item) -> None:
        if await self.enricher.finish(item):
            self.on_done(Done(source=item.source.slug, pages=1))

    async def _sleep(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), _IDLE_SECONDS)
        except TimeoutError:
            return

    async def _db(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: call(*args, **kwargs))

    async def _safely(self, work: object, name: str) -> None:
        """One source's trouble is never another's: whatever rises is logged, the lease runs out, it is tried again."""
        try:
            await work  # type: ignore[misc]
        except actions.LeaseLost:
            logger.warning("lease lost: %s", name)
        except Exception:
            logger.exception("visit failed: %s", name)
            self.on_done(Done(source=name, error="internal"))

    async def _recorded(self, source: Source) -> None:
        """Visit; a mistake of our own is recorded like any failure, so that it is tried again later and later."""
        try:
            await self._visit(source)
        except actions.LeaseLost:
            raise
        except Exception:
            logger.exception("visit failed: %s", source.slug)
            text = "Hệ thống gặp lỗi khi đọc nguồn này; hãy báo người vận hành xem nhật ký máy chủ."
            await self._fail(source, actions.Visited(at=now()), "internal", text)

    async def _visit(self, source: Source) -> None:
        if source.hub_until and await self._delivered(source):
            return
        first, *more = reading.start(source)
        # What an address said of itself says nothing of the others that belong to the visit.
        etag, last_modified = ("", "") if more else (source.etag, source.last_modified)
        try:
            response = await self._get(source, first, etag=etag, last_modified=last_modified)
        except FetchFailed as failure:
            if failure.code == "resting" and failure.until:
                await self._db(actions.come_again, source, until=failure.until)
                self.on_done(Done(source=source.slug))
                return
            await self._fail(source, actions.Visited(at=now()), failure.code, _told(failure, source))
            return
        visited = _visited(response, source)
        if response.status == 304:
            self._quiet.append((source, visited))
            self.on_done(Done(source=source.slug))
        elif response.status != 200:
            await self._fail(source, visited, f"http-{response.status}", _http_error(response.status))
        else:
            await self._read(source, response, more, visited)

    async def _get(self, source: Source, address: str, *, etag: str = "", last_modified: str = "") -> Response:
        return await self.client.get(
            address, etag=etag, last_modified=last_modified, limit=self.client.limits.feed_bytes, now=now(),
            obey_robots=obeys(source.config),
        )  # fmt: skip

    async def _read(self, source: Source, response: Response, more: list[str], visited: actions.Visited) -> None:
        if visited.body_hash == source.body_hash:
            self._quiet.append((source, visited))
            self.on_done(Done(source=source.slug))
            return
        try:
            await self._take(source, _body(response), more, visited)
        except NotAFeed as problem:
            await self._fail(source, visited, problem.code, str(problem))

    async def _delivered(self, source: Source) -> bool:
        """Take in what a hub sent, if it sent anything that can be read; else the source itself is visited."""
        found = await self._db(subscribing.waiting, source)
        if found is None:
            return False
        visited = actions.Visited(at=now(), status=200, received=len(found.body.content), delivered=found.number)
        try:
            await self._take(source, found.body, [], visited)
        except NotAFeed as problem:
            logger.warning("delivery of a hub not read: %s: %s", source.slug, problem)
            await self._db(subscribing.drop, found.number)
            return False
        return True

    async def _take(self, source: Source, body: Body, more: list[str], visited: actions.Visited) -> None:
        """Read a body with those that belong to it, and store what they say; raises NotAFeed."""
        step = await self._db(_digest, source, body, more, visited)
        if isinstance(step, Reading):
            gathered = await self._gather(source, body, step, more, visited)
            step = await self._db(_store, source, gathered, visited)
        if isinstance(step, actions.Taken):
            taken = step
        else:
            gathered, plan = step
            pictures = await self._pictures([one.raw.image for one in plan.written()])
            taken = await self._db(actions.absorb, source, gathered, plan, visited, pictures)
        self.on_done(Done(source=source.slug, new=taken.new, changed=taken.changed))

    async def _gather(
        self, source: Source, body: Body, first: Reading, more: list[str], visited: actions.Visited
    ) -> reading.Gathered:
        """Fetch and read the further bodies of a visit; what one of them lacks does not lose the others."""
        bodies, readings, problem = [body], [first], ""
        waiting, asked, begun = [*more, *first.follow], set[str](), time.monotonic()
        while waiting and not reading.is_enough(source, len(bodies), time.monotonic() - begun):
            address = waiting[0]
            if address not in asked:
                asked.add(address)
                try:
                    response = await self._get(source, address)
                    if response.status != 200:
                        problem = f"{address}: {_http_error(response.status)}"
                        break
                    found = await self._db(reading.read, source, _body(response), at=visited.at)
                except (FetchFailed, NotAFeed) as failure:
                    problem = f"{address}: {failure}"
                    break
                bodies.append(_body(response))
                readings.append(found)
                waiting += found.follow
            del waiting[0]
        if waiting and (problem or not adapter_of(source).lists_newest):
            return reading.in_part(source, readings, bodies=bodies, rest=waiting[0], problem=problem)
        return reading.together(readings, bodies=bodies)

    async def _pictures(self, addresses: Sequence[str]) -> dict[str, Picture]:
        """Fetch and keep the lead pictures that can be had in the time; an entry goes without the rest."""
        kept: dict[str, Picture] = {}

        async def fetch(address: str) -> None:
            try:
                response = await self.client.get(address, limit=self.client.limits.picture_bytes, now=now())
                if response.status == 200:
                    kept[address] = await self._db(keep_picture, response.body, at=now())
            except (FetchFailed, NotAPicture) as problem:
                logger.info("picture left out: %s: %s", address, problem)

        wanted = [asyncio.create_task(fetch(address)) for address in dict.fromkeys(addresses) if address]
        try:
            if wanted:
                await asyncio.wait(wanted, timeout=_PICTURE_SECONDS)
        finally:
            # Late ones, or all of them when the visit itself is cancelled: none may outlive it.
            for task in wanted:
                task.cancel()
            await asyncio.gather(*wanted, return_exceptions=True)
        return kept

    async def _look(self, item: Item) -> None:
        """Look whether the item's own page still stands."""
        try:
            response = await self.client.get(item.url, limit=self.client.limits.page_bytes, now=now())
            status = response.status
        except FetchFailed as failure:
            status = 200 if failure.code == "too-big" else 0
        await self._db(actions.note_page_check, item, status, at=now())

    async def _fail(self, source: Source, visited: actions.Visited, code: str, text: str) -> None:
        await self._db(actions.fail, source, visited, code=code, text=text)
        self.on_done(Done(source=source.slug, error=code))

    async def _flush(self, *, force: bool) -> None:
        if rests := self.client.take_rests():
            await self._db(known_rests.keep, rests)
        if doubts := self.client.take_doubts():
            await self._db(known_rests.keep_doubts, doubts)
        if self._quiet and (force or len(self._quiet) >= _FLUSH):
            ready, self._quiet = self._quiet, []
            await self._db(actions.close_quiet, ready)


def _body(response: Response) -> Body:
    return Body(content=response.body, url=response.final_url, charset=response.charset)


_Todo = tuple[reading.Gathered, Plan]


def _digest(source: Source, body: Body, more: list[str], visited: actions.Visited) -> Reading | actions.Taken | _Todo:
    """Read the first body; go on at once when it is the whole visit."""
    found = reading.read(source, body, at=visited.at)
    return found if more or found.follow else _store(source, reading.together([found], bodies=[body]), visited)


def _store(source: Source, gathered: reading.Gathered, visited: actions.Visited) -> actions.Taken | _Todo:
    """Compare with what is held; store at once unless there are pictures to fetch first."""
    plan = actions.plan(source, gathered.feed)
    wants = settings.HARVEST_PICTURES and source.trust != Trust.LINK_ONLY
    if wants and any(one.raw.image for one in plan.written()):
        return gathered, plan
    return actions.absorb(source, gathered, plan, visited)


def _visited(response: Response, source: Source) -> actions.Visited:
    visited = actions.Visited(
        at=now(), ms=response.ms, status=response.status, received=response.received,
        final_url="" if response.final_url == source.url else response.final_url,
        floor_s=response.max_age or 0, retry_after=response.retry_after, permanent_url=response.permanent_url,
        links=response.links,
    )  # fmt: skip
    if response.status != 200:
        return visited
    return replace(
        visited, etag=response.etag, last_modified=response.last_modified,
        body_hash=hashlib.sha256(response.body).hexdigest(),
    )  # fmt: skip


def _told(failure: FetchFailed, source: Source) -> str:
    """Return what the operator is told; who tries a feed on his own machine learns what to set."""
    refused = failure.code in ("address", "port") and not settings.HARVEST_LOOPBACK
    if refused and is_local_name(read_url(source.url)):
        return f"{failure} Đây là địa chỉ của chính máy này: khi thử, đặt HARVEST_LOOPBACK=yes."
    return str(failure)


def _http_error(status: int) -> str:
    said = {
        401: "Nguồn đòi đăng nhập.",
        403: "Nguồn từ chối cho đọc.",
        404: "Địa chỉ nguồn không còn; hãy tìm địa chỉ mới trên trang của cơ quan.",
        410: "Nguồn báo đã bỏ địa chỉ này; hãy thay địa chỉ hoặc tắt nguồn.",
        429: "Nguồn yêu cầu gọi thưa hơn; hệ thống sẽ tự giãn ra.",
        503: "Nguồn tạm ngừng phục vụ; sẽ thử lại.",
    }
    return said.get(status, "Nguồn trả lời lỗi.") + f" (HTTP {status})"


async def harvest(*, forever: bool, on_done: Callable[[Done], None]) -> None:
    """Run a poller with a client of its own until nothing is due, or until SIGTERM or SIGINT."""
    kept = await asyncio.to_thread(known_rests.known, at=now())
    doubts = await asyncio.to_thread(known_rests.doubts, at=now())
    async with Client(limits(), known_rests=kept, known_doubts=doubts) as client, Pool() as pool:
        poller = Poller(client, pool=pool, on_done=on_done)
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, poller.stop)
        await (poller.run() if forever else poller.once())
