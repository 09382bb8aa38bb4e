"""Harvest benchmark: first harvest, 304 pass, same bytes; feedparser and `reader` on the same server, same run.

`python -m bench.harvest [ROUNDS [PYTHON]]` (PYTHON: one that has `reader` installed) prints a table of medians:
CPU seconds, ratios, peak memory, machine load.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.publisher import ENTRIES, FEEDS

_ALL = FEEDS * ENTRIES


@contextmanager
def publisher() -> Iterator[tuple[int, int]]:
    process = subprocess.Popen([sys.executable, "-m", "bench.publisher"], stdout=subprocess.PIPE)
    assert process.stdout
    said = json.loads(process.stdout.readline())
    try:
        yield said["port"], said["bytes"]
    finally:
        process.terminate()
        process.wait()


def run(environ: dict[str, str], *command: str, python: str = sys.executable) -> dict[str, float]:
    done = subprocess.run([python, "-m", *command], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1])) if command[0] == "bench.harvest_run" else {}


def registry(port: int, policy: str, prefix: str) -> str:
    return "\n".join(
        f'[[source]]\nid = "n{feed}"\nurl = "http://127.0.0.1:{port}{prefix}/{feed}"\npolicy = "{policy}"\n'
        for feed in range(FEEDS)
    )


def ours(port: int, policy: str, prefix: str = "") -> dict[str, dict[str, float]]:
    """Measure a first harvest and a second pass on a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "DATA_DIR": folder, "HARVEST_LOOPBACK": "yes", "HARVEST_PICTURES": "no",
            "DJANGO_SETTINGS_MODULE": "cong.config.settings", "DATABASE_URL": "",
        }  # fmt: skip
        (Path(folder) / "sources.toml").write_text(registry(port, policy, prefix))
        run(environ, "cong", "migrate", "-v0")
        run(environ, "cong", "harvest", "import", f"{folder}/sources.toml")
        first = run(environ, "bench.harvest_run", "ours", policy)
        again = run(environ, "bench.harvest_run", "ours", policy)
        return {"first": first, "again": again}


def peers(port: int, python: str) -> dict[str, dict[str, float]]:
    found = {"feedparser (parse only)": run(dict(os.environ), "bench.harvest_run", "feedparser", str(port))}
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/reader.sqlite"
        try:
            found["reader (first)"] = run(
                dict(os.environ), "bench.harvest_run", "reader", str(port), path, python=python
            )
            found["reader (304)"] = run(dict(os.environ), "bench.harvest_run", "reader", str(port), path, python=python)
        except RuntimeError as error:
            print(f"reader: not measured ({str(error).strip().splitlines()[-1]})")
    return found


def main(rounds: str = "3", python: str = sys.executable) -> None:
    collected: dict[str, list[dict[str, float]]] = {}
    with publisher() as (port, size):
        print(f"{FEEDS} feeds × {ENTRIES} entries, {size / FEEDS / 1000:.0f} KB each, load {os.getloadavg()[0]:.1f}")
        for _ in range(int(rounds)):
            released, held, plain = ours(port, "auto"), ours(port, "review"), ours(port, "auto", "/plain")
            row = {
                "first harvest, stored and released": released["first"],
                "first harvest, stored and held": held["first"],
                "second pass, 304": released["again"],
                "second pass, same bytes": plain["again"],
            } | peers(port, python)
            for name, values in row.items():
                collected.setdefault(name, []).append(values)
    print(f"\n{'':38}{'CPU s':>8}{'s/10k':>8}{'ms/feed':>9}{'RSS MB':>8}")
    for name, measured in collected.items():
        cpu = statistics.median(value["cpu"] for value in measured)
        rss = max(value["rss_mb"] for value in measured)
        print(f"{name:38}{cpu:8.2f}{cpu / _ALL * 10_000:8.2f}{cpu / FEEDS * 1000:9.2f}{rss:8.0f}")
    print(
        "\ntargets: held ≤ 2.0 s/10k, released ≤ 3.5 s/10k, 304 ≤ 0.4 ms/feed, same bytes ≤ 0.8 ms/feed, RSS ≤ 150 MB"
    )
    print(f"median of {rounds}, load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
