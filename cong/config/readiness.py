"""What has to be there before a portal can serve: the database, as new as the program, and the static files."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

OK = "ok"


def checks() -> dict[str, str]:
    """Return every check with `ok` or what is wrong with it."""
    return _database() | {"assets": OK if _manifest().exists() else "missing"}


def _database() -> dict[str, str]:
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error:
        return {"database": "unreachable", "migrations": "unknown"}
    return {"database": OK, "migrations": f"{waiting} waiting" if waiting else OK}


def _manifest() -> Path:
    return Path(settings.STATIC_ROOT) / "staticfiles.json"
