"""What a clause of the query language asks of the index. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from cong.search.language.clauses import Clause, Either, Field, Group, Phrase, Prefix, Sign, Span, Term, Unit, Word
from cong.search.meaning.nodes import (
    AnyOf,
    Begins,
    Between,
    Every,
    Everything,
    Flat,
    Has,
    InOrder,
    Node,
    Nothing,
    OneOf,
    Without,
)
from cong.search.text import analysis, chains
from cong.search.text.numbers import number_guesses, number_keys

# Fields of words as people read them, and of codes.
_WORDS = {Field.TITLE: "t", Field.TOPIC: "topic", Field.SIGNER: "signer", Field.SOURCE: "source"}
_CODES = {
    Field.KIND: "kind", Field.SECTION: "section", Field.STATUS: "status", Field.LANG: "lang", Field.HAS: "has",
}  # fmt: skip
_NUMBERS = {Field.NUMBER: "num", Field.CITES: "cites"}
_DAYS = {Field.DATE: "day", Field.EFFECTIVE: "effective"}


def condition(clause: Clause, lang: str) -> Node:
    """Return what a clause asks of a reader's page in that language; it narrows and does not score."""
    node = _unit(clause.unit, lang)
    if isinstance(node, Everything):  # signs without a syllable ask for nothing, and exclude nothing
        return node
    flat = Flat(node=node)
    return Without(node=Flat(node=Everything()), others=(flat,)) if clause.sign is Sign.NOT else flat


def ordinal(day: date) -> int:
    """Return a day as the index knows it."""
    return day.toordinal()


def _unit(unit: Unit, lang: str) -> Node:
    if isinstance(unit, Word):
        return every_syllable(unit.text, lang)
    if isinstance(unit, Phrase):
        return _phrase(unit)
    if isinstance(unit, Prefix):
        return _prefix(unit.text)
    if isinstance(unit, Span):
        return _span(unit)
    if isinstance(unit, Term):
        return _any(map(_value_of(unit.field), unit.values))
    if isinstance(unit, Either):
        return _any(_unit(one, lang) for one in unit.units)
    return _group(unit, lang)


def _any(nodes: Iterable[Node]) -> Node:
    kept = tuple(nodes)
    return kept[0] if len(kept) == 1 else AnyOf(nodes=kept) if kept else Nothing()


def _group(group: Group, lang: str) -> Node:
    nodes = tuple(condition(one, lang) for one in group.clauses)
    return nodes[0] if len(nodes) == 1 else Every(nodes=nodes) if nodes else Everything()


def every_syllable(text: str, lang: str) -> Node:
    """Return what holds all syllables of a text, whatever their marks. Signs alone ask for nothing."""
    read = analysis.forms(text)
    found = [every(reading.required) for reading in chains.readings(read, lang)] if read else []
    return _any(one for one in found if one != Nothing()) if found else Everything()


def every(terms: Iterable[str]) -> Node:
    """Return what holds all these terms, nothing when there are none."""
    nodes = tuple(Has(field="fx", term=term) for term in terms)
    return (nodes[0] if len(nodes) == 1 else Every(nodes=nodes)) if nodes else Nothing()


def _phrase(phrase: Phrase) -> Node:
    """Return the syllables in order: with their marks when any were typed."""
    forms = [form for form in analysis.forms(phrase.text) if form is not analysis.END]
    marked = any(form.accented != form.folded for form in forms)
    terms = tuple(form.accented if marked else form.folded for form in forms)
    return _in_order("a" if marked else "f", terms, phrase.slop)


def _in_order(field: str, terms: tuple[str, ...], slop: int = 0) -> Node:
    if not terms:
        return Everything()
    return InOrder(field=field, terms=terms, slop=slop) if len(terms) > 1 else Has(field=field, term=terms[0])


def _prefix(text: str) -> Node:
    """Return the syllables of a text, the last one unfinished."""
    forms = [form for form in analysis.forms(text) if form is not analysis.END]
    if not forms:
        return Everything()
    last = forms[-1]
    marked = last.accented != last.folded
    begun: Node = Begins(field="a" if marked else "f", prefix=last.accented if marked else last.folded)
    whole = tuple(Has(field="fx", term=form.folded) for form in forms[:-1])
    return Every(nodes=(*whole, begun)) if whole else begun


def _span(span: Span) -> Node:
    first = None if span.first is None else ordinal(span.first)
    last = None if span.last is None else ordinal(span.last)
    return Between(field=_DAYS[span.field], first=first, last=last)


def _value_of(field: Field) -> Callable[[str], Node]:
    """Return what turns a value of a field into a node."""
    if field in _WORDS:
        return lambda value: _in_order(_WORDS[field], _syllables(value))
    if field in _CODES:
        return lambda value: OneOf(field=_CODES[field], values=(value,))
    if field in _NUMBERS:
        return lambda value: _number(_NUMBERS[field], value)
    if field is Field.AGENCY:
        return lambda value: OneOf(field="agency", values=(int(value),)) if _is_id(value) else Nothing()
    return lambda value: Nothing()


def _syllables(text: str) -> tuple[str, ...]:
    return tuple(one for one in analysis.folded(analysis.forms(text)) if one)


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 18


def _number(field: str, value: str) -> Node:
    """Return what has a document number, in whatever spelling."""
    keys = [*(guess.key for guess in number_guesses(value) if guess.firm), *number_keys(value)[:1]]
    return OneOf(field=field, values=tuple(dict.fromkeys(keys))) if keys else Nothing()
