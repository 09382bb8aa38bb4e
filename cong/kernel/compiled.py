"""Query sets compiled once and asked many times: compiling one costs more than the database's answer.

A stand-in is a value that stands in the query set for one that is known only when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
Value = int | str | date | datetime


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """SQL with its parameters; `holes` are the places among them that each stand-in holds."""

    sql: str
    params: tuple[Any, ...]
    holes: Mapping[str, tuple[int, ...]]
    convert: Callable[[Sequence[Any]], list[Any]]

    def rows(self, asked: Mapping[str, Value] | None = None) -> Iterator[list[Any]]:
        """Ask, and yield each row as Python values. Raises KeyError when a stand-in is given no value, django.db.Error.

        The first column of a union tells the arm and is no database field: it passes through as it is.
        """
        params = list(self.params)
        for name, places in self.holes.items():
            value = _adapted((asked or {})[name])
            for place in places:
                params[place] = value
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return map(self.convert, found)


def compiled(rows: QuerySet[Any, Any], stand_ins: Mapping[str, Value] | None = None) -> Compiled:
    """Compile what `values_list` chose of a query set. Raises ValueError when a stand-in is nowhere in it."""
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    return Compiled(sql=sql, params=tuple(params), holes=holes(params, stand_ins or {}), convert=converter(compiler))


def holes(params: Sequence[Any], stand_ins: Mapping[str, Value]) -> dict[str, tuple[int, ...]]:
    """Return where each stand-in is among the parameters. Raises ValueError when one is nowhere."""
    found = {}
    for name, value in stand_ins.items():
        sought = _adapted(value)
        # Drivers wrap numbers in classes of their own, which are equal all the same.
        found[name] = tuple(place for place, param in enumerate(params) if param == sought)
        if not found[name]:
            raise ValueError(f"no place for {name}")
    return found


def converter(compiler: SQLCompiler, skip: int = 0) -> Callable[[Sequence[Any]], list[Any]]:
    """Return what makes Python values of a row as the database gives it; `skip` columns stand before those compiled."""
    converters = compiler.get_converters([column for column, _, _ in compiler.select])
    calls = [
        (place + skip, functions, expression) for place, (functions, expression) in converters.items()
    ]  # fmt: skip

    def convert(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, functions, expression in calls:
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return values

    return convert


def made(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    """Make a row's object without the model's constructor; fields that are not named are read when they are needed."""
    row = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    row.__dict__.update(zip(names, values, strict=True))
    return row


def _adapted(value: Value) -> Any:
    """Return a value as this database's driver takes it, which is how it stands among compiled parameters."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
