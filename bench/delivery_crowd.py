"""Crowds and purges: renders after a purge, the time until a release is seen, a stampede, and made-up parameters."""

from __future__ import annotations

import json
import os
import random
import resource
import selectors
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.delivery_load import Connection, request
from bench.delivery_machines import Serving, environment, get, load, portal
from bench.delivery_report import Report
from cong.delivery.ground import Ground, current

_CLIENTS, _VISIBLE_MS, _TOO_OLD = 64, 100.0, 2.0


@contextmanager
def _counted(folder: str, *, slow: float) -> Iterator[tuple[Serving, Path]]:
    """Run two web processes whose renders are counted in a file."""
    renders = Path(folder) / f"renders-{os.getpid()}"
    renders.write_text("")
    given = {"RENDERS": str(renders), "SLOW": str(slow)}
    with portal(folder, workers=2, module="bench.delivery_web", verb="bench.delivery_app.application", **given) as web:
        yield web, renders
    renders.unlink()


def _ground(folder: str) -> Ground:
    return current(Path(folder) / "delivery" / "ground")


def purge(report: Report, folder: str) -> None:
    """64 clients right after a hard purge, two processes, a render of 300 ms: one render."""
    times = 3 if report.smoke else 20
    with _counted(folder, slow=0.3) as (web, renders):
        get(web.address, "/")
        ground, found = _ground(folder), []
        for _ in range(times):
            renders.write_text("")
            ground.purge(hard=["home"], soft=[], now=time.time())
            _crowd(web.address, _CLIENTS)
            found.append(len(renders.read_text().splitlines()))
    report.figure(f"renders after a purge, {_CLIENTS} clients, worst of {times}", max(found), 1)


def _crowd(address: str, clients: int) -> None:
    """Ask from so many connections at the same moment and see that all are answered."""
    host, _, port = address.partition(":")
    crowd = [Connection((host, int(port))) for _ in range(clients)]
    for one in crowd:
        one.ask(request(address, "/"))
    for one in crowd:
        while not one.take():
            pass
        assert one.status == 200, one.status
        one.socket.close()


def visible(report: Report, folder: str) -> None:
    """Release entries while the home page is asked for as fast as can be, and see when the news list shows them."""
    times = 3 if report.smoke else 30
    with portal(folder, workers=2) as web:
        get(web.address, "/")
        command = [sys.executable, "-m", "bench.delivery_publish", web.address, str(times)]
        publisher = subprocess.Popen(command, env=environment(folder), stdout=subprocess.PIPE, text=True)
        answers = 0
        while publisher.poll() is None:
            answers += load(web, "/", seconds=2, headers=["Accept-Encoding: gzip"])["answers"]
        assert publisher.stdout
        assert publisher.returncode == 0
        seconds = sorted(json.loads(publisher.stdout.read()))
    p90 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.9))] * 1000
    p50, longest = statistics.median(seconds) * 1000, seconds[-1] * 1000
    more = f"p50 {p50:.0f} ms, longest {longest:.0f} ms, {answers} other answers"
    report.figure("release until seen under load, p90 ms", p90, None if report.smoke else _VISIBLE_MS, more=more)


@dataclass(kw_only=True)
class Stampede:
    """Asks one page over many connections and looks how old each answer is by the purges before its request."""

    address: str
    path: str
    others: list[str]
    purged_at: list[float] = field(default_factory=list)
    answers: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    oldest: float = 0.0

    def run(self, connections: int, seconds: float) -> None:
        host, _, port = self.address.partition(":")
        dice, asked = random.Random(7), {}
        with selectors.DefaultSelector() as ready:
            for _ in range(connections):
                one = Connection((host, int(port)))
                ready.register(one.socket, selectors.EVENT_READ, one)
                asked[one] = self._ask(one, dice)
            end = time.time() + seconds
            while time.time() < end:
                for key, _ in ready.select(0.2):
                    if key.data.take():
                        self._look(key.data, asked[key.data])
                        asked[key.data] = self._ask(key.data, dice)
            for key in list(ready.get_map().values()):
                key.data.socket.close()

    def _ask(self, one: Connection, dice: random.Random) -> tuple[str, float]:
        path = self.path if dice.random() < 0.7 else dice.choice(self.others)
        one.ask(request(self.address, path))
        return path, time.time()

    def _look(self, one: Connection, asked: tuple[str, float]) -> None:
        path, at = asked
        self.answers += 1
        self.statuses[one.status] += 1
        if path == self.path:
            rendered = float(one.tail[-23:-3])
            # The first purge that the page has not seen, if there is one: how long before the request was it?
            missed = next((moment for moment in self.purged_at if moment > rendered), at)
            self.oldest = max(self.oldest, at - missed)


def stampede(report: Report, folder: str) -> None:
    """2,000 connections, 70 % on one page that is purged every second."""
    connections, seconds = (200, 3.0) if report.smoke else (2000, 20.0)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, connections + 100)), hard))
    with _counted(folder, slow=0.02) as (web, renders):
        one = Stampede(address=web.address, path="/", others=["/tin-tuc/", "/van-ban/", "/co-quan/", "/ve-cong/"])
        for path in (one.path, *one.others):
            get(web.address, path)
        renders.write_text("")
        over = threading.Event()
        purger = threading.Thread(target=_purge_every_second, args=(_ground(folder), one, over))
        purger.start()
        one.run(connections, seconds)
        over.set()
        purger.join()
        made = sum(line == "/" for line in renders.read_text().splitlines())
    report.say(f"{one.answers} answers, {dict(one.statuses)}, {len(one.purged_at)} purges")
    # A purge that falls into a render costs another one.
    report.figure("renders a purge", made / max(1, len(one.purged_at)), 1.25)
    report.figure("oldest page shown after its purge, s", one.oldest, _TOO_OLD)
    report.figure("answers that were no page", one.answers - one.statuses[200], 0)


def _purge_every_second(ground: Ground, one: Stampede, over: threading.Event) -> None:
    turn = 0
    while not over.wait(1.0):
        turn += 1
        tags = (["home"], []) if turn % 2 else ([], ["home"])
        ground.purge(hard=tags[0], soft=tags[1], now=time.time())
        one.purged_at.append(time.time())


def query(report: Report, folder: str) -> None:
    """Made-up parameters, each request another one: none may reach Django, and so the database."""
    dice = random.Random(7)
    paths = [f"/?n={dice.random()}&utm_source={number}" for number in range(500)]
    with _counted(folder, slow=0) as (web, renders):
        get(web.address, "/")
        renders.write_text("")
        found = load(web, *paths, seconds=1 if report.smoke else 5)
        made = len(renders.read_text().splitlines())
    report.figure("renders by ?n=random", made, 1, more=f"{found['answers']} answers, {found['cpu_us']:.0f} µs each")
