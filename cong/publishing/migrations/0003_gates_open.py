"""The gates of 0002 are taken away, so that the tables below them can change; 0004 puts up the new ones."""

from __future__ import annotations

from django.db import migrations

from cong.kernel.ledger import Triggers, append_only
from cong.publishing.migrations import _gates_0002

_CHANGING = ("publishing_decision", "publishing_release")
_LEDGER = append_only(*_CHANGING)
_NO_TRUNCATE = "".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in _CHANGING)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0002_gates")]
    operations = [
        Triggers(
            sqlite=f"{_gates_0002.SQLITE_UNDO}\n--\n{_LEDGER.undo_sqlite}",
            postgresql=f"{_gates_0002.POSTGRESQL_UNDO}{_LEDGER.undo_postgresql}{_NO_TRUNCATE}",
            undo_sqlite=f"{_gates_0002.sqlite()}\n--\n{_LEDGER.sqlite}",
            undo_postgresql=f"{_gates_0002.postgresql()}{_LEDGER.postgresql}",
        ),
    ]
