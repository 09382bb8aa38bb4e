"""A query as text: read back it is the same query; facets change it and lose nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.language.clauses import Asked, Clause, Either, Field, Group, Phrase, Prefix, Sign, Span, Term, Word
from cong.search.language.fields import DAYS
from cong.search.language.grammar import read
from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.language.shapes import leaves
from cong.search.language.writing import (
    fitted,
    has_value,
    narrowed_to_year,
    spans_of,
    values_of,
    with_span,
    with_value,
    without_field,
    without_value,
    written,
)
from tests.search.trees import TODAY, fewer, queries, typings

VALUED = sorted(set(Field) - DAYS)


def asked(text: str) -> Asked:
    return read(text, today=TODAY)


@given(queries)
def test_every_query_is_read_back_from_its_text(query: Asked) -> None:
    assert asked(written(query)) == query


@given(typings)
def test_whatever_was_typed_is_read_back_from_its_text(text: str) -> None:
    once = asked(text)

    assert asked(written(once)) == once
    assert len(written(once)) <= LONGEST_QUERY


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("  quy   chế ", "quy chế"),
        ("“mượn sách”~2 | thư*", '"mượn sách"~2 OR thư*'),
        ("Số:5/2017 Loại:“văn bản”,tin", 'so:5/2017 loai:"văn bản",tin'),
        ("date:2/2024 effective:>=2020 ngày:2019,2021", "ngay:2024-02 hieuluc:2020.. ngay:2019,2021"),
        ("ngay:7ngay", "ngay:7ngay"),
        ("ngay:1/3/2024..2/3/2024", "ngay:2024-03-01..2024-03-02"),
        ("ngay:2019..5/2020", "ngay:2019-01..2020-05"),
        ("ngay:2020 OR ngay:1/1/2020..31/12/2020,2021", "ngay:2020,2021"),
        ("a NOT b", "a -b"),
        ("NOT a OR b", "-(a OR b)"),
        ("(a b) OR (c)", "(a b) OR c"),
        ("+(a b", "+(a b)"),
        ("-(--x)", "-(--x)"),
        ("nguoiky:'a,b' nguoiky:\"a(b)\"", "nguoiky:'a,b' nguoiky:\"a(b)\""),
    ],
)
def test_a_query_has_one_text(typed: str, canonical: str) -> None:
    assert written(asked(typed)) == canonical


def test_trees_that_nobody_types_are_written_so_that_they_are_read_back() -> None:
    query = Asked(
        clauses=(
            Clause(unit=Word(text="--"), sign=Sign.NOT),
            Clause(unit=Prefix(text="--ab"), sign=Sign.MUST),
            Clause(unit=Group(clauses=(Clause(unit=Phrase(text="x"), sign=Sign.NOT),)), sign=Sign.NOT),
            Clause(unit=Either(units=(Span(field=Field.DATE, first=TODAY), Span(field=Field.EFFECTIVE, last=TODAY)))),
        )
    )

    assert written(query) == '-(--) +(--ab*) -(-"x") ngay:2026-03-15.. OR hieuluc:..2026-03-15'
    assert asked(written(query)) == query


def test_what_does_not_fit_goes_from_the_end_and_words_before_conditions() -> None:
    words = tuple(Clause(unit=Word(text=f"nghiêng{number}")) for number in range(60))
    kept = Clause(unit=Term(field=Field.AGENCY, values=("x" * 300,)))

    shorter = fitted(Asked(clauses=(*words, kept)))

    assert shorter.clauses[-1] == kept
    assert shorter.clauses[:-1] == words[: len(shorter.clauses) - 1]
    assert LONGEST_QUERY - 12 < len(written(shorter)) <= LONGEST_QUERY


def test_one_clause_that_is_too_long_loses_its_end() -> None:
    values = tuple(f"co-quan-{number}" for number in range(100))
    alternatives = Either(units=tuple(Group(clauses=(Clause(unit=Word(text=one)),) * 2) for one in values))

    term = fitted(Asked(clauses=(Clause(unit=Term(field=Field.AGENCY, values=values)),)))
    either = fitted(Asked(clauses=(Clause(unit=alternatives, sign=Sign.NOT),)))

    for one in (term, either):
        assert 20 < leaves(one.clauses[0].unit) <= MOST_TERMS
        assert asked(written(one)) == one


def test_a_value_joins_those_that_are_chosen() -> None:
    query = asked("sách loai:tin ngay:2020")

    assert written(with_value(query, Field.KIND, "văn bản")) == 'sách loai:tin,"văn bản" ngay:2020'
    assert written(with_value(query, Field.AGENCY, "bo-a")) == "sách loai:tin ngay:2020 coquan:bo-a"
    assert with_value(query, Field.KIND, "TIN") == query
    assert with_value(query, Field.KIND, ' " ') == query
    assert written(with_value(query, Field.AGENCY, ' Báo\n "A", tập 1')) == (
        'sách loai:tin ngay:2020 coquan:"Báo A , tập 1"'
    )


def test_the_last_value_takes_its_clause_along() -> None:
    query = asked("sách loai:tin,ảnh coquan:a")

    assert written(without_value(query, Field.KIND, "tin")) == "sách loai:ảnh coquan:a"
    assert written(without_value(without_value(query, Field.KIND, "anh"), Field.KIND, "tin")) == "sách coquan:a"
    assert without_value(query, Field.KIND, "video") == query


def test_values_that_mean_the_same_are_one() -> None:
    query = asked("loai:news,hinh coquan:BO-A")

    assert has_value(query, Field.KIND, "tin")
    assert has_value(query, Field.AGENCY, "bo-a")
    assert not has_value(query, Field.KIND, "video")
    assert with_value(query, Field.KIND, "tin-tức") == query
    assert written(without_value(query, Field.KIND, "anh")) == "loai:news coquan:BO-A"


def test_only_what_narrows_the_whole_query_is_a_choice() -> None:
    query = asked("-loai:tin (loai:ảnh OR sách) +loai:phim loai:video loai:video,tin")

    assert values_of(query, Field.KIND) == ("video", "tin")
    assert written(without_field(query, Field.KIND)) == "-loai:tin loai:ảnh OR sách +loai:phim"
    assert written(without_value(query, Field.KIND, "video")) == "-loai:tin loai:ảnh OR sách +loai:phim loai:tin"


def test_days_replace_days() -> None:
    query = asked("sách ngay:2019,2021 ngay:..2020 -ngay:2018 hieuluc:2020")

    assert written(narrowed_to_year(query, 2022)) == "sách -ngay:2018 hieuluc:2020 ngay:2022"
    assert written(with_span(query, Field.EFFECTIVE, first=date(2020, 5, 1), last=None)).endswith("hieuluc:2020-05..")
    assert written(with_span(query, Field.DATE, first=None, last=None)) == "sách -ngay:2018 hieuluc:2020"
    assert [span.first for span in spans_of(query, Field.DATE)] == [date(2019, 1, 1), date(2021, 1, 1), None]
    assert spans_of(asked("ngay:2019 OR sách ngay:2019 OR hieuluc:2020"), Field.DATE) == ()


def test_a_choice_counts_even_when_the_query_is_full() -> None:
    full = asked("sách " * MOST_TERMS)

    chosen = with_value(full, Field.KIND, "tin")

    assert values_of(asked(written(chosen)), Field.KIND) == ("tin",)
    assert len(chosen.clauses) == MOST_TERMS


@fewer
@given(queries, st.sampled_from(VALUED), st.text(max_size=20))
def test_adding_and_taking_away_a_value_leaves_the_rest(query: Asked, field: Field, value: str) -> None:
    small = Asked(clauses=query.clauses[:5])

    more = with_value(small, field, value)

    assert asked(written(more)) == more
    assert set(values_of(small, field)) <= set(values_of(more, field))
    if len(values_of(more, field)) > len(values_of(small, field)) and len(written(small)) < LONGEST_QUERY / 2:
        assert without_value(more, field, value) == small


@fewer
@given(queries, st.sampled_from(list(Field)), st.integers(1, 9999))
def test_edited_queries_are_read_back_from_their_text(query: Asked, field: Field, year: int) -> None:
    edited = [without_field(query, field), narrowed_to_year(query, year)]
    edited += [without_value(query, field, value) for value in values_of(query, field)]

    assert [asked(written(one)) for one in edited] == edited
    assert values_of(edited[0], field) == ()
    assert spans_of(edited[0], field) == ()
    assert [span.first for span in spans_of(edited[1], Field.DATE)] == [date(year, 1, 1)]
