"""The network as a process: it answers on loopback, says when it is ready, and stops when told or left alone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from cong.demo.registry import registry
from cong.demo.sites import sites

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "cong.demo.network", "--seed", "7", "--started-at", "2026-03-12T02:30:00+00:00"]
FROZEN = ["--at", "2026-03-12T04:30:00+00:00"]


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    process = subprocess.Popen([*COMMAND, *FROZEN, *request.param], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    yield process, ready
    process.kill()
    process.wait()
    process.stdout.close()


def get(url: str, **headers: str) -> tuple[int, bytes, str]:
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read(), answer.headers.get("ETag", "")
    except HTTPError as error:
        with error:
            return error.code, error.read(), ""


@pytest.mark.parametrize("running", [[], ["--paths"]], indirect=True, ids=["addresses", "paths"])
def test_every_source_of_the_registry_answers(running: tuple[subprocess.Popen[str], dict[str, object]]) -> None:
    _, ready = running
    text = registry(int(str(ready["port"])), addresses=bool(ready["addresses"]))
    sources = tomllib.loads(text)["source"]
    quick = [source for source, site in zip(sources, sites(), strict=True) if not (site.slow or site.broken)]

    answers = [get(source["url"]) for source in quick[::9]]

    assert [source["agency"] for source in sources] == [site.slug for site in sites()]
    assert {status for status, _, _ in answers} == {200}
    assert min(len(body) for _, body, _ in answers) > 1000


@pytest.mark.parametrize("running", [[]], indirect=True)
def test_a_held_feed_is_answered_304_and_a_terminated_process_ends_cleanly(
    running: tuple[subprocess.Popen[str], dict[str, object]],
) -> None:
    process, ready = running
    site = next(site for site in sites() if site.validators == "both")
    source = tomllib.loads(registry(int(str(ready["port"])), addresses=bool(ready["addresses"])))["source"]
    url = source[site.number - 1]["url"]
    _, _, etag = get(url)

    status, body, _ = get(url, **{"If-None-Match": etag})
    process.send_signal(signal.SIGTERM)

    assert (status, body) == (304, b"")
    assert process.wait(timeout=10) == 0


def test_the_network_ends_with_its_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = (
        "import subprocess, sys, pathlib, os; "
        f"child = subprocess.Popen({COMMAND!r}, stdout=subprocess.PIPE); child.stdout.readline(); "
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); os._exit(0)"
    )

    subprocess.run([sys.executable, "-c", parent], check=True, cwd=ROOT, timeout=30)

    assert _ends(int(note.read_text()))


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("running", [[]], indirect=True)
def test_a_busy_port_is_said_plainly(running: tuple[subprocess.Popen[str], dict[str, object]]) -> None:
    _, ready = running
    command = [*COMMAND, "--port", str(ready["port"])]

    second = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=30)

    assert second.returncode == 1
    assert f"Cổng {ready['port']} đang bận" in second.stderr


def test_without_a_start_the_network_starts_now() -> None:
    process = subprocess.Popen([sys.executable, "-m", "cong.demo.network"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None

    started = datetime.fromisoformat(json.loads(process.stdout.readline())["started_at"])
    process.terminate()

    assert abs((datetime.now(UTC) - started).total_seconds()) < 30
    assert process.wait(timeout=10) == 0
    process.stdout.close()
