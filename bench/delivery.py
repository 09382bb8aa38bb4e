"""Delivery benchmark: what a page costs beside nginx, and what purges and outages do to readers.

`python -m bench.delivery [PART…] [--smoke]` runs the parts named (all by default): `ratio`, `peers`, `purge`,
`visible`, `stampede`, `query`, `outage`, `instructions`. `--smoke`: few short runs that show that it works and no more.
Exit status 1 when a target is missed. BENCH_FOLDER names a folder whose portal is kept and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from bench import delivery_crowd, delivery_instructions, delivery_machines, delivery_outage, delivery_peers
from bench.delivery_machines import Serving, get, load
from bench.delivery_report import Report

_HIT, _UNCHANGED = 1.7, 2.2
_GZIP = "Accept-Encoding: gzip"
# Sent by every server itself.
_OWN = {"server", "date", "content-length", "etag", "content-encoding", "content-type", "connection", "last-modified"}


def ratio(report: Report, folder: str) -> None:
    """Compare a kept page and its 304 with nginx: same bytes and headers, in turns, median of the pairs."""
    pairs, seconds = (2, 2.0) if report.smoke else (8, 1.0)
    with delivery_machines.portal(folder) as ours:
        status, headers, page = get(ours.address, "/", Accept_Encoding="gzip")
        assert (status, headers["content-encoding"]) == (200, "gzip"), (status, headers)
        _against_the_floor(report, folder, ours, headers, page, pairs, seconds)
        added = [(name, value) for name, value in headers.items() if name not in _OWN]
        with delivery_machines.nginx(page, added) as ruler:
            _, theirs, same = get(ruler.address, "/page.html", Accept_Encoding="gzip")
            assert same == page, "nginx sends other bytes"
            report.say(f"{len(page)} bytes of gzip, {len(headers)} headers; nginx {len(theirs)} headers")
            plain = _compared((ours, "/", [_GZIP], 200), (ruler, "/page.html", [_GZIP], 200), pairs, seconds)
            _tell(report, "kept page / nginx gzip_static, CPU", plain, _HIT)
            known = (
                (ours, "/", [_GZIP, f"If-None-Match: {headers['etag']}"], 304),
                (ruler, "/page.html", [_GZIP, f"If-None-Match: {theirs['etag']}"], 304),
            )
            _tell(report, "304 / nginx 304, CPU", _compared(*known, pairs, seconds), _UNCHANGED)


def _against_the_floor(
    report: Report, folder: str, ours: Serving, headers: dict[str, str], page: bytes, pairs: int, seconds: float
) -> None:
    """Tell how much of the cost is the web server's, whatever answers in it."""
    given = Path(folder) / "floor.json"
    sent = [(name, value) for name, value in headers.items() if name not in ("server", "date")]
    given.write_text(json.dumps({"headers": sent, "body": page.hex()}))
    with delivery_machines.portal(
        folder, module="bench.delivery_web", verb="bench.delivery_floor.application", FLOOR=str(given)
    ) as floor:
        found = _compared((ours, "/", [_GZIP], 200), (floor, "/", [_GZIP], 200), pairs, seconds)
    _tell(report, "kept page / a constant from the same server", found, None)


Case = tuple[Serving, str, list[str], int]


def _compared(ours: Case, ruler: Case, pairs: int, seconds: float) -> list[tuple[float, float]]:
    """Return (ours, ruler) in microseconds for each pair of runs, in the order ABBA."""
    one = [_cost(ours, seconds), _cost(ruler, seconds)]  # warm
    found = []
    for number in range(pairs):
        first, second = (ours, ruler) if number % 2 == 0 else (ruler, ours)
        one = [_cost(first, seconds), _cost(second, seconds)]
        found.append((one[0], one[1]) if number % 2 == 0 else (one[1], one[0]))
    return found


def _cost(case: Case, seconds: float) -> float:
    serving, path, headers, status = case
    return float(load(serving, path, seconds=seconds, headers=headers, status=status)["cpu_us"])


def _tell(report: Report, name: str, pairs: list[tuple[float, float]], target: float | None) -> None:
    ratios = [ours / ruler for ours, ruler in pairs]
    ours, ruler = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    more = f"[{min(ratios):.2f}..{max(ratios):.2f}], {ours:.1f} µs / {ruler:.1f} µs"
    report.figure(name, statistics.median(ratios), None if report.smoke else target, more=more)


PARTS: dict[str, Callable[[Report, str], None]] = {
    "ratio": ratio,
    "peers": delivery_peers.peers,
    "purge": delivery_crowd.purge,
    "visible": delivery_crowd.visible,
    "stampede": delivery_crowd.stampede,
    "query": delivery_crowd.query,
    "outage": delivery_outage.outage,
    "instructions": delivery_instructions.instructions,
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("parts", nargs="*", choices=[[], *PARTS])
    options.add_argument("--smoke", action="store_true")
    options.add_argument("--entries", type=int, default=0)
    given = options.parse_args()
    report = Report(smoke=given.smoke)
    report.say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with delivery_machines.shelf(given.entries or (300 if given.smoke else 5000)) as folder:
        for name in given.parts or PARTS:
            report.say(f"== {name}")
            PARTS[name](report, folder)
    report.say(f"load at the end {os.getloadavg()[0]:.1f}")
    if report.missed:
        report.say(f"missed: {', '.join(report.missed)}")
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()
