"""The analyser: one spelling, twins, pairs inside a sentence, offsets that fit the text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.text import analysis

VIETNAMESE = st.text(alphabet="aăâeêioôơuưyđbcghklmnpqrstvxàáảãạằắẳẵặầấẩẫậèéẻẽẹòóỏõọùúủũụỳýỷỹỵ .,!?\n", max_size=80)


def folded(text: str) -> list[str]:
    return [one for one in analysis.folded(analysis.forms(text)) if one]


def accented(text: str) -> list[str]:
    return [one for one in analysis.accented(analysis.forms(text)) if one]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("HÒA BÌNH", "hoà bình"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("qúy", "quý"),
        ("quý", "quí"),
        ("kỹ sư", "kĩ sư"),
        ("lý do", "lí do"),
        ("ngòai", "ngoài"),
        ("Ðảng", "Đảng"),
        (unicodedata.normalize("NFD", "Nghị quyết"), "nghị quyết"),
    ],
)
def test_two_spellings_of_a_word_are_equal(one: str, other: str) -> None:
    assert accented(one) == accented(other)


@pytest.mark.parametrize(
    ("one", "other"), [("hòa", "hóa"), ("của", "cúa"), ("mà", "ma"), ("đo", "do"), ("thúy", "thùy")]
)
def test_words_that_differ_in_marks_stay_apart(one: str, other: str) -> None:
    assert accented(one) != accented(other)
    assert folded(one) == folded(other)


def test_the_folded_twin_has_neither_marks_nor_a_barred_d() -> None:
    assert folded("Đường số 7, phường Đa Kao") == ["duong", "so", "7", "phuong", "da", "kao"]


def test_pairs_do_not_cross_the_end_of_a_sentence() -> None:
    read = analysis.forms("Họp báo. Thư viện mở cửa\nBuổi tối")

    pairs = analysis.bigrams(analysis.folded(read))

    assert pairs == ["hop_bao", "thu_vien", "vien_mo", "mo_cua", "buoi_toi"]


def test_a_point_inside_a_number_ends_no_sentence() -> None:
    read = analysis.forms("thu 54.000 đồng")

    assert "54_000" in analysis.bigrams(analysis.folded(read))


def test_scripts_without_spaces_are_read_by_character() -> None:
    assert folded("中文字") == ["中", "文", "字"]
    assert analysis.required(analysis.forms("中文字")) == ["中_文", "文_字"]


@pytest.mark.parametrize("word", ["ปู่", "ห้อง", "ຫໍສະໝຸດ", "បណ្ណាល័យ", "がく", "हिन्दी", "বাংলা"])
def test_marks_of_scripts_that_always_write_them_survive_folding(word: str) -> None:
    assert "".join(folded(word)) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("smørrebrød", "smorrebrod"),
        ("２０２６年", "2026年"),
        ("ＡＢ", "ab"),
    ],
)
def test_letters_that_a_keyboard_lacks_fold_to_those_it_has(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_a_full_match_needs_each_syllable_once() -> None:
    assert analysis.required(analysis.forms("Hòa, hoà và Hoa")) == ["hoa", "va"]


@given(VIETNAMESE | st.text(max_size=80))
def test_any_text_is_read_and_reading_its_tokens_again_changes_nothing(text: str) -> None:
    once = accented(text)

    assert accented(" ".join(once)) == once


@given(VIETNAMESE)
def test_typing_without_marks_finds_the_same_folded_syllables(text: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("đ", "d")

    assert folded(bare) == folded(text)


@given(VIETNAMESE | st.text(max_size=80))
def test_spans_are_the_forms_in_order_and_point_into_the_text(text: str) -> None:
    plain = unicodedata.normalize("NFC", text)

    spans = list(analysis.spans(plain))

    assert [span.form for span in spans] == [form for form in analysis.forms(plain) if form is not analysis.END]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(plain) for span in spans)


@given(st.text(max_size=80))
def test_tokens_hold_no_space_so_that_engines_split_them_back(text: str) -> None:
    terms = analysis.terms(analysis.accented(analysis.forms(text)))

    assert " ".join(terms).split() == terms
