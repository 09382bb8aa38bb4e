"""The SQL of the shelf's compositions: a front page is what was released of it, column for column. For migrations.

A composition is of its own origin: it never stands among the entries, an entry never among the compositions, and no
policy puts one there.
"""

from __future__ import annotations

from cong.publishing import gates

_IS_FRONT = "EXISTS (SELECT 1 FROM publishing_publication u WHERE u.id = {id} AND u.origin = 'frontpage')"
_SAID = ("section", "lang", "front")
_WRONG, _STILL, _AMONG = (
    "front page: not what was released",
    "front page: still released",
    "entry: a composition is none",
)
_BY_POLICY = "release: no policy composes a page"


def _rule(columns: str) -> str:
    return f"""
  NOT EXISTS (
  SELECT 1 FROM publishing_release r JOIN publishing_snapshot s ON s.id = r.snapshot_id
  JOIN publishing_publication u ON u.id = r.publication_id AND u.origin = 'frontpage'
  WHERE r.id = NEW.release_id AND r.publication_id = NEW.id AND r.kind <> 'withdraw'
    AND r.id = (SELECT max(x.id) FROM publishing_release x WHERE x.publication_id = NEW.id)
    AND s.sha256 = NEW.sha256 AND {columns})"""


def _sqlite_rule() -> str:
    said = [f"json_extract(s.content, '$.{name}') = NEW.{_column(name)}" for name in _SAID]
    said.append("json_extract(s.content, '$.expires_at') IS strftime('%Y-%m-%dT%H:%M:%SZ', NEW.expires_at)")
    return _rule("\n    AND ".join(said))


def _postgresql_rule() -> str:
    said = [f"s.content::jsonb ->> '{name}' = NEW.{_column(name)}" for name in _SAID]
    said.append("""(s.content::jsonb ->> 'expires_at') IS NOT DISTINCT FROM
        to_char(NEW.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""")
    return _rule("\n    AND ".join(said))


def _column(name: str) -> str:
    return "composition" if name == "front" else name


def unlike_its_snapshot(vendor: str, row: str) -> str:
    """Return the condition under which a row of the compositions, named `row`, is not what was released."""
    return (_postgresql_rule() if vendor == "postgresql" else _sqlite_rule()).replace("NEW.", f"{row}.")


def _policy_rule() -> str:
    return f"NEW.policy_id IS NOT NULL AND NEW.kind <> 'withdraw' AND {_IS_FRONT.format(id='NEW.publication_id')}"


def sqlite() -> str:
    """Return the script for SQLite, statements parted by a line of two hyphens."""
    rule, among = _sqlite_rule(), _IS_FRONT.format(id="NEW.id")
    return "\n--\n".join((
        f"CREATE TRIGGER publishing_release_front BEFORE INSERT ON publishing_release "
        f"BEGIN SELECT RAISE(ABORT, '{_BY_POLICY}') WHERE {_policy_rule()}; END",
        "CREATE TRIGGER publishing_release_clears_front AFTER INSERT ON publishing_release WHEN NEW.kind = 'withdraw' "
        "BEGIN DELETE FROM entries_frontpage WHERE id = NEW.publication_id; END",
        f"CREATE TRIGGER entries_entry_no_front_insert BEFORE INSERT ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, '{_AMONG}') WHERE {among}; END",
        f"CREATE TRIGGER entries_frontpage_gate_insert BEFORE INSERT ON entries_frontpage "
        f"BEGIN SELECT RAISE(ABORT, '{_WRONG}') WHERE {rule}; END",
        f"CREATE TRIGGER entries_frontpage_gate_update BEFORE UPDATE ON entries_frontpage "
        f"BEGIN SELECT RAISE(ABORT, '{_WRONG}') WHERE OLD.id <> NEW.id OR {rule}; END",
        "CREATE TRIGGER entries_frontpage_gate_delete BEFORE DELETE ON entries_frontpage "
        f"BEGIN SELECT RAISE(ABORT, '{_STILL}') WHERE {gates.NOT_WITHDRAWN}; END",
    ))  # fmt: skip


SQLITE_UNDO = "\n--\n".join(
    f"DROP TRIGGER {name}"
    for name in (
        "publishing_release_front", "publishing_release_clears_front", "entries_entry_no_front_insert",
        "entries_frontpage_gate_insert", "entries_frontpage_gate_update", "entries_frontpage_gate_delete",
    )
)  # fmt: skip


def postgresql() -> str:
    """Return the script for PostgreSQL."""
    each = "FOR EACH ROW EXECUTE FUNCTION"
    return (
        gates.refuse("cong_release_front", {_BY_POLICY: _policy_rule()})
        + f"CREATE TRIGGER publishing_release_front BEFORE INSERT ON publishing_release {each} cong_release_front();\n"
        + "CREATE FUNCTION cong_release_clears_front() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "  DELETE FROM entries_frontpage WHERE id = NEW.publication_id; RETURN NULL;\nEND $$;\n"
        + "CREATE TRIGGER publishing_release_clears_front AFTER INSERT ON publishing_release FOR EACH ROW "
        "WHEN (NEW.kind = 'withdraw') EXECUTE FUNCTION cong_release_clears_front();\n"
        + gates.refuse("cong_entry_no_front", {_AMONG: _IS_FRONT.format(id="NEW.id")})
        + f"CREATE TRIGGER entries_entry_no_front BEFORE INSERT ON entries_entry {each} cong_entry_no_front();\n"
        + gates.refuse("cong_front_gate", {_WRONG: _postgresql_rule()})
        + f"CREATE TRIGGER entries_frontpage_gate BEFORE INSERT OR UPDATE ON entries_frontpage {each} "
        "cong_front_gate();\n"
        + gates.refuse("cong_front_stays", {_STILL: gates.NOT_WITHDRAWN}, then="RETURN OLD;")
        + f"CREATE TRIGGER entries_frontpage_gate_delete BEFORE DELETE ON entries_frontpage {each} "
        "cong_front_stays();\n"
        + gates.refuse("cong_front_truncate", {_STILL: "true"})
        + "CREATE TRIGGER entries_frontpage_no_truncate BEFORE TRUNCATE ON entries_frontpage "
        "FOR EACH STATEMENT EXECUTE FUNCTION cong_front_truncate();\n"
    )


POSTGRESQL_UNDO = """
DROP TRIGGER publishing_release_front ON publishing_release; DROP FUNCTION cong_release_front();
DROP TRIGGER publishing_release_clears_front ON publishing_release; DROP FUNCTION cong_release_clears_front();
DROP TRIGGER entries_entry_no_front ON entries_entry; DROP FUNCTION cong_entry_no_front();
DROP TRIGGER entries_frontpage_gate ON entries_frontpage; DROP FUNCTION cong_front_gate();
DROP TRIGGER entries_frontpage_gate_delete ON entries_frontpage; DROP FUNCTION cong_front_stays();
DROP TRIGGER entries_frontpage_no_truncate ON entries_frontpage; DROP FUNCTION cong_front_truncate();
"""
