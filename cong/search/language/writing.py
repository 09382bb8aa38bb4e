"""A query as text, which `grammar.read` reads back as the same tree, and the changes that facets make to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from cong.kernel.text import fold
from cong.search.language import day_words
from cong.search.language.clauses import (
    Asked,
    Clause,
    Either,
    Field,
    Group,
    Phrase,
    Prefix,
    Sign,
    Span,
    Term,
    Unit,
    Word,
)
from cong.search.language.day_words import Days
from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.language.shapes import leaves, without_last
from cong.search.language.values import code_of
from cong.search.text import typed

SIGNED = re.compile(r'(?![+-])[^ "()]*[^\W_]')
"""Begins as a word that a sign may stand right before: it holds a letter or a digit, and has no sign of its own."""

_BARE = re.compile(r'[^ "(),]+')


def written(asked: Asked) -> str:
    """Return the canonical text of a query: fields by their Vietnamese names without marks, dates as numbers."""
    return _clauses(asked.clauses)


def unit_text(unit: Unit) -> str:
    """Return the text of one unit; alternatives stand without parentheses."""
    if isinstance(unit, Word):
        return unit.text
    if isinstance(unit, Phrase):
        return f'"{unit.text}"' + (f"~{unit.slop}" if unit.slop else "")
    if isinstance(unit, Prefix):
        return f"{unit.text}*"
    if isinstance(unit, Term):
        return f"{unit.field}:{','.join(map(_value, unit.values))}"
    if isinstance(unit, Span):
        return f"{unit.field}:{_days(unit)}"
    return f"({_clauses(unit.clauses)})" if isinstance(unit, Group) else _alternatives(unit)


def fitted(asked: Asked) -> Asked:
    """Return as much of a query as is read when it is written: words go first, from the end, then what else is last."""
    while _is_too_long(asked):
        place = max((place for place, one in enumerate(asked.clauses) if _is_word(one)), default=None)
        kept = asked.clauses
        asked = Asked(clauses=without_last(kept) if place is None else kept[:place] + kept[place + 1 :])
    return asked


def values_of(asked: Asked, field: Field) -> tuple[str, ...]:
    """Return the values by which a field narrows the whole query: those of its terms without a sign."""
    return tuple(dict.fromkeys(value for one in asked.clauses for value in _values(one, field)))


def with_value(asked: Asked, field: Field, value: str) -> Asked:
    """Return the query with one more value of a field: beside those it has, of which one must hold."""
    said = typed.value(value)
    if not typed.says_something(said) or has_value(asked, field, said):
        return asked
    place = next((place for place, one in enumerate(asked.clauses) if _values(one, field)), len(asked.clauses))
    held = tuple(value for one in asked.clauses[place : place + 1] for value in _values(one, field))
    new = Clause(unit=Term(field=field, values=(*held, said)))
    return fitted(Asked(clauses=(*asked.clauses[:place], new, *asked.clauses[place + 1 :])))


def without_value(asked: Asked, field: Field, value: str) -> Asked:
    """Return the query without a value of a field; a term without values is gone."""
    gone = _meaning(field, typed.value(value))
    kept: list[Clause] = []
    for one in asked.clauses:
        held = _values(one, field)
        values = tuple(each for each in held if _meaning(field, each) != gone)
        if values:
            kept.append(Clause(unit=Term(field=field, values=values)))
        elif not held:
            kept.append(one)
    return Asked(clauses=tuple(kept))


def has_value(asked: Asked, field: Field, value: str) -> bool:
    """Tell whether the query is narrowed to a value of a field, whatever word was typed for it (`tin`, `news`)."""
    meant = _meaning(field, typed.value(value))
    return any(_meaning(field, one) == meant for one in values_of(asked, field))


def without_field(asked: Asked, field: Field) -> Asked:
    """Return the query without anything by which a field narrows the whole of it."""
    kept = (one for one in asked.clauses if not _values(one, field) and not _narrows_days(one, field))
    return Asked(clauses=tuple(kept))


def with_span(asked: Asked, field: Field, *, first: date | None, last: date | None) -> Asked:
    """Return the query narrowed to these days instead of those it had; open on both sides: not narrowed."""
    kept = without_field(asked, field).clauses
    if first is None and last is None:
        return Asked(clauses=kept)
    return fitted(Asked(clauses=(*kept, Clause(unit=Span(field=field, first=first, last=last)))))


def narrowed_to_year(asked: Asked, year: int) -> Asked:
    """Return the query narrowed to what was published in a year (1–9999), instead of the days it had."""
    meant = day_words.year(year)
    return with_span(asked, Field.DATE, first=meant.first, last=meant.last)


def spans_of(asked: Asked, field: Field) -> tuple[Span, ...]:
    """Return the days to which a field narrows the whole query."""
    return tuple(span for one in asked.clauses if _narrows_days(one, field) for span in _spans(one.unit))


def _values(clause: Clause, field: Field) -> tuple[str, ...]:
    """Return the values of a field that the clause narrows by, none when it does not."""
    unit = clause.unit
    return unit.values if isinstance(unit, Term) and unit.field is field and clause.sign is Sign.PLAIN else ()


def _meaning(field: Field, value: str) -> str:
    return code_of(field, value) or fold(value)


def _narrows_days(clause: Clause, field: Field) -> bool:
    spans = _spans(clause.unit)
    return clause.sign is Sign.PLAIN and bool(spans) and all(one.field is field for one in spans)


def _spans(unit: Unit) -> tuple[Span, ...]:
    """Return a span, or alternatives that are all spans."""
    units = unit.units if isinstance(unit, Either) else (unit,)
    spans = tuple(one for one in units if isinstance(one, Span))
    return spans if len(spans) == len(units) else ()


def _is_too_long(asked: Asked) -> bool:
    return len(written(asked)) > LONGEST_QUERY or sum(leaves(one.unit) for one in asked.clauses) > MOST_TERMS


def _is_word(clause: Clause) -> bool:
    return clause.sign is Sign.PLAIN and isinstance(clause.unit, Word)


def _clauses(clauses: Iterable[Clause]) -> str:
    return " ".join(map(_clause, clauses))


def _clause(clause: Clause) -> str:
    text = unit_text(clause.unit)
    return f"{clause.sign}({text})" if clause.sign and _is_loose(clause.unit, text) else f"{clause.sign}{text}"


def _is_loose(unit: Unit, text: str) -> bool:
    """Tell whether a sign right before the text would not hold for all of it."""
    if isinstance(unit, Either):
        return not _is_list(unit)
    return isinstance(unit, Word | Prefix) and not SIGNED.match(text)


def _alternatives(either: Either) -> str:
    if _is_list(either):
        spans = _spans(either)
        return f"{spans[0].field}:{','.join(map(_days, spans))}"
    return " OR ".join(map(unit_text, either.units))


def _is_list(either: Either) -> bool:
    """Tell whether the alternatives are days of one field, which are written as a list."""
    return len({one.field for one in _spans(either)}) == 1


def _days(span: Span) -> str:
    return _value(span.typed) if span.typed else day_words.text_of(Days(first=span.first, last=span.last))


def _value(value: str) -> str:
    return value if _BARE.fullmatch(value) else f'"{value}"'
