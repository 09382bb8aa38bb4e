"""Pure: plain text, tables of values and captions: decoded, checked sign by sign, written anew as UTF-8."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO

from cong.media.clean.traces import Findings, Hidden, Refused

_CODES = (("utf-8-sig", b""), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
_MARKUP = re.compile(r"<\s*(script|html|svg|iframe|body|object|embed|!doctype|\?php|\?xml)\b", re.IGNORECASE)
_FORMULA = re.compile(r"^\s*[=+@](?=\S)|^\s*-(?![\d.,\s-])")
_TIMING = re.compile(r"(\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3} --> (\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}([ \t].*)?")
_CUE_MARKS = re.compile(r"</?(?:[biu]|ruby|rt|lang|[cv])\b[^<>]{0,200}>", re.IGNORECASE)
_MOST_CUES = 20_000


def clean_text(data: bytes) -> bytes:
    """Return plain text as UTF-8, NFC, lines ended by line feeds; raises Refused for what a browser could run."""
    text = _decoded(data)
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


def _decoded(data: bytes) -> str:
    for code, start in _CODES:
        try:
            text = data.decode(code) if data.startswith(start) else None
        except UnicodeDecodeError:
            continue
        if text is not None and not _strange(text):
            return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    raise Refused("Tệp chữ không ở mã UTF-8. Hãy lưu lại với mã UTF-8 rồi tải lên.")


def _strange(text: str) -> bool:
    return any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} and sign not in "\t\n\r\f" for sign in text)


def clean_captions(data: bytes) -> bytes:
    """Return WebVTT with cues alone: no styles, no notes, no markup but that of speech; raises Refused saying where."""
    text = _decoded(data)
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise Refused("Tệp phụ đề phải ở dạng WebVTT: dòng đầu là WEBVTT.")
    blocks = [block.split("\n") for block in re.split(r"\n{2,}", "\n".join(lines[1:]).strip("\n")) if block.strip()]
    if len(blocks) > _MOST_CUES:
        raise Refused(f"Tệp phụ đề có hơn {_MOST_CUES} câu. Hãy chia nhỏ.")
    cues = [cue for number, block in enumerate(blocks, 1) if (cue := _cue(block, number))]
    if not cues:
        raise Refused("Tệp phụ đề không có câu nào. Mỗi câu cần một dòng giờ như 00:00:01.000 --> 00:00:04.000.")
    return ("WEBVTT\n\n" + "\n\n".join(cues) + "\n").encode()


def _cue(block: list[str], number: int) -> str:
    if block[0].startswith(("NOTE", "STYLE", "REGION")):
        return ""
    at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None or not _TIMING.fullmatch(block[at].strip()):
        raise Refused(f"Phụ đề, câu {number}: dòng giờ phải có dạng 00:00:01.000 --> 00:00:04.000.")
    said = "\n".join(block[at + 1 :])
    if "<" in _CUE_MARKS.sub("", re.sub(r"<(?:\d{2,}:)?\d\d:\d\d\.\d{3}>", "", said)):
        raise Refused(f"Phụ đề, câu {number}: chỉ được dùng chữ thường, <b>, <i>, <u>, <v Tên>.")
    return f"{block[at].strip()}\n{said}"
