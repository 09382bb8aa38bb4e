"""Bulk inserts through one prepared statement, for the writes that happen by the ten thousand.

`bulk_create` compiles one large statement per call and costs about three times as much per row;
this keeps Django's field adaptation but hands the rows to the driver's `executemany`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `columns` (field attribute names)."""
    fields: list[Field[Any, Any]] = [model._meta.get_field(_field_name(model, name)) for name in columns]  # type: ignore[misc]
    adapters = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field))]
    quote = connection.ops.quote_name
    names = ", ".join(_column(field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 (names are ours)
    ready = [_adapted(row, adapters) for row in rows]
    if not ready:
        return
    with connection.cursor() as cursor:
        cursor.executemany(sql, ready)


def _column(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _field_name(model: type[Model], attribute: str) -> str:
    return attribute.removesuffix("_id") if attribute.endswith("_id") and _is_relation(model, attribute) else attribute


def _is_relation(model: type[Model], attribute: str) -> bool:
    return any(field.is_relation and field.name == attribute.removesuffix("_id") for field in model._meta.fields)


def _adapted(row: Sequence[Any], adapters: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for place, adapt in adapters:
        values[place] = adapt(values[place])
    return values


def _adapter(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """Return how a value of this field is handed to the driver; None when it goes as it is."""
    if isinstance(field, DateTimeField):
        # One batch holds few moments in many rows.
        return lru_cache(maxsize=64)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def update(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `columns` of the rows whose primary key stands last in each of `rows`, with one prepared statement."""
    fields: list[Field[Any, Any]] = [model._meta.get_field(_field_name(model, name)) for name in columns]  # type: ignore[misc]
    adapters = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field))]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    key = _column(model._meta.get_field(model._meta.pk.name))  # type: ignore[arg-type]
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608 (names are ours)
    ready = [_adapted(row, adapters) for row in rows]
    if ready:
        with connection.cursor() as cursor:
            cursor.executemany(sql, ready)
