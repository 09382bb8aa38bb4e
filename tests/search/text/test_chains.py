"""Chains: which terms a text becomes in its language, and which languages a query may be meant in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.search.text import analysis, chains
from cong.search.text.chains import Reading

LANGUAGES = ["", "und", "vi", "en", "en-GB", "fr", "ru", "ar", "el", "tr", "de", "zh", "th", "hi", "ja", "x-none"]


def documented(text: str, lang: str) -> tuple[list[str], list[str]]:
    return chains.ranking(analysis.forms(text), lang)


def asked(text: str, lang: str = "vi") -> tuple[Reading, ...]:
    return chains.readings(analysis.forms(text), lang)


def languages(text: str, lang: str = "vi") -> list[str]:
    return [reading.lang for reading in asked(text, lang)]


def meet(query: str, text: str, lang: str, *, hint: str = "vi") -> bool:
    """Tell whether some reading of the query is fully held by a document of that language."""
    held = set(documented(text, lang)[1])
    return any(set(reading.required) <= held for reading in asked(query, hint))


def test_a_vietnamese_text_becomes_syllables_and_pairs_in_two_twins() -> None:
    accented, folded = documented("Mượn sách", "vi")

    assert accented == ["mượn", "sách", "mượn_sách"]
    assert folded == ["muon", "sach", "muon_sach"]


@pytest.mark.parametrize("lang", ["", "und", "lo", "x-none", "vi-VN", "VI"])
def test_an_unknown_language_is_read_like_vietnamese(lang: str) -> None:
    assert documented("Mượn sách", lang) == documented("Mượn sách", "vi")


def test_a_language_with_a_stemmer_has_words_and_stems_without_pairs() -> None:
    accented, folded = documented("Les bibliothèques régionales. Ouvertes", "fr-CA")

    assert accented == ["les", "bibliothèques", "régionales", "ouvertes"]
    assert folded[:4] == ["le", "bibliothequ", "regional", "ouvert"]
    assert folded[4:] == ["les", "bibliotheques", "regionales", "ouvertes"]


def test_a_chinese_name_in_an_english_page_keeps_its_pairs() -> None:
    accented, folded = documented("The libraries of 北京市", "en")

    assert [term for term in accented if "_" in term] == ["北_京", "京_市"]
    assert folded[1] == "librari"
    assert meet("北京", "The libraries of 北京市", "en")


@pytest.mark.parametrize(
    ("query", "text", "lang"),
    [
        ("library card", "Cards of our libraries", "en"),
        ("libraries", "A library opens", "en-GB"),
        ("новости библиотеки", "Новость о библиотеках", "ru"),
        ("βιβλιοθήκη", "Οι βιβλιοθήκες της πόλης", "el"),
        ("Straßen", "Neue Strassen in der Stadt", "de"),
        ("المكتبة", "مكتبة المدينة", "ar"),
        ("पुस्तकालय", "नया पुस्तकालय खुला", "hi"),
        ("图书馆", "市图书馆开放", "zh"),
        ("としょかん", "まちのとしょかん", "ja"),
        ("ห้องสมุด", "ห้องสมุดประชาชน", "th"),
        ("ຫໍສະໝຸດ", "ຫໍສະໝຸດແຫ່ງຊາດ", "lo"),
        ("បណ្ណាល័យ", "បណ្ណាល័យជាតិ", "km"),
        ("စာကြည့်တိုက်", "အမျိုးသားစာကြည့်တိုက်", "my"),
        ("thu vien", "Thư viện mở cửa", "vi"),
        ("people's library", "The library of the people", "en"),
    ],
)
def test_a_query_meets_a_text_of_another_form_whatever_its_language(query: str, text: str, lang: str) -> None:
    assert meet(query, text, lang)


@pytest.mark.parametrize(
    ("word", "lang"),
    [
        ("Bibliotheken", "de"),
        ("bibliotheques", "fr"),
        ("kitapliklari", "tr"),
        ("perpustakaannya", "id"),
        ("cities", "en"),
    ],
)
def test_a_word_is_found_as_it_stands_from_a_page_in_another_language(word: str, lang: str) -> None:
    text = {"fr": "Les bibliothèques", "tr": "kitaplıkları"}.get(lang, word)

    assert documented(text, lang)[1][0] != word.lower()
    assert meet(word, text, lang, hint="vi")
    assert meet(word, text, lang, hint="ru")


@pytest.mark.parametrize(
    ("query", "text", "lang"),
    [("ปู", "ปีใหม่", "th"), ("がく", "かくめい", "ja"), ("library", "Thư viện mở cửa", "vi"), ("कल", "काल", "hi")],
)
def test_marks_that_are_letters_keep_words_apart(query: str, text: str, lang: str) -> None:
    assert not meet(query, text, lang)


@pytest.mark.parametrize(
    ("query", "hint", "meant"),
    [
        ("quy chế mượn sách", "en", ["vi"]),
        ("library cards", "vi", ["vi", "en"]),
        ("library cards", "en-GB", ["en", "vi"]),
        ("cartes", "fr", ["fr", "vi"]),
        ("cartes", "ru", ["vi", "en"]),
        ("новости", "vi", ["ru", "vi"]),
        ("کتابخانه‌ها", "fa", ["fa", "vi"]),
        ("Straßen", "vi", ["de", "vi"]),
        ("Straßen", "en", ["en", "de"]),
        ("quy che muon sach", "vi", ["vi"]),
        ("图书馆", "vi", ["vi"]),
        ("", "vi", ["vi"]),
    ],
)
def test_letters_and_the_page_decide_which_languages_may_be_meant(query: str, hint: str, meant: list[str]) -> None:
    assert languages(query, hint) == meant


def test_a_reading_that_asks_for_the_same_stays_when_it_ranks_by_more() -> None:
    english, vietnamese = asked("nghi quyet", "en")

    assert english.required == vietnamese.required == ("nghi", "quyet")
    assert "nghi_quyet" in vietnamese.folded


def test_what_an_apostrophe_parts_is_required_only_when_it_is_all_there_is() -> None:
    assert asked("people's vote", "en")[0].required == ("peopl", "vote")
    assert asked("s", "en")[0].required == ("s",)


def test_many_threads_stem_alike() -> None:
    words = [f"{stem}{end}" for stem in ("librar", "nation", "region") for end in ("ies", "al", "ally", "ed")]
    texts = [" ".join(f"{word}{turn}" for word in words) + " libraries" for turn in "abcdefgh" * 20]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: documented(text, "en"), texts))

    assert found == [documented(text, "en") for text in texts]
    assert all(len(accented) == 13 and "librari" in folded for accented, folded in found)


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_a_text_meets_itself_in_the_language_of_the_page(text: str, lang: str) -> None:
    plain = text.replace("\n", " ")

    assert any(set(reading.required) <= set(documented(plain, lang)[1]) for reading in asked(plain, lang)) or (
        chains.language(lang) not in languages(plain, lang)
    )


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_tokens_hold_no_space_and_are_never_empty(text: str, lang: str) -> None:
    accented, folded = documented(text, lang)

    assert " ".join(accented).split() == accented
    assert " ".join(folded).split() == folded
    assert all(" ".join(reading.required).split() == list(reading.required) for reading in asked(text, lang))
