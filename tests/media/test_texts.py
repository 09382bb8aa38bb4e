from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.media.clean.texts import clean_captions, clean_text, find_formulas, table_ending
from cong.media.clean.traces import Findings, Hidden, Refused

CUES = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Lan>Chào <b>mọi</b> người\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_becomes_utf_8_with_plain_lines(code: str) -> None:
    assert clean_text("Thư viện\r\nmở cửa".encode(code)) == "Thư viện\nmở cửa".encode()


@pytest.mark.parametrize(
    "data",
    [
        "Thư viện".encode("windows-1258", "replace") + b"\xec\xff",
        b"a\x00b",
        b"a\x1b[31m",
        b"xin chao <script>alert(1)</script>",
        b"<html>",
        b"a < svg onload=x>",
        b"<?php system(1)",
        "\ud800".encode("utf-16", "surrogatepass"),
    ],
)
def test_what_is_no_plain_text_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        clean_text(data)

    assert str(caught.value).endswith(".")


def test_arrows_and_smaller_than_are_plain_text() -> None:
    assert clean_text(b"a < b, <- c, 3 <4") == b"a < b, <- c, 3 <4"


@pytest.mark.parametrize(
    ("text", "name", "ending"),
    [
        ("a,b\n1,2", "x.csv", "csv"),
        ("a;b", "x.CSV", "csv"),
        ("a b", "x.csv", "txt"),
        ("a,b", "x.txt", "txt"),
        ("", "x.csv", "txt"),
    ],
)
def test_a_table_is_text_with_columns_under_a_tables_name(text: str, name: str, ending: str) -> None:
    assert table_ending(text.encode(), name) == ending


@pytest.mark.parametrize(("cell", "is_formula"), [("=cmd|'/c calc'!A1", True), ("@SUM(1)", True), ("+84 24 1", True),
                                                  ("-5,2", False), ("- không", False), ("a=b", False)])  # fmt: skip
def test_cells_that_a_program_would_run_are_reported(cell: str, is_formula: bool) -> None:
    findings = Findings()

    find_formulas(f"tên;số\n{cell};1".encode(), findings)

    assert findings.hidden == ([Hidden.FORMULAS] if is_formula else [])


def test_captions_keep_what_is_said_and_lose_the_rest() -> None:
    styled = CUES.replace("\n\n1", "\n\nSTYLE\n::cue { background: url(https://xau.vn/) }\n\nNOTE của Minh\n\n1")

    clean = clean_captions(styled.replace("\n", "\r\n").encode()).decode()

    assert clean == "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Lan>Chào <b>mọi</b> người\n"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("1\n00:01 --> 00:02\nxin chào", "dòng đầu"),
        ("WEBVTT\n\n", "không có câu nào"),
        ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\na", "câu 1"),
        (CUES + "\nchỉ có chữ", "câu 2"),
        (CUES + "\n00:00:05.000 --> 00:00:06.000\n<img src=x>", "câu 2"),
        (CUES + "\n00:00:05.000 --> 00:00:06.000\n<c.a<script>", "câu 2"),
    ],
)
def test_wrong_captions_are_refused_saying_where(wrong: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        clean_captions(wrong.encode())


@given(st.text(max_size=200))
def test_captions_never_let_markup_through(text: str) -> None:
    try:
        clean = clean_captions(f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{text}\n".encode("utf-8", "replace"))
    except Refused:
        return

    assert b"<script" not in clean.lower()
    assert clean_captions(clean) == clean
