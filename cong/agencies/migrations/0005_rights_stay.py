"""The database keeps the history of rights, and nobody holds two roles that exclude each other on one day."""

from __future__ import annotations

from django.db import migrations

from cong.kernel.ledger import Triggers

# What a row says for ever.
_FIXED = ("id", "user_id", "agency_id", "role", "from_on", "deputy_of_id", "reason", "proposed_by_id", "proposed_at")
_END = "'9999-12-31'"


def rewritten(differ: str) -> str:
    """Return the condition under which an UPDATE would rewrite history; `differ` compares with NULL as a value."""
    fixed = " OR ".join(f"OLD.{name} {differ} NEW.{name}" for name in _FIXED)
    confirmation = f"(OLD.confirmed_by_id {differ} NEW.confirmed_by_id OR OLD.confirmed_at {differ} NEW.confirmed_at)"
    return f"""
        {fixed}
        OR (OLD.to_on {differ} NEW.to_on AND (NEW.to_on IS NULL OR NEW.to_on > coalesce(OLD.to_on, {_END})))
        OR (OLD.ended_at {differ} NEW.ended_at AND (NEW.ended_at IS NULL OR NEW.ended_at < OLD.ended_at))
        OR (NEW.is_pending AND (NOT OLD.is_pending OR {confirmation}))
        OR (NOT NEW.is_pending AND NOT OLD.is_pending AND {confirmation})
        OR (OLD.is_pending AND NOT NEW.is_pending AND (NEW.confirmed_by_id IS NULL OR OLD.ended_at IS NOT NULL))
    """


def overlapping(end: str) -> str:
    """Return the condition that another row of the person, in force on a common day, excludes the new one."""
    return f"""
        other.user_id = NEW.user_id AND other.id <> NEW.id
        AND NOT (other.is_pending AND other.ended_at IS NOT NULL)
        AND coalesce(other.to_on, {end}) >= other.from_on
        AND other.from_on <= coalesce(NEW.to_on, {end}) AND NEW.from_on <= coalesce(other.to_on, {end})
        AND ((NEW.role IN ('auditor', 'operator') AND other.role NOT IN (NEW.role, 'agency-admin'))
          OR (other.role IN ('auditor', 'operator') AND NEW.role NOT IN (other.role, 'agency-admin')))
    """


# SQLite knows the new row's number only after the insert.
SQLITE = f"""
CREATE TRIGGER membership_stays BEFORE DELETE ON agencies_membership BEGIN
 SELECT RAISE(ABORT, 'membership: rights history is never deleted');
END
--
CREATE TRIGGER membership_is_not_rewritten BEFORE UPDATE ON agencies_membership BEGIN
 SELECT RAISE(ABORT, 'membership: rights history is never rewritten') WHERE {rewritten("IS NOT")};
END
--
CREATE TRIGGER membership_excludes AFTER INSERT ON agencies_membership BEGIN
 SELECT RAISE(ABORT, 'membership: excluded by another role') FROM agencies_membership other
 WHERE {overlapping(_END)};
END
"""
POSTGRESQL = f"""
CREATE FUNCTION cong_membership_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'membership: rights history is never deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION cong_membership_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {rewritten("IS DISTINCT FROM").replace(_END, f"date {_END}")} THEN
    RAISE EXCEPTION 'membership: rights history is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION cong_membership_excludes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Two grants to one person at the same moment wait for each other.
  PERFORM pg_advisory_xact_lock(5005, (NEW.user_id % 2147483647)::int);
  IF EXISTS (SELECT 1 FROM agencies_membership other WHERE {overlapping(f"date {_END}")}) THEN
    RAISE EXCEPTION 'membership: excluded by another role' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER membership_stays BEFORE DELETE ON agencies_membership
  FOR EACH ROW EXECUTE FUNCTION cong_membership_stays();
CREATE TRIGGER membership_is_not_emptied BEFORE TRUNCATE ON agencies_membership
  FOR EACH STATEMENT EXECUTE FUNCTION cong_membership_stays();
CREATE TRIGGER membership_is_not_rewritten BEFORE UPDATE ON agencies_membership
  FOR EACH ROW EXECUTE FUNCTION cong_membership_is_not_rewritten();
CREATE TRIGGER membership_excludes BEFORE INSERT ON agencies_membership
  FOR EACH ROW EXECUTE FUNCTION cong_membership_excludes();
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0004_dated_grants")]
    operations = [
        Triggers(
            sqlite=SQLITE,
            postgresql=POSTGRESQL,
            undo_sqlite="DROP TRIGGER membership_stays\n--\nDROP TRIGGER membership_is_not_rewritten\n--\n"
            "DROP TRIGGER membership_excludes",
            undo_postgresql="DROP TRIGGER membership_stays ON agencies_membership;"
            "DROP TRIGGER membership_is_not_emptied ON agencies_membership;"
            "DROP TRIGGER membership_is_not_rewritten ON agencies_membership;"
            "DROP TRIGGER membership_excludes ON agencies_membership;"
            "DROP FUNCTION cong_membership_stays(); DROP FUNCTION cong_membership_is_not_rewritten();"
            "DROP FUNCTION cong_membership_excludes();",
        ),
    ]
