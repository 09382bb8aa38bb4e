"""What the tables promise is kept by the database itself, on both engines."""

from __future__ import annotations

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from cong.kernel.ledger import Triggers

_APPEND_ONLY = {"publishing_snapshot", "publishing_decision", "publishing_release", "journal_event"}


def _operations() -> list[tuple[str, Operation]]:
    loader = MigrationLoader(None)
    return [
        (f"{app}.{name}", operation)
        for (app, name), migration in loader.disk_migrations.items()
        if migration.__module__.startswith("cong.")
        for operation in migration.operations
    ]


def test_triggers_are_written_for_both_engines_and_can_be_undone() -> None:
    scripts = [(name, one) for name, one in _operations() if isinstance(one, Triggers)]

    assert scripts
    for name, one in scripts:
        assert one.sqlite.strip(), name
        assert one.postgresql.strip(), name
        assert one.undo_sqlite.strip(), name
        assert one.undo_postgresql.strip(), name


def test_no_migration_speaks_the_language_of_one_engine_alone() -> None:
    assert [name for name, one in _operations() if isinstance(one, migrations.RunSQL)] == []


@pytest.mark.django_db
def test_the_ledgers_tables_are_guarded_in_this_database() -> None:
    guarded = {table for table in _APPEND_ONLY if _guards(table) >= 2}

    assert guarded == _APPEND_ONLY


def _guards(table: str) -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s "
                "AND (name LIKE '%%_no_update' OR name LIKE '%%_no_delete')",
                [table],
            )
        else:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal "
                "AND tgenabled <> 'D' AND (tgname LIKE '%%_append_only' OR tgname LIKE '%%_no_truncate')",
                [table],
            )
        return int(cursor.fetchone()[0])
