"""Sources that never answer must not make the others late: the poller goes on with those that do."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from typing import cast

import pytest

from cong.harvest import actions, claim, pages
from cong.harvest.fetch import Client, HostRest, Limits, Response
from cong.harvest.models import Source
from cong.harvest.poller import Poller

_GOOD, _BAD, _ROUNDS = 88, 40, 5


class _Web:
    """Hosts of which some are silent until the others have been asked as often as they were due."""

    limits = Limits()

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.enough = asyncio.Event()

    async def get(self, url: str, **given: object) -> Response:
        self.asked[url] += 1
        if "silent" in url:
            await self.enough.wait()
        elif sum(count for asked, count in self.asked.items() if "silent" not in asked) == _GOOD * _ROUNDS:
            self.enough.set()
        return Response(
            status=304, body=b"", charset=None, content_type="", etag="", last_modified="", max_age=None,
            retry_after=None, final_url=url, permanent_url="", received=0, ms=1,
        )  # fmt: skip

    def take_doubts(self) -> dict[str, datetime | None]:
        return {}

    def take_rests(self) -> list[HostRest]:
        return []


class _Queue:
    """The source table: silent sources are due once, first of all; the others as often as there are rounds."""

    def __init__(self) -> None:
        silent = [Source(slug=f"silent-{n}", url=f"http://silent-{n}.vn/rss") for n in range(_BAD)]
        good = [Source(slug=f"good-{n}", url=f"http://good-{n}.vn/rss") for n in range(_GOOD)]
        self.due = [*silent, *good * _ROUNDS]

    def claim(self, count: int, **given: object) -> list[Source]:
        taken, self.due = self.due[:count], self.due[count:]
        return taken


def test_forty_sources_that_never_answer_do_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    queue, noted = _Queue(), Counter[str]()
    monkeypatch.setattr(claim, "reclaim", lambda: 0)
    monkeypatch.setattr(claim, "claim_sources", queue.claim)
    monkeypatch.setattr(claim, "claim_items", lambda *_, **__: [])
    monkeypatch.setattr(pages, "claim", lambda *_, **__: [])
    monkeypatch.setattr(actions, "close_quiet", lambda visits: noted.update(source.slug for source, _ in visits))

    async def work() -> _Web:
        web = _Web()
        async with asyncio.timeout(30):
            await Poller(cast(Client, web)).once()
        return web

    web = asyncio.run(work())

    assert web.asked == Counter({f"http://silent-{n}.vn/rss": 1 for n in range(_BAD)}) + Counter(
        {f"http://good-{n}.vn/rss": _ROUNDS for n in range(_GOOD)}
    )
    assert sum(noted.values()) == _BAD + _GOOD * _ROUNDS
