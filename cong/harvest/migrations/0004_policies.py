"""The policies under which a person's yes releases a harvested item, and a repeated story gives way to the first."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import migrations


def add(apps, schema_editor):
    policy = apps.get_model("publishing", "Policy")
    since = datetime(2023, 3, 1, tzinfo=UTC)
    for slug, name in (
        ("harvest-reviewed", "Xuất bản tin của nguồn sau khi có người xem"),
        ("harvest-duplicate", "Tự động chuyển bài trùng về bài đã có"),
    ):
        policy.objects.create(slug=slug, name=name, origin="harvest", from_at=since)


class Migration(migrations.Migration):
    dependencies = [("harvest", "0003_stories_pages_and_rests"), ("publishing", "0007_link_states")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
