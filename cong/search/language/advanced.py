"""The advanced form as values: it writes the query language and nothing else, and opens filled from a query. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cong.search.language import values
from cong.search.language.clauses import Asked, Clause, Either, Field, Phrase, Prefix, Sign, Span, Term, Word
from cong.search.language.grammar import Plain, plain_units
from cong.search.language.shapes import either_of
from cong.search.language.writing import fitted, unit_text, written
from cong.search.text import typed


@dataclass(frozen=True, kw_only=True)
class Advanced:
    """What the form holds. The four texts of words take words, `"phrases"` and `begin*`, nothing else is an operator.

    `kinds`, `sections`, `langs`, `has`, `status`: codes; `agencies`: slugs. `first` to `last`: days of publication.
    """

    all_words: str = ""
    phrase: str = ""
    any_words: str = ""
    none_words: str = ""
    in_title: str = ""
    number: str = ""
    kinds: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    signer: str = ""
    topic: str = ""


CHOSEN: dict[str, Field] = {
    "kinds": Field.KIND, "agencies": Field.AGENCY, "sections": Field.SECTION, "langs": Field.LANG, "has": Field.HAS,
    "status": Field.STATUS,
}  # fmt: skip
"""Fields of which several values are chosen, by their name in the form."""

TOLD: dict[str, Field] = {
    "in_title": Field.TITLE, "number": Field.NUMBER, "signer": Field.SIGNER, "topic": Field.TOPIC,
}  # fmt: skip
"""Fields with one value in words."""

Choice = Callable[[Field, str], str | None]

_PLAIN = (Word, Phrase, Prefix)


def asked_of(form: Advanced, rest: Asked | None = None) -> Asked:
    """Return the query that the form writes, with `rest` behind it; nothing is cut."""
    return Asked(clauses=(*_wanted(form), *_unwanted(form), *_terms(form), *(rest.clauses if rest else ())))


def text_of(form: Advanced, rest: Asked | None = None) -> str:
    """Return the query as text: as much of it as is read."""
    return written(fitted(asked_of(form, rest)))


def choice_of(field: Field, value: str) -> str | None:
    """Return the code that a value stands for; an agency's slug is taken as it is."""
    return value if field is Field.AGENCY else values.code_of(field, value)


def values_of(asked: Asked, *, choice_of: Choice = choice_of) -> tuple[Advanced, str]:
    """Return the query as the form shows it, and the text of what the form has no place for.

    `choice_of` returns what the form offers for a value as typed, None when it offers nothing. A clause goes into the
    form whole or not at all, the first of its kind only: form and rest together ask for what was asked.
    """
    reader = _Filling(choice_of)
    rest = tuple(clause for clause in asked.clauses if not reader.takes(clause))
    return reader.form(), written(Asked(clauses=rest))


class _Filling:
    """Puts clauses into the form, one after the other."""

    def __init__(self, choice_of: Choice) -> None:
        self.choice_of = choice_of
        self.all: list[Plain] = []
        self.none: list[Plain] = []
        self.any: tuple[Plain, ...] = ()
        self.phrase = ""
        self.told: dict[str, str] = {}
        self.chosen: dict[str, tuple[str, ...]] = {}
        self.span: Span | None = None

    def form(self) -> Advanced:
        return Advanced(
            all_words=_text(self.all), phrase=self.phrase, any_words=_text(self.any), none_words=_text(self.none),
            first=self.span.first if self.span else None, last=self.span.last if self.span else None,
            kinds=self.chosen.get("kinds", ()), agencies=self.chosen.get("agencies", ()),
            sections=self.chosen.get("sections", ()), langs=self.chosen.get("langs", ()),
            has=self.chosen.get("has", ()), status=self.chosen.get("status", ()), **self.told,
        )  # fmt: skip

    def takes(self, clause: Clause) -> bool:
        """Put the clause into the form if there is a place for all that it says."""
        unit = clause.unit
        if isinstance(unit, _PLAIN):
            return self._takes_words(unit, clause.sign)
        if clause.sign is not Sign.PLAIN:
            return False
        if isinstance(unit, Term):
            return self._takes_term(unit)
        if isinstance(unit, Span):
            return self._takes_span(unit)
        return isinstance(unit, Either) and self._takes_any(unit)

    def _takes_words(self, unit: Plain, sign: Sign) -> bool:
        is_lost = sign is Sign.NOT and not typed.says_something(unit.text)
        if sign is Sign.MUST or is_lost or not _is_read_back(unit):
            return False
        if sign is Sign.NOT:
            self.none.append(unit)
        elif isinstance(unit, Phrase) and not unit.slop and not self.phrase:
            self.phrase = unit.text
        else:
            self.all.append(unit)
        return True

    def _takes_any(self, either: Either) -> bool:
        plain = tuple(one for one in either.units if isinstance(one, _PLAIN) and _is_read_back(one))
        if self.any or len(plain) < len(either.units):
            return False
        self.any = plain
        return True

    def _takes_span(self, span: Span) -> bool:
        if self.span or span.field is not Field.DATE:
            return False
        self.span = span
        return True

    def _takes_term(self, term: Term) -> bool:
        told = next((name for name, field in TOLD.items() if field is term.field), "")
        if told and len(term.values) == 1 and told not in self.told:
            self.told[told] = term.values[0]
            return True
        chosen = next((name for name, field in CHOSEN.items() if field is term.field), "")
        found = tuple(self.choice_of(term.field, value) for value in term.values)
        if not chosen or chosen in self.chosen or None in found:
            return False
        self.chosen[chosen] = tuple(dict.fromkeys(one for one in found if one))
        return True


def _is_read_back(unit: Plain) -> bool:
    return plain_units(unit_text(unit)) == (unit,)


def _text(units: Iterable[Plain]) -> str:
    return " ".join(map(unit_text, units))


def _wanted(form: Advanced) -> Iterator[Clause]:
    for unit in plain_units(form.all_words):
        yield Clause(unit=unit)
    phrase = typed.value(form.phrase)
    if typed.says_something(phrase):
        yield Clause(unit=Phrase(text=phrase))
    either = either_of(plain_units(form.any_words))
    if either:
        yield Clause(unit=either)


def _unwanted(form: Advanced) -> Iterator[Clause]:
    for unit in plain_units(form.none_words):
        if typed.says_something(unit.text):
            yield Clause(unit=unit, sign=Sign.NOT)


def _terms(form: Advanced) -> Iterator[Clause]:
    for name, field in TOLD.items():
        yield from _term(field, (getattr(form, name),))
    for name, field in CHOSEN.items():
        yield from _term(field, (values.word_of(field, code) for code in getattr(form, name)))
    if form.first or form.last:
        yield Clause(unit=Span(field=Field.DATE, first=form.first, last=form.last))


def _term(field: Field, said: Iterable[str]) -> Iterator[Clause]:
    clean = (typed.value(one) for one in said)
    kept = tuple(dict.fromkeys(one for one in clean if typed.says_something(one)))
    if kept:
        yield Clause(unit=Term(field=field, values=kept))
