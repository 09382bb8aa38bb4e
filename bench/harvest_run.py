"""One measured step in a process of its own: prints CPU seconds and peak memory as JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Any


def measure(step: Any) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "rss_mb": peak}


def ours(trust: str) -> None:
    """Visit everything that is registered; `trust` is only told."""
    import django  # noqa: PLC0415 (another interpreter may run this file for its own step)

    django.setup()
    from cong.harvest.models import Source  # noqa: PLC0415 (Django must be set up first)
    from cong.harvest.poller import harvest  # noqa: PLC0415

    Source.objects.update(next_at=datetime.now(UTC))
    print(json.dumps(measure(lambda: asyncio.run(harvest(forever=False, on_done=lambda done: None)))))


def feedparser_only(port: int) -> None:
    """Fetch by urllib and parse by feedparser: no storage, no releases."""
    import urllib.request  # noqa: PLC0415

    import feedparser  # noqa: PLC0415

    def step() -> None:
        for feed in range(108):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{feed}") as answer:
                assert len(feedparser.parse(answer.read()).entries) == 50

    print(json.dumps(measure(step)))


def reader_package(port: int, path: str) -> None:
    """Measure the `reader` package, where it is installed."""
    from reader import make_reader  # type: ignore[import-not-found]  # noqa: PLC0415

    reader = make_reader(path)
    for feed in range(108):
        reader.add_feed(f"http://127.0.0.1:{port}/{feed}", exist_ok=True)
    print(json.dumps(measure(reader.update_feeds)))


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "ours":
        ours(*rest)
    elif what == "feedparser":
        feedparser_only(int(rest[0]))
    else:
        reader_package(int(rest[0]), rest[1])
