"""What the delivery benchmark runs: a portal with entries, nginx beside it, and what CPU each of them takes."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cong.config.server import spawn
from tests.services import free_port

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
# The load on the last processor, the servers on all others: they must not take time from each other.
CLIENT_CPU = (os.cpu_count() or 1) - 1
SERVER_CPUS = set(range(max(1, CLIENT_CPU)))


@dataclass(frozen=True, kw_only=True)
class Serving:
    """A server under measurement: its process with all below it is what costs."""

    name: str
    address: str
    pid: int


def environment(folder: str, **given: str) -> dict[str, str]:
    """Return the environment of a portal in a folder."""
    return os.environ | {
        "DATA_DIR": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "cong.config.settings",
        "HARVEST_PICTURES": "no", "PYTHONHASHSEED": "0",
    } | given  # fmt: skip


@contextmanager
def shelf(entries: int) -> Iterator[str]:
    """Make a portal's folder with so many entries; one in BENCH_FOLDER is used again, whatever it holds."""
    kept = os.environ.get("BENCH_FOLDER")
    folder = kept or tempfile.mkdtemp(prefix="cong-delivery-")
    try:
        if not (Path(folder) / "cong.sqlite3").exists():
            python("cong", "setup", environ=environment(folder))
            python("bench.delivery_shelf", str(entries), environ=environment(folder))
        yield folder
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def python(*command: str, environ: dict[str, str]) -> str:
    """Run a module to its end and return what it printed."""
    done = subprocess.run([sys.executable, "-m", *command], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def portal(
    folder: str, *, workers: int = 1, module: str = "cong", verb: str = "web", **given: str
) -> Iterator[Serving]:
    """Run the portal's web server."""
    port = free_port()
    environ = environment(folder, HOST="127.0.0.1", PORT=str(port), WEB_WORKERS=str(workers), **given)
    with (Path(folder) / "web.log").open("ab") as log:
        process = spawn([sys.executable, "-m", module, verb], env=environ, stdout=log, stderr=log)
    try:
        os.sched_setaffinity(process.pid, SERVER_CPUS)
        wait_for(port)
        yield Serving(name="cong", address=f"127.0.0.1:{port}", pid=process.pid)
    finally:
        process.terminate()
        process.wait()


_CONFIG = """\
daemon off; worker_processes {workers}; pid {folder}/pid; error_log {folder}/error.log crit; worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; server_tokens off; etag on;
  open_file_cache max=100; open_file_cache_valid 60s; types {{ text/html html; }} charset utf-8;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}/www; gzip_static always; {headers} }}
}}
"""


@contextmanager
def nginx(page: bytes, headers: Sequence[tuple[str, str]], *, workers: int = 1) -> Iterator[Serving]:
    """Run nginx with one compressed page: the same bytes and headers as the portal's, from an open file."""
    folder, port = tempfile.mkdtemp(prefix="cong-nginx-"), free_port()
    www = Path(folder) / "www"
    www.mkdir()
    (www / "page.html.gz").write_bytes(page)
    added = " ".join(f'add_header {name} "{value}";' for name, value in headers)
    text = _CONFIG.format(folder=folder, port=port, workers=workers, headers=added)
    (Path(folder) / "nginx.conf").write_text(text)
    for path in (Path(folder), www, www / "page.html.gz"):
        path.chmod(0o755)
    process = spawn([NGINX, "-c", f"{folder}/nginx.conf", "-p", folder])
    try:
        os.sched_setaffinity(process.pid, SERVER_CPUS)
        wait_for(port, "/page.html")
        yield Serving(name="nginx", address=f"127.0.0.1:{port}", pid=process.pid)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int, path: str = "/healthz", patience: float = 180) -> None:
    """Return when somebody answers there."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            get(f"127.0.0.1:{port}", path)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nobody answers on port {port}")


def get(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask once and return status, headers (small letters) and body as sent."""
    host, _, port = address.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def load(
    serving: Serving, *paths: str, seconds: float, connections: int = 32, headers: Sequence[str] = (), status: int = 200
) -> dict[str, Any]:
    """Load a server from a process of its own, and return what that found with `cpu_us` an answer of the server's."""
    given = [f"--header={header}" for header in headers]
    before = cpu(serving.pid)
    said = python(
        "bench.delivery_load", serving.address, str(seconds), str(connections), *paths, *given,
        f"--status={status}", f"--cpu={CLIENT_CPU}", environ=dict(os.environ),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(said)
    if found["errors"] or not found["answers"]:
        raise RuntimeError(f"{serving.name}: {found}")
    return found | {"cpu_us": (cpu(serving.pid) - before) / found["answers"] * 1e6}


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process and all below it have taken, user and system."""
    return sum(_own(one) for one in [pid, *_below(pid)])


def _own(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


def _below(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = [int(one) for one in (task / "children").read_text().split()]
        except OSError:
            continue
        found += [one for child in children for one in (child, *_below(child))]
    return found
