"""Events as CSV and XLSX, row by row; no cell can be a formula of the program that opens the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import IO

from django.utils import timezone
from openpyxl import Workbook

from cong.journal.models import Event

COLUMNS = ("id", "at", "actor", "verb", "subject", "agency", "data", "prev", "hash")
# A sheet holds 1,048,576 rows; what is longer goes as CSV.
MOST_ROWS = 1_000_000
_LONGEST_CELL = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class TooLong(ValueError):
    """More events than a sheet can hold."""


def safe(value: object) -> str:
    """Return the text of a cell; what a spreadsheet would calculate is made plain text by a leading apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def cells(event: Event) -> list[str]:
    at = timezone.localtime(event.at).isoformat()
    return [at if name == "at" else safe(getattr(event, name)) for name in COLUMNS]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield the file line by line; it begins with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for event in events:
        yield writer.writerow(cells(event))


def xlsx(events: Iterable[Event]) -> IO[bytes]:
    """Return an open temporary file with the sheet; rows are written as they come. Raises TooLong."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("nhat-ky")
    sheet.append(COLUMNS)
    for number, event in enumerate(events):
        if number == MOST_ROWS:
            raise TooLong(f"Quá {MOST_ROWS} sự kiện; hãy thu hẹp khoảng ngày hoặc xuất CSV.")
        sheet.append(_printable(cells(event)))
    file = TemporaryFile()  # noqa: SIM115 (the answer that sends it closes it)
    book.save(file)
    file.seek(0)
    return file


def _printable(row: Sequence[str]) -> list[str]:
    """Drop what XML cannot carry, and cut what a cell cannot hold."""
    return ["".join(char for char in text if char >= " " or char in "\t\n\r")[:_LONGEST_CELL] for text in row]
