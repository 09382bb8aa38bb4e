"""Real services for tests, on free ports, in a folder of their own, stopped by pid."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = "/usr/bin/chromium"


class Missing(Exception):
    """A service is not installed on this machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise Missing("postgresql")
    return found[-1] if found else Path(str(on_path)).parent


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server of our own and yield its DATABASE_URL; it is gone afterwards."""
    binaries = _postgres_binaries()
    folder = Path(tempfile.mkdtemp(prefix="cong-pg-"))
    # The server refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port = free_port()
    init = [*as_user, str(binaries / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "cong", "-E", "UTF8"]
    server: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run([*init, "--locale=C.UTF-8"], check=True, capture_output=True)
        run = [*as_user, str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
        quick = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*run, *quick, "-c", "listen_addresses=127.0.0.1"], stderr=log, stdout=log)
        _wait_for(port, server)
        yield f"postgresql://cong@127.0.0.1:{port}/postgres"
    finally:
        if server:
            server.terminate()
            server.wait(15)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.3)
                return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")


def must_have_all() -> bool:
    """Tell whether a missing service is a failure (CI) rather than a skip."""
    return os.environ.get("CONG_REQUIRE") == "all"
