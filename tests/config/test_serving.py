"""The whole portal as an operator meets it: `cong serve` and `cong web` as real processes on real ports."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.config.test_server import is_gone, wait_until
from tests.scratch import Scratch
from tests.services import free_port

pytestmark = [pytest.mark.killing, pytest.mark.one_engine]


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


def ask(port: int, path: str) -> Answer:
    """Ask once; status 0 when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return Answer(status=answer.status, body=answer.read().decode())
    except OSError:
        return Answer(status=0, body="")
    finally:
        connection.close()


def answers(port: int, path: str = "/healthz", status: int = 200) -> bool:
    return wait_until(lambda: ask(port, path).status == status, 120)


def family(pid: int) -> list[int]:
    """Return the children of a process, their children and so on."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        parents.setdefault(int(text.rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    below = parents.get(pid, [])
    return below + [one for child in below for one in family(child)]


def named(pids: list[int], words: str) -> list[int]:
    return [pid for pid in pids if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")]


def cpu(pids: list[int]) -> float:
    """Return the seconds of CPU that processes have taken so far, with those of theirs that have ended."""
    ticks = 0
    for pid in pids:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, told[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def cpu_of_ended() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def test_one_command_serves_recovers_from_a_fall_and_leaves_no_orphan(scratch_database: Scratch) -> None:
    port = free_port()
    whole = scratch_database.start("serve", PORT=str(port))

    assert answers(port), scratch_database.log()
    assert ask(port, "/readyz").json() == {
        "ready": True,
        "checks": {"database": "ok", "migrations": "ok", "assets": "ok"},
    }
    assert "<h1" in ask(port, "/").body
    assert len(named(family(whole.pid), "cong harvest run")) == 1
    assert len(named(family(whole.pid), "cong index run")) == 1
    assert len(named(family(whole.pid), "cong mirror run")) == 1

    fallen = named(family(whole.pid), "cong web")[0]  # direct children come first
    os.kill(fallen, signal.SIGKILL)
    assert wait_until(lambda: "web ended (code -9)" in scratch_database.log())
    assert answers(port), scratch_database.log()

    all_of_them = family(whole.pid)
    assert len(all_of_them) >= 4
    whole.kill()
    assert wait_until(lambda: all(map(is_gone, all_of_them))), [pid for pid in all_of_them if not is_gone(pid)]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_everything_ends_cleanly_in_time(scratch_database: Scratch, sign: signal.Signals) -> None:
    port = free_port()
    whole = scratch_database.start("serve", PORT=str(port))
    assert answers(port), scratch_database.log()
    all_of_them = family(whole.pid)
    before, taken = cpu_of_ended(), cpu([whole.pid, *all_of_them])

    began = time.monotonic()
    whole.send_signal(sign)
    code = whole.wait(15)

    assert code == 0
    # Seven processes that tidied up all they had loaded would take ten seconds of CPU to end.
    assert cpu_of_ended() - before - taken < 4
    assert time.monotonic() - began < 14
    assert all(map(is_gone, all_of_them))
    assert "Traceback" not in scratch_database.log()
    assert "is killed" not in scratch_database.log()


def test_the_web_server_lives_without_a_database_but_is_not_ready(scratch_database: Scratch) -> None:
    port, nobody = free_port(), free_port()
    scratch_database.start("web", PORT=str(port), DATABASE_URL=f"postgresql://cong@127.0.0.1:{nobody}/cong")

    assert answers(port), scratch_database.log()
    ready = ask(port, "/readyz")

    assert ready.status == 503
    assert ready.json()["checks"] == {"database": "unreachable", "migrations": "unknown", "assets": "ok"}
    assert ask(port, "/").status == 503
    assert "Cổng đang bảo trì" in ask(port, "/").body


def test_a_busy_port_is_said_before_anything_is_started(scratch_database: Scratch) -> None:
    port = free_port()
    scratch_database.start("web", PORT=str(port))
    assert answers(port), scratch_database.log()

    refused = scratch_database.run("serve", PORT=str(port))

    assert refused.returncode != 0
    assert f"Cổng mạng {port} ở 127.0.0.1 đang có chương trình khác dùng" in refused.stderr
    assert refused.stdout == ""
    assert "Traceback" not in refused.stderr


def test_what_was_never_set_up_is_not_served(scratch_database: Scratch, tmp_path: Path) -> None:
    refused = scratch_database.run("serve", PORT=str(free_port()), DATABASE_URL="", DATA_DIR=str(tmp_path / "empty"))

    assert refused.returncode == 1
    assert "cong setup" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_several_web_processes_share_the_port_and_a_fallen_one_is_replaced(scratch_database: Scratch) -> None:
    port = free_port()
    web = scratch_database.start("web", PORT=str(port), WEB_WORKERS="2")
    assert answers(port), scratch_database.log()
    assert wait_until(lambda: len(family(web.pid)) == 2)
    first, second = family(web.pid)

    os.kill(first, signal.SIGKILL)

    assert wait_until(lambda: len(set(family(web.pid)) - {first, second}) == 1, 20), scratch_database.log()
    assert answers(port)


def test_set_up_can_be_repeated(scratch_database: Scratch) -> None:
    first, second = scratch_database.run("setup"), scratch_database.run("setup")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Tạo mới 108" in first.stdout
    assert "giữ nguyên 108" in second.stdout
    assert scratch_database.query("SELECT count(*) FROM agencies_agency") == [(108,)]
