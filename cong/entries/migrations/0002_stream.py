"""The stream that followers read begins at number 1."""

from __future__ import annotations

from django.db import migrations


def begin(apps, schema_editor):
    apps.get_model("entries", "Stream").objects.create(name="entries", last_seq=0)


class Migration(migrations.Migration):
    dependencies = [("entries", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
