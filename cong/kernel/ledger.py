"""Database triggers that make a table append-only, on SQLite and PostgreSQL, for use in migrations."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Triggers(Operation):
    """Run one script or the other, by engine; `%` needs no escape."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, *, sqlite: str, postgresql: str, undo_sqlite: str = "", undo_postgresql: str = "") -> None:
        self.sqlite, self.postgresql = sqlite, postgresql
        self.undo_sqlite, self.undo_postgresql = undo_sqlite, undo_postgresql

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: triggers are no part of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _run(schema_editor, sqlite=self.sqlite, postgresql=self.postgresql)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _run(schema_editor, sqlite=self.undo_sqlite, postgresql=self.undo_postgresql)

    def describe(self) -> str:
        return "Triggers that hold what the tables promise"


def _run(schema_editor: BaseDatabaseSchemaEditor, *, sqlite: str, postgresql: str) -> None:
    vendor = schema_editor.connection.vendor
    script = {"sqlite": sqlite, "postgresql": postgresql}[vendor]
    if vendor == "sqlite":
        for statement in script.split("\n--\n"):
            if statement.strip():
                schema_editor.execute(statement, params=None)
    elif script.strip():
        schema_editor.execute(script, params=None)


def append_only(*tables: str) -> Triggers:
    """Refuse UPDATE and DELETE (and TRUNCATE where it exists) on the tables."""
    return Triggers(
        sqlite="\n--\n".join(_sqlite_refusal(table, verb) for table in tables for verb in ("UPDATE", "DELETE")),
        postgresql=_POSTGRES_FUNCTION + "".join(map(_postgres_refusal, tables)),
        undo_sqlite="\n--\n".join(f"DROP TRIGGER {t}_no_{v}" for t in tables for v in ("update", "delete")),
        undo_postgresql="".join(f"DROP TRIGGER {t}_append_only ON {t};" for t in tables),
    )


def _sqlite_refusal(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
    )


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION cong_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""


def _postgres_refusal(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION cong_append_only();\n"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION cong_append_only();\n"
    )
