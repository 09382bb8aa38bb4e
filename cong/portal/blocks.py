"""Several short lists of entries in one statement: each sliced query set becomes an arm of one UNION ALL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, router
from django.db.models.sql.compiler import SQLCompiler

from cong.agencies.models import Agency
from cong.entries.models import Entries, Entry

# All that a list shows; the body, the notes and the record stay in the table.
FIELDS = (
    "id", "kind", "agency_id", "part", "section", "lang", "slug", "title", "summary", "number",
    "picture", "picture_width", "picture_height", "published_at",
)  # fmt: skip


def fetch(arms: Mapping[str, Entries], agencies: Mapping[int, Agency]) -> dict[str, list[Entry]]:
    """Return the entries of every arm, newest first, in one query (two when `agencies` lacks some)."""
    names = list(arms)
    parts, params, compiler = [], [], None
    for place, name in enumerate(names):
        query = arms[name].values_list(*FIELDS).query
        compiler = query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        parts.append(f"SELECT {place} AS arm, a{place}.* FROM ({sql}) a{place}")  # noqa: S608 (SQL of Django's own compiler)
        params += given
    if compiler is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    found: dict[str, list[Entry]] = {name: [] for name in names}
    convert = _converter(compiler)
    for arm, *values in rows:
        found[names[arm]].append(Entry.from_db(router.db_for_read(Entry), FIELDS, convert(values)))
    _give_agencies([entry for entries in found.values() for entry in entries], agencies)
    # A database may run the arms side by side: the order within each is restored here.
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.published_at, entry.pk), reverse=True)
    return found


def _converter(compiler: SQLCompiler) -> Callable[[list[Any]], list[Any]]:
    converters = compiler.get_converters([column for column, _, _ in compiler.select])

    def convert(values: list[Any]) -> list[Any]:
        for place, (functions, expression) in converters.items():
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return values

    return convert


def _give_agencies(entries: list[Entry], known: Mapping[int, Agency]) -> None:
    missing = {entry.agency_id for entry in entries} - known.keys()
    owners = {**known, **(Agency.objects.in_bulk(missing) if missing else {})}
    for entry in entries:
        entry.agency = owners[entry.agency_id]
