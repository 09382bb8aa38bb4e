from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from cong.config.database import database


def test_without_an_address_the_database_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert database("", tmp_path)["NAME"] == tmp_path / "cong.sqlite3"


def test_a_sqlite_address_names_the_file(tmp_path: Path) -> None:
    assert database("sqlite:///srv/c%C3%B4ng.db", tmp_path)["NAME"] == Path("/srv/công.db")


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    found = database("postgresql://c%40ng:p%3Aw@db.vidu.vn:5433/cong", tmp_path)

    assert [found[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "c@ng", "p:w", "db.vidu.vn", "5433", "cong",
    ]  # fmt: skip


def test_a_socket_folder_is_given_in_the_query(tmp_path: Path) -> None:
    assert database("postgresql://cong@/cong?host=/run/postgresql", tmp_path)["HOST"] == "/run/postgresql"


def test_an_unknown_database_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"mysql.*postgresql"):
        database("mysql://root@localhost/cong", tmp_path)


@pytest.mark.django_db
def test_sqlite_keeps_what_the_ledger_stands_on() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a promise of the SQLite settings")
    with connection.cursor() as cursor:
        held = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("recursive_triggers", "foreign_keys", "busy_timeout")
        }

    assert held == {"recursive_triggers": 1, "foreign_keys": 1, "busy_timeout": 20_000}
