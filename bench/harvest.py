"""Harvest benchmark: first harvest, 304 pass, same bytes, beside feedparser, `reader` and newsboat on the same server.

`python -m bench.harvest [ROUNDS]` prints a table of medians: CPU seconds, memory, how much more than ours a peer needs
for the same, machine load. Exit status 1 when a target is missed. `reader` is installed for the run into DATA_DIR/tmp.
With TLS every feed has a host and a connection of its own; robots.txt, which is asked for once a day, is known then.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from bench import peers
from bench.publisher import ENTRIES, FEEDS
from bench.serving import Serving, portal, publisher, run

_ALL = FEEDS * ENTRIES
_RELEASED, _HELD = "first harvest, stored and released", "first harvest, stored and held"
_COMPARED, _QUIET, _SAME = "its stories compared, by a worker", "second pass, 304", "second pass, same bytes"
_LASTING, _TLS = "304 by a poller that goes on", "304 by a poller that goes on, TLS"
# Of which of our rows a peer does the work; `reader` and newsboat store, they release nothing.
_LIKE = {"first": _HELD, "304": _QUIET, "second pass": _QUIET, "same bytes": _SAME}
_PER_10K = {_HELD: 2.0, _RELEASED: 3.5}
_MS_A_FEED = {_QUIET: 0.4, _SAME: 0.8, _TLS: 1.6}
_MOST_MB, _LESS_THAN_READER = 150.0, 3.0

Measured = dict[str, dict[str, float]]


def ours(serving: Serving, policy: str, *steps: str, prefix: str = "") -> list[dict[str, float]]:
    """Measure steps of `bench.harvest_run`, one after the other, on a fresh database."""
    sources = ((f"n{feed}", serving.url(feed, f"{prefix}/{feed}")) for feed in range(FEEDS))
    with portal(sources, policy=policy, **serving.environ) as environ:
        return [run(environ, "bench.harvest_run", step) for step in steps]


def one_round(plain: Serving, tls: Serving, python: str) -> Measured:
    released, compared, quiet, lasting = ours(plain, "auto", "ours", "compared", "ours", "lasting")
    held, same = ours(plain, "review", "ours", "ours", prefix="/plain")
    _, private = ours(tls, "review", "ours", "lasting")
    row = {
        _RELEASED: released, _HELD: held, _COMPARED: compared, _QUIET: quiet, _LASTING: lasting, _SAME: same,
        _TLS: private,
        "feedparser (parse only)": run(dict(os.environ), "bench.harvest_run", "feedparser", plain.url(0, "")),
    }  # fmt: skip
    return row | (peers.reader(plain, python) if python else {}) | peers.newsboat(plain)


def main(rounds: str = "3") -> None:
    collected: dict[str, list[dict[str, float]]] = {}
    python = peers.reader_python()
    with ExitStack() as stack:
        plain = stack.enter_context(publisher())
        tls = stack.enter_context(publisher(ports=FEEDS, tls=True))
        print(f"{FEEDS} feeds × {ENTRIES} entries, {plain.bytes / FEEDS / 1000:.0f} KB, load {os.getloadavg()[0]:.1f}")
        for _ in range(int(rounds)):
            for name, values in one_round(plain, tls, python).items():
                collected.setdefault(name, []).append(values)
    cpu = {name: statistics.median(value["cpu"] for value in measured) for name, measured in collected.items()}
    rss = {name: max(value["rss_mb"] for value in measured) for name, measured in collected.items()}
    show(cpu, rss)
    print(f"\nmedian of {rounds}, load at the end {os.getloadavg()[0]:.1f}")
    missed = list(misses(cpu, rss))
    print("\n".join(missed) or "all targets are met")
    sys.exit(1 if missed else 0)


def show(cpu: dict[str, float], rss: dict[str, float]) -> None:
    print(f"\n{'':38}{'CPU s':>8}{'s/10k':>8}{'ms/feed':>9}{'RSS MB':>8}{'to ours':>9}")
    for name, seconds in cpu.items():
        like = _LIKE.get(name.rpartition(", ")[2]) if name not in (_QUIET, _SAME) else None
        ratio = f"{seconds / cpu[like]:8.1f}x" if like else ""
        memory = "" if math.isnan(rss[name]) else f"{rss[name]:.0f}"
        print(f"{name:38}{seconds:8.2f}{seconds / _ALL * 10_000:8.2f}{seconds / FEEDS * 1000:9.2f}{memory:>8}{ratio}")


def misses(cpu: dict[str, float], rss: dict[str, float]) -> Iterator[str]:
    """Yield what is worse than its target."""
    for name, target in _PER_10K.items():
        if (found := cpu[name] / _ALL * 10_000) > target:
            yield f"missed: {name} {found:.2f} s/10k, target {target}"
    for name, target in _MS_A_FEED.items():
        if (found := cpu[name] / FEEDS * 1000) > target:
            yield f"missed: {name} {found:.2f} ms a feed, target {target}"
    if (most := max(rss[name] for name in (_RELEASED, _HELD, _QUIET, _SAME, _TLS))) > _MOST_MB:
        yield f"missed: {most:.0f} MB, target {_MOST_MB:.0f}"
    first = cpu.get("reader 3.26, first")
    if first is None:
        yield "missed: reader was not measured, so nothing is known beside it"
    elif first < _LESS_THAN_READER * cpu[_HELD]:
        yield f"missed: reader needs only {first / cpu[_HELD]:.1f} times our CPU, target {_LESS_THAN_READER:.0f}"


if __name__ == "__main__":
    main(*sys.argv[1:])
