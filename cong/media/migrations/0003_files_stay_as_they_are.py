"""The bytes that a row names never change, and a file that a snapshot needs cannot go."""

from __future__ import annotations

from django.db import migrations

from cong.kernel.ledger import Triggers, append_only

SQLITE = """
CREATE TRIGGER media_file_no_update BEFORE UPDATE ON media_file
BEGIN SELECT RAISE(ABORT, 'files never change: media_file'); END
"""

POSTGRESQL = """
CREATE FUNCTION cong_media_file_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'files never change: media_file' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER media_file_no_update BEFORE UPDATE ON media_file
FOR EACH ROW EXECUTE FUNCTION cong_media_file_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("media", "0002_assets")]

    operations = [
        Triggers(
            sqlite=SQLITE,
            postgresql=POSTGRESQL,
            undo_sqlite="DROP TRIGGER media_file_no_update",
            undo_postgresql="DROP TRIGGER media_file_no_update ON media_file; DROP FUNCTION cong_media_file_fixed();",
        ),
        append_only("media_pin"),
    ]
