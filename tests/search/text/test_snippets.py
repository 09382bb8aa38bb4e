"""Passages: the best window, marks around matches, everything escaped, what is missing said."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from cong.search.text.snippets import Highlighter

FILLER = "Đoạn này nói chuyện khác và chỉ để cho dài. " * 20


def test_matches_are_marked_and_neighbours_share_one_mark() -> None:
    shown = Highlighter("muon sach").excerpt("Mượn sách ở thư viện", "Người mượn trả sách.")

    assert shown.title == "<mark>Mượn sách</mark> ở thư viện"
    assert shown.passage == "Người <mark>mượn</mark> trả <mark>sách</mark>."


def test_typed_marks_are_respected_where_the_text_has_them() -> None:
    shown = Highlighter("hòa").excerpt("Hoa nở", "Hoà giải và hóa đơn")

    assert shown.title == "Hoa nở"
    assert shown.passage == "<mark>Hoà</mark> giải và hóa đơn"
    assert not shown.only_folded


def test_a_text_that_fits_only_without_marks_says_so() -> None:
    shown = Highlighter("mận chín").excerpt("Màn chín", "")

    assert shown.title == "<mark>Màn chín</mark>"
    assert shown.only_folded
    assert shown.missing == ()


def test_typing_without_marks_is_never_called_a_poorer_match() -> None:
    assert not Highlighter("man chin").excerpt("Mận chín", "").only_folded


def test_a_bare_word_among_marked_ones_means_itself_where_the_text_has_it() -> None:
    shown = Highlighter("hiện nay").excerpt("", "Hiện nay, ngày này năm ngoái")

    assert shown.passage == "<mark>Hiện nay</mark>, ngày này năm ngoái"
    assert Highlighter("hien nay").excerpt("", "ngày này").passage == "ngày <mark>này</mark>"


def test_words_that_are_not_there_are_named_as_typed() -> None:
    shown = Highlighter("Mượn sách Liên thông").excerpt("Sách mới", "Trả sách")

    assert shown.missing == ("Mượn", "Liên", "thông")


def test_the_passage_is_where_most_of_the_query_is() -> None:
    text = f"Sách có ở đây. {FILLER}Quy chế mượn sách liên thông vừa ban hành. {FILLER}"

    shown = Highlighter("mượn sách liên thông").excerpt("", text)

    assert "<mark>mượn sách liên thông</mark>" in shown.passage
    assert shown.passage.startswith("…")
    assert shown.passage.endswith("…")
    assert len(shown.passage.striptags()) < 300


def test_markup_in_text_and_query_is_shown_as_text() -> None:
    shown = Highlighter("<script> alert").excerpt("<script>alert(1)</script>", "a & b < c alert")

    assert "<script>" not in shown.title
    assert shown.title == "&lt;<mark>script</mark>&gt;<mark>alert</mark>(1)&lt;/<mark>script</mark>&gt;"
    assert shown.passage == "a &amp; b &lt; c <mark>alert</mark>"


def test_a_text_without_a_match_is_shown_from_its_beginning() -> None:
    shown = Highlighter("xyz").excerpt("Tiêu đề", f"Mở đầu. {FILLER}")

    assert shown.passage.startswith("Mở đầu.")
    assert "<mark>" not in shown.passage


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=600))
def test_a_passage_is_a_piece_of_the_text(query: str, title: str, text: str) -> None:
    shown = Highlighter(query).excerpt(title, text)

    bare = re.sub(r"</?mark>", "", str(shown.passage))
    assert "<" not in bare
    assert (
        unescape(re.sub(r"</?mark>", "", str(shown.title))).split()
        == Highlighter("").excerpt(title, "").title.unescape().split()
    )


@given(st.text(alphabet="mượn sách liên thông.\n", max_size=900), st.integers(1, 4))
def test_the_passage_stays_short(text: str, words: int) -> None:
    shown = Highlighter(" ".join(["mượn", "sách", "liên", "thông"][:words])).excerpt("", text)

    assert len(shown.passage.striptags()) <= 250
