"""The SQL of the one door: what the database refuses, for SQLite and PostgreSQL. Used by migrations only.

A Release must continue the chain, be of the kind that may follow, name the latest snapshot with its hash,
and stand on a policy for its origin or on two people who did not contribute. An Entry must be, column for
column, the snapshot of its publication's last release.
"""

from __future__ import annotations

from cong.kernel.chain import GENESIS

_TEXT = (
    "kind", "part", "section", "lang", "slug", "title", "summary", "author", "source_name", "source_url", "number",
    "picture", "picture_alt",
)  # fmt: skip
_NUMBER = ("picture_width", "picture_height")

_FOUR_EYES = """
  SELECT 1 FROM publishing_decision a JOIN publishing_decision b ON b.snapshot_id = a.snapshot_id
  WHERE a.snapshot_id = NEW.snapshot_id AND a.step = 'appraise' AND b.step = 'approve'
    AND a.sha256 = NEW.sha256 AND b.sha256 = NEW.sha256 AND a.by_id <> b.by_id
    AND NOT EXISTS (
      SELECT 1 FROM publishing_contributor c JOIN publishing_snapshot s ON s.id = c.snapshot_id
      WHERE s.publication_id = NEW.publication_id AND c.user_id IN (a.by_id, b.by_id)
        AND s.id > coalesce((SELECT max(r.snapshot_id) FROM publishing_release r
                             WHERE r.publication_id = NEW.publication_id AND r.kind <> 'withdraw'), 0))
"""
_LAST_KIND = (
    "(SELECT r.kind FROM publishing_release r WHERE r.publication_id = NEW.publication_id ORDER BY r.id DESC LIMIT 1)"
)
# Each rule: the words people see, and the condition under which the row is refused.
_RELEASE_RULES = {
    "broken chain": (
        f"NEW.prev <> coalesce((SELECT r.hash FROM publishing_release r ORDER BY r.id DESC LIMIT 1), '{GENESIS}') "
        "OR NEW.id <> coalesce((SELECT max(r.id) FROM publishing_release r), 0) + 1"
    ),
    "snapshot and hash do not belong together": (
        "NOT EXISTS (SELECT 1 FROM publishing_snapshot s WHERE s.id = NEW.snapshot_id "
        "AND s.publication_id = NEW.publication_id AND s.sha256 = NEW.sha256)"
    ),
    "only what is public can be withdrawn or corrected, only what is not can be published": (
        f"(NEW.kind = 'publish') = (coalesce({_LAST_KIND}, 'withdraw') <> 'withdraw')"
    ),
    "not the latest snapshot": (
        "NEW.kind <> 'withdraw' AND NEW.snapshot_id <> "
        "(SELECT max(s.id) FROM publishing_snapshot s WHERE s.publication_id = NEW.publication_id)"
    ),
    "the snapshot was rejected": (
        "NEW.kind <> 'withdraw' AND EXISTS (SELECT 1 FROM publishing_decision d "
        "WHERE d.snapshot_id = NEW.snapshot_id AND d.step = 'reject')"
    ),
    "the policy does not cover this": (
        "NEW.policy_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM publishing_policy p "
        "JOIN publishing_publication u ON u.id = NEW.publication_id WHERE p.slug = NEW.policy_id "
        "AND p.origin = u.origin AND p.from_at <= NEW.at AND (p.to_at IS NULL OR p.to_at > NEW.at))"
    ),
    "needs appraisal and approval by two people who did not contribute": (
        f"NEW.policy_id IS NULL AND NEW.kind <> 'withdraw' AND NOT EXISTS ({_FOUR_EYES})"
    ),
}

_DECISION_RULE = (
    "NOT EXISTS (SELECT 1 FROM publishing_snapshot s WHERE s.id = NEW.snapshot_id AND s.sha256 = NEW.sha256)"
)
_NOT_WITHDRAWN = (
    "coalesce((SELECT r.kind FROM publishing_release r WHERE r.publication_id = OLD.id "
    "ORDER BY r.id DESC LIMIT 1), '') <> 'withdraw'"
)


def _entry_rule(columns: str) -> str:
    return f"""
  NOT EXISTS (
  SELECT 1 FROM publishing_release r JOIN publishing_snapshot s ON s.id = r.snapshot_id
  JOIN publishing_publication u ON u.id = r.publication_id
  WHERE r.id = NEW.release_id AND r.publication_id = NEW.id AND u.agency_id = NEW.agency_id AND r.kind <> 'withdraw'
    AND r.id = (SELECT max(x.id) FROM publishing_release x WHERE x.publication_id = NEW.id)
    AND s.sha256 = NEW.sha256 AND s.html = NEW.html AND r.note = NEW.note
    AND ((r.kind = 'publish' AND NEW.released_at = r.at AND NEW.corrected_at IS NULL AND NEW.corrections = 0)
      OR (r.kind = 'correct' AND NEW.corrected_at = r.at AND NEW.corrections > 0))
    AND {columns})"""


def _sqlite_columns() -> str:
    said = [f"json_extract(s.content, '$.{name}') = NEW.{name}" for name in (*_TEXT, *_NUMBER)]
    said.append("json_extract(s.content, '$.agency') = NEW.agency_id")
    said += [
        f"json_extract(s.content, '$.{name}') IS strftime('%Y-%m-%dT%H:%M:%SZ', NEW.{name})"
        for name in ("published_at", "harvested_at")
    ]
    said.append(
        "(SELECT group_concat(value, char(31)) FROM json_each(s.content, '$.tags')) "
        "IS (SELECT group_concat(value, char(31)) FROM json_each(NEW.tags))"
    )
    return "\n    AND ".join(said)


def _postgresql_columns() -> str:
    said = [f"s.content::jsonb ->> '{name}' = NEW.{name}" for name in _TEXT]
    said += [f"(s.content::jsonb ->> '{name}')::int = NEW.{name}" for name in _NUMBER]
    said.append("(s.content::jsonb ->> 'agency')::bigint = NEW.agency_id")
    said += [
        f"""(s.content::jsonb ->> '{name}') IS NOT DISTINCT FROM
        to_char(NEW.{name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
        for name in ("published_at", "harvested_at")
    ]
    said.append("s.content::jsonb -> 'tags' = NEW.tags")
    return "\n    AND ".join(said)


def sqlite() -> str:
    """Return the script for SQLite, statements parted by a line of two hyphens."""
    rules = "".join(
        f" SELECT RAISE(ABORT, 'release: {words}') WHERE {rule};\n" for words, rule in _RELEASE_RULES.items()
    )
    entry = _entry_rule(_sqlite_columns())
    return "\n--\n".join((
        f"CREATE TRIGGER publishing_release_gate BEFORE INSERT ON publishing_release BEGIN\n{rules}END",
        "CREATE TRIGGER publishing_release_clears AFTER INSERT ON publishing_release WHEN NEW.kind = 'withdraw' "
        "BEGIN DELETE FROM entries_entry WHERE id = NEW.publication_id; END",
        "CREATE TRIGGER publishing_decision_gate BEFORE INSERT ON publishing_decision "
        f"BEGIN SELECT RAISE(ABORT, 'decision: not this snapshot') WHERE {_DECISION_RULE}; END",
        f"CREATE TRIGGER entries_entry_gate_insert BEFORE INSERT ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, 'entry: not what was released') WHERE {entry}; END",
        f"CREATE TRIGGER entries_entry_gate_update BEFORE UPDATE ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, 'entry: not what was released') WHERE OLD.id <> NEW.id OR {entry}; END",
        "CREATE TRIGGER entries_entry_gate_delete BEFORE DELETE ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, 'entry: still released') WHERE {_NOT_WITHDRAWN}; END",
    ))  # fmt: skip


SQLITE_UNDO = "\n--\n".join(
    f"DROP TRIGGER {name}"
    for name in (
        "publishing_release_gate", "publishing_release_clears", "publishing_decision_gate",
        "entries_entry_gate_insert", "entries_entry_gate_update", "entries_entry_gate_delete",
    )
)  # fmt: skip


def _refuse(function: str, rules: dict[str, str], *, then: str = "RETURN NEW;") -> str:
    body = "".join(
        f"  IF {rule} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF;\n"
        for words, rule in rules.items()
    )
    return f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n{body}  {then}\nEND $$;\n"


def postgresql() -> str:
    """Return the script for PostgreSQL."""
    each = "FOR EACH ROW EXECUTE FUNCTION"
    release = {f"release: {words}": rule for words, rule in _RELEASE_RULES.items()}
    entry = _entry_rule(_postgresql_columns())
    return (
        _refuse("cong_release_gate", release)
        + f"CREATE TRIGGER publishing_release_gate BEFORE INSERT ON publishing_release {each} cong_release_gate();\n"
        + "CREATE FUNCTION cong_release_clears() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "  DELETE FROM entries_entry WHERE id = NEW.publication_id; RETURN NULL;\nEND $$;\n"
        + "CREATE TRIGGER publishing_release_clears AFTER INSERT ON publishing_release FOR EACH ROW "
        "WHEN (NEW.kind = 'withdraw') EXECUTE FUNCTION cong_release_clears();\n"
        + _refuse("cong_decision_gate", {"decision: not this snapshot": _DECISION_RULE})
        + f"CREATE TRIGGER publishing_decision_gate BEFORE INSERT ON publishing_decision {each} cong_decision_gate();\n"
        + _refuse("cong_entry_gate", {"entry: not what was released": entry})
        + f"CREATE TRIGGER entries_entry_gate BEFORE INSERT OR UPDATE ON entries_entry {each} cong_entry_gate();\n"
        + _refuse("cong_entry_stays", {"entry: still released": _NOT_WITHDRAWN}, then="RETURN OLD;")
        + f"CREATE TRIGGER entries_entry_gate_delete BEFORE DELETE ON entries_entry {each} cong_entry_stays();\n"
        + _refuse("cong_entry_truncate", {"entry: still released": "true"})
        + "CREATE TRIGGER entries_entry_no_truncate BEFORE TRUNCATE ON entries_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION cong_entry_truncate();\n"
    )


POSTGRESQL_UNDO = """
DROP TRIGGER publishing_release_gate ON publishing_release; DROP FUNCTION cong_release_gate();
DROP TRIGGER publishing_release_clears ON publishing_release; DROP FUNCTION cong_release_clears();
DROP TRIGGER publishing_decision_gate ON publishing_decision; DROP FUNCTION cong_decision_gate();
DROP TRIGGER entries_entry_gate ON entries_entry; DROP FUNCTION cong_entry_gate();
DROP TRIGGER entries_entry_gate_delete ON entries_entry; DROP FUNCTION cong_entry_stays();
DROP TRIGGER entries_entry_no_truncate ON entries_entry; DROP FUNCTION cong_entry_truncate();
"""
