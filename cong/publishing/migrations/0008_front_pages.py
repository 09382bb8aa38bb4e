"""Compositions of pages: an origin of their own, the policy that ends them, and the gates of their shelf."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import migrations, models

from cong.kernel.ledger import Triggers
from cong.publishing import front_gates

_ORIGINS = [("harvest", "Thu từ nguồn"), ("newsroom", "Ban biên tập"), ("frontpage", "Trang bìa")]
_SLUG = "front-expiry"


def add(apps, schema_editor):
    policy = apps.get_model("publishing", "Policy")
    since = datetime(2023, 3, 1, tzinfo=UTC)
    policy.objects.create(slug=_SLUG, name="Tự động gỡ bố cục trang khi hết hạn", origin="frontpage", from_at=since)


def remove(apps, schema_editor):
    apps.get_model("publishing", "Policy").objects.filter(slug=_SLUG).delete()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0007_link_states"), ("entries", "0006_front_pages")]
    operations = [
        migrations.AlterField("policy", "origin", models.CharField(choices=_ORIGINS, max_length=20)),
        migrations.AlterField("publication", "origin", models.CharField(choices=_ORIGINS, max_length=20)),
        migrations.RunPython(add, remove),
        Triggers(
            sqlite=front_gates.sqlite(),
            postgresql=front_gates.postgresql(),
            undo_sqlite=front_gates.SQLITE_UNDO,
            undo_postgresql=front_gates.POSTGRESQL_UNDO,
        ),
    ]
