"""Made-up queries: every tree that `grammar.read` may return, of any text."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from cong.search.language.clauses import Asked, Clause, Field, Phrase, Prefix, Sign, Span, Term, Unit, Word
from cong.search.language.fields import DAYS
from cong.search.language.grammar import read
from cong.search.language.shapes import either_of, flat, group_of
from cong.search.language.writing import fitted
from cong.search.text import typed

TODAY = date(2026, 3, 15)
fewer = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Trees take long to make up: only the round trip of a query is tried a hundred times."""

_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
_SIGNS = st.sampled_from(list("""aăbđ1 "'()+-*:,.|~<>=/#_«»“”"""))
_TEXTS = st.text(st.one_of(_LETTERS, _SIGNS), max_size=12)
_TYPED = st.sampled_from([
    "sách", "thư-viện", "27-QĐ/TW", "54/2017/NĐ-CP", "or", "not", "AND", "không", "HOẶC", "-", "--x", "+", ":", "so:",
    "ngay:99/99", "ngay:", "http://a.vn/b", "12:30", "a*", "*", "~3", "x,y", "số", "OR", "NOT", "|",
])  # fmt: skip


def _is_a_word(text: str) -> bool:
    return read(text, today=TODAY) == Asked(clauses=(Clause(unit=Word(text=text)),))


def _ordered(field: Field, first: date | None, last: date | None) -> Span:
    if first and last and last < first:
        first, last = last, first
    return Span(field=field, first=first, last=last) if first or last else Span(field=field, first=TODAY)


_words = st.one_of(_TYPED, _TEXTS).filter(_is_a_word).map(lambda text: Word(text=text))
_phrases = st.builds(
    lambda text, slop: Phrase(text=text, slop=slop),
    _TEXTS.map(typed.value).filter(typed.says_something),
    st.integers(0, 9),
)
_prefixes = st.sampled_from(["th", "thư", "covid-19", "--ab", "quy/che"]).map(lambda text: Prefix(text=text))
_terms = st.builds(
    lambda field, values: Term(field=field, values=tuple(dict.fromkeys(values))),
    st.sampled_from(sorted(set(Field) - DAYS)),
    st.lists(_TEXTS.map(typed.value).filter(typed.says_something), min_size=1, max_size=4),
)
_days = st.one_of(st.none(), st.dates(), st.sampled_from([date(2020, 1, 1), date(2020, 12, 31), date(2020, 2, 29)]))
_spans = st.builds(_ordered, st.sampled_from(sorted(DAYS)), _days, _days)
_leaves: st.SearchStrategy[Unit] = st.one_of(_words, _phrases, _prefixes, _terms, _spans)


def _clauses(units: st.SearchStrategy[Unit]) -> st.SearchStrategy[tuple[Clause, ...]]:
    one = st.builds(lambda unit, sign: Clause(unit=unit, sign=sign), units, st.sampled_from(list(Sign)))
    return st.lists(one, min_size=1, max_size=4).map(flat)


def _nested(units: st.SearchStrategy[Unit]) -> st.SearchStrategy[Unit]:
    alternatives = st.lists(units, min_size=2, max_size=3).map(either_of)
    return st.one_of(alternatives, _clauses(units).map(group_of)).flatmap(lambda unit: st.just(unit) if unit else units)


units: st.SearchStrategy[Unit] = st.recursive(_leaves, _nested, max_leaves=8)
queries: st.SearchStrategy[Asked] = st.one_of(
    st.just(Asked()), _clauses(units).map(lambda clauses: fitted(Asked(clauses=clauses)))
)

_PIECES = [
    "OR", "NOT", "|", "||", "-", "+", "(", ")", '"', "“", "”", "«", "»", "~3", "~", "*", "a", "việt", "ab*", "so:",
    "ngay:", "ngay:2020", "ngay:2019,2021", "ngày:7ngày", "loai:a,b", 'loai:"x y"', "tieude:", "lang:vi", ",", ":",
    " ", "  ", "\t", "\n", "\x00", "\ud800", "..", ">", "99/99", "http://x", "NOT(", "-(", "\u0300", "ự", "学", "។",
    "_", "\u200b", "\u0958", "½",
]  # fmt: skip
typings: st.SearchStrategy[str] = st.one_of(
    st.text(max_size=600), st.lists(st.sampled_from(_PIECES), max_size=300).map("".join)
)
"""Anything that may be typed, and much that is close to the language."""
