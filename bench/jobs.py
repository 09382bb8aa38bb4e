"""Jobs benchmark: storing, draining, waiting, on SQLite and PostgreSQL; huey on SQLite where it is installed.

`python -m bench.jobs [ROUNDS]` prints a table of medians: jobs a second, milliseconds, CPU seconds, machine load.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.services import Missing, postgres

_JOBS, _WAITS, _IDLE_SECONDS = 1000, 30, 5.0


def _measured(step: Callable[[], object]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


class Ours:
    """The steps, each in a process and on a table of its own."""

    def __init__(self) -> None:
        import django  # noqa: PLC0415 (the table itself is printed without Django)

        django.setup()
        from cong.jobs import worker  # noqa: PLC0415 (Django must be set up first)
        from cong.jobs.models import Job  # noqa: PLC0415
        from tests.jobs import tasks  # noqa: PLC0415

        self.tasks, self.worker, self.jobs = tasks, worker, Job.objects.filter(schedule=None)

    def enqueue(self) -> dict[str, float]:
        return _measured(lambda: self._put(self.tasks.note, "x")) | {"jobs": _JOBS}

    def drain(self) -> dict[str, float]:
        self._put(self.tasks.note, "x")
        return _measured(self.worker.drain) | {"jobs": _JOBS}

    def exactly_once(self) -> dict[str, float]:
        self._put(self.tasks.answer, 1)
        return _measured(self.worker.drain) | {"jobs": _JOBS}

    def threads(self) -> dict[str, float]:
        self._put(self.tasks.note, "x")
        return self._while_working(self._wait) | {"jobs": _JOBS}

    def latency(self) -> dict[str, float]:
        measured = self._while_working(self._put_slowly)
        rows = self.jobs.values_list("enqueued_at", "started_at")
        waits = [(started - enqueued).total_seconds() * 1000 for enqueued, started in rows if started]
        return measured | {"p50": statistics.median(waits), "worst": max(waits)}

    def idle(self) -> dict[str, float]:
        return self._while_working(lambda: time.sleep(_IDLE_SECONDS))

    def _put(self, task: Any, argument: object) -> None:
        for _ in range(_JOBS):
            task.enqueue(argument)

    def _put_slowly(self) -> None:
        for number in range(_WAITS):
            time.sleep(0.2 + number * 0.0037)
            self.tasks.note.enqueue("x")
        self._wait()

    def _wait(self) -> None:
        while self.jobs.live().exists():
            time.sleep(0.02)

    def _while_working(self, meanwhile: Callable[[], object]) -> dict[str, float]:
        """Run a worker in the main thread until what another thread does is over."""
        running = self.worker.Worker(threads=4)

        def other() -> None:
            meanwhile()
            running.stop()

        thread = threading.Thread(target=other)
        thread.start()
        measured = _measured(running.run)
        thread.join()
        return measured


_STEPS = {
    "enqueue": Ours.enqueue, "drain, 1 thread": Ours.drain, "exactly once, 1 thread": Ours.exactly_once,
    "drain, 4 threads": Ours.threads, "latency, 4 threads idle": Ours.latency, f"{_IDLE_SECONDS:.0f} s idle": Ours.idle,
}  # fmt: skip


def _shout(text: str) -> str:
    return text.upper()


def _huey(name: str) -> dict[str, float]:
    from huey import SqliteHuey  # type: ignore[import-not-found]  # noqa: PLC0415 (a peer that need not be there)

    with tempfile.TemporaryDirectory() as folder:
        queue = SqliteHuey(filename=f"{folder}/huey.db", results=False)
        nothing = queue.task()(_shout)

        def enqueue() -> None:
            for _ in range(_JOBS):
                nothing("x")

        def drain() -> None:
            while task := queue.dequeue():
                queue.execute(task)

        first = _measured(enqueue)
        return (first if name == "enqueue" else _measured(drain)) | {"jobs": _JOBS}


@contextmanager
def _database(url: str) -> Iterator[dict[str, str]]:
    """Give the environment of a fresh table."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "DATA_DIR": folder, "DATABASE_URL": url or f"sqlite://{Path(folder) / 'bench.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "cong.config.settings",
        }  # fmt: skip
        for state in (["zero"], []) if url else ([],):
            _run(environ, "cong", "migrate", "-v0", "--skip-checks", "jobs", *state)
        yield environ


def _run(environ: dict[str, str], *command: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", *command], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1])) if command[0] == "bench.jobs" else {}


def _ours(engine: str, url: str, rounds: int) -> Iterator[tuple[str, list[dict[str, float]]]]:
    for name in _STEPS:
        measured = []
        for _ in range(rounds):
            with _database(url) as environ:
                measured.append(_run(environ, "bench.jobs", "step", name))
        yield f"{engine}: {name}", measured


def _all(rounds: int) -> Iterator[tuple[str, list[dict[str, float]]]]:
    yield from _ours("SQLite", "", rounds)
    try:
        with postgres() as url:
            yield from _ours("PostgreSQL", url, rounds)
    except Missing as missing:
        print(f"PostgreSQL: not measured, {missing} is not installed here")
    if find_spec("huey"):
        for name in ("enqueue", "drain, 1 thread"):
            yield f"huey, SQLite: {name}", [_huey(name) for _ in range(rounds)]
    else:
        print("huey: not measured, it is not installed here")


def main(rounds: str = "1") -> None:
    print(f"{_JOBS} jobs that do nothing, median of {rounds}, load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':38}{'jobs/s':>8}{'CPU ms/job':>12}{'p50 ms':>8}{'worst ms':>10}{'CPU s':>8}{'wall s':>8}")
    for name, measured in _all(int(rounds)):
        middle = {key: statistics.median(one[key] for one in measured) for key in measured[0]}
        many = middle.get("jobs", 0)
        rates = f"{many / middle['wall']:8.0f}{middle['cpu'] / many * 1000:12.2f}" if many else " " * 20
        waits = f"{middle['p50']:8.0f}{middle['worst']:10.0f}" if "p50" in middle else " " * 18
        print(f"{name:38}{rates}{waits}{middle['cpu']:8.2f}{middle['wall']:8.1f}", flush=True)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["step"]:
        print(json.dumps(_STEPS[sys.argv[2]](Ours())))
    else:
        main(*sys.argv[1:])
