"""The one door: the triggers, the ledger's first row, and the policy under which harvested items are released."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import migrations

from cong.kernel.chain import GENESIS
from cong.kernel.ledger import Triggers, append_only
from cong.publishing.migrations import _gates_0002 as gates


def begin(apps, schema_editor):
    apps.get_model("publishing", "Ledger").objects.create(id=1, last_hash=GENESIS)
    policy = apps.get_model("publishing", "Policy")
    since = datetime(2023, 3, 1, tzinfo=UTC)
    for slug, name in (
        ("harvest-auto", "Tự động xuất bản tin của nguồn tin cậy"),
        ("harvest-link-only", "Tự động xuất bản tiêu đề, tóm tắt và đường dẫn"),
        ("harvest-withdraw", "Tự động gỡ khi nguồn đã gỡ"),
    ):
        policy.objects.create(slug=slug, name=name, origin="harvest", from_at=since)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial"), ("entries", "0002_stream"), ("journal", "0002_chain")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        append_only("publishing_snapshot", "publishing_contributor", "publishing_decision", "publishing_release"),
        Triggers(
            sqlite=gates.sqlite(),
            postgresql=gates.postgresql(),
            undo_sqlite=gates.SQLITE_UNDO,
            undo_postgresql=gates.POSTGRESQL_UNDO,
        ),
    ]
