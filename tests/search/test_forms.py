"""The advanced form as people fill it in: what it writes, how it opens, what it says when something is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from cong.entries.models import Kind, Section
from cong.search.forms import LANGS, AdvancedForm
from cong.search.language.clauses import Field
from cong.search.language.grammar import read
from cong.search.language.values import Has, Status, code_of
from tests.search.trees import TODAY

AGENCIES = (("thu-vien-tinh", "Thư viện tỉnh"), ("bao-tang", "Bảo tàng"), ("bao-tang-2", "bảo tàng"))


def sent(address: str) -> AdvancedForm:
    return AdvancedForm(QueryDict(address), agencies=AGENCIES, today=TODAY)


def opened(text: str) -> dict[str, Any]:
    form = AdvancedForm(agencies=AGENCIES, today=TODAY, asked=read(text, today=TODAY))
    return {name: form[name].value() for name in form.fields if form[name].value()}


def errors(address: str) -> dict[str, list[str]]:
    form = sent(address)
    assert not form.is_valid()
    return {name: [str(one) for one in told] for name, told in form.errors.items()}


def test_the_form_writes_a_query() -> None:
    form = sent(
        "all_words=sách+mới&none_words=cũ&kinds=news&kinds=photo&agencies=bao-tang&langs=vi&has=anh&status=conhieuluc"
        "&first=2020-05-01&last=31/5/2020&sections=giao-duc&rest=nguồn:báo+OR+dẫn:5/2017"
    )

    assert form.is_valid()
    assert form.query == (
        "sách mới -cũ loai:tin,anh coquan:bao-tang chuyenmuc:giao-duc ngonngu:vi co:anh tinhtrang:conhieuluc "
        "ngay:2020-05 nguon:báo OR dan:5/2017"
    )
    assert form.values.first == date(2020, 5, 1)


def test_what_cannot_be_seen_is_no_error() -> None:
    form = sent("phrase=mượn%00%0A+sách&number=+%E2%80%8B5/2017")

    assert form.is_valid()
    assert form.query == '"mượn sách" so:5/2017'


def test_an_empty_form_writes_an_empty_query() -> None:
    form = sent("all_words=&rest=")

    assert form.is_valid()
    assert form.query == ""


def test_the_form_opens_with_what_a_query_asks_for() -> None:
    assert opened('sách loại:news coquan:"thư viện tỉnh" ngôn-ngữ:English ngày:2020 +a') == {
        "all_words": "sách",
        "kinds": ("news",),
        "agencies": ("thu-vien-tinh",),
        "langs": ("en",),
        "first": date(2020, 1, 1),
        "last": date(2020, 12, 31),
        "rest": "+a",
    }


def test_what_the_form_does_not_offer_is_kept_beside_it() -> None:
    assert opened('ngonngu:th coquan:"Bảo tàng" loai:mèo') == {"rest": 'ngonngu:th coquan:"Bảo tàng" loai:mèo'}


def test_days_are_shown_as_browsers_take_them() -> None:
    form = AdvancedForm(agencies=AGENCIES, today=TODAY, asked=read("ngay:20/5/2020..", today=TODAY))

    assert 'type="date"' in str(form["first"])
    assert 'value="2020-05-20"' in str(form["first"])


def test_the_form_says_what_is_wrong_in_the_words_of_people() -> None:
    assert errors("first=31/2/2020") == {"first": ["Không có ngày này trong lịch; hãy viết như 20/11/2025."]}
    assert errors("first=2021-01-02&last=2021-01-01") == {"last": ["Ngày cuối đứng trước ngày đầu; hãy đổi lại."]}
    assert errors("agencies=la") == {"agencies": ["Không có lựa chọn “la”; hãy chọn trong danh sách."]}
    assert errors("phrase=" + "a" * 600) == {"phrase": ["Ô này nhận nhiều nhất 512 ký tự; hãy viết ngắn hơn."]}
    assert errors("all_words=" + "sách+" * 65) == {
        "__all__": ["Nhiều điều kiện quá, máy không đọc hết; hãy bớt từ hoặc bớt lựa chọn."]
    }


@pytest.mark.parametrize("name", list(AdvancedForm.base_fields))
def test_any_text_in_any_box_is_taken_or_told_to_be_wrong(name: str) -> None:
    for text in ("\x00", '"(-', "😀" * 200, "NOT OR |", "9999-99-99", "0001-01-01", "x" * 100_000):
        given = QueryDict(mutable=True)
        given[name] = text
        form = AdvancedForm(given, agencies=AGENCIES, today=TODAY)

        assert form.errors or isinstance(form.query, str)


def test_every_choice_is_shown_and_understood() -> None:
    form = AdvancedForm(agencies=AGENCIES, today=TODAY)
    offered = {
        Field.KIND: ("kinds", Kind.values),
        Field.SECTION: ("sections", Section.values),
        Field.LANG: ("langs", LANGS),
        Field.HAS: ("has", list(Has)),
        Field.STATUS: ("status", list(Status)),
    }

    for field, (name, codes) in offered.items():
        assert all(f'value="{code}"' in str(form[name]) for code in codes)
        assert all(code_of(field, code) == code for code in codes)
    assert "tiếng Việt" in str(form["langs"])
    assert all(name in str(form["agencies"]) for _, name in AGENCIES)
