"""Several short lists of entries in one statement: each sliced query set becomes an arm of one UNION ALL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from cong.agencies.models import Agency
from cong.entries.models import Entries, Entry
from cong.kernel import tags
from cong.kernel.compiled import Compiled, Value, converter, holes, made

# All that a list shows; the body, the notes and the record stay in the table.
FIELDS = (
    "id", "kind", "agency_id", "part", "section", "lang", "slug", "title", "summary", "source_name", "number",
    "picture", "picture_width", "picture_height", "published_at", "expires_at",
)  # fmt: skip
_OF_AGENCY = ("short_name", "slug", "category")
_ARM = 1
_LAST = _ARM + len(FIELDS)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A compiled UNION. `picks`: so many entries can be asked for by their ids besides; they are the arm PICKED."""

    names: tuple[str, ...]
    union: Compiled
    picks: int = 0


PICKED = "picked"
_NOBODY = 0


def prepare(arms: Mapping[str, Entries], *, picks: int = 0, stand_ins: Mapping[str, Value] | None = None) -> Prepared:
    """Compile one or more sliced query sets into one statement; raises ValueError when there is none."""
    picked = {f"{PICKED}-{place}": -1 - place for place in range(picks)}
    if picks:
        arms = {**arms, PICKED: Entry.objects.filter(pk__in=list(picked.values()))}
    if not arms:
        raise ValueError("nothing to fetch")
    parts: list[str] = []
    params: list[object] = []
    for place, entries in enumerate(arms.values()):
        chosen = entries.values_list(*FIELDS, *(f"agency__{name}" for name in _OF_AGENCY))
        compiler = chosen.query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
        parts.append(f"SELECT {place} AS arm, a{place}.* FROM ({sql}) a{place}")  # noqa: S608 (Django's own SQL)
        params += given
    union = Compiled(
        sql=" UNION ALL ".join(parts), params=tuple(params), holes=holes(params, picked | dict(stand_ins or {})),
        convert=converter(compiler, skip=_ARM),
    )  # fmt: skip
    return Prepared(names=tuple(arms), union=union, picks=picks)


def fetch(
    wanted: Prepared,
    agencies: Mapping[int, Agency] | None = None,
    *,
    picked: Sequence[int] = (),
    asked: Mapping[str, Value] | None = None,
) -> dict[str, list[Entry]]:
    """Return the entries of every arm, newest first, in one query; those of no known agency bring its name along.

    `picked`: the ids of entries that are asked for by name; raises ValueError when they are more than were prepared.
    `asked`: what the stand-ins stand for.
    """
    if len(picked) > wanted.picks:
        raise ValueError(f"{len(picked)} asked for, {wanted.picks} prepared")
    numbers = [*picked, *[_NOBODY] * (wanted.picks - len(picked))]
    given = {f"{PICKED}-{place}": number for place, number in enumerate(numbers)} | dict(asked or {})
    found: dict[str, list[Entry]] = {name: [] for name in wanted.names}
    owners = dict(agencies or {})
    for values in wanted.union.rows(given):
        found[wanted.names[values[0]]].append(_entry(values, owners))
    # A database may run the arms side by side: the order within each is restored here.
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.published_at, entry.pk), reverse=True)
    return found


def _entry(values: Sequence[object], owners: dict[int, Agency]) -> Entry:
    """Make an entry of a row, and note it as `Entry.from_db` does."""
    entry = made(Entry, FIELDS, values[_ARM:_LAST])
    tags.note(entry.pk)
    owner = owners.get(entry.agency_id)
    if owner is None:
        owner = owners[entry.agency_id] = made(Agency, ("id", *_OF_AGENCY), (entry.agency_id, *values[_LAST:]))
    entry._state.fields_cache["agency"] = owner
    return entry
