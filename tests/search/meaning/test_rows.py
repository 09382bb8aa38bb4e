"""The short ways to the tokens of an entry give what the long ones say."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cong.kernel.text import nfc
from cong.search.meaning.rows import parts, tokens
from cong.search.text import analysis, chains
from cong.search.text.analysis import END, Form
from tests.search.asking import PLAIN

TEXTS = st.text(alphabet=' \n\r\u2028\t\xa0\x1c.!?…"”)_-/,1aọƯ文。ไท\u0301\u0e31xY', max_size=40) | st.text(max_size=60)
SYLLABLES = st.lists(st.sampled_from(["", "a", "bờ", "c", "dì"]), max_size=15)


def cut_whole(text: str) -> list[Form]:
    """Cut a text with one expression from beginning to end."""
    plain = nfc(text).replace("_", " ")
    pattern = analysis._MIXED if re.search(f"[{analysis._UNSPACED}]", plain) else analysis._PLAIN
    return [analysis._forms[written] for written in pattern.findall(plain)]


@given(TEXTS)
@example("Hết.")
@example("Hết. ")
@example("Hết.\n)")
@example("Sao?! Vì.\r\nThế…”")
def test_a_text_cut_chunk_by_chunk_is_cut_as_a_whole(text: str) -> None:
    assert analysis.forms(text) == cut_whole(text)


@given(SYLLABLES)
def test_terms_as_one_text_are_the_terms(syllables: list[str]) -> None:
    assert Counter(analysis.terms_text(syllables).split()) == Counter(analysis.terms(syllables))


@pytest.mark.parametrize("lang", ["vi", "en", "zh", "th"])
@given(title=TEXTS, summary=TEXTS, body=TEXTS)
def test_a_title_counts_three_times_a_summary_twice_and_no_bigram_crosses_them(
    lang: str, title: str, summary: str, body: str
) -> None:
    made = tokens(replace(PLAIN, title=title, summary=summary, body=body, lang=lang))
    title_forms, summary_forms, body_forms = map(analysis.forms, (title, summary, body))
    weighed = [*[*title_forms, END] * 3, *[*summary_forms, END] * 2, *body_forms]

    accented, folded = chains.ranking(weighed, lang)

    assert Counter(made["ax"].split()) == Counter(accented)
    assert Counter(made["fx"].split()) == Counter(folded)


def test_syllables_stand_in_order_with_a_mark_between_sentences() -> None:
    made, _, _ = parts(replace(PLAIN, title="Mượn sách", summary="Thư viện xã. Phòng đọc", body="Buổi tối"))

    assert made["a"] == "mượn sách thư viện xã . phòng đọc buổi tối"
    assert made["f"] == "muon sach thu vien xa . phong doc buoi toi"
    assert made["t"] == "muon sach"
