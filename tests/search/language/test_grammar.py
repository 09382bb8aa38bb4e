"""The query language: what operators mean, and that everything else is text."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given

from cong.search.language import grammar, writing
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
from cong.search.language.fields import NAMES, field_of
from cong.search.language.grammar import MOST_DEPTH, plain_units, read
from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.language.shapes import leaves
from cong.search.text import typed
from tests.search.trees import TODAY, typings


def asks(text: str) -> tuple[Clause, ...]:
    return read(text, today=TODAY).clauses


def plain(*units: Unit) -> tuple[Clause, ...]:
    return tuple(Clause(unit=unit) for unit in units)


def words(text: str) -> tuple[Clause, ...]:
    return plain(*(Word(text=one) for one in text.split()))


def without(unit: Unit) -> Clause:
    return Clause(unit=unit, sign=Sign.NOT)


A, B, C, D = (Word(text=letter) for letter in "abcd")


@pytest.mark.parametrize(
    "text",
    [
        "quy chế mượn sách", "không hoặc và", "KHÔNG HOẶC", "sách or báo", "not a", "covid-19 27-QĐ/TW",
        "NĐ-CP 54/2017", "http://thu-vien.vn/a?b=c", "12:30", "-", ":", "+", "a - b", "a + b", "--help", "lạ:giátrị",
        "so: 54", "tieude:,", "a*", "*", "a*b", "ab**", "C++", "ngày:hômqua?", "ngay:99/99", "ngay:2020,99/99",
        "ngay:..", "~3", "AND", "50% , . ; ! ?", "a|b", "x:y:z", "thư…", "½ 学习 ខ្មែរ",
    ],
)  # fmt: skip
def test_what_is_no_operator_is_text(text: str) -> None:
    assert asks(text) == words(text)


def test_an_alternative_needs_two_sides() -> None:
    assert asks("a OR b") == asks("a | b") == asks("a || b") == asks("a OR OR b") == plain(Either(units=(A, B)))
    assert asks("a OR a") == asks("(a OR a)") == words("a")
    assert asks("a OR b OR c d") == plain(Either(units=(A, B, C)), D)
    assert asks("a OR") == words("a or")
    assert asks("OR a") == words("or a")
    assert asks("| a |") == words("a")
    assert asks("(a OR) b") == words("a or b")


def test_signs_hold_for_the_unit_behind_them() -> None:
    assert asks("a -b") == asks("a NOT b") == (*plain(A), without(B))
    assert asks("+a b") == (Clause(unit=A, sign=Sign.MUST), *plain(B))
    assert asks('-"a b"') == asks('NOT "a b"') == asks('NOT"a b"') == (without(Phrase(text="a b")),)
    assert asks("-loai:tin") == (without(Term(field=Field.KIND, values=("tin",))),)
    assert asks("NOT(a b)") == asks("-(a b)") == (without(Group(clauses=words("a b"))),)
    assert asks("-(a)") == asks("-((a))") == (without(A),)
    assert asks("(a)-b") == (*plain(A), without(B))


def test_a_sign_that_stands_before_nothing_is_text() -> None:
    assert asks("a NOT") == words("a not")
    assert asks("NOT NOT a") == (*words("not"), without(A))
    assert asks("NOT OR a") == plain(Either(units=(Word(text="not"), A)))
    assert asks("NOT - a") == words("not - a")
    assert asks("-( ) a") == asks('-"" a') == words("a")


def test_a_sign_before_alternatives_holds_for_all_of_them() -> None:
    assert asks("-a OR b") == asks("-(a OR b)") == (without(Either(units=(A, B))),)
    assert asks("+a OR +b") == (Clause(unit=Either(units=(A, B)), sign=Sign.MUST),)
    assert asks("a OR -b") == asks("a -b")
    assert asks("-a OR -b") == asks("-a -b")


def test_an_operator_word_behind_a_sign_is_a_word() -> None:
    assert asks("a -OR b") == (*plain(A), without(Word(text="or")), *plain(B))


def test_parentheses_without_a_sign_or_an_alternative_only_part_words() -> None:
    assert asks("Luật Thư viện (sửa đổi)") == words("Luật Thư viện sửa đổi")
    assert asks("quy chế(2) (-b)") == (*words("quy chế 2"), without(B))
    assert asks("() a ( )") == words("a")
    assert asks("(a b) OR (c -d)") == plain(
        Either(units=(Group(clauses=words("a b")), Group(clauses=(*plain(C), without(D)))))
    )
    assert asks("(a OR b) OR c") == plain(Either(units=(A, B, C)))


def test_parentheses_need_no_partner() -> None:
    assert asks("(a OR b") == asks("a OR b)") == asks(")a OR b((") == plain(Either(units=(A, B)))
    assert asks("-(a b") == (without(Group(clauses=words("a b"))),)


@pytest.mark.parametrize(
    "text", ['"a b"', "“a b”", "„a b“", "«a b»", "»a b«", "＂a b＂", '“a b"', '"  a \t b "', "「a b」"]
)
def test_every_style_of_quotation_marks_makes_a_phrase(text: str) -> None:
    assert asks(text) == plain(Phrase(text="a b"))


def test_a_phrase_may_leave_room() -> None:
    assert asks('"a b"~3 c') == plain(Phrase(text="a b", slop=3), C)
    assert asks('"a b"~12') == plain(Phrase(text="a b"), Word(text="~12"))
    assert asks('"a b"c') == plain(Phrase(text="a b"), C)


def test_a_quotation_mark_without_a_partner_parts_words() -> None:
    assert asks('"a b') == asks('a "b') == asks('a b"') == words("a b")
    assert asks('"a b" "c') == plain(Phrase(text="a b"), C)
    assert asks('"" "…" a') == words("a")


def test_a_beginning_has_two_letters() -> None:
    assert asks("thư* 27-QĐ*") == plain(Prefix(text="thư"), Prefix(text="27-QĐ"))
    assert asks("t*") == words("t*")


def test_a_field_takes_a_word_a_phrase_or_a_list() -> None:
    assert asks("so:54/2017/NĐ-CP") == plain(Term(field=Field.NUMBER, values=("54/2017/NĐ-CP",)))
    assert asks("tieude:“quy  chế”") == plain(Term(field=Field.TITLE, values=("quy chế",)))
    assert asks('coquan:a,b,"c d",a') == plain(Term(field=Field.AGENCY, values=("a", "b", "c d")))
    assert asks("coquan:a,,b,") == asks('coquan:,a,"",b') == asks("coquan:a,b")
    assert asks("nguon:http://a.vn") == plain(Term(field=Field.SOURCE, values=("http://a.vn",)))


@pytest.mark.parametrize(
    "name", ["so", "số", "Số", "SỐ", "number", "so-hieu", "sốhiệu", "số_ký_hiệu", "s\u006f\u0302\u0301"]
)
def test_a_field_is_known_by_any_of_its_names(name: str) -> None:
    assert asks(f"{name}:5") == plain(Term(field=Field.NUMBER, values=("5",)))


def test_no_name_means_two_fields_and_every_field_is_known_by_its_canonical_name() -> None:
    for field in Field:
        assert field_of(field.value) is field
        assert {field_of(name) for name in NAMES[field]} == {field}
        assert any(name.isascii() for name in NAMES[field])


def test_an_unknown_field_is_text_and_its_phrase_a_phrase() -> None:
    assert asks('lạ:"a b"') == plain(Word(text="lạ:"), Phrase(text="a b"))
    assert asks('ngay:"a b" ngay:2020,"x"') == plain(
        Word(text="ngay:"), Phrase(text="a b"), _year(2020), Phrase(text="x")
    )


def _year(number: int) -> Span:
    return Span(field=Field.DATE, first=date(number, 1, 1), last=date(number, 12, 31))


def test_days_may_be_quoted_compared_and_listed() -> None:
    assert asks('ngày:"hôm nay"') == plain(Span(field=Field.DATE, first=TODAY, last=TODAY))
    assert asks("hieuluc:>=2020") == plain(Span(field=Field.EFFECTIVE, first=date(2020, 1, 1)))
    assert asks("-ngay:2019,2021") == (without(Either(units=(_year(2019), _year(2021)))),)
    assert asks("ngay:2019,2021 OR a") == plain(Either(units=(_year(2019), _year(2021), A)))


def test_only_the_beginning_of_a_long_query_is_read() -> None:
    assert len(asks("a " * 200)) == MOST_TERMS
    assert asks("so:" + ",".join(map(str, range(100)))) == plain(
        Term(field=Field.NUMBER, values=tuple(map(str, range(MOST_TERMS))))
    )
    assert asks("x" * 1000) == words("x" * LONGEST_QUERY)
    assert asks("nghiêng " * 100) == words("nghiêng " * (LONGEST_QUERY // 8))
    assert asks("lang:vi " * 64 + "b")[-1] != Clause(unit=B)


def test_only_so_many_parentheses_nest() -> None:
    deep = "-(a " * 200 + "b" + ")" * 200

    clauses, depth = asks(deep), 0
    while isinstance(clauses[-1].unit, Group):
        clauses, depth = clauses[-1].unit.clauses, depth + 1

    assert depth == MOST_DEPTH


def test_characters_that_nobody_sees_part_nothing_and_control_characters_part_words() -> None:
    assert asks("\u200bsá\u00adch\ufeff") == words("sách")
    assert asks("a\x00b\ud800c\x85d\ne") == words("a b c d e")
    assert asks("e\u0301") == words("é")


def test_a_text_in_a_box_of_words_has_no_operators() -> None:
    assert plain_units('-a OR +b (loai:tin) NOT "c d"~2 th* | ngay:99/99') == (
        A, Word(text="or"), B, Word(text="loai:"), Word(text="tin"), Word(text="not"), Phrase(text="c d", slop=2),
        Prefix(text="th"), Word(text="ngay:99/99"),
    )  # fmt: skip


@given(typings)
def test_any_text_is_read(text: str) -> None:
    found = read(text, today=TODAY)

    assert sum(leaves(one.unit) for one in found.clauses) <= MOST_TERMS
    assert found.words.encode() == found.words.encode(errors="replace")
    assert found == read(typed.clean(text[: 4 * LONGEST_QUERY]), today=TODAY)


@given(typings)
def test_no_letter_of_a_text_in_a_box_of_words_is_lost(text: str) -> None:
    short = text[:100].replace("~", "")

    said = "".join(unit.text for unit in plain_units(short))

    assert list(filter(str.isalnum, said.lower())) == list(filter(str.isalnum, typed.clean(short).lower()))


NASTY = {
    "quotes": '"', "pairs": '"a" ', "open": "(", "nested": "-(a OR ", "closed": "()", "minus": "-", "signed": "-a ",
    "alternatives": "a OR ", "negations": "NOT ", "colons": ":", "fields": "so:", "lists": 'so:a,"b c",',
    "days": "ngay:1,", "commas": ",", "stars": "a*", "letters": "a", "spaces": " ", "marks": "\u0301",
    "controls": "\x00", "halves": "\ud800", "unseen": "\u200b", "slops": '"a"~', "unpaired field": 'so:"',
    "words": "việt ", "clauses": "+a -b so:c ",
}  # fmt: skip
LONG = 100_000


def _seconds(text: str, times: int = 1) -> float:
    """Return the least CPU time of three tries."""
    tries = []
    for _ in range(3):
        begun = time.process_time()
        for _ in range(times):
            read(text, today=TODAY)
        tries.append(time.process_time() - begun)
    return min(tries)


@pytest.mark.parametrize("piece", NASTY.values(), ids=NASTY)
def test_however_long_a_text_is_it_is_read_at_once(piece: str) -> None:
    text = (piece * LONG)[:LONG]

    assert _seconds(text) < 0.25
    assert _seconds(text * 2) < 0.25
    assert isinstance(read(text, today=TODAY), Asked)


def _seconds_of_tokens(text: str) -> float:
    """Return the CPU time of taking the whole text apart, every field sent back once."""
    begun, taken = time.process_time(), 0
    for token, at in grammar.tokens(text):
        taken = at.place
        if token.lastgroup == "field":
            at.word(token)
    spent = time.process_time() - begun
    assert taken == len(text)
    return spent


@pytest.mark.parametrize("piece", NASTY.values(), ids=NASTY)
def test_the_tokenizer_is_linear_even_without_a_limit(piece: str) -> None:
    half = typed.clean(piece * (LONG // len(piece)))[: LONG // 6]
    half = half + '"' * (half.count('"') % 2)

    once = min(_seconds_of_tokens(half) for _ in range(2))
    twice = min(_seconds_of_tokens(half + half) for _ in range(2))

    assert twice < 3 * once + 0.02


def test_days_that_count_from_today_are_written_as_typed() -> None:
    later = grammar.read(writing.written(grammar.read("ngay:7ngay", today=date(2026, 1, 10))), today=date(2026, 1, 20))

    assert writing.written(later) == "ngay:7ngay"
    assert later.clauses[0].unit == Span(field=Field.DATE, first=date(2026, 1, 14), last=date(2026, 1, 20))
