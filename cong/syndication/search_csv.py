"""Results of a search as CSV (RFC 4180) that spreadsheets open as text and as nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from cong.entries.models import Entry
from cong.syndication.telling import tag
from cong.syndication.xml import clean

# Spreadsheets take a file without it for one in the code page of the machine.
_BOM = "\ufeff"
HEADER = (
    "Mã", "Số, ký hiệu", "Tiêu đề", "Loại", "Chuyên mục", "Cơ quan", "Ngày đăng", "Ngôn ngữ", "Tóm tắt", "Địa chỉ",
)  # fmt: skip
# A cell that begins so is run as a formula; white space before it is passed over.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(entries: Iterable[Entry]) -> str:
    """Return the whole file."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([cell(one) for one in _row(entry)] for entry in entries)
    return _BOM + file.getvalue()


def cell(text: str) -> str:
    """Return the text so that no spreadsheet runs it: an apostrophe goes before what would begin a formula."""
    kept = clean(text)
    return f"'{kept}" if kept.lstrip(" \u00a0").startswith(_FORMULA) else kept


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        tag(entry.pk),
        entry.number,
        entry.title,
        str(entry.get_kind_display()),
        str(entry.get_section_display()),
        entry.agency.name,
        timezone.localtime(entry.published_at).isoformat(timespec="seconds"),
        entry.lang,
        entry.summary,
        settings.SITE_URL + entry.get_absolute_url(),
    )
