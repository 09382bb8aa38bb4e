"""Other readers of feeds on the same server: installed for the run where that can be done, else said to be missing."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.publisher import FEEDS
from bench.serving import Serving, run

_READER = ("reader==3.26", "sgmllib3k==1.0.0")
_SECONDS = 300

Measured = dict[str, dict[str, float]]


def reader_python() -> str:
    """Return an interpreter that has `reader`, made under DATA_DIR/tmp when there is none; "" when it cannot be made.

    Its copy of feedparser imports sgmllib, which neither Python 3.11 nor its own dependencies bring.
    """
    place = Path(os.environ.get("DATA_DIR") or "var").resolve() / "tmp" / "bench-reader"
    python = place / "bin" / "python"
    works = [str(python), "-c", "import reader._vendor.feedparser"]
    if python.exists() and subprocess.run(works, capture_output=True, check=False).returncode == 0:
        return str(python)
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_READER],
        works,
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["?"])[-1]
            print(f"\n*** reader was NOT measured: {reason} ***\n", flush=True)
            return ""
    return str(python)


def reader(serving: Serving, python: str) -> Measured:
    """Measure a first harvest and a second pass with validators, and a pass over the same bytes without."""
    found: Measured = {}
    with tempfile.TemporaryDirectory() as folder:
        for prefix, first, again in (("", "first", "304"), ("/plain", "", "same bytes")):
            for name in (first, again):
                step = ("bench.harvest_run", "reader", serving.url(0, prefix), f"{folder}/reader{len(prefix)}.sqlite")
                measured = run(dict(os.environ), *step, python=python)
                if name:
                    found[f"reader 3.26, {name}"] = measured
    return found


def newsboat(serving: Serving) -> Measured:
    """Measure newsboat, which is written in C++, stores in SQLite and does not sanitise, where it is installed."""
    program = shutil.which("newsboat")
    if not program:
        print("newsboat was not measured: it is not installed here")
        return {}
    found: Measured = {}
    for prefix, names in (("", ("first", "second pass")), ("/plain", ("", "same bytes"))):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "urls").write_text("".join(f"{serving.url(0, prefix)}/{feed}\n" for feed in range(FEEDS)))
            (place / "config").write_text("max-items 0\n")
            files = ["-u", f"{place}/urls", "-c", f"{place}/cache.db", "-C", f"{place}/config"]
            for name in names:
                measured = _child([program, *files, "-x", "reload"], place)
                if name:
                    found[f"newsboat, {name}"] = measured
    return found


def _child(command: list[str], home: Path) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=os.environ | {"HOME": str(home)}, capture_output=True, timeout=_SECONDS, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "rss_mb": float("nan")}
