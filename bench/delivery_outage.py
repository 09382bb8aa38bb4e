"""PostgreSQL is stopped under load: how many of the known addresses still answer 200."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path

import psycopg

from bench.delivery_load import Found, request
from bench.delivery_load import run as run_load
from bench.delivery_machines import environment, get, portal, python
from bench.delivery_report import Report
from cong.delivery.mirror import Mirror
from tests.services import Missing, postgres

_SHARE = 0.001


def outage(report: Report, _folder: str) -> None:
    """Fill a portal on PostgreSQL, let the mirror follow it, stop the database, and ask for everything."""
    entries, seconds = (40, 5.0) if report.smoke else (1000, 60.0)
    try:
        with postgres() as url, tempfile.TemporaryDirectory() as folder:
            found = measured(folder, url, entries=entries, seconds=seconds)
    except Missing as missing:
        report.say(f"NOT MEASURED: {missing} is not installed here")
        return
    report.say(f"{found.answers} answers in {found.seconds:.0f} s, {dict(found.statuses)}")
    share = found.errors / found.answers if found.answers else 1.0
    report.figure("share that was no 200 without a database", share, _SHARE)


def measured(folder: str, url: str, *, entries: int, seconds: float) -> Found:
    """Return what was answered in so many seconds, of which the database lived the first tenth."""
    environ = environment(folder, DATABASE_URL=url, MIRROR_FREE_GB="0")
    python("cong", "setup", environ=environ)
    python("bench.delivery_shelf", str(entries), environ=environ)
    python("cong", "mirror", "once", environ=environ)
    return stopped(folder, url, seconds=seconds)


def stopped(folder: str, url: str, *, seconds: float) -> Found:
    """Serve what lies in the folder, stop the database after a moment, and ask for every mirrored address in turn."""
    known = [page.page.address for page in Mirror(_mirror(folder)).walk()]
    pid = _server(url)
    with portal(folder, workers=2, DATABASE_URL=url) as web:
        host, _, port = web.address.partition(":")
        requests = [request(web.address, path) for path, _ in known]
        for _ in range(16):  # both processes have answered once
            get(web.address, known[0][0])
        before = run_load((host, int(port)), requests, seconds=seconds / 10, connections=8, statuses={200})
        os.kill(pid, signal.SIGINT)
        time.sleep(1)
        after = run_load((host, int(port)), requests, seconds=seconds, connections=16, statuses={200})
    after.answers += before.answers
    after.errors += before.errors
    after.statuses += before.statuses
    return after


def _mirror(folder: str) -> Path:
    return Path(folder) / "mirror"


def _server(url: str) -> int:
    with psycopg.connect(url) as server:
        row = server.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row
    return int(str(row[0]).split()[0])
