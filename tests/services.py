"""Real services for tests, on free ports, in a folder of their own, stopped by pid."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from cong.config.server import spawn

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
_PATIENCE = 30.0


class Missing(Exception):
    """A service is not installed on this machine."""


def must_have_all() -> bool:
    """Tell whether a missing service is a failure (CI) rather than a skip."""
    return os.environ.get("CONG_REQUIRE") == "all"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server of our own and yield its DATABASE_URL; it ends with this process, however that ends."""
    binaries = _postgres_binaries()
    folder = Path(tempfile.mkdtemp(prefix="cong-pg-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        server, url = _start_postgres(binaries, folder)
        yield url
    finally:
        if server is not None:
            _end(server)
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise Missing("postgresql")
    return found[-1].parent if found else Path(str(on_path)).parent


def _start_postgres(binaries: Path, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    # The server refuses to run as root, so root hands the folder and the process to the user of that name.
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
    data, port = folder / "data", free_port()
    init = [str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "cong", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder, **who)
    options = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1")
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
    for option in options:
        command += ["-c", option]
    with (folder / "log").open("wb") as log:
        server = spawn(command, cwd=folder, stdout=log, stderr=log, **who)
    url = f"postgresql://cong@127.0.0.1:{port}/postgres"
    _wait_for_postgres(server, url, folder / "log")
    return server, url


def _wait_for_postgres(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    _end(server)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """Stop PostgreSQL without waiting for its clients (SIGINT is its fast shutdown)."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
