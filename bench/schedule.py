"""Scheduling benchmark: 10,000 sources that have nothing new, each on a TLS connection of its own.

`python -m bench.schedule [SOURCES [WINDOW]]` prints CPU milliseconds a visit and the share of one core that SOURCES
due in 15 minutes take: once all due at the same moment (what a poller that was down has before it), once due evenly
over 15 minutes, measured for WINDOW seconds of them. Exit status 1 when the target is missed.
"""

from __future__ import annotations

import os
import sys

from bench.serving import Serving, portal, publisher, run

_HOSTS, _PERIOD = 200, 900
_TARGET = 3.0


def main(sources: str = "10000", window: str = "60") -> None:
    count = int(sources)
    print(f"{count} sources on {_HOSTS} hosts, answers 304, load {os.getloadavg()[0]:.1f}", flush=True)
    with publisher(ports=_HOSTS, tls=True) as serving:
        shares = [share(name, found, count) for name, found in measured(serving, count, window).items()]
    print(f"target {_TARGET} % of a core; load at the end {os.getloadavg()[0]:.1f}")
    sys.exit(1 if max(shares) > _TARGET else 0)


def measured(serving: Serving, count: int, window: str) -> dict[str, dict[str, float]]:
    addresses = ((f"n{number}", serving.url(number, f"/small/{number}")) for number in range(count))
    with portal(addresses, policy="review", HARVEST_EVERY=str(_PERIOD), **serving.environ) as environ:
        at_once = run(environ, "bench.harvest_run", "due", serving.small)
        evenly = run(environ, "bench.harvest_run", "spread", serving.small, str(_PERIOD), window, str(_HOSTS))
    return {"all due at once": at_once | {"visits": count}, f"due evenly, {window} s of it": evenly}


def share(name: str, found: dict[str, float], count: int) -> float:
    """Print what was found; return the percentage of a core over 15 minutes."""
    visits = found["visits"]
    percent = 100 * found["cpu"] / visits * count / _PERIOD
    print(
        f"{name:28}{visits:7.0f} visits in {found['wall']:5.0f} s{found['cpu']:8.2f} CPU s"
        f"{1000 * found['cpu'] / visits:8.2f} ms a visit{percent:7.2f} % of a core{found['rss_mb']:6.0f} MB",
        flush=True,
    )
    return percent


if __name__ == "__main__":
    main(*sys.argv[1:])
