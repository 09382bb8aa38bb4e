"""One supervisor, several processes: web, harvest, index, release, work, mirror. A fallen one is started again."""

from __future__ import annotations

import ctypes
import errno
import gc
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
from functools import partial
from typing import Any

from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

logger = logging.getLogger("cong.server")

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
# All is over within ten seconds: the web server gives its answers six, the supervisor gives its children eight.
_GRACE, _WEB_GRACE = 8.0, 6
_TICK = 0.2
_TROUBLE = {
    errno.EADDRINUSE: "đang có chương trình khác dùng; hãy dừng chương trình ấy hoặc chọn cổng khác, ví dụ PORT={next}",
    errno.EACCES: "cần quyền quản trị; hãy chọn cổng từ 1024 trở lên, ví dụ PORT=8000",
    errno.EADDRNOTAVAIL: "không mở được vì máy này không có địa chỉ ấy; hãy sửa HOST, ví dụ HOST=127.0.0.1",
}


class CannotListen(Exception):
    """The address cannot be listened on; the words say why and what to do."""


def check_port(host: str, port: int) -> None:
    """Raise CannotListen when a server could not be opened there now."""
    if not 0 < port < 65_536:
        raise CannotListen(f"Cổng mạng {port} không có thật; hãy chọn số từ 1 đến 65535, ví dụ PORT=8000.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            trouble = _TROUBLE.get(error.errno or 0, f"không mở được ({error.strerror})")
            raise CannotListen(f"Cổng mạng {port} ở {host} {trouble.format(next=port % 65_535 + 1)}.") from error


def spawn(command: Sequence[str], **given: Any) -> subprocess.Popen[bytes]:
    """Start a child that ends (SIGTERM) when this process ends, however that ends, and gets no Ctrl-C of its own.

    Call it from a thread that lives as long as the process: the kernel watches the thread, not the process.
    """
    # One system call and no lock between fork and exec, so the danger that the linter speaks of is not there.
    tied = partial(die_with_parent, os.getpid())
    return subprocess.Popen(command, preexec_fn=tied, process_group=0, **given)  # noqa: PLW1509


def environment(**changes: str) -> dict[str, str]:
    """Return the environment that children get: ours, with changes."""
    return dict(os.environ) | changes


def start(command: Sequence[str], environ: Mapping[str, str], **given: Any) -> subprocess.Popen[bytes]:
    """Start `python -m COMMAND…` as a child that cannot be orphaned."""
    return spawn([sys.executable, "-m", *command], env=dict(environ), **given)


def die_with_parent(parent: int, sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this process `sign` when its parent ends (Linux; elsewhere nothing is promised)."""
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:
            os._exit(1)


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask the children to end, wait eight seconds for all of them, then kill what is left with its own children."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("process %s did not end in time and is killed", process.pid)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@dataclass
class Worker:
    """A process that has to be there, started by `python -m COMMAND…`."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait: float = 0.0


@dataclass
class Supervisor:
    """Keeps its workers running until told to stop."""

    workers: Sequence[Worker]
    environ: Mapping[str, str] = field(default_factory=environment)
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        """Make `run` come to its end; also serves as a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT, then end every worker within ten seconds."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self.stop)
        try:
            while not self._stopping.is_set():
                self.tend()
                self._stopping.wait(_TICK)
        finally:
            end([worker.process for worker in self.workers if worker.process is not None])

    def tend(self) -> None:
        """Look once at every worker: start what should run and does not, after its wait."""
        for worker in self.workers:
            self._tend(worker)

    def _tend(self, worker: Worker) -> None:
        now = self.clock()
        if worker.process is None:
            if now >= worker.start_at:
                worker.process, worker.started_at = start(worker.command, self.environ), now
                logger.info("%s runs as process %s", worker.name, worker.process.pid)
            return
        code = worker.process.poll()
        if code is None:
            return
        lived = now - worker.started_at
        worker.wait = _FIRST_WAIT if lived > _LONGEST_WAIT or not worker.wait else min(worker.wait * 2, _LONGEST_WAIT)
        worker.process, worker.start_at = None, now + worker.wait
        logger.warning("%s ended (code %s) after %.0f s, starts again in %.0f s", worker.name, code, lived, worker.wait)


def everything(environ: Mapping[str, str], *, read_only: bool = False) -> Supervisor:
    """Return the supervisor of a whole portal; of a read-only one without those who write."""
    readers = [
        Worker(name="web", command=("cong", "web")),
        Worker(name="index", command=("cong", "index", "run")),
        Worker(name="mirror", command=("cong", "mirror", "run")),
    ]
    writers = [
        Worker(name="harvest", command=("cong", "harvest", "run")),
        Worker(name="release", command=("cong", "release", "run")),
        Worker(name="work", command=("cong", "work")),
    ]
    return Supervisor(workers=readers if read_only else [*readers, *writers], environ=environ)


def serve_web(host: str, port: int, workers: int, *, target: str = "cong.config.wsgi.application") -> None:
    """Run the web server in this process until SIGTERM."""
    server = Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=32,
        backpressure=4096,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_WEB_GRACE,
    )
    server.serve(target_loader=partial(_application, os.getpid()))


def _application(parent: int, target: str) -> Any:
    """Prepare a web process, forked from `parent`, and return the application it runs."""
    # A web process holds nothing worth saving; without this it would keep the port when its parent is killed.
    die_with_parent(parent, signal.SIGKILL)
    # Short switches keep a cheap page from waiting behind a costly one in the same process.
    sys.setswitchinterval(0.0005)
    application = import_string(target)
    # What was loaded stays: the collector need not walk through it again and again while readers wait.
    gc.freeze()
    return application
