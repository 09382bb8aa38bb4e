"""The same home page from caches that others use: Django's own, and Varnish and WordPress where they are installed."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from bench.delivery_machines import Serving, get, load, portal, wait_for
from bench.delivery_report import Report
from cong.config.server import spawn
from tests.services import free_port

_GZIP = ["Accept-Encoding: gzip"]


def peers(report: Report, folder: str) -> None:
    """Measure what a cached page costs each of them, beside ours; no target."""
    with (
        portal(folder) as ours,
        portal(folder, module="bench.delivery_web", verb="bench.delivery_django.application") as own,
    ):
        _tell(report, "ours", ours, "/")
        _tell(report, "Django's cache middleware, locmem", own, "/")
        with _varnish(ours) as varnish:
            if varnish:
                _tell(report, "Varnish in front of ours, Varnish alone", varnish, "/")
            else:
                report.say("NOT MEASURED: Varnish is not installed here (apt install varnish)")
    url, pids = os.environ.get("WORDPRESS_ADDRESS", ""), os.environ.get("WORDPRESS_PIDS", "")
    if url and pids:
        for pid in pids.split(","):
            _tell(report, f"WordPress, process {pid}", Serving(name="WordPress", address=url, pid=int(pid)), "/")
    else:
        report.say(
            "NOT MEASURED: WordPress (give WORDPRESS_ADDRESS=HOST:PORT and WORDPRESS_PIDS of nginx, fpm, database)"
        )


def _tell(report: Report, name: str, serving: Serving, path: str) -> None:
    runs, seconds = (1, 2.0) if report.smoke else (5, 1.0)
    get(serving.address, path)
    found = [load(serving, path, seconds=seconds, headers=_GZIP)["cpu_us"] for _ in range(runs + 1)][1:]
    report.figure(f"{name}, CPU µs a page", statistics.median(found), None)


@contextmanager
def _varnish(behind: Serving) -> Iterator[Serving | None]:
    command = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin")
    if command is None:
        yield None
        return
    port, work = free_port(), tempfile.mkdtemp(prefix="cong-varnish-")
    given = ["-F", "-a", f"127.0.0.1:{port}", "-b", behind.address, "-n", work, "-s", "malloc,64m", "-t", "600"]
    process = spawn([command, *given])
    try:
        wait_for(port, "/")
        yield Serving(name="Varnish", address=f"127.0.0.1:{port}", pid=process.pid)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(work, ignore_errors=True)
