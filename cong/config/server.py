"""One supervisor, several processes: web, harvester, indexer. None outlives it, a fallen one is started again."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from granian import Granian
from granian.constants import Interfaces

logger = logging.getLogger("cong.server")

_PR_SET_PDEATHSIG = 1
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
_GRACE = 10.0
_TICK = 0.2


class PortBusy(Exception):
    """Somebody else listens there already."""


def check_port(host: str, port: int) -> None:
    """Raise PortBusy, in words that say what to do, when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusy(
                f"Cổng mạng {port} ở {host} đang có chương trình khác dùng ({error.strerror}). "
                f"Hãy chọn cổng khác, ví dụ: PORT={port + 1}."
            ) from error


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however that ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str], environ: Mapping[str, str], **given: object) -> subprocess.Popen[bytes]:
    """Start `python -m cong COMMAND…` as a child that cannot be orphaned and gets no Ctrl-C of its own."""
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: PLW1509 (one prctl call, no locks)
        [sys.executable, "-m", *command], env=dict(environ), preexec_fn=die_with_parent, process_group=0, **given
    )


@dataclass
class Worker:
    """A process that has to be there."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait: float = _FIRST_WAIT


@dataclass
class Supervisor:
    """Keeps its workers running until told to stop."""

    workers: Sequence[Worker]
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT, then end every worker within ten seconds."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self.stop)
        try:
            while not self._stopping.is_set():
                for worker in self.workers:
                    self._tend(worker)
                self._stopping.wait(_TICK)
        finally:
            end([worker.process for worker in self.workers if worker.process])

    def _tend(self, worker: Worker) -> None:
        now = self.clock()
        if worker.process is None:
            if now >= worker.start_at:
                worker.process, worker.started_at = start(worker.command, self.environ), now
            return
        code = worker.process.poll()
        if code is None:
            return
        lived = now - worker.started_at
        worker.wait = _FIRST_WAIT if lived > _LONGEST_WAIT else min(worker.wait * 2, _LONGEST_WAIT)
        worker.process, worker.start_at = None, now + worker.wait
        logger.warning("%s ended (code %s), starts again in %.0f s", worker.name, code, worker.wait)


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask the processes to end, wait up to ten seconds, then kill what is left."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("process %s did not end in time and is killed", process.pid)
            process.kill()
            process.wait()


def everything() -> Supervisor:
    """Return the supervisor of a whole portal."""
    return Supervisor(
        workers=[
            Worker(name="web", command=("cong", "web")),
            Worker(name="harvest", command=("cong", "harvest", "run")),
            Worker(name="index", command=("cong", "index", "run")),
        ]
    )


def serve_web(host: str, port: int, workers: int) -> None:
    """Run the web server in this process until SIGTERM."""
    # Short switches keep a cheap page from waiting behind a costly one in the same process.
    sys.setswitchinterval(0.0005)
    Granian(
        "cong.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=32,
        backpressure=4096,
        websockets=False,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        workers_kill_timeout=8,
    ).serve()
