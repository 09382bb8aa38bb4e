"""Revisions of harvested items are never changed or deleted."""

from __future__ import annotations

from django.db import migrations

from cong.kernel.ledger import append_only


class Migration(migrations.Migration):
    dependencies = [("harvest", "0001_initial")]
    operations = [append_only("harvest_itemrevision")]
