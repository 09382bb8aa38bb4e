"""What all tests share: static assets made once, a closed network, scratch databases for what must really commit."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from tests.services import CHROMIUM, must_have_all

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _assets() -> None:
    """Make what `cong assets` makes, once for all workers."""
    done = Path(settings.DATA_DIR) / "assets-made"
    if not done.exists():
        call_command("assets", verbosity=0)
        done.touch()


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not (host.startswith("127.") or host in ("::1", "localhost")):
            raise OSError(f"tests reach no network: {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _chromium(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("browser") and not Path(CHROMIUM).exists():
        if must_have_all():
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")


@dataclass
class Scratch:
    """A migrated database of its own, outside the test's transaction, and `cong` run against it."""

    url: str
    data_dir: Path
    environ: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cong", *command],
            env=self.environ, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cong", *command],
            env=self.environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.started.append(process)
        return process

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("sqlite"):
            with sqlite3.connect(urlsplit(self.url).path, timeout=20) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def scratch_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scratch]:
    given = os.environ.get("DATABASE_URL", "")
    name = f"scratch_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    if given.startswith("postgresql"):
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        url = urlsplit(given)._replace(path=f"/{name}").geturl()
    else:
        url = f"sqlite://{tmp_path / 'scratch.sqlite3'}"
    environ = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "data"), "HARVEST_LOOPBACK": "yes"}
    scratch = Scratch(url=url, data_dir=tmp_path / "data", environ=environ)
    made = scratch.run("migrate", "-v0")
    assert made.returncode == 0, made.stderr
    try:
        yield scratch
    finally:
        for process in scratch.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        if given.startswith("postgresql"):
            with psycopg.connect(given, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
