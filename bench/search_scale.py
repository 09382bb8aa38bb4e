"""Search at scale: a rebuild, the engine alone, whole pages through HTTP, how soon what is released is found; peers.

`python -m bench.search_scale [ENTRIES [PEERS]]` (1,000,000 and `peers`; anything else leaves them out) takes sentences
of the news texts in NEWS_FOLDER, prints a table with medians, 99th percentiles and targets, and ends with 1 when a
target is missed. A million entries need about 8 GB of disk and half an hour.
"""

from __future__ import annotations

import http.client
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from bench.search_corpus import Source, entries, fill, queries, source
from bench.search_peers import Timed, fts5, full_text, load, timed
from cong.config.server import spawn
from tests.services import free_port

_QUERIES, _PAGES, _RELEASED = 400, 200, 40
_PATIENCE = 60.0


class Report:
    """Lines of the table, and whether all targets were met."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, name: str, value: float, unit: str, target: float | None = None) -> None:
        met = target is None or value <= target
        aim = "" if target is None else f"  target {target:g} {'met' if met else 'MISSED'}"
        print(f"{name:52} {value:10.1f} {unit}{aim}", flush=True)
        if not met:
            self.missed.append(name)

    def times(self, told: Timed, median: float | None = None, high: float | None = None) -> None:
        self.line(f"{told.name}, median", told.median, "ms", median)
        self.line(f"{told.name}, 99%", told.high, "ms", high)


def main(count: str = "1000000", peers: str = "peers") -> int:
    folder = os.environ.get("NEWS_FOLDER")
    if not folder:
        print("Đặt NEWS_FOLDER là thư mục có các bài báo (*.jsonl).")
        return 2
    found, report = source(Path(folder)), Report()
    with tempfile.TemporaryDirectory() as place:
        environ = os.environ | {
            "DATA_DIR": place, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "cong.config.settings",
            "PORT": str(free_port()), "SEARCH_URL": "",
        }  # fmt: skip
        os.environ |= environ
        print(f"{int(count):,} entries, {load()}", flush=True)
        _prepare(Path(place), found, int(count))
        _rebuild(report, int(count))
        _engine(report, found)
        with _served():
            _pages(report, found)
            _released(report)
        if peers == "peers":
            asked = queries(found, _QUERIES)
            for told in [
                *fts5(Path(place), entries(found, int(count)), asked),
                *full_text(entries(found, int(count)), asked),
            ]:
                report.line(f"peer: {told.name}, build", told.build_s, "s")
                report.times(told)
        print(load())
    if report.missed:
        print("Không đạt:", ", ".join(report.missed))
    return 1 if report.missed else 0


def _cong(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", "cong", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def _prepare(place: Path, found: Source, count: int) -> None:
    _cong("migrate", "-v0")
    _cong("assets", "-v0")
    fill(place / "cong.sqlite3", found, count)


def _rebuild(report: Report, count: int) -> None:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _cong("index", "rebuild")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    scale = 1_000_000 / count
    report.line("rebuild, for a million", wall * scale, "s", 480)
    report.line("rebuild, CPU for a million", cpu * scale, "s")
    report.line("rebuild, peak memory of a process", after.ru_maxrss / 1024, "MB")


def _engine(report: Report, found: Source) -> None:
    import django  # noqa: PLC0415 (the folder must be known first)

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from cong.kernel.text import fold  # noqa: PLC0415
    from cong.search.asking import asked_query, understood  # noqa: PLC0415
    from cong.search.engines import chosen  # noqa: PLC0415
    from cong.search.engines.engine import Sort  # noqa: PLC0415
    from cong.search.facets import SHOWN  # noqa: PLC0415

    assert settings.SEARCH_DIR.exists()
    reader, at, typed = chosen.reader(), datetime.now(UTC), queries(found, _QUERIES)

    def ask(text: str, **given: object) -> object:
        return reader.search(made[text] if not given else understood(text, lang="vi", at=at, **given).query)  # type: ignore[arg-type]

    made = {text: asked_query(text, lang="vi", at=at) for text in typed + [fold(one) for one in typed]}
    report.times(timed("engine, four syllables", 0, ask, typed), 10, 30)
    report.times(timed("engine, without marks", 0, ask, [fold(one) for one in typed]), 10, 30)
    report.times(timed("engine, newest first", 0, lambda text: ask(text, sort=Sort.NEWEST), typed[:100]))
    report.times(timed("engine, all facets", 0, lambda text: ask(text, facets=SHOWN), typed[:100]))
    report.times(timed("engine, a phrase", 0, lambda text: ask(f'"{text}"', limit=20), typed[:100]))
    report.times(timed("understanding alone", 0, lambda text: asked_query(text, lang="vi", at=at), typed))


@contextmanager
def _served() -> Iterator[None]:
    """Run the web server and the indexer."""
    children = [spawn([sys.executable, "-m", "cong", *command]) for command in (("web",), ("index", "run"))]
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                if _get("/tim-kiem?q=th%C6%B0")[0] == 200:
                    break
            except OSError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.2)
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


def _get(path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=30)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def _pages(report: Report, found: Source) -> None:
    typed = queries(found, _PAGES, seed=9)
    told = timed("page with snippets and facets through HTTP", 0, _page, typed)
    report.times(told, 40, 120)


def _page(text: str) -> None:
    status, body = _get(f"/tim-kiem?q={quote(text)}")
    assert status == 200
    assert b"<mark>" in body


def _released(report: Report) -> None:
    """Release entries one after the other and look how soon a search finds each."""
    from cong.agencies.models import Agency  # noqa: PLC0415
    from tests import makers  # noqa: PLC0415

    owner, measured = Agency.objects.order_by("pk")[0], list[float]()
    for number in range(_RELEASED):
        word = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}") + "qx"
        makers.entries([makers.content(owner, f"Thư viện {word} mở cửa")], at=datetime.now(UTC))
        began = time.perf_counter()
        while b"<mark>" not in _get(f"/tim-kiem?q={word}")[1]:
            if time.perf_counter() - began > _PATIENCE:
                raise RuntimeError("never found")
            time.sleep(0.02)
        measured.append((time.perf_counter() - began) * 1000)
    report.times(Timed(name="released → found", build_s=0, ms=tuple(measured)), None, 2_000)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
