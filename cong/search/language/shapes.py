"""Keeps the tree of a query in the one shape that its text has: what asks the same is the same tree. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cong.search.language.clauses import Clause, Either, Group, Sign, Term, Unit


def flat(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Put what stands in parentheses without a sign among the others: all of it holds either way."""
    found: list[Clause] = []
    for clause in clauses:
        unit = clause.unit
        found.extend(unit.clauses if isinstance(unit, Group) and clause.sign is Sign.PLAIN else (clause,))
    return tuple(found)


def group_of(clauses: tuple[Clause, ...]) -> Unit | None:
    """Return clauses as one unit: no group around a single one without a sign, None for nothing."""
    if len(clauses) == 1 and clauses[0].sign is Sign.PLAIN:
        return clauses[0].unit
    return Group(clauses=clauses) if clauses else None


def either_of(units: Iterable[Unit]) -> Unit | None:
    """Return units of which one holds: alternatives of alternatives side by side, each once; None for nothing."""
    found: dict[Unit, None] = {}
    for unit in units:
        found.update(dict.fromkeys(unit.units if isinstance(unit, Either) else (unit,)))
    alternatives = tuple(found)
    return Either(units=alternatives) if len(alternatives) > 1 else next(iter(alternatives), None)


def leaves(unit: Unit) -> int:
    """Count words, phrases, prefixes, spans and values."""
    if isinstance(unit, Group):
        return sum(leaves(one.unit) for one in unit.clauses)
    if isinstance(unit, Either):
        return sum(map(leaves, unit.units))
    return len(unit.values) if isinstance(unit, Term) else 1


def shorter(unit: Unit) -> Unit | None:
    """Return the unit without the last thing in it, None when nothing is left."""
    if isinstance(unit, Term) and len(unit.values) > 1:
        return replace(unit, values=unit.values[:-1])
    if isinstance(unit, Either):
        last = shorter(unit.units[-1])
        return either_of(unit.units[:-1] if last is None else (*unit.units[:-1], last))
    return group_of(without_last(unit.clauses)) if isinstance(unit, Group) else None


def without_last(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """Return clauses without the last thing in the last of them."""
    last = shorter(clauses[-1].unit)
    return clauses[:-1] if last is None else flat((*clauses[:-1], replace(clauses[-1], unit=last)))


def with_terms(clauses: Iterable[Clause], change: Callable[[Term], Term]) -> tuple[Clause, ...]:
    """Return clauses with every term in them changed, however deep it stands."""
    return tuple(replace(one, unit=_changed(one.unit, change)) for one in clauses)


def _changed(unit: Unit, change: Callable[[Term], Term]) -> Unit:
    if isinstance(unit, Term):
        return change(unit)
    if isinstance(unit, Group):
        return Group(clauses=with_terms(unit.clauses, change))
    if isinstance(unit, Either):
        return Either(units=tuple(_changed(one, change) for one in unit.units))
    return unit
