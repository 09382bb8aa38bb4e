from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cong.config import server
from cong.config.server import CannotListen, Supervisor, Worker, check_port, end, environment, spawn, start
from tests.services import free_port

LIVES = ("http.server", "0", "--bind", "127.0.0.1")
ENDS_AT_ONCE = ("keyword",)
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


def supervisor(now: list[float], *commands: tuple[str, ...]) -> Supervisor:
    workers = [Worker(name=command[0], command=command) for command in commands]
    return Supervisor(workers=workers, environ=environment(), clock=lambda: now[0])


def is_gone(pid: int) -> bool:
    """Tell whether the process has ended; one that only waits to be buried counts as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until(true: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def test_a_free_port_is_fine() -> None:
    check_port("127.0.0.1", free_port())


def test_a_busy_port_is_said_in_words_that_name_another(busy_port: int) -> None:
    with pytest.raises(CannotListen, match=rf"{busy_port} ở 127\.0\.0\.1 đang có .* khác dùng.*PORT=\d+"):
        check_port("127.0.0.1", busy_port)


def test_an_address_that_is_not_ours_is_said_to_be_so() -> None:
    with pytest.raises(CannotListen, match="máy này không có địa chỉ ấy"):
        check_port("192.0.2.1", free_port())


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(CannotListen, match="từ 1 đến 65535"):
        check_port("127.0.0.1", port)


def test_a_fallen_worker_is_started_again_after_a_growing_wait(now: list[float]) -> None:
    keeper = supervisor(now, ENDS_AT_ONCE)
    worker = keeper.workers[0]

    waits = []
    for _ in range(8):
        keeper.tend()
        assert worker.process is not None
        worker.process.wait()
        keeper.tend()
        waits.append(worker.start_at - now[0])
        now[0] = worker.start_at

    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_worker_that_fell_is_not_started_before_its_time(now: list[float]) -> None:
    keeper = supervisor(now, ENDS_AT_ONCE)
    keeper.tend()
    process = keeper.workers[0].process
    assert process is not None
    process.wait()
    keeper.tend()

    now[0] += 0.9
    keeper.tend()

    assert keeper.workers[0].process is None


def test_a_worker_that_lived_long_is_started_again_soon(now: list[float]) -> None:
    keeper = supervisor(now, ENDS_AT_ONCE)
    worker = keeper.workers[0]
    worker.wait = 30
    keeper.tend()
    assert worker.process is not None
    worker.process.wait()

    now[0] += 31
    keeper.tend()

    assert worker.start_at - now[0] == 1


def test_a_fall_is_written_to_the_log(now: list[float], caplog: pytest.LogCaptureFixture) -> None:
    keeper = supervisor(now, ENDS_AT_ONCE)
    keeper.tend()
    process = keeper.workers[0].process
    assert process is not None
    process.wait()

    keeper.tend()

    assert "keyword ended (code 0) after 0 s, starts again in 1 s" in caplog.text


def test_a_child_gets_no_control_c_of_its_own() -> None:
    child = start(LIVES, environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        assert os.getpgid(child.pid) == child.pid != os.getpgid(0)
    finally:
        end([child])


def test_all_children_are_asked_before_any_is_waited_for() -> None:
    quiet = {"stderr": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    children = [start(LIVES, environment(), **quiet) for _ in range(3)]

    end(children)

    assert [child.returncode for child in children] == [-signal.SIGTERM] * 3


def test_what_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(server, "_GRACE", 0.2)
    with spawn([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()

        end([child])

    assert child.returncode == -signal.SIGKILL
    assert "is killed" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="a promise of Linux's kernel")
def test_a_child_ends_when_its_parent_is_killed() -> None:
    code = (
        "import sys; from cong.config.server import spawn; "
        "child = spawn([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())

        parent.kill()

    assert wait_until(lambda: is_gone(child))
