"""The record begins, and the database keeps it append-only and unbroken."""

from __future__ import annotations

from django.db import migrations

from cong.kernel.chain import GENESIS
from cong.kernel.ledger import Triggers, append_only


def begin(apps, schema_editor):
    apps.get_model("journal", "Head").objects.create(name="journal", last_id=0, last_hash=GENESIS)


SQLITE = f"""
CREATE TRIGGER journal_event_chain BEFORE INSERT ON journal_event BEGIN
 SELECT RAISE(ABORT, 'journal: broken chain')
 WHERE NEW.prev IS NOT coalesce((SELECT hash FROM journal_event ORDER BY id DESC LIMIT 1), '{GENESIS}')
    OR NEW.id IS NOT coalesce((SELECT max(id) FROM journal_event), 0) + 1;
END
"""
POSTGRESQL = f"""
CREATE FUNCTION cong_journal_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last journal_event;
BEGIN
  SELECT * INTO last FROM journal_event ORDER BY id DESC LIMIT 1;
  IF NEW.prev IS DISTINCT FROM coalesce(last.hash, '{GENESIS}') OR NEW.id <> coalesce(last.id, 0) + 1 THEN
    RAISE EXCEPTION 'journal: broken chain' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_event_chain BEFORE INSERT ON journal_event FOR EACH ROW EXECUTE FUNCTION cong_journal_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        append_only("journal_event"),
        Triggers(
            sqlite=SQLITE,
            postgresql=POSTGRESQL,
            undo_sqlite="DROP TRIGGER journal_event_chain",
            undo_postgresql="DROP TRIGGER journal_event_chain ON journal_event; DROP FUNCTION cong_journal_chain();",
        ),
    ]
