"""The shelf as it stood at a past moment, rebuilt from the ledger alone, for one block on one connection.

Temporary tables of the same names stand before the real ones, so that every reader page can be asked again as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from cong.entries.models import Correction, Entry, FrontPage, Tombstone
from cong.publishing.corrections import corrections
from cong.publishing.models import Origin, Release
from cong.publishing.process import ReleaseKind

_TEXT = ("kind", "part", "section", "lang", "slug", "title", "summary", "author", "source_name", "source_url", "number",
         "picture", "picture_alt")  # fmt: skip
_NUMBER = ("picture_width", "picture_height", "translation_of")
_MOMENT = ("published_at", "harvested_at", "expires_at")

# The last release of each publication up to the moment, and the one by which it came.
_LAST = """
WITH last AS (SELECT max(id) AS id FROM publishing_release WHERE at <= %s GROUP BY publication_id),
shown AS (
  SELECT r.id, r.publication_id, r.snapshot_id, r.sha256, r.kind, r.note, r.mode, r.target, r.at,
    (SELECT max(p.id) FROM publishing_release p
     WHERE p.publication_id = r.publication_id AND p.id <= r.id AND p.kind = 'publish') AS first
  FROM publishing_release r JOIN last ON last.id = r.id)
"""
_COUNT = (
    "(SELECT count(*) FROM publishing_release c WHERE c.publication_id = shown.publication_id "
    "AND c.kind = 'correct' AND c.id > shown.first AND c.id <= shown.id)"
)

_JUDGEMENTS = f"""
CREATE TEMPORARY TABLE entries_judgement AS {_LAST}
SELECT d.id AS id, shown.publication_id AS entry_id, d.step AS step, d.at AS at
FROM shown JOIN publishing_decision d ON d.snapshot_id = shown.snapshot_id AND d.step IN ('appraise', 'approve')
JOIN publishing_publication u ON u.id = shown.publication_id AND u.origin = 'newsroom'
WHERE shown.kind <> 'withdraw' AND d.at <= %s
UNION ALL SELECT -shown.id, shown.publication_id, 'emergency', shown.at
FROM shown JOIN publishing_release r ON r.id = shown.id WHERE r.provisional
"""
_CORRECTIONS = f"""
CREATE TEMPORARY TABLE entries_correction AS {_LAST}
SELECT c.* FROM entries_correction c JOIN shown ON shown.publication_id = c.entry_id
WHERE c.release_id > shown.first AND c.release_id <= shown.id AND shown.kind <> 'withdraw'
"""


def _sqlite() -> dict[str, str]:
    said = {name: f"json_extract(s.content, '$.{name}')" for name in (*_TEXT, *_NUMBER)}
    # Moments in canonical content end in Z; Django's own have a space and no zone.
    said |= {name: f"replace(replace(json_extract(s.content, '$.{name}'), 'T', ' '), 'Z', '')" for name in _MOMENT}
    said |= {name: f"coalesce(json_extract(s.content, '$.{name}'), '[]')" for name in ("tags", "media")}
    said["event_on"] = "json_extract(s.content, '$.event_on')"
    return said


def _postgresql() -> dict[str, str]:
    said = {name: f"s.content::jsonb ->> '{name}'" for name in _TEXT}
    said |= {name: f"(s.content::jsonb ->> '{name}')::bigint" for name in _NUMBER}
    said |= {name: f"(s.content::jsonb ->> '{name}')::timestamptz" for name in _MOMENT}
    said |= {name: f"coalesce(s.content::jsonb -> '{name}', '[]'::jsonb)" for name in ("tags", "media")}
    said["event_on"] = "(s.content::jsonb ->> 'event_on')::date"
    return said


def _columns(vendor: str) -> dict[str, str]:
    said = _sqlite() if vendor == "sqlite" else _postgresql()
    first = "(SELECT f.at FROM publishing_release f WHERE f.id = shown.first)"
    first_second = {
        "sqlite": f"strftime('%Y-%m-%d %H:%M:%S', {first})",
        "postgresql": f"date_trunc('second', {first})",
    }[vendor]
    return said | {
        # Whether it has expired is asked of the clock on the wall: what had not expired then stands without its end.
        "expires_at": f"CASE WHEN {said['expires_at']} <= %s THEN {said['expires_at']} END",
        "published_at": f"coalesce({said['published_at']}, {first_second})",
        "id": "shown.publication_id",
        "release_id": "shown.id",
        "sha256": "shown.sha256",
        "agency_id": "u.agency_id",
        "html": "s.html",
        "note": "shown.note",
        "corrections": _COUNT,
        "released_at": first,
        "corrected_at": "CASE WHEN shown.kind = 'correct' THEN shown.at END",
    }


@contextmanager
def rewound(moment: datetime) -> Iterator[None]:
    """Let this connection see the shelf of `moment` until the block ends; nothing is written, nobody else notices."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            said = _columns(connection.vendor)
            names = [field.attname for field in Entry._meta.concrete_fields]
            listed = ", ".join(f'{said[name]} AS "{name}"' for name in names)
            at = connection.ops.adapt_datetimefield_value(moment)
            cursor.execute(
                f"CREATE TEMPORARY TABLE entries_entry AS {_LAST} SELECT {listed} FROM shown "
                "JOIN publishing_snapshot s ON s.id = shown.snapshot_id "
                "JOIN publishing_publication u ON u.id = shown.publication_id AND u.origin <> 'frontpage' "
                "WHERE shown.kind <> 'withdraw'",
                [at, at],
            )
            cursor.execute(_fronts(said), [at, at])
            cursor.execute(_graves(), [at])
            cursor.execute(_JUDGEMENTS, [at, at])
            cursor.execute(_CORRECTIONS, [at])
        _tell_what_is_gone(moment)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def _tell_what_is_gone(moment: datetime) -> None:
    """Add the corrections of entries that were withdrawn since; they are told nowhere any more."""
    made = Release.objects.filter(kind=ReleaseKind.CORRECT, publication__origin=Origin.NEWSROOM, at__lte=moment)
    told = set(Correction.objects.values_list("release_id", flat=True))
    gone = {publication for release, publication in made.values_list("pk", "publication") if release not in told}
    Correction.objects.bulk_create(one for one in corrections(gone) if one.release_id not in told)


def _graves() -> str:
    said = {
        "id": "shown.publication_id", "release_id": "shown.id", "mode": "shown.mode", "target": "shown.target",
        "title": (_sqlite() if connection.vendor == "sqlite" else _postgresql())["title"],
        "note": "shown.note", "at": "shown.at",
    }  # fmt: skip
    listed = ", ".join(f'{said[field.attname]} AS "{field.attname}"' for field in Tombstone._meta.concrete_fields)
    return (
        f"CREATE TEMPORARY TABLE entries_tombstone AS {_LAST} SELECT {listed} FROM shown "
        "JOIN publishing_snapshot s ON s.id = shown.snapshot_id "
        "JOIN publishing_publication u ON u.id = shown.publication_id AND u.origin <> 'frontpage' "
        "WHERE shown.kind = 'withdraw'"
    )


def _fronts(said: dict[str, str]) -> str:
    """Return the compositions that stood then; whoever reads them asks with the moment what had ended."""
    front = {
        "sqlite": "json_extract(s.content, '$.front')", "postgresql": "s.content::jsonb ->> 'front'",
    }[connection.vendor]  # fmt: skip
    named = {**said, "composition": front}
    listed = ", ".join(f'{named[field.attname]} AS "{field.attname}"' for field in FrontPage._meta.concrete_fields)
    return (
        f"CREATE TEMPORARY TABLE entries_frontpage AS {_LAST} SELECT {listed} FROM shown "
        "JOIN publishing_snapshot s ON s.id = shown.snapshot_id "
        "JOIN publishing_publication u ON u.id = shown.publication_id AND u.origin = 'frontpage' "
        "WHERE shown.kind <> 'withdraw'"
    )
