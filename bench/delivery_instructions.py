"""Instructions of one page by callgrind, against the record: what time cannot tell on a shared machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.delivery_machines import environment
from bench.delivery_report import Report

RECORD = Path(__file__).with_suffix(".json")
_CASES = {"hit": (2000, 12_000), "unchanged": (2000, 12_000), "home": (5, 15), "article": (5, 15), "list": (5, 15)}
_MORE = 1.05
_COLLECTED = re.compile(r"Collected : (\d+)")


def instructions(report: Report, folder: str) -> None:
    """Count each case and compare it with the record; without a record of this Python, make one."""
    if shutil.which("valgrind") is None:
        report.say("NOT MEASURED: valgrind is not installed here (apt install valgrind)")
        return
    kept = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    known = kept.get(_python(), {})
    cases = ["hit"] if report.smoke else list(_CASES)
    found = {name: _count(folder, name) for name in cases}
    for name, count in found.items():
        limit = known[name] * _MORE if name in known and not report.smoke else None
        report.figure(f"instructions, {name}", count, limit, more=f"record {known.get(name, 'none')}")
    if not known and not report.smoke:
        RECORD.write_text(json.dumps(kept | {_python(): found}, indent=2) + "\n")
        report.say(f"recorded for {_python()}")


def _python() -> str:
    return f"{sys.implementation.name} {sys.version.split()[0]}"


def _count(folder: str, name: str) -> int:
    """Return the instructions of one: the difference of many and few runs leaves the start out."""
    few, many = _CASES[name]
    return round((_run(folder, name, many) - _run(folder, name, few)) / (many - few))


def _run(folder: str, name: str, times: int) -> int:
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}/x",
             sys.executable, "-m", "bench.delivery_case", name, str(times)],
            env=environment(folder), capture_output=True, text=True, check=False,
        )  # fmt: skip
    collected = _COLLECTED.search(done.stderr)
    if collected is None:
        raise RuntimeError(done.stderr[-3000:])
    return int(collected[1])
