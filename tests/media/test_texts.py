from __future__ import annotations

import pytest

from cong.media.clean.texts import clean_text, find_formulas, table_ending
from cong.media.clean.traces import Findings, Hidden, Refused


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
