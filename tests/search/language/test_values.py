"""Words for codes: whatever people call a kind, a section, a language, it is found; nothing is an error."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given

from cong.entries.models import Kind, Section
from cong.newsroom.process import Code
from cong.search.language.clauses import Asked, Field
from cong.search.language.grammar import read
from cong.search.language.values import KNOWN, NOTHING, Has, Status, bare, code_of, codes_of, resolved, spelled, word_of
from cong.search.language.writing import written
from cong.search.meaning.traits import STATUSES
from tests.search.trees import TODAY, fewer, queries

AGENCIES = {"bo-a": (1,), "boa": (1,), "ban-b": (2, 3)}


def agencies(typed: str) -> tuple[int, ...]:
    return AGENCIES.get(typed.lower(), ())


def settled(text: str) -> str:
    return written(resolved(read(text, today=TODAY), codes={}, agencies=agencies))


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (Field.KIND, "tin", Kind.NEWS),
        (Field.KIND, "News", Kind.NEWS),
        (Field.KIND, "văn-bản", Kind.DOCUMENT),
        (Field.KIND, "vanban", Kind.DOCUMENT),
        (Field.KIND, "Văn bản", Kind.DOCUMENT),
        (Field.KIND, "ảnh", Kind.PHOTO),
        (Field.KIND, "picture", Kind.PHOTO),
        (Field.KIND, "phim", Kind.VIDEO),
        (Field.SECTION, "xây-dựng-đảng", Section.PARTY),
        (Field.SECTION, "education", Section.EDUCATION),
        (Field.LANG, "vi", "vi"),
        (Field.LANG, "tiếng-việt", "vi"),
        (Field.LANG, "English", "en"),
        (Field.LANG, "en-GB", "en"),
        (Field.LANG, "tlh", "tlh"),
        (Field.HAS, "ảnh", Has.PHOTO),
        (Field.HAS, "tập tin", Has.FILE),
        (Field.HAS, "attachment", Has.FILE),
        (Field.STATUS, "còn hiệu lực", Status.IN_FORCE),
        (Field.STATUS, "hết-hiệu-lực", Status.EXPIRED),
        (Field.STATUS, "hết hiệu lực một phần", Status.PARTLY_EXPIRED),
        (Field.STATUS, "in force", Status.IN_FORCE),
        (Field.KIND, "mèo", None),
        (Field.LANG, "tiếng mèo", None),
        (Field.TITLE, "tin", None),
    ],
)
def test_a_word_means_a_code(field: Field, typed: str, code: str | None) -> None:
    assert code_of(field, typed) == code


def test_every_kind_and_section_is_known_by_its_code_its_name_and_an_english_word() -> None:
    with translation.override("vi"):
        for field, choices in ((Field.KIND, Kind), (Field.SECTION, Section)):
            for choice in choices:
                assert code_of(field, choice.value) == choice.value
                assert code_of(field, str(choice.label)) == choice.value
                assert code_of(field, choice.name.lower()) == choice.value
                assert code_of(field, word_of(field, choice.value)) == choice.value


def test_every_language_an_article_may_have_and_every_state_that_ranks_is_known() -> None:
    assert {code_of(Field.LANG, code) for code in Code} == set(Code)
    assert set(Status) == set(STATUSES) - {""}
    assert all(word_of(Field.STATUS, code) == code for code in Status)
    assert all(code_of(Field.HAS, word_of(Field.HAS, code)) == code for code in Has)


def test_a_new_name_of_the_shelf_is_known_and_takes_no_other_word() -> None:
    codes = codes_of({Field.KIND: [("map", "Bản đồ"), ("other", "tin")], Field.TOPIC: [("a", "Lĩnh vực A")]})

    assert code_of(Field.KIND, "ban-do", codes) == "map"
    assert code_of(Field.KIND, "tin", codes) == "news"
    assert code_of(Field.TOPIC, "lĩnh vực a", codes) == "a"
    assert code_of(Field.KIND, "ban-do") is None
    assert code_of(Field.KIND, "bando", {Field.KIND: {"Bản đồ": "map"}}) == "map"
    assert code_of(Field.KIND, "-", {Field.KIND: {"–": "map"}}) is None


def test_a_query_is_spelled_one_way() -> None:
    query = read('sách loai:news,TIN,mèo -(has:file OR lang:"Tiếng Anh") coquan:BoA,lạ so:5', today=TODAY)

    found = spelled(query, slug_of=lambda typed: "bo-a" if agencies(typed) else None)

    assert written(found) == "sách loai:tin,mèo -(co:tep OR ngonngu:en) coquan:bo-a,lạ so:5"
    assert written(spelled(query)).endswith("coquan:BoA,lạ so:5")


def test_a_resolved_query_holds_codes_and_ids_wherever_they_stand() -> None:
    assert settled("sách loai:tin,văn-bản -(co:tệp (tinhtrang:hết OR coquan:BOA))") == (
        "sách loai:news,document -(co:tep tinhtrang:hethieuluc OR coquan:1)"
    )
    assert settled("ngonngu:English có:video loại:phim chuyênmục:Đảng") == (
        "ngonngu:en co:video loai:video chuyenmuc:xay-dung-dang"
    )
    assert settled("coquan:bo-a,ban-b,boa") == "coquan:1,2,3"
    assert settled("-(a OR (b chuyenmuc:education))") == "-(a OR (b chuyenmuc:giao-duc))"


def test_what_nobody_knows_finds_nothing_and_is_no_error() -> None:
    assert settled("coquan:lạ loai:mèo,chó -ngonngu:meo-meo-meo-meo-meow") == (
        f"coquan:{NOTHING} loai:{NOTHING} -ngonngu:meo"
    )
    assert settled('tieude:"Tin" so:5/2017 linhvuc:tin ngay:2020 nguon:anh giong:7') == (
        "tieude:Tin so:5/2017 linhvuc:tin ngay:2020 nguon:anh giong:7"
    )


@fewer
@given(queries)
def test_any_query_is_resolved_and_nothing_but_values_changes(query: Asked) -> None:
    found = resolved(query, codes={}, agencies=agencies)

    assert found.words == query.words
    assert [one.sign for one in found.clauses] == [one.sign for one in query.clauses]
    assert resolved(query, codes={}, agencies=lambda typed: (7,)).words == query.words


def test_no_word_of_a_field_means_two_codes() -> None:
    for field, words in KNOWN.items():
        for word, code in words.items():
            assert bare(word) == word
            assert code_of(field, word) == code
