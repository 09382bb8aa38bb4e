"""Reads the query language, whatever was typed: what is no operator is text. Pure; linear in time; never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from cong.search.language.clauses import Asked, Clause, Field, Phrase, Prefix, Sign, Span, Term, Unit, Word
from cong.search.language.day_words import days
from cong.search.language.fields import DAYS, field_of
from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.language.shapes import either_of, flat, group_of, leaves
from cong.search.language.writing import SIGNED, fitted
from cong.search.text import typed

MOST_DEPTH = 8
"""Parentheses within parentheses; deeper ones only part words."""

Plain: TypeAlias = "Word | Phrase | Prefix"

_VALUE = r'(?:"[^"]*+"|[^ "(),]++)'
_TOKEN = re.compile(
    rf"""
    (?P<space>[ ]+)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<phrase>"(?P<said>[^"]*+)"(?:~(?P<slop>[0-9])(?![^ "()]))?)
    | (?P<negation>NOT(?=[ ]?["(]|[ ](?!(?:OR|NOT)(?![^ "()])){SIGNED.pattern}))
    | (?P<sign>[+-](?=["(]|{SIGNED.pattern}))
    | (?P<field>(?P<name>[^ :"(),]++):(?P<values>{_VALUE}?+(?:,{_VALUE}?+)*+))
    | (?P<word>[^ "()]++)
    """,
    re.VERBOSE,
)
_WORD = re.compile(r'[^ "()]++')
_EACH_VALUE = re.compile(r'"([^"]*)"|([^",]+)')
_PREFIX = re.compile(r"([^*]*[^\W_]{2})\*")
_ALTERNATIVE = frozenset({"OR", "|", "||"})
_SOME_DAY = date(2000, 1, 1)
_ANOTHER_DAY = date(2001, 3, 2)


def read(text: str, *, today: date) -> Asked:
    """Return what a text asks for; `today` is the reader's. At most 512 characters and 64 units count."""
    reader = _Reader(today=today)
    for token, at in tokens(_paired(typed.clipped(text, LONGEST_QUERY))):
        if reader.room <= 0:
            break
        reader.take(token, at)
    return fitted(Asked(clauses=reader.end()))


def plain_units(text: str) -> tuple[Plain, ...]:
    """Return words, phrases and prefixes of a text in which nothing else is an operator."""
    found: list[Plain] = []
    for token, at in tokens(_paired(typed.clipped(text, LONGEST_QUERY))):
        found.extend(_plainly(token, at))
    return tuple(found)


class Text:
    """Where the tokenizer stands in a text; who takes a token may send it back to the middle of it."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def word(self, token: re.Match[str]) -> str:
        """Take no more of a token than a word, and return it."""
        found = _WORD.match(self.text, token.start())
        self.place = found.end() if found else token.end()
        return found[0] if found else ""


def tokens(text: str) -> Iterator[tuple[re.Match[str], Text]]:
    """Yield what a text of any length is made of, if its quotation marks are paired, and where the tokenizer stands."""
    at = Text(text)
    while token := _TOKEN.match(text, at.place):
        at.place = token.end()
        yield token, at


def _paired(text: str) -> str:
    """Return the text without the last quotation mark when it has no partner."""
    if text.count('"') % 2 == 0:
        return text
    head, _, tail = text.rpartition('"')
    return f"{head} {tail}"


@dataclass(kw_only=True)
class _Level:
    """Clauses between a pair of parentheses, and what stands before the next unit: a sign, an `OR`."""

    depth: int
    clauses: list[Clause] = field(default_factory=list)
    sign: Sign = Sign.PLAIN
    joint: str = ""

    def add(self, unit: Unit | None) -> None:
        if unit is not None:
            if self._joins():
                last = self.clauses.pop()
                self.clauses.append(replace(last, unit=either_of((last.unit, unit)) or unit))
            else:
                self.clauses.append(Clause(unit=unit, sign=self.sign))
            self.joint = ""
        self.sign = Sign.PLAIN

    def alternative(self, text: str) -> None:
        if self.clauses:
            self.joint = text
        elif text == "OR":
            self.add(Word(text="or"))

    def end(self) -> tuple[Clause, ...]:
        if self.joint == "OR":
            self.clauses.append(Clause(unit=Word(text="or")))
        return flat(self.clauses)

    def _joins(self) -> bool:
        """Tell whether the next unit is an alternative; after NOT it is none, too deep it could not be written."""
        if not self.joint or self.sign is Sign.NOT:
            return False
        return self.depth < MOST_DEPTH or self.clauses[-1].sign is Sign.PLAIN


class _Reader:
    """Builds the tree, a token at a time."""

    def __init__(self, *, today: date) -> None:
        self.today, self.room, self.ignored = today, MOST_TERMS, 0
        self.levels = [_Level(depth=0)]
        self._takes: dict[str, Callable[[re.Match[str], Text], None]] = {
            "open": self._open, "close": self._close, "phrase": self._phrase, "negation": self._sign,
            "sign": self._sign, "field": self._field, "word": self._word,
        }  # fmt: skip

    def take(self, token: re.Match[str], at: Text) -> None:
        kind = token.lastgroup or ""
        if kind in self._takes:
            self._takes[kind](token, at)

    def end(self) -> tuple[Clause, ...]:
        while len(self.levels) > 1:
            self._leave()
        return self.levels[0].end()

    def _add(self, unit: Unit | None) -> None:
        self.room -= leaves(unit) if unit else 0
        self.levels[-1].add(unit)

    def _open(self, token: re.Match[str], at: Text) -> None:
        if len(self.levels) > MOST_DEPTH:
            self.ignored += 1
        else:
            self.levels.append(_Level(depth=len(self.levels)))

    def _close(self, token: re.Match[str], at: Text) -> None:
        if self.ignored:
            self.ignored -= 1
            self.levels[-1].sign = Sign.PLAIN
        elif len(self.levels) > 1:
            self._leave()

    def _leave(self) -> None:
        inner = self.levels.pop()
        self.levels[-1].add(group_of(inner.end()))

    def _phrase(self, token: re.Match[str], at: Text) -> None:
        self._add(_phrase(token))

    def _sign(self, token: re.Match[str], at: Text) -> None:
        self.levels[-1].sign = Sign.MUST if token[0] == "+" else Sign.NOT

    def _field(self, token: re.Match[str], at: Text) -> None:
        unit = _of_field(token, self.today, self.room)
        if unit:
            self._add(unit)
            return
        text = at.word(token)
        shorter = _TOKEN.fullmatch(text) if text != token[0] else None
        unit = _of_field(shorter, self.today, self.room) if shorter and shorter["name"] else None
        self._add(unit or _word_or_prefix(text))

    def _word(self, token: re.Match[str], at: Text) -> None:
        level = self.levels[-1]
        if token[0] in _ALTERNATIVE and (level.sign is Sign.PLAIN or token[0] != "OR"):
            level.alternative(token[0])
        else:
            self._add(_word_or_prefix(token[0]))


def _word_or_prefix(text: str) -> Word | Prefix:
    begun = _PREFIX.fullmatch(text)
    if begun:
        return Prefix(text=begun[1])
    return Word(text=text.lower() if text in ("OR", "NOT") else text)


def _phrase(token: re.Match[str]) -> Phrase | None:
    said = token["said"].strip()
    return Phrase(text=said, slop=int(token["slop"] or 0)) if typed.says_something(said) else None


def _of_field(token: re.Match[str], today: date, room: int) -> Unit | None:
    """Return the values of a known field, None when there is no such field or a value is impossible."""
    meant = field_of(token["name"])
    found = (quoted.strip() or bare for quoted, bare in _EACH_VALUE.findall(token["values"]))
    values = tuple(dict.fromkeys(one for one in found if typed.says_something(one)))[:room]
    if not meant or not values:
        return None
    return _spans(meant, values, today) if meant in DAYS else Term(field=meant, values=values)


def _spans(meant: Field, values: tuple[str, ...], today: date) -> Unit | None:
    spans = [span for one in values if (span := _span(meant, one, today))]
    return either_of(spans) if len(spans) == len(values) else None


def _span(meant: Field, value: str, today: date) -> Span | None:
    found = days(value, today=today)
    if found is None:
        return None
    counts_from_today = days(value, today=_SOME_DAY) != days(value, today=_ANOTHER_DAY)
    return Span(field=meant, first=found.first, last=found.last, typed=value if counts_from_today else "")


def _plainly(token: re.Match[str], at: Text) -> Iterator[Plain]:
    """Yield what a token says as text."""
    kind = token.lastgroup
    if kind == "phrase":
        phrase = _phrase(token)
        if phrase:
            yield phrase
    elif kind == "field" and _of_field(token, _SOME_DAY, MOST_TERMS):
        at.place = token.start("values")
        yield Word(text=token["name"] + ":")
    elif kind in ("field", "word", "negation"):
        text = at.word(token)
        if text not in ("|", "||"):
            yield _word_or_prefix(text)
