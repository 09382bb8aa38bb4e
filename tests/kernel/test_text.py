"""One normal form, comparison without marks, slugs, clipping."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from cong.kernel.text import clip, fold, nfc, one_line, slug

_TEXT = st.text(max_size=300)
_VIETNAMESE = "aăâeêioôơuưyđ" + "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"


def test_every_vietnamese_letter_folds_to_its_plain_one() -> None:
    letters = _VIETNAMESE + _VIETNAMESE.upper()

    assert set(fold(letters)) == set("aeiouyd")


def test_both_forms_of_the_same_word_fold_and_slug_alike() -> None:
    whole, parts = unicodedata.normalize("NFC", "Đối thoại"), unicodedata.normalize("NFD", "Đối thoại")

    assert whole != parts
    assert fold(whole) == fold(parts) == "doi thoai"
    assert slug(whole) == slug(parts) == "doi-thoai"
    assert nfc(parts) == whole


def test_a_slug_is_cut_between_words() -> None:
    assert slug("mot hai ba bon", 9) == "mot-hai"
    assert slug("mot hai ba bon", 10) == "mot-hai-ba"


def test_a_long_word_is_cut_all_the_same() -> None:
    assert slug("x" * 500) == "x" * 80


def test_nothing_readable_is_still_an_address() -> None:
    assert slug("？！…") == slug("") == "tin"


def test_text_is_clipped_between_words_with_an_ellipsis() -> None:
    assert clip("một hai ba bốn năm", 12) == "một hai ba…"
    assert clip("một hai", 12) == "một hai"


def test_a_long_word_is_clipped_rather_than_lost() -> None:
    assert clip("a " + "x" * 50, 20) == "a " + "x" * 17 + "…"


@given(_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(_TEXT)
def test_folding_does_not_depend_on_the_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(_TEXT, st.integers(1, 120))
def test_a_slug_is_always_a_short_address_part(text: str, limit: int) -> None:
    made = slug(text, max(limit, 3))

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= max(limit, 3)
    assert slug(made, max(limit, 3)) == made


@given(_TEXT, st.integers(1, 120))
def test_clipped_text_fits_and_begins_as_the_text_does(text: str, limit: int) -> None:
    cut = clip(text, limit)

    assert len(cut) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


@given(_TEXT)
def test_one_line_keeps_every_word(text: str) -> None:
    assert one_line(text).split() == text.split()
    assert "\n" not in one_line(text)
