"""Bulk inserts through one prepared statement, for the writes that happen by the ten thousand.

`bulk_create` compiles one large statement per call and costs about three times as much per row;
this keeps Django's field adaptation but hands the rows to the driver's `executemany`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """The text of a statement, and how its values are handed to the driver where they do not go as they are."""

    sql: str
    adapters: tuple[tuple[int, Callable[[Any], Any]], ...]

    def run(self, rows: Iterable[Sequence[Any]]) -> None:
        ready = [self._adapted(row) for row in rows]
        if ready:
            with connection.cursor() as cursor:
                cursor.executemany(self.sql, ready)

    def _adapted(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, adapt in self.adapters:
            values[place] = adapt(values[place])
        return values


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `columns` (field attribute names)."""
    _insertion(model, tuple(columns), connection.vendor).run(rows)


def update(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `columns` of the rows whose primary key stands last in each of `rows`, with one prepared statement."""
    _change(model, tuple(columns), connection.vendor).run(rows)


# The vendor stands among the arguments because the adapters are those of its connection.
@lru_cache(maxsize=256)
def _insertion(model: type[Model], columns: tuple[str, ...], vendor: str) -> _Statement:
    fields = _fields(model, columns)
    names, marks = ", ".join(map(_column, fields)), ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (names are ours)
    return _Statement(sql=sql, adapters=_adapters(fields))


@lru_cache(maxsize=256)
def _change(model: type[Model], columns: tuple[str, ...], vendor: str) -> _Statement:
    fields = _fields(model, columns)
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    key = _column(model._meta.get_field(model._meta.pk.name))  # type: ignore[arg-type]
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"UPDATE {table} SET {sets} WHERE {key} = %s"  # noqa: S608 (names are ours)
    return _Statement(sql=sql, adapters=_adapters(fields))


def _fields(model: type[Model], columns: Sequence[str]) -> list[Field[Any, Any]]:
    return [model._meta.get_field(_field_name(model, name)) for name in columns]  # type: ignore[misc]


def _adapters(fields: Sequence[Field[Any, Any]]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    return tuple((place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field)))


def _column(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _field_name(model: type[Model], attribute: str) -> str:
    return attribute.removesuffix("_id") if attribute.endswith("_id") and _is_relation(model, attribute) else attribute


def _is_relation(model: type[Model], attribute: str) -> bool:
    return any(field.is_relation and field.name == attribute.removesuffix("_id") for field in model._meta.fields)


def _adapter(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """Return how a value of this field is handed to the driver; None when it goes as it is."""
    if isinstance(field, DateTimeField):
        # One batch holds few moments in many rows.
        return lru_cache(maxsize=64)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None
