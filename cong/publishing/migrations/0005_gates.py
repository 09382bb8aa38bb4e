"""The gates of the strict process, and the two policies that may take the newsroom's things down."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import migrations

from cong.kernel.ledger import Triggers, append_only
from cong.publishing import gates

_CHANGED = ("publishing_decision", "publishing_release")
_LEDGER = append_only(*_CHANGED)
_NO_TRUNCATE = "".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in _CHANGED)
_POLICIES = (
    ("expiry", "Tự động gỡ khi hết hạn"),
    ("emergency-timeout", "Tự động gỡ bài xuất bản khẩn không được duyệt kịp"),
)


def add(apps, schema_editor):
    policy = apps.get_model("publishing", "Policy")
    for slug, name in _POLICIES:
        policy.objects.create(slug=slug, name=name, origin="newsroom", from_at=datetime(2023, 3, 1, tzinfo=UTC))


def remove(apps, schema_editor):
    apps.get_model("publishing", "Policy").objects.filter(slug__in=[slug for slug, _ in _POLICIES]).delete()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_dockets")]
    operations = [
        migrations.RunPython(add, remove),
        Triggers(
            sqlite=f"{gates.sqlite()}\n--\n{_LEDGER.sqlite}",
            postgresql=f"{gates.postgresql()}{_LEDGER.postgresql}",
            undo_sqlite=f"{gates.SQLITE_UNDO}\n--\n{_LEDGER.undo_sqlite}",
            undo_postgresql=f"{gates.POSTGRESQL_UNDO}{_LEDGER.undo_postgresql}{_NO_TRUNCATE}",
        ),
    ]
