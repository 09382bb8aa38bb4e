"""Several short lists of entries in one statement: each sliced query set becomes an arm of one UNION ALL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, router
from django.db.models.sql.compiler import SQLCompiler

from cong.agencies.models import Agency
from cong.entries.models import Entries, Entry

# All that a list shows; the body, the notes and the record stay in the table.
_SHOWN = {
    "id", "kind", "agency_id", "part", "section", "lang", "slug", "title", "summary", "source_name", "number",
    "picture", "picture_width", "picture_height", "published_at", "expires_at",
}  # fmt: skip
# In the order of the table: `from_db` takes values in that order and no other.
FIELDS = tuple(field.attname for field in Entry._meta.concrete_fields if field.attname in _SHOWN)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A compiled UNION: compiling costs more than the database's answer, so what never changes is kept.

    `picks`: so many entries can be asked for by their ids besides; they are the arm PICKED.
    """

    names: tuple[str, ...]
    sql: str
    params: tuple[Any, ...]
    convert: Callable[[list[Any]], list[Any]]
    picks: int = 0


PICKED = "picked"
_NOBODY = 0


def prepare(arms: Mapping[str, Entries], *, picks: int = 0) -> Prepared:
    """Compile one or more sliced query sets into one statement; raises ValueError when there is none."""
    if picks:
        # Numbers that no entry has hold the places of those that are asked for: the parameters at the end.
        arms = {**arms, PICKED: Entry.objects.filter(pk__in=range(-picks, 0))}
    if not arms:
        raise ValueError("nothing to fetch")
    parts: list[str] = []
    params: list[Any] = []
    for place, entries in enumerate(arms.values()):
        compiler = entries.values_list(*FIELDS).query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        parts.append(f"SELECT {place} AS arm, a{place}.* FROM ({sql}) a{place}")  # noqa: S608 (Django's own SQL)
        params += given
    return Prepared(
        names=tuple(arms),
        sql=" UNION ALL ".join(parts),
        params=tuple(params),
        convert=_converter(compiler),
        picks=picks,
    )


def fetch(wanted: Prepared, agencies: Mapping[int, Agency], *, picked: Sequence[int] = ()) -> dict[str, list[Entry]]:
    """Return the entries of every arm, newest first, in one query (two when `agencies` lacks some).

    `picked`: the ids of entries that are asked for by name; raises ValueError when they are more than were prepared.
    """
    with connection.cursor() as cursor:
        cursor.execute(wanted.sql, _with(wanted, picked))
        rows = cursor.fetchall()
    found: dict[str, list[Entry]] = {name: [] for name in wanted.names}
    for arm, *values in rows:
        entry = Entry.from_db(router.db_for_read(Entry), FIELDS, wanted.convert(values))
        found[wanted.names[arm]].append(entry)
    _give_agencies([entry for entries in found.values() for entry in entries], agencies)
    # A database may run the arms side by side: the order within each is restored here.
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.published_at, entry.pk), reverse=True)
    return found


def _with(wanted: Prepared, picked: Sequence[int]) -> tuple[Any, ...]:
    if len(picked) > wanted.picks:
        raise ValueError(f"{len(picked)} asked for, {wanted.picks} prepared")
    if not wanted.picks:
        return wanted.params
    return (*wanted.params[: -wanted.picks], *picked, *[_NOBODY] * (wanted.picks - len(picked)))


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
