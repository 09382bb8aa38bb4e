"""Lateness benchmark: 108 sources of which 20 misbehave all the time, and how late that makes the other 88.

`python -m bench.lateness [EVERY [MINUTES]]` runs `cong harvest run` for MINUTES with every source due each EVERY
seconds, and prints how late the visits of the 88 were answered, as a share of the interval: median, 99th percentile,
worst. The 20 stay due as often as the others, though a real schedule lets them wait longer each time. Exit status 1
when a visit was later than a tenth of the interval, or a source was left out.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Thread

from bench.serving import portal, publisher
from tests.harvest.hostile import ANSWERS, Answer, Send, brotli_bomb, gzip_bomb, message
from tests.harvest.publisher import hostile

_GOOD = 88
_MOST_PERCENT = 10.0
_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha ha ha ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>"
)
_MANY = b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 60_000 + b"</channel></rss>"


async def _login(send: Send) -> None:
    """Answer with a page instead of a feed, and with another validator each time."""
    page = b"<!doctype html><form><input type=password></form>"
    await send(message("200 OK", page, Content_Type="text/html", ETag=f'"{time.monotonic_ns()}"', Connection="close"))


MISBEHAVIOUR: dict[str, Answer] = {
    "drip": ANSWERS["/drip"], "drip-again": ANSWERS["/drip"], "drip-headers": ANSWERS["/drip-headers"],
    "endless": ANSWERS["/endless"], "endless-again": ANSWERS["/endless"], "flood": ANSWERS["/flood"],
    "silence": ANSWERS["/silence"], "silence-again": ANSWERS["/silence"], "silence-still": ANSWERS["/silence"],
    "gzip-bomb": message("200 OK", gzip_bomb(), Content_Encoding="gzip"),
    "brotli-bomb": message("200 OK", brotli_bomb(), Content_Encoding="br"),
    "laughs": message("200 OK", _LAUGHS), "many-items": message("200 OK", _MANY),
    "loop": message("302 Found", Location="/feed"), "inward": message("302 Found", Location="http://169.254.169.254/"),
    "too-many": message("429 Too Many Requests"), "busy": message("503 Service Unavailable", Retry_After="99999999999"),
    "reset": b"", "login": _login, "says-more": ANSWERS["/says-more"],
}  # fmt: skip


def main(every: str = "60", minutes: str = "4") -> None:
    print(f"{_GOOD} good sources, {len(MISBEHAVIOUR)} bad, each due every {every} s; load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        plain = stack.enter_context(publisher(ports=_GOOD))
        good = [(f"good-{number}", plain.url(number, f"/small/{number}")) for number in range(_GOOD)]
        bad = [(f"bad-{name}", stack.enter_context(_bad(name, answer))) for name, answer in MISBEHAVIOUR.items()]
        environ = stack.enter_context(portal([*bad, *good], policy="review", HARVEST_EVERY=every))
        database = Path(environ["DATA_DIR"]) / "cong.sqlite3"
        spent = harvest(environ, database, every=int(every), seconds=float(minutes) * 60)
        found = lateness(database, int(every))
        failures = tally(database)
    print(f"the bad ones: {', '.join(f'{code} {count}' for code, count in failures.most_common())}")
    print(f"poller: {spent:.1f} CPU s in {minutes} minutes; load at the end {os.getloadavg()[0]:.1f}")
    sys.exit(0 if show(found, int(every)) else 1)


@contextmanager
def _bad(name: str, answer: Answer) -> Iterator[str]:
    """Run a misbehaving host; gives the address of its feed."""
    if name == "reset":
        with _resetting() as port:
            yield f"http://127.0.0.1:{port}/feed"
    else:
        with hostile({"/feed": answer}) as server:
            yield server.url("/feed")


@contextmanager
def _resetting() -> Iterator[int]:
    """Reset every connection as soon as it has been made; gives the port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def reset() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()

    thread = Thread(target=reset, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def harvest(environ: dict[str, str], database: Path, *, every: int, seconds: float) -> float:
    """Run a poller that long, and make the bad sources due as often as the others; return its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    log = Path(environ["DATA_DIR"]) / "harvest.log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "cong", "harvest", "run"]
        running = subprocess.Popen(command, env=environ, stdout=out, stderr=out)
    end, again = time.monotonic() + seconds, time.monotonic() + every
    while time.monotonic() < end and running.poll() is None:
        time.sleep(0.5)
        if time.monotonic() >= again:
            again += every
            _provoke(database)
    running.send_signal(signal.SIGTERM)
    running.wait(30)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for line in [line for line in log.read_text(errors="replace").splitlines() if "ERROR" in line][:3]:
        print(f"the poller said: {line}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _provoke(database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        connection.execute(
            "UPDATE harvest_source SET next_at = ? WHERE slug LIKE 'bad-%' AND lease_until IS NULL",
            [datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")],
        )


def lateness(database: Path, every: int) -> list[float]:
    """Return by how many seconds each visit of a good source but its first came late, also one that never came."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT s.slug, f.at FROM harvest_source s LEFT JOIN harvest_fetch f ON f.source_id = s.id"
            " AND f.outcome <> 'failed' WHERE s.slug LIKE 'good-%' ORDER BY s.slug, f.at"
        ).fetchall()
        (last,) = connection.execute("SELECT max(at) FROM harvest_fetch").fetchone()
    visits: dict[str, list[datetime]] = {slug: [] for slug, _ in rows}
    for slug, at in rows:
        visits[slug] += [datetime.fromisoformat(at)] if at else []
    end = datetime.fromisoformat(last)
    found: list[float] = []
    for moments in visits.values():
        if not moments:
            found.append(float("inf"))
        found += [(later - earlier).total_seconds() - every for earlier, later in pairwise(moments)]
        found += [late for one in moments[-1:] if (late := (end - one).total_seconds() - every) > 0]
    return sorted(found)


def tally(database: Path) -> Counter[str]:
    """Return how often the bad sources failed in which way."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT error_code FROM harvest_fetch WHERE outcome = 'failed'").fetchall()
    return Counter(code for (code,) in rows)


def show(found: Sequence[float], every: int) -> bool:
    """Print how late visits were; tell whether none was later than it may be."""
    if not found:
        print("no good source was visited twice: run longer")
        return False
    shares = [100 * late / every for late in found]
    p50, p99 = shares[len(shares) // 2], shares[int(len(shares) * 0.99)]
    print(f"{len(found)} visits of the good ones, late by % of the interval:", end=" ")
    print(f"median {p50:.1f}, 99% {p99:.1f}, worst {shares[-1]:.1f}   target {_MOST_PERCENT:.0f} at most")
    return shares[-1] <= _MOST_PERCENT


if __name__ == "__main__":
    main(*sys.argv[1:])
