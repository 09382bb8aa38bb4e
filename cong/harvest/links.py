"""Whether the outside links of what is on its way to readers open; asked politely, and only when a look is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from django.conf import settings
from yarl import URL

from cong.harvest.fetch import Client, FetchFailed
from cong.harvest.fetch.failures import explain
from cong.harvest.fetch.guard import key_of
from cong.harvest.fetch.hosts import Host
from cong.harvest.poller import limits
from cong.publishing.checks import addresses
from cong.publishing.checks.hosts import is_inside
from cong.publishing.models import Docket, LinkState, Snapshot
from cong.publishing.preflight import page_of
from cong.publishing.process import Content, State

logger = logging.getLogger("cong.harvest")

# What was sent back comes again: a link that was mended meanwhile must not stop it.
ON_THE_WAY = (
    State.SUBMITTED, State.APPRAISED, State.CLEARED, State.APPROVED, State.SCHEDULED, State.HELD, State.RETURNED,
    State.RECALLED,
)  # fmt: skip
MOST = 200
SECONDS = 60.0
_ONE_SECONDS = 15.0

FINE_FOR = timedelta(hours=24)
BROKEN_FOR = timedelta(hours=1)
APART = timedelta(minutes=10)
_FORGET = timedelta(days=30)

# The site does not want robots; people may well be let in.
_NO_ROBOTS = frozenset({401, 403, 429})
_GONE = {404: "không còn trang này (404)", 410: "trang này đã bị bỏ (410)"}
_FAILURES = {
    "dns": "không tìm thấy máy chủ mang tên này",
    "connection": "không kết nối được với máy chủ",
    "timeout": "máy chủ không trả lời",
    "tls": "không lập được kết nối bảo mật (chứng chỉ sai hoặc hết hạn)",
}
_UNREACHED = frozenset({"dns", "connection", "timeout"})
_UNASKED = frozenset({"scheme", "address", "port"})
_CUT_OFF = 3
_MANY = 400  # SQLite takes a limited number of parameters


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look found: `problem` is empty when the link opens, `sure` when no second look is needed.

    `reached` tells whether the server answered; None when it was never asked.
    """

    problem: str = ""
    sure: bool = False
    reached: bool | None = True


class Memory:
    """What one process knows from run to run: the links of sealed snapshots, and until when none is due."""

    def __init__(self) -> None:
        self._links: dict[int, frozenset[str]] = {}
        self._quiet_until = datetime.min.replace(tzinfo=UTC)

    def is_quiet(self, snapshots: Collection[int], at: datetime) -> bool:
        """Tell whether nothing can be due: no snapshot is new, and the next look lies ahead."""
        return at < self._quiet_until and self._links.keys() >= set(snapshots)

    def rest(self, until: datetime) -> None:
        self._quiet_until = until

    def links(self, snapshots: Collection[int]) -> set[str]:
        """Return the outside links of all these snapshots; each is read once, for it never changes."""
        kept = {number: self._links[number] for number in snapshots if number in self._links}
        unread = Snapshot.objects.filter(pk__in=[number for number in snapshots if number not in kept])
        self._links = kept | {one.pk: _outside(Content.parse(one.content, one.html)) for one in unread.iterator()}
        return set().union(*self._links.values())


class Knocker(Client):
    """Asks with HEAD, then with GET where HEAD finds no page: many servers answer it wrongly. Reads no body."""

    async def _open(self, url: URL, host: Host, conditions: dict[str, str]) -> aiohttp.ClientResponse:
        try:
            answer = await self._session.head(url, headers=conditions, allow_redirects=False)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # No connection came about: GET would meet the same.
            failure = explain(error, key_of(url), total_s=self.limits.total_s)
            if failure.code in _UNREACHED:
                host.failed()
            raise failure from error
        except (aiohttp.ClientError, OSError, ValueError):
            logger.debug("hung up on HEAD: %s", key_of(url))
        else:
            if answer.status < 400 or answer.status in _NO_ROBOTS:
                host.answered()
                return answer
            answer.release()
        await asyncio.sleep(self.limits.host_gap_s)
        return await super()._open(url, host, conditions)

    async def _read(self, answer: aiohttp.ClientResponse, limit: int) -> bytes:
        return b""


def check_links(*, at: datetime, memory: Memory | None = None, resolver: AbstractResolver | None = None) -> int:
    """Look at the links that are due and keep what was found; returns how many. `resolver` is for tests."""
    memory = memory or Memory()
    dockets = Docket.objects.filter(state__in=ON_THE_WAY, snapshot__isnull=False)
    snapshots = [number for number in dockets.values_list("snapshot_id", flat=True) if number]
    if memory.is_quiet(snapshots, at):
        return 0
    links = memory.links(snapshots)
    states = _states(links)
    due_at = {link: _due_at(states[link]) if link in states else at for link in links}
    due = sorted((link for link in links if due_at[link] <= at), key=lambda link: (link in states, due_at[link], link))
    if not due:
        memory.rest(min(due_at.values(), default=at + FINE_FOR))
        return 0
    looks = asyncio.run(_look_at(due[:MOST], resolver))
    if _is_cut_off(looks):
        logger.warning("not one of %s links can be reached: it must be us, nothing is kept", len(looks))
        memory.rest(at + APART)
        return 0
    _keep(looks, states, at)
    return len(looks)


def _outside(content: Content) -> frozenset[str]:
    """Return the pages elsewhere that a text links to; what is inside or unsafe is for the checks to refuse."""
    return frozenset(page_of(link) for link in addresses(content) if _is_outside(page_of(link)))


def _is_outside(page: str) -> bool:
    try:
        parts = urlsplit(page)
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or len(page.encode()) > LinkState.LONGEST:
        return False
    return not is_inside(host) and host != urlsplit(settings.SITE_URL).hostname


def _states(links: Iterable[str]) -> dict[str, LinkState]:
    asked = list(links)
    chunks = (asked[start : start + _MANY] for start in range(0, len(asked), _MANY))
    return {one.address: one for chunk in chunks for one in LinkState.objects.filter(address__in=chunk)}


def _due_at(state: LinkState) -> datetime:
    """Return when to look again; a first failure asks for the second look soon."""
    if state.problem:
        return state.at + BROKEN_FOR
    return state.at + (APART if state.failing_since else FINE_FOR)


async def _look_at(links: Collection[str], resolver: AbstractResolver | None) -> dict[str, Look]:
    """Look at all of them side by side; what is not done in the time is left out and stays due."""
    found: dict[str, Look] = {}

    async def look(link: str) -> None:
        found[link] = await _look(client, link)

    bounds = replace(limits(), total_s=_ONE_SECONDS, user_agent="Cong/0.1 (+link checker)")
    async with Knocker(bounds, resolver) as client:
        tasks = [asyncio.create_task(look(link)) for link in links]
        try:
            await asyncio.wait(tasks, timeout=SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return found


async def _look(client: Client, link: str) -> Look:
    """Look at one link; where we may not go (inside, odd ports) and what we cannot judge is no fault of the link."""
    try:
        status = (await client.get(link)).status
    except FetchFailed as failure:
        reached = None if failure.code in _UNASKED else failure.code not in _UNREACHED
        return Look(problem=_FAILURES.get(failure.code, ""), sure=failure.code == "tls", reached=reached)
    except Exception:
        logger.exception("link not judged: %s", link)
        return Look(reached=None)
    if status in _GONE:
        return Look(problem=_GONE[status], sure=True)
    return Look(problem=f"máy chủ báo lỗi ({status})" if 500 <= status < 600 else "")


def _is_cut_off(looks: Mapping[str, Look]) -> bool:
    """Tell whether it is our own line that is dead: several hosts were asked and not one was reached."""
    silent = {urlsplit(link).hostname for link, look in looks.items() if look.reached is False}
    return len(silent) >= _CUT_OFF and not any(look.reached for look in looks.values())


def _keep(looks: Mapping[str, Look], states: Mapping[str, LinkState], at: datetime) -> None:
    rows = [_noted(link, look, states.get(link), at) for link, look in looks.items()]
    columns = ["problem", "failing_since", "at"]
    LinkState.objects.bulk_create(rows, update_conflicts=True, update_fields=columns, unique_fields=["address"])
    LinkState.objects.filter(at__lt=at - _FORGET).delete()


def _noted(link: str, look: Look, before: LinkState | None, at: datetime) -> LinkState:
    """Return the row to keep: a server that may only be having a bad moment is blamed at the second look."""
    if not look.problem:
        return LinkState(address=link, at=at)
    since = (before and before.failing_since) or at
    blamed = look.sure or bool(before and before.problem) or at - since >= APART
    return LinkState(address=link, problem=look.problem if blamed else "", failing_since=since, at=at)
