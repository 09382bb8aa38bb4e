"""One measured step in a process of its own: prints CPU seconds (with its children) and peak memory as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_WARM_S = 5.0


def measure(step: Callable[[], Any]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), _cpu()
    step()
    return {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall, "rss_mb": _peak_mb()}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _ready() -> None:
    import django  # noqa: PLC0415 (another interpreter may run this file for its own step)

    django.setup()


def ours() -> dict[str, float]:
    """Visit everything that is registered."""
    _ready()
    from cong.harvest.models import Source  # noqa: PLC0415 (Django must be set up first)
    from cong.harvest.poller import harvest  # noqa: PLC0415

    Source.objects.update(next_at=datetime.now(UTC))
    return measure(lambda: asyncio.run(harvest(forever=False, on_done=lambda done: None)))


def lasting() -> dict[str, float]:
    """Visit everything twice with one poller; measure the second time, when every host's robots.txt is known."""
    _ready()
    from cong.harvest.enrich.pool import Pool  # noqa: PLC0415 (Django must be set up first)
    from cong.harvest.fetch import Client  # noqa: PLC0415
    from cong.harvest.models import Source  # noqa: PLC0415
    from cong.harvest.poller import Poller, limits  # noqa: PLC0415

    async def twice() -> dict[str, float]:
        async with Client(limits()) as client, Pool() as pool:
            poller = Poller(client, pool=pool)
            for _ in range(2):
                await asyncio.to_thread(lambda: Source.objects.update(next_at=datetime.now(UTC)))
                wall, cpu = time.perf_counter(), _cpu()
                await poller.once()
                spent = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall}
        return spent

    return asyncio.run(twice()) | {"rss_mb": _peak_mb()}


def compared() -> dict[str, float]:
    """Find the stories of what a first visit brought, as the background worker does."""
    _ready()
    from cong.harvest import pages  # noqa: PLC0415 (Django must be set up first)

    at = datetime.now(UTC)

    def step() -> None:
        while pages.compare_due(at=at):
            pass

    return measure(step)


def known(etag: str) -> None:
    """Make all sources look as if they had been visited and had said this validator."""
    from cong.harvest.models import Health, Source  # noqa: PLC0415 (Django must be set up first)

    at = datetime.now(UTC)
    Source.objects.update(
        etag=etag, first_ok_at=at, last_ok_at=at, last_new_at=at, state=Health.OK,
        standing={"since": at.isoformat(), "gap": 86_400, "found": [1]},
    )  # fmt: skip


def due(etag: str) -> dict[str, float]:
    """Visit all sources at once, each of which has nothing new."""
    _ready()
    known(etag)
    return ours()


def spread(etag: str, seconds: str, window: str, hosts: str) -> dict[str, float]:
    """Visit sources that become due evenly over `seconds`, for a `window` of them, as a poller that never ends does.

    The first `hosts` of them, one of each host, are visited before: robots.txt is asked for once a day.
    """
    _ready()
    from cong.harvest.models import Fetch, Source  # noqa: PLC0415 (Django must be set up first)
    from cong.harvest.poller import harvest  # noqa: PLC0415
    from cong.kernel import bulk  # noqa: PLC0415

    known(etag)
    ids = list(Source.objects.order_by("pk").values_list("pk", flat=True))
    at, gap = datetime.now(UTC), float(seconds) / len(ids)
    # Neighbours of one host must not come one after another.
    places = sorted(range(len(ids)), key=lambda place: place * 7919 % len(ids))
    due = [at + timedelta(seconds=gap * place) for place in places]
    due[: int(hosts)] = [at] * int(hosts)
    bulk.update(Source, ("next_at",), list(zip(due, ids, strict=True)))

    before = Fetch.objects.count()

    async def watch(before: int) -> dict[str, float]:
        visits = Fetch.objects.count
        running = asyncio.create_task(harvest(forever=True, on_done=lambda done: None))
        while await asyncio.to_thread(visits) - before < int(hosts):
            await asyncio.sleep(1)
        await asyncio.sleep(_WARM_S)
        before, cpu, wall = await asyncio.to_thread(visits), _cpu(), time.perf_counter()
        await asyncio.sleep(float(window))
        found = {"cpu": _cpu() - cpu, "wall": time.perf_counter() - wall}
        found["visits"] = await asyncio.to_thread(visits) - before
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return found

    return asyncio.run(watch(before)) | {"rss_mb": _peak_mb()}


def feedparser_only(base: str) -> dict[str, float]:
    """Fetch by urllib and parse by feedparser: no storage, no releases."""
    import urllib.request  # noqa: PLC0415

    import feedparser  # noqa: PLC0415

    def step() -> None:
        for feed in range(108):
            with urllib.request.urlopen(f"{base}/{feed}") as answer:
                assert len(feedparser.parse(answer.read()).entries) == 50

    return measure(step)


def reader_package(base: str, path: str) -> dict[str, float]:
    """Measure the `reader` package, where it is installed."""
    from reader import make_reader  # type: ignore[import-not-found]  # noqa: PLC0415

    reader = make_reader(path)
    for feed in range(108):
        reader.add_feed(f"{base}/{feed}", exist_ok=True)
    measured = measure(lambda: reader.update_feeds(scheduled=False))
    assert reader.get_entry_counts().total == 108 * 50, "reader did not read every entry"
    return measured


_STEPS: dict[str, Callable[..., dict[str, float]]] = {
    "ours": ours, "lasting": lasting, "compared": compared, "due": due, "spread": spread, "feedparser": feedparser_only,
    "reader": reader_package,
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps(_STEPS[sys.argv[1]](*sys.argv[2:])))
