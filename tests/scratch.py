"""Migrated databases outside the test's transaction, for what must really commit, and `cong` run against them.

The ledger refuses DELETE and TRUNCATE, so a database that was committed to cannot be emptied: it is thrown away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from cong.config.server import start
from cong.design import fonts, marks
from tests.kept import ROOT as ROOT
from tests.kept import kept

SHARED = Path(os.environ["CONG_TEST_DIR"])
_MADE = [*(fonts.file_name(weight) for weight in fonts.WEIGHTS), *(icon.name for icon in marks.ICONS)]
ASSETS = ("static", "assets", *(f".{name}.stamp" for name in _MADE))
_GIVEN = os.environ.get("DATABASE_URL", "")
ON_POSTGRESQL = _GIVEN.startswith("postgres")
_TEMPLATE = f"template_{SHARED.name.rsplit('-', 1)[-1]}"


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """A migrated database and a data folder of its own; what was started is killed, by pid, when the test ends."""

    url: str
    data_dir: Path
    environ: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *command: str, timeout: float = 120, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run `cong COMMAND…` to its end; keywords are further environment variables."""
        return subprocess.run(
            [sys.executable, "-m", "cong", *command],
            env=self.environ | environ, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    def start(self, *command: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start `cong COMMAND…` and go on; what it says is in `log()`."""
        with self._log.open("ab") as log:
            process = start(("cong", *command), self.environ | environ, cwd=ROOT, stdout=log, stderr=log)
        self.started.append(process)
        return process

    @property
    def _log(self) -> Path:
        return self.data_dir / "started.log"

    def log(self) -> str:
        """Return all that started processes have said so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def query(self, sql: LiteralString) -> list[tuple[Any, ...]]:
        """Read the scratch database without Django."""
        if not ON_POSTGRESQL:
            connection = sqlite3.connect(urlsplit(self.url).path, timeout=20)
            try:
                return connection.execute(sql).fetchall()
            finally:
                connection.close()
        with psycopg.connect(self.url) as server:
            return server.execute(sql).fetchall()

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """Make a scratch database in `folder` (SQLite) or beside the given one (PostgreSQL)."""
    data = folder / "data"
    data.mkdir()
    # With the stamps: without them `cong setup` would make the shared ones anew under everybody's feet.
    for made in ASSETS:
        (data / made).symlink_to(SHARED / made)
    name = f"scratch_{os.getpid()}_{folder.name.replace('-', '_')[-24:]}".lower()
    url = _beside(name) if ON_POSTGRESQL else f"sqlite://{folder / 'scratch.sqlite3'}"
    if ON_POSTGRESQL:
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{postgresql_template()}"')
    else:
        shutil.copyfile(sqlite_template(), folder / "scratch.sqlite3")
    environ = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(data), "HARVEST_LOOPBACK": "yes"}
    made_one = Scratch(url=url, data_dir=data, environ=environ)
    try:
        yield made_one
    finally:
        made_one.end()
        if ON_POSTGRESQL:
            _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def once(name: str, make: Callable[[], object]) -> None:
    """Call `make` in whichever worker comes first; the others wait until it is done."""
    with (SHARED / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = SHARED / f"{name}.done"
        if not done.exists():
            make()
            done.touch()


def drop_template() -> None:
    """Take the template away from a server that outlives the tests."""
    if ON_POSTGRESQL:
        _on_server(f'DROP DATABASE IF EXISTS "{_TEMPLATE}" WITH (FORCE)')


@contextmanager
def database_for(worker: str) -> Iterator[None]:
    """Point Django at a copy of the migrated database for the tests of one worker."""
    given = connection.settings_dict["NAME"]
    connection.close()
    name = f"test_{os.getpid()}_{worker}" if ON_POSTGRESQL else "file:cong-tests?mode=memory&cache=shared"
    if ON_POSTGRESQL:
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{postgresql_template()}"')
    connection.settings_dict["NAME"] = name
    if not ON_POSTGRESQL:
        connection.ensure_connection()
        source = sqlite3.connect(sqlite_template())
        source.backup(connection.connection)
        source.close()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
        if ON_POSTGRESQL:
            _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def sqlite_template() -> Path:
    """Return a migrated SQLite database to copy; made anew only when a migration or a library changes."""
    return kept("template", _migrated_by(), lambda path: _migrate(f"sqlite://{path}"))


def postgresql_template() -> str:
    """Return the name of a migrated database on the given server, made once for all workers."""
    once("template", _make_on_server)
    return _TEMPLATE


def _make_on_server() -> None:
    drop_template()
    _on_server(f'CREATE DATABASE "{_TEMPLATE}"')
    _migrate(_beside(_TEMPLATE))


def _migrate(url: str) -> None:
    command = [sys.executable, "-m", "cong", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, cwd=ROOT, check=True)


def _migrated_by() -> list[Path]:
    rooms = ROOT / "cong"
    # Migrations take their SQL and their choices from here.
    said = [rooms / "publishing" / "gates.py", rooms / "publishing" / "process.py", rooms / "kernel" / "ledger.py"]
    return [*rooms.glob("*/migrations/*.py"), *said, rooms / "config" / "settings.py", ROOT / "requirements.txt"]


def _beside(name: str) -> str:
    return urlsplit(_GIVEN)._replace(path=f"/{name}").geturl()


def _on_server(sql: str) -> None:
    with psycopg.connect(_GIVEN, autocommit=True) as server:
        server.execute(sql)
