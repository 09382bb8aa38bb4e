"""Pure: plain text and tables of values: decoded, checked sign by sign, written anew as UTF-8."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO

from cong.media.clean.decoding import decoded
from cong.media.clean.traces import Findings, Hidden, Refused

_MARKUP = re.compile(r"<\s*(script|html|svg|iframe|body|object|embed|!doctype|\?php|\?xml)\b", re.IGNORECASE)
_FORMULA = re.compile(r"^\s*[=+@](?=\S)|^\s*-(?![\d.,\s-])")


def clean_text(data: bytes) -> bytes:
    """Return plain text as UTF-8, NFC, lines ended by line feeds; raises Refused for what a browser could run."""
    text = decoded(data)
    if _MARKUP.search(text):
        raise Refused("Tệp chữ có thẻ HTML hoặc mã lệnh, không được nhận. Hãy bỏ các thẻ đó hoặc xuất ra PDF.")
    return text.encode()


def table_ending(data: bytes, name: str) -> str:
    """Return `csv` for text that came under such a name and has columns, else `txt`. Both are served as mere text."""
    if not name.lower().endswith((".csv", ".tsv")):
        return "txt"
    return "csv" if any(len(row) > 1 for row in _rows(data)) else "txt"


def find_formulas(data: bytes, findings: Findings) -> None:
    """Report cells that a spreadsheet program would run as formulas."""
    for row in _rows(data):
        if any(_FORMULA.search(cell) for cell in row):
            findings.hides(Hidden.FORMULAS)
            return


def _rows(data: bytes) -> Iterator[list[str]]:
    """Yield the rows of a table as far as it can be read."""
    text = data.decode()
    separator = max(",;\t", key=text.partition("\n")[0].count)
    with suppress(csv.Error):
        yield from csv.reader(StringIO(text, newline=""), delimiter=separator)
