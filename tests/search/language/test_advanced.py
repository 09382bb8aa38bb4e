"""The advanced form and the query language say the same, in both directions; what has no place is kept beside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.language.advanced import CHOSEN, TOLD, Advanced, asked_of, choice_of, text_of, values_of
from cong.search.language.clauses import Asked, Field
from cong.search.language.fields import DAYS
from cong.search.language.grammar import read
from cong.search.language.values import spelled
from cong.search.language.writing import fitted, written
from tests.search.trees import TODAY, fewer, queries, typings

FULL = Advanced(
    all_words="quy chế thư*",
    phrase="mượn sách",
    any_words='phòng "thư viện"',
    none_words='trường "phổ thông"',
    in_title="bạn đọc",
    number="54/2017/NĐ-CP",
    kinds=("news", "document"),
    agencies=("so-van-hoa", "thu-vien-tinh"),
    sections=("giao-duc",),
    langs=("vi", "en"),
    has=("anh",),
    status=("conhieuluc", "hethieulucmotphan"),
    first=date(2020, 1, 1),
    last=date(2021, 12, 31),
    signer="Người Ký",
    topic="thư viện, bảo tàng",
)
TEXT = (
    'quy chế thư* "mượn sách" phòng OR "thư viện" -trường -"phổ thông" tieude:"bạn đọc" so:54/2017/NĐ-CP '
    'nguoiky:"Người Ký" linhvuc:"thư viện, bảo tàng" loai:tin,vanban coquan:so-van-hoa,thu-vien-tinh '
    "chuyenmuc:giao-duc ngonngu:vi,en co:anh tinhtrang:conhieuluc,hethieulucmotphan ngay:2020..2021"
)


def asked(text: str) -> Asked:
    return read(text, today=TODAY)


def said(query: Asked) -> list[str]:
    """Return every clause as text, whatever its place."""
    return sorted(written(Asked(clauses=(one,))) for one in spelled(query).clauses)


def test_every_field_of_the_form_has_its_place_in_the_language() -> None:
    assert text_of(FULL) == TEXT
    assert values_of(asked(TEXT)) == (FULL, "")
    assert text_of(Advanced()) == ""
    assert values_of(Asked()) == (Advanced(), "")


def test_a_form_opens_filled_however_a_query_was_typed() -> None:
    form, rest = values_of(asked("Loại:“Văn bản” NOT cũ ngày:2020 Số:5/2017 có:video sách “mượn trả”"))

    assert form == Advanced(
        all_words="sách",
        phrase="mượn trả",
        none_words="cũ",
        number="5/2017",
        kinds=("document",),
        has=("video",),
        first=date(2020, 1, 1),
        last=date(2020, 12, 31),
    )
    assert rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "+sách", "-(a OR b)", "(a b) OR c", "-loai:tin", "loai:mèo", "loai:tin,mèo", "nguon:báo", "dan:54/2017/NĐ-CP",
        "giong:12", "hieuluc:2020", "ngay:2019,2021", "so:1,2", "tieude:a,b", "a OR loai:tin", "a OR (b -c)",
        "-ngay:2020", "-(a b)", "-(:)",
    ],
)  # fmt: skip
def test_what_the_form_has_no_place_for_stands_beside_it(text: str) -> None:
    assert values_of(asked(text)) == (Advanced(), text)


def test_a_second_condition_of_a_kind_stands_beside_the_form() -> None:
    form, rest = values_of(asked('co:anh co:video a OR b c OR d "e f" "g h" so:1 so:2 ngay:2020.. ngay:..2021'))

    assert form == Advanced(
        all_words='"g h"', phrase="e f", any_words="a b", number="1", has=("anh",), first=date(2020, 1, 1)
    )
    assert rest == "co:video c OR d so:2 ngay:..2021"


def test_only_what_is_offered_is_chosen() -> None:
    def offered(field: Field, value: str) -> str | None:
        return "thu-vien" if value == "Thư viện" else None if field is Field.AGENCY else choice_of(field, value)

    form, rest = values_of(asked('coquan:"Thư viện" loai:tin'), choice_of=offered)
    other, beside = values_of(asked('coquan:"Thư viện",lạ loai:tin'), choice_of=offered)

    assert (form, rest) == (Advanced(agencies=("thu-vien",), kinds=("news",)), "")
    assert (other, beside) == (Advanced(kinds=("news",)), 'coquan:"Thư viện",lạ')


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Advanced(all_words="a OR -b (loai:tin) NOT c"), "a or b loai: tin not c"),
        (Advanced(any_words="a | b a"), "a OR b"),
        (Advanced(any_words="a"), "a"),
        (Advanced(none_words='-a "b c" --x - *'), '-a -"b c" -(--x)'),
        (Advanced(phrase='a "b" c'), '"a b c"'),
        (Advanced(phrase=" … ", number=":", signer='""'), ""),
        (Advanced(in_title="sách, báo (mới)"), 'tieude:"sách, báo (mới)"'),
        (Advanced(agencies=("", "a", "a")), "coquan:a"),
        (Advanced(last=date(2020, 2, 29)), "ngay:..2020-02"),
    ],
)
def test_no_operator_slips_in_through_a_box(form: Advanced, text: str) -> None:
    assert text_of(form) == text
    assert asked(text) == asked_of(form)


def test_the_rest_stands_behind_the_form() -> None:
    assert text_of(Advanced(all_words="a OR"), asked("b -c OR d")) == "a or b -(c OR d)"


def test_what_is_too_long_is_cut_in_the_text_alone() -> None:
    form = Advanced(all_words="nghiêng " * 60, agencies=("thu-vien-tinh",))

    assert len(asked_of(form).clauses) == 61
    assert text_of(form).endswith("coquan:thu-vien-tinh")
    assert asked(text_of(form)) == fitted(asked_of(form))


@fewer
@given(queries)
def test_form_and_rest_together_ask_for_what_was_asked(query: Asked) -> None:
    form, rest = values_of(query)

    assert said(asked_of(form, asked(rest))) == said(query)


@fewer
@given(queries)
def test_a_form_that_is_opened_from_its_own_query_is_the_same(query: Asked) -> None:
    form, rest = values_of(query)
    again = fitted(asked_of(form, asked(rest)))

    assert asked(text_of(form, asked(rest))) == again
    if again == asked_of(form, asked(rest)):
        assert values_of(again) == (form, rest)


_BOXES = st.fixed_dictionaries({
    name: typings.map(lambda text: text[:60]) for name in ("all_words", "phrase", "any_words", "none_words", *TOLD)
})  # fmt: skip


@given(_BOXES, st.lists(st.text(max_size=8), max_size=3))
def test_whatever_is_typed_into_the_boxes_is_one_query(boxes: dict[str, Any], agencies: list[str]) -> None:
    form = Advanced(**boxes, agencies=tuple(agencies))

    assert asked(text_of(form)) == fitted(asked_of(form))


def test_every_field_of_values_is_in_the_form_or_told_beside_it() -> None:
    beside = {Field.SOURCE, Field.CITES, Field.LIKE, *DAYS}

    assert {*CHOSEN.values(), *TOLD.values()} == set(Field) - beside
