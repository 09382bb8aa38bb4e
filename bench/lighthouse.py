"""Lighthouse on a phone: six pages of a demo, served from kept pages, against the targets of this project.

`python -m bench.lighthouse [--steady] [ADDRESS]`: without an address a demo is filled and served for this. `--steady`
measures once and judges what no busy machine changes. Lighthouse itself is installed at the versions of
`.ci/lighthouse/package-lock.json` into a folder outside the checkout, with `npm`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from tests.screens.pages import chosen
from tests.services import CHROMIUM, free_port

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / ".ci" / "lighthouse"
PAGES = ("home", "section", "article", "agency", "document", "search")
RUNS = 3
# Results of a search are kept out of search engines on purpose; that alone is not held against the page.
_ON_PURPOSE = {"search": ["is-crawlable"]}
_PATIENCE = 300
# What Lighthouse calls good; the font that arrives may move a title that breaks its line.
_GOOD_CLS = 0.1


class Missing(RuntimeError):
    """Lighthouse cannot be had here; the text says why."""


class Refused(RuntimeError):
    """The demo or a page could not be measured; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run measured; times in milliseconds, `lost` what cost points."""

    scores: dict[str, int]
    fcp: float
    lcp: float
    cls: float
    tbt: float
    bytes: float
    lost: list[str] = field(default_factory=list)

    def misses(self, *, steady: bool = False) -> list[str]:
        """Return the targets that this run does not meet; `steady` leaves out those that a busy machine can spoil."""
        least = {"accessibility": 100, "best-practices": 100, "seo": 100} | ({} if steady else {"performance": 98})
        said = [f"{name} {self.scores[name]} < {score}" for name, score in least.items() if self.scores[name] < score]
        most = {"cls": _GOOD_CLS} if steady else {"lcp": 1800, "cls": 0, "tbt": 100}
        for name, limit in most.items():
            value = getattr(self, name)
            if round(value, 3) > limit:
                said.append(f"{name.upper()} {value:.3g} > {limit:g}")
        return said


def middle(runs: list[Run]) -> Run:
    """Return the median of each figure."""
    scores = {name: int(median(run.scores[name] for run in runs)) for name in runs[0].scores}
    figures = {name: median(getattr(run, name) for run in runs) for name in ("fcp", "lcp", "cls", "tbt", "bytes")}
    lost = sorted({line for run in runs for line in run.lost})
    return Run(scores=scores, lost=lost, **figures)


def install(folder: Path) -> None:
    """Put Lighthouse into a folder; raises `Missing` when npm is, or the network refuses."""
    if not shutil.which("npm"):
        raise Missing("npm is not installed (Debian: apt-get install npm)")
    for name in ("package.json", "package-lock.json", "measure.mjs"):
        shutil.copy(TOOL / name, folder / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired as late:
        raise Missing(f"npm did not install Lighthouse within {_PATIENCE} s") from late
    if done.returncode:
        raise Missing(f"npm could not install Lighthouse: {done.stderr.strip()[-400:]}")


@contextmanager
def measuring(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Keep one browser with Lighthouse open."""
    environ = os.environ | {"CHROME_PATH": CHROMIUM}
    with subprocess.Popen(
        ["node", "measure.mjs"], cwd=folder, env=environ, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as tool:  # fmt: skip
        yield tool
        assert tool.stdin
        tool.stdin.close()


def measured(tool: subprocess.Popen[str], url: str, skip: list[str]) -> Run:
    """Return what one run measured; one that the browser spoilt is run once more. Raises `Refused`."""
    assert tool.stdin
    assert tool.stdout
    for _ in range(2):
        tool.stdin.write(json.dumps({"url": url, "skip": skip}) + "\n")
        tool.stdin.flush()
        line = tool.stdout.readline()
        if not line:
            raise Refused("Lighthouse ended without an answer")
        said = json.loads(line)
        if not said["error"]:
            return Run(**said["run"])
    raise Refused(f"{url}: {said['error']}")


def judged(tool: subprocess.Popen[str], url: str, skip: list[str]) -> Run:
    """Return the median of three runs; two that meet everything settle it, whatever a third would say."""
    with urlopen(url, timeout=30):
        pass
    runs = [measured(tool, url, skip) for _ in range(RUNS - 1)]
    if any(run.misses() for run in runs):
        runs.append(measured(tool, url, skip))
    return middle(runs)


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """Fill a demo, end it, and serve what it filled: nothing else runs while pages are measured."""
    port = free_port()
    environ = os.environ | {"DATA_DIR": str(folder / "data"), "PORT": str(port), "HOST": "127.0.0.1"}
    base = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        for command in ("demo", "web"):
            server = subprocess.Popen(
                [sys.executable, "-m", "cong", command], env=environ, stdout=log, stderr=log, cwd=ROOT
            )
            try:
                _wait(base, server)
                if command == "web":
                    yield base
            finally:
                server.terminate()
                server.wait(timeout=60)


def _wait(base: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{base}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise Refused("the demo did not come up")


def row(name: str, run: Run) -> str:
    """Return one line of the table in docs/reference/benchmarks.md."""
    scores = " / ".join(str(run.scores[one]) for one in ("performance", "accessibility", "best-practices", "seo"))
    times = f"{run.fcp / 1000:.2f} | {run.lcp / 1000:.2f} | {run.tbt:.0f} | {run.cls:.3g}"
    return f"| {name} | {scores} | {times} | {run.bytes / 1024:.0f} |"


def main(arguments: list[str]) -> int:
    """Measure and judge; returns 1 when a target is missed or a page refuses, 2 when Lighthouse is missing."""
    reader = ArgumentParser(prog="python -m bench.lighthouse")
    reader.add_argument("--steady", action="store_true")
    reader.add_argument("address", nargs="?")
    asked = reader.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cong-lighthouse-") as place:
        folder = Path(place)
        try:
            install(folder)
            if asked.address:
                return _judge(folder, asked.address.rstrip("/"), steady=asked.steady)
            with portal(folder) as base:
                return _judge(folder, base, steady=asked.steady)
        except (Missing, Refused) as failed:
            sys.stdout.write(f"NOT MEASURED: {failed}\n")
            return 2 if isinstance(failed, Missing) else 1


def _judge(folder: Path, base: str, *, steady: bool) -> int:
    pages = chosen(base)
    missed: dict[str, list[str]] = {}
    sys.stdout.write(
        "| page | perf / a11y / practices / SEO | FCP s | LCP s | TBT ms | CLS | KB |\n|---|---|---|---|---|---|---|\n"
    )
    with measuring(folder) as tool:
        for name in PAGES:
            url, skip = base + pages[name], _ON_PURPOSE.get(name, [])
            run = measured(tool, url, skip) if steady else judged(tool, url, skip)
            sys.stdout.write(f"{row(name, run)}\n")
            sys.stdout.flush()
            if misses := run.misses(steady=steady):
                missed[name] = [*misses, *run.lost]
    for name, said in missed.items():
        sys.stdout.write(f"{name}: {'; '.join(said)}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
