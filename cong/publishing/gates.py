"""The SQL of the one door: what the database refuses, for SQLite and PostgreSQL. Used by migrations only.

A Release must continue the chain, be of the kind that may follow, name the latest snapshot with its hash, and
stand on a policy for its origin or on people: two who judged it and did not contribute, a secrecy officer where
the content asks for one, or the two keys of an emergency. An Entry must be, column for column, the snapshot of
its publication's last release. A Decision is never by one who contributed.
"""

from __future__ import annotations

from cong.kernel.chain import GENESIS
from cong.publishing.process import JUDGEMENT_LASTS, KEYS_APART

_TEXT = (
    "kind", "part", "section", "lang", "slug", "title", "summary", "author", "source_name", "source_url", "number",
    "picture", "picture_alt",
)  # fmt: skip
_NUMBER = ("picture_width", "picture_height")
_MOMENT = ("harvested_at", "expires_at")
# Clocks of two processes differ a little.
_SLACK = 60

_LAST_KIND = (
    "(SELECT r.kind FROM publishing_release r WHERE r.publication_id = NEW.publication_id ORDER BY r.id DESC LIMIT 1)"
)
_JUDGED = f"BETWEEN -{_SLACK} AND {int(JUDGEMENT_LASTS.total_seconds())}"
_KEYED = f"BETWEEN -{_SLACK} AND {int(KEYS_APART.total_seconds())}"
_PUTS = "NEW.kind <> 'withdraw'"


def _contributed(people: str, publication: str = "NEW.publication_id") -> str:
    """One of the people worked on a snapshot since the last release."""
    return f"""EXISTS (
      SELECT 1 FROM publishing_contributor c JOIN publishing_snapshot w ON w.id = c.snapshot_id
      WHERE w.publication_id = {publication} AND c.user_id IN ({people})
        AND w.id > coalesce((SELECT max(x.snapshot_id) FROM publishing_release x
                             WHERE x.publication_id = {publication} AND x.kind <> 'withdraw'), 0))"""


class _SQLite:
    """How SQLite says it."""

    false = "0"

    @staticmethod
    def seconds(later: str, earlier: str) -> str:
        return f"(strftime('%s', {later}) - strftime('%s', {earlier}))"

    @staticmethod
    def says(key: str) -> str:
        return f"json_extract(s.content, '$.{key}') = 1"

    @staticmethod
    def is_later(key: str, at: str) -> str:
        return f"json_extract(s.content, '$.{key}') > strftime('%Y-%m-%dT%H:%M:%SZ', {at})"

    @staticmethod
    def columns() -> str:
        said = [f"json_extract(s.content, '$.{name}') = NEW.{name}" for name in (*_TEXT, *_NUMBER)]
        said.append("json_extract(s.content, '$.agency') = NEW.agency_id")
        said += [
            f"json_extract(s.content, '$.{name}') IS strftime('%Y-%m-%dT%H:%M:%SZ', NEW.{name})" for name in _MOMENT
        ]
        said.append(
            "coalesce(json_extract(s.content, '$.published_at'), strftime('%Y-%m-%dT%H:%M:%SZ', NEW.released_at)) "
            "= strftime('%Y-%m-%dT%H:%M:%SZ', NEW.published_at)"
        )
        said += [f"json_extract(s.content, '$.{name}') IS NEW.{name}" for name in ("event_on", "translation_of")]
        said.append(
            "(SELECT group_concat(value, char(31)) FROM json_each(s.content, '$.tags')) "
            "IS (SELECT group_concat(value, char(31)) FROM json_each(NEW.tags))"
        )
        said.append("coalesce(json_extract(s.content, '$.media'), '[]') = json(NEW.media)")
        return "\n    AND ".join(said)


class _PostgreSQL:
    """How PostgreSQL says it."""

    false = "false"

    @staticmethod
    def seconds(later: str, earlier: str) -> str:
        return f"extract(epoch FROM {later} - {earlier})"

    @staticmethod
    def says(key: str) -> str:
        return f"(s.content::jsonb ->> '{key}') = 'true'"

    @staticmethod
    def is_later(key: str, at: str) -> str:
        return f"(s.content::jsonb ->> '{key}')::timestamptz > {at}"

    @staticmethod
    def columns() -> str:
        said = [f"j.c ->> '{name}' = NEW.{name}" for name in _TEXT]
        said += [f"(j.c ->> '{name}')::int = NEW.{name}" for name in _NUMBER]
        said.append("(j.c ->> 'agency')::bigint = NEW.agency_id")
        said += [
            f"""(j.c ->> '{name}') IS NOT DISTINCT FROM
        to_char(NEW.{name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
            for name in _MOMENT
        ]
        said.append(
            """coalesce((j.c ->> 'published_at')::timestamptz, date_trunc('second', NEW.released_at))
        = NEW.published_at"""
        )
        said += [f"(j.c ->> '{name}') IS NOT DISTINCT FROM NEW.{name}::text" for name in ("event_on", "translation_of")]
        said.append("j.c -> 'tags' = NEW.tags")
        said.append("coalesce(j.c -> 'media', '[]'::jsonb) = NEW.media")
        return "\n    AND ".join(said)


_Engine = type[_SQLite] | type[_PostgreSQL]


def _four_eyes(engine: _Engine) -> str:
    return f"""
  SELECT 1 FROM publishing_decision a JOIN publishing_decision b ON b.snapshot_id = a.snapshot_id
  WHERE a.snapshot_id = NEW.snapshot_id AND a.step = 'appraise' AND b.step = 'approve'
    AND a.sha256 = NEW.sha256 AND b.sha256 = NEW.sha256 AND a.by_id <> b.by_id
    AND {engine.seconds("NEW.at", "a.at")} {_JUDGED} AND {engine.seconds("NEW.at", "b.at")} {_JUDGED}
    AND NOT {_contributed("a.by_id, b.by_id")}"""


def _two_keys(engine: _Engine) -> str:
    return f"""
  SELECT 1 FROM publishing_decision a JOIN publishing_decision b ON b.snapshot_id = a.snapshot_id
  WHERE a.snapshot_id = NEW.snapshot_id AND a.step = 'emergency' AND b.step = 'emergency'
    AND a.sha256 = NEW.sha256 AND b.sha256 = NEW.sha256 AND a.by_id <> b.by_id
    AND {engine.seconds("b.at", "a.at")} BETWEEN 0 AND {int(KEYS_APART.total_seconds())}
    AND {engine.seconds("NEW.at", "a.at")} {_KEYED} AND {engine.seconds("NEW.at", "b.at")} {_KEYED}
    AND NOT {_contributed("a.by_id, b.by_id")}"""


def _cleared(engine: _Engine) -> str:
    return f"""
  SELECT 1 FROM publishing_decision d WHERE d.snapshot_id = NEW.snapshot_id AND d.step = 'secrecy'
    AND d.sha256 = NEW.sha256 AND {engine.seconds("NEW.at", "d.at")} {_JUDGED}
    AND NOT EXISTS (SELECT 1 FROM publishing_decision o WHERE o.snapshot_id = NEW.snapshot_id
                    AND o.by_id = d.by_id AND o.step IN ('appraise', 'approve', 'emergency'))
    AND NOT {_contributed("d.by_id")}"""


def _release_rules(engine: _Engine) -> dict[str, str]:
    """Return, for each rule, the words people see and the condition under which the row is refused."""
    snapshot = "SELECT 1 FROM publishing_snapshot s WHERE s.id = NEW.snapshot_id AND"
    newsroom = (
        "EXISTS (SELECT 1 FROM publishing_publication u WHERE u.id = NEW.publication_id AND u.origin = 'newsroom')"
    )
    by_people = f"NEW.policy_id IS NULL AND {_PUTS}"
    return _chain_rules() | {
        "the policy does not cover this": (
            "NEW.policy_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM publishing_policy p "
            "JOIN publishing_publication u ON u.id = NEW.publication_id WHERE p.slug = NEW.policy_id "
            "AND p.origin = u.origin AND p.from_at <= NEW.at AND (p.to_at IS NULL OR p.to_at > NEW.at))"
        ),
        "no policy publishes what people write": f"NEW.policy_id IS NOT NULL AND {_PUTS} AND {newsroom}",
        "needs appraisal and approval by two people who did not contribute": (
            f"{by_people} AND NEW.provisional = {engine.false} AND NOT EXISTS ({_four_eyes(engine)})"
        ),
        "an emergency is a first release by two keys of two people who did not contribute": (
            f"NEW.provisional <> {engine.false} AND (NEW.kind <> 'publish' OR NEW.policy_id IS NOT NULL "
            "OR EXISTS (SELECT 1 FROM publishing_release r WHERE r.publication_id = NEW.publication_id) "
            f"OR NOT EXISTS ({_two_keys(engine)}))"
        ),
        "needs a secrecy officer": (
            f"{_PUTS} AND EXISTS ({snapshot} {engine.says('secrecy')}) AND NOT EXISTS ({_cleared(engine)})"
        ),
        "under embargo": f"{_PUTS} AND EXISTS ({snapshot} {engine.is_later('not_before', 'NEW.at')})",
        "a correction needs a public note": f"NEW.kind = 'correct' AND trim(NEW.note) = '' AND {newsroom}",
        "released by one who contributed or judged": (
            f"{by_people} AND ({_contributed('NEW.by_id')} OR NEW.provisional = {engine.false} AND EXISTS ("
            "SELECT 1 FROM publishing_decision d WHERE d.snapshot_id = NEW.snapshot_id AND d.by_id = NEW.by_id))"
        ),
    }


def _chain_rules() -> dict[str, str]:
    return {
        "broken chain": (
            "NEW.prev <> coalesce((SELECT r.hash FROM publishing_release r ORDER BY r.id DESC LIMIT 1), "
            f"'{GENESIS}') OR NEW.id <> coalesce((SELECT max(r.id) FROM publishing_release r), 0) + 1"
        ),
        "snapshot and hash do not belong together": (
            "NOT EXISTS (SELECT 1 FROM publishing_snapshot s WHERE s.id = NEW.snapshot_id "
            "AND s.publication_id = NEW.publication_id AND s.sha256 = NEW.sha256)"
        ),
        "only what is public can be withdrawn or corrected, only what is not can be published": (
            f"(NEW.kind = 'publish') = (coalesce({_LAST_KIND}, 'withdraw') <> 'withdraw')"
        ),
        "not the latest snapshot": (
            f"{_PUTS} AND NEW.snapshot_id <> "
            "(SELECT max(s.id) FROM publishing_snapshot s WHERE s.publication_id = NEW.publication_id)"
        ),
        "the snapshot was rejected or recalled": (
            f"{_PUTS} AND EXISTS (SELECT 1 FROM publishing_decision d "
            "WHERE d.snapshot_id = NEW.snapshot_id AND d.step IN ('reject', 'recall'))"
        ),
    }


_DECISION_RULES = {
    "not this snapshot": (
        "NOT EXISTS (SELECT 1 FROM publishing_snapshot s WHERE s.id = NEW.snapshot_id AND s.sha256 = NEW.sha256)"
    ),
    "by one who contributed": (
        "NEW.step NOT IN ('recall', 'confirm') AND "
        + _contributed("NEW.by_id", "(SELECT s.publication_id FROM publishing_snapshot s WHERE s.id = NEW.snapshot_id)")
    ),
    "nothing that another has withdrawn": (
        "NEW.step = 'confirm' AND coalesce((SELECT r.kind = 'withdraw' AND coalesce(r.by_id, 0) <> NEW.by_id "
        "FROM publishing_release r JOIN publishing_snapshot s ON s.publication_id = r.publication_id "
        "WHERE s.id = NEW.snapshot_id ORDER BY r.id DESC LIMIT 1), {false}) = {false}"
    ),
}
NOT_WITHDRAWN = (
    "coalesce((SELECT r.kind FROM publishing_release r WHERE r.publication_id = OLD.id "
    "ORDER BY r.id DESC LIMIT 1), '') <> 'withdraw'"
)


def _decision_rules(engine: _Engine) -> dict[str, str]:
    return {words: rule.format(false=engine.false) for words, rule in _DECISION_RULES.items()}


def _entry_rule(columns: str, parsed: str) -> str:
    return f"""
  NOT EXISTS (
  SELECT 1 FROM publishing_release r JOIN publishing_snapshot s ON s.id = r.snapshot_id
  JOIN publishing_publication u ON u.id = r.publication_id {parsed}
  WHERE r.id = NEW.release_id AND r.publication_id = NEW.id AND u.agency_id = NEW.agency_id AND r.kind <> 'withdraw'
    AND r.id = (SELECT max(x.id) FROM publishing_release x WHERE x.publication_id = NEW.id)
    AND s.sha256 = NEW.sha256 AND s.html = NEW.html AND r.note = NEW.note
    AND ((r.kind = 'publish' AND NEW.released_at = r.at AND NEW.corrected_at IS NULL AND NEW.corrections = 0)
      OR (r.kind = 'correct' AND NEW.corrected_at = r.at AND NEW.corrections > 0))
    AND {columns})"""


def unlike_its_snapshot(vendor: str, entry: str) -> str:
    """Return the condition under which a row of the shelf, named `entry`, is not what was released."""
    return _entry_sql(_PostgreSQL if vendor == "postgresql" else _SQLite).replace("NEW.", f"{entry}.")


def _entry_sql(engine: _Engine) -> str:
    # OFFSET 0 keeps the planner of PostgreSQL from parsing the content once for every column.
    parsed = "CROSS JOIN LATERAL (SELECT s.content::jsonb AS c OFFSET 0) j" if engine is _PostgreSQL else ""
    return _entry_rule(engine.columns(), parsed)


def sqlite() -> str:
    """Return the script for SQLite, statements parted by a line of two hyphens."""
    entry = _entry_sql(_SQLite)
    return "\n--\n".join((
        "CREATE TRIGGER publishing_release_gate BEFORE INSERT ON publishing_release "
        f"BEGIN\n{_abort('release', _release_rules(_SQLite))}END",
        "CREATE TRIGGER publishing_release_clears AFTER INSERT ON publishing_release WHEN NEW.kind = 'withdraw' "
        "BEGIN DELETE FROM entries_entry WHERE id = NEW.publication_id; END",
        "CREATE TRIGGER publishing_decision_gate BEFORE INSERT ON publishing_decision "
        f"BEGIN\n{_abort('decision', _decision_rules(_SQLite))}END",
        f"CREATE TRIGGER entries_entry_gate_insert BEFORE INSERT ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, 'entry: not what was released') WHERE {entry}; END",
        f"CREATE TRIGGER entries_entry_gate_update BEFORE UPDATE ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, 'entry: not what was released') WHERE OLD.id <> NEW.id OR {entry}; END",
        "CREATE TRIGGER entries_entry_gate_delete BEFORE DELETE ON entries_entry "
        f"BEGIN SELECT RAISE(ABORT, 'entry: still released') WHERE {NOT_WITHDRAWN}; END",
    ))  # fmt: skip


def _abort(thing: str, rules: dict[str, str]) -> str:
    return "".join(f" SELECT RAISE(ABORT, '{thing}: {words}') WHERE {rule};\n" for words, rule in rules.items())


SQLITE_UNDO = "\n--\n".join(
    f"DROP TRIGGER {name}"
    for name in (
        "publishing_release_gate", "publishing_release_clears", "publishing_decision_gate",
        "entries_entry_gate_insert", "entries_entry_gate_update", "entries_entry_gate_delete",
    )
)  # fmt: skip


def refuse(function: str, rules: dict[str, str], *, then: str = "RETURN NEW;") -> str:
    """Return a trigger function of PostgreSQL that refuses a row in the words of the rule that it breaks."""
    body = "".join(
        f"  IF {rule} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF;\n"
        for words, rule in rules.items()
    )
    return f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n{body}  {then}\nEND $$;\n"


def postgresql() -> str:
    """Return the script for PostgreSQL."""
    each = "FOR EACH ROW EXECUTE FUNCTION"
    release = {f"release: {words}": rule for words, rule in _release_rules(_PostgreSQL).items()}
    decision = {f"decision: {words}": rule for words, rule in _decision_rules(_PostgreSQL).items()}
    entry = _entry_sql(_PostgreSQL)
    return (
        refuse("cong_release_gate", release)
        + f"CREATE TRIGGER publishing_release_gate BEFORE INSERT ON publishing_release {each} cong_release_gate();\n"
        + "CREATE FUNCTION cong_release_clears() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "  DELETE FROM entries_entry WHERE id = NEW.publication_id; RETURN NULL;\nEND $$;\n"
        + "CREATE TRIGGER publishing_release_clears AFTER INSERT ON publishing_release FOR EACH ROW "
        "WHEN (NEW.kind = 'withdraw') EXECUTE FUNCTION cong_release_clears();\n"
        + refuse("cong_decision_gate", decision)
        + f"CREATE TRIGGER publishing_decision_gate BEFORE INSERT ON publishing_decision {each} cong_decision_gate();\n"
        + refuse("cong_entry_gate", {"entry: not what was released": entry})
        + f"CREATE TRIGGER entries_entry_gate BEFORE INSERT OR UPDATE ON entries_entry {each} cong_entry_gate();\n"
        + refuse("cong_entry_stays", {"entry: still released": NOT_WITHDRAWN}, then="RETURN OLD;")
        + f"CREATE TRIGGER entries_entry_gate_delete BEFORE DELETE ON entries_entry {each} cong_entry_stays();\n"
        + refuse("cong_entry_truncate", {"entry: still released": "true"})
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
