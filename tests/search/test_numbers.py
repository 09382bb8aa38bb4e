"""Document numbers: every way of typing one meets a key of the document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.numbers import number_guesses, number_keys


def means(query: str, number: str) -> bool:
    keys = set(number_keys(number))
    return any(guess.key in keys for guess in number_guesses(query))


@pytest.mark.parametrize(
    "typed",
    [
        "54/2017/NĐ-CP",
        "54/2017/nđ-cp",
        "54/2017/nd-cp",
        "54 2017 nd cp",
        "54-2017-nd-cp",
        "nghị định 54/2017",
        "Nghị định số 54/2017",
        "nghi dinh 54 nam 2017",
        "nghị định 54 năm 2017",
        "54/2017/NDCP",
        "54 / 2017 / NĐ - CP",
        "nghị định 54/2017 về giá nhà",
    ],
)
def test_every_spelling_of_a_decree_means_it(typed: str) -> None:
    first = number_guesses(typed)[0]

    assert means(typed, "54/2017/NĐ-CP")
    assert first.firm


@pytest.mark.parametrize(
    "typed", ["27-QĐ/TW", "27 qd tw", "27-qd-tw", "27QĐ/TW", "27-QDTW", "quy định số 27-QĐ/TW", "quy định 27"]
)
def test_every_spelling_of_a_party_regulation_means_it(typed: str) -> None:
    assert means(typed, "27-QĐ/TW")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("54/2018/NĐ-CP", "54/2017/NĐ-CP"),
        ("nghị định 54/2017", "54/2017/QĐ-TTg"),
        ("nghị định 54 năm 2018", "54/2017/NĐ-CP"),
        ("tháng 5/2017", "5/2017/NĐ-CP"),
        ("27 qd ubnd", "28-QĐ/TW"),
    ],
)
def test_another_number_is_not_meant(typed: str, number: str) -> None:
    assert not means(typed, number)


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("01/2020/TT-BGDĐT", "1-2020-tt-bgddt"),
        ("Số: 24a/2020/NQ-CP", "24a-2020-nq-cp"),
        ("Nghị định 54/2017/NĐ-CP quy định", "54-2017-nd-cp"),
        ("1234/BC-UBND", "1234-bc-ubnd"),
    ],
)
def test_a_number_has_one_key(number: str, key: str) -> None:
    assert key in number_keys(number)


def test_text_without_a_number_has_no_key() -> None:
    assert number_keys("Thông báo tuyển dụng") == []
    assert number_guesses("thư viện mở cửa buổi tối") == []


@given(
    st.integers(1, 9999),
    st.integers(1990, 2030),
    st.sampled_from(["NĐ", "QĐ", "TT", "NQ"]),
    st.sampled_from(["CP", "TTg", "BTC"]),
)
def test_numbers_meet_however_they_are_separated(number: int, year: int, kind: str, issuer: str) -> None:
    own = f"{number}/{year}/{kind}-{issuer}"

    typed = [
        own.lower(),
        own.replace("/", " ").replace("-", " "),
        own.replace("/", "-"),
        f"{number}/{year}/{kind}{issuer}",
    ]

    assert all(number_guesses(one)[0].key in number_keys(own) for one in typed)


@given(st.text(max_size=200))
def test_any_text_gives_keys_or_none(text: str) -> None:
    assert all(guess.key for guess in number_guesses(text))
    assert all(number_keys(text))
