"""Document numbers: every way of typing one meets a key of the document."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.text.numbers import cited_numbers, number_guesses, number_keys

SEPARATORS = st.sampled_from([" ", "-", "/", ".", " / ", "--", "\n", "\xa0", ":"])
NUMBERLIKE = st.lists(
    st.sampled_from(["54", "2017", "NĐ", "CP", "QĐ-TTg", "57-NQ/TW", "số", "nghị định", "năm", "15", "Đ", "1b"])
    | SEPARATORS
).map("".join)


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
        ("nghị quyết 99/2025", "99/2025/UBTVQH15"),
        ("nghị quyết số 170 năm 2024", "170/2024/QH15"),
        ("pháp lệnh 9/2025", "09/2025/UBTVQH15"),
        ("luật 31/2024", "31/2024/QH15"),
        ("văn bản hợp nhất số 01", "01/VBHN-BNV"),
        ("01 vbhn bnv", "01/VBHN-BNV"),
        ("thông tư liên tịch 12 năm 2013", "12/2013/TTLT-BTP-BNV"),
        ("decree no. 54/2017", "54/2017/NĐ-CP"),
        ("resolution 54 of 2017", "54/2017/NQ-CP"),
        ("nghị quyết 57 năm 2024", "57-NQ/TW"),
        ("45 2020 tt bnn&ptnt", "45/2020/TT-BNN&PTNT"),
        ("06/2026/tt-btc", "06/2026/TT-BT\u0421"),
        ("7/2025/nđ-cp", "07/2025/NĐ-\u0421\u0420"),
        ("54/2017/nd-cp", "54/2017/N\u00d0-CP"),
    ],
)
def test_the_type_the_year_and_look_alike_letters_are_read_as_people_mean_them(typed: str, number: str) -> None:
    assert means(typed, number)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("54/2018/NĐ-CP", "54/2017/NĐ-CP"),
        ("nghị quyết 57 năm 2024", "57/2019/NQ-HĐND"),
        ("nghị quyết 99/2025", "99/2025/NĐ-CP"),
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


@given(st.text(max_size=200) | NUMBERLIKE)
def test_any_text_gives_keys_or_none(text: str) -> None:
    assert all(guess.key for guess in number_guesses(text))
    assert all(number_keys(text))
    assert " ".join(number_keys(text)).split() == number_keys(text)


def test_a_text_names_documents_in_the_ways_they_are_written() -> None:
    text = (
        "Căn cứ Luật số 31/2024/QH15; Nghị định số 54/2017/NĐ-CP, nghị định 54/2017/nđ-cp (xem 54/2017/NĐ - CP)."
        " Theo Quy định 27-QĐ/TW, Kết luận số 12 - KL/TW và Công văn 1234/UBND-KGVX.\nThông tư 06/2026/TT-\nBT\u0421;"
        " Thông tư 45/2020/TT-BNN&PTNT. Ngày 20/11/2025, giá 5/kg, QCVN 01:2008/BTNMT, tốc độ 80/Km, tỷ số 2-1."
    )

    assert cited_numbers(text) == (
        "31/2024/QH15", "54/2017/NĐ-CP", "27-QĐ/TW", "12 - KL/TW", "1234/UBND-KGVX", "06/2026/TT-\nBT\u0421",
        "45/2020/TT-BNN&PTNT",
    )  # fmt: skip


def test_a_cited_number_has_the_keys_of_the_document_it_names() -> None:
    (cited,) = cited_numbers("thực hiện Nghị định 54 / 2017 / NĐ-CP của Chính phủ")

    assert number_keys(cited) == number_keys("54/2017/NĐ-CP")


def test_at_most_two_hundred_numbers_of_a_text_count() -> None:
    assert len(cited_numbers(" ".join(f"{number}/2017/NĐ-CP" for number in range(1, 500)))) == 200


@given(st.text(max_size=200) | NUMBERLIKE)
def test_cited_numbers_stand_in_the_text_and_have_keys(text: str) -> None:
    found = cited_numbers(text)

    assert all(number in text.replace("\xa0", " ") and number_keys(number) for number in found)
    assert len({number_keys(number)[0] for number in found}) == len(found)


@pytest.mark.parametrize(
    "piece", ["1/", "1/2", "12-A", "1/A-", "1 / 2017 / ", "9", "1/A", "1/AB-", "1/2017/NĐ-", "A1", "nghi dinh so "]
)
def test_a_long_text_of_almost_numbers_is_read_in_linear_time(piece: str) -> None:
    short, long = (min(_seconds(piece * (size // len(piece))) for _ in range(3)) for size in (2_000, 16_000))

    assert long < 30 * max(short, 0.01)


def _seconds(text: str) -> float:
    started = time.process_time()
    cited_numbers(text)
    number_guesses(text)
    number_keys(text)
    return time.process_time() - started
