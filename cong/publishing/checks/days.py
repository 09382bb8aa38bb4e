"""Dates in the text: days that exist, weekdays that fit, nearness to the event, nothing past that is yet to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from cong.kernel.text import fold
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import Reading
from cong.publishing.checks.rules import Code

_DATE = re.compile(
    r"(?:(?P<weekday>thứ\s+(?:hai|ba|tư|bốn|năm|sáu|bảy|[2-7])|chủ\s+nhật)\s*[,(]?\s*)?(?P<called>ngày\s+)?(?<![\w/.,])"
    r"(?P<day>\d{1,2})(?:(?P<sign>[/.-])(?P<month>\d{1,2})(?:(?P=sign)(?P<year>\d{4}))?"
    r"|\s+tháng\s+(?P<month2>\d{1,2})(?:(?:,?\s+năm\s+|\s*,\s*|\s*/\s*)(?P<year2>\d{4}))?)(?!\d|\s?/\s?\w|-[A-ZĐ])",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LUNAR_BEFORE = re.compile(r"(?:mùng|mồng|rằm)\s+$", re.IGNORECASE)
_LUNAR_AFTER = re.compile(
    r"[\s(,]*(?:âm lịch|âl\b|năm (?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý)\b)", re.IGNORECASE
)
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "bon": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5,
             "7": 5, "nhat": 6}  # fmt: skip
_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
# After these `thứ năm` counts, it names no day.
_COUNTING = re.compile(
    r"(?:lần|kỳ|khóa|khoá|phiên|hạng|cuộc|bậc|tập|quý|đợt|chương|nghị|họp|vị trí|người|nhóm|bước)\s+$", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:đã|vừa)\b", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:sẽ|dự kiến|sắp|trước|hạn|kế hoạch|chậm nhất|hiệu lực|quyết định|ấn định|thống nhất|thông báo|công bố|lùi|dời"
    r"|đăng ký|tổ chức vào)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?;\n](?=\s|$)")
_FARTHEST, _AROUND, _MOST_MONTHS, _MOST_DATES = 30, 400, 12, 1000
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A date in the text; `day` is None when there is no such day."""

    where: str
    start: int
    end: int
    text: str
    day: date | None
    weekday: int | None
    has_year: bool


def days(reading: Reading) -> Iterator[Hit]:
    """Check every date that is written out in title, lead and body."""
    near = reading.day
    all_said = []
    for where, text in reading.prose:
        said = list(islice(_dates(where, text, near), _MOST_DATES))
        all_said += said
        for one in said:
            yield from _existing(one)
        yield from _not_yet(text, said, reading.on)
    yield from _far(all_said, reading.content.event_on)


def _dates(where: str, text: str, near: date) -> Iterator[Said]:
    for match in _DATE.finditer(text) if _DIGIT.search(text) else ():
        month, year = int(match["month"] or match["month2"]), match["year"] or match["year2"]
        if not _means_a_day(match, text, month):
            continue
        yield Said(
            where=where, start=match.start(), end=match.end(), text=match[0], weekday=_weekday(match, text),
            has_year=bool(year), day=_resolved(int(match["day"]), month, int(year) if year else None, near),
        )  # fmt: skip


def _means_a_day(match: re.Match[str], text: str, month: int) -> bool:
    """Tell a date of the calendar from scores, sizes, serial numbers and days of the moon."""
    if not (match["year"] or match["year2"]):
        written = match["sign"] in ("/", None) and (match["called"] or match["weekday"])
    else:
        written = match["sign"] in ("/", None) or month <= _MOST_MONTHS
    begin = match.start()
    of_the_moon = _LUNAR_AFTER.match(text, match.end()) or _LUNAR_BEFORE.search(text, max(0, begin - 8), begin)
    return bool(written) and not of_the_moon


def _weekday(match: re.Match[str], text: str) -> int | None:
    said = match["weekday"]
    if not said or _COUNTING.search(text, max(0, match.start() - 12), match.start()):
        return None
    return _WEEKDAYS[fold(said).split()[-1]]


def _resolved(day: int, month: int, year: int | None, near: date) -> date | None:
    """Return the day; without a year the one nearest to the event."""
    try:
        if year is not None:
            return date(year, month, day)
        if not 1 <= month <= 12 or not 1 <= day <= _LONGEST_MONTH[month - 1]:
            return None
        years = (near.year - 1, near.year, near.year + 1)
        there = [date(one, month, day) for one in years if one > 0 and (month, day) != (2, 29)]
        return min(there, key=lambda one: abs(one - near)) if there else near
    except (ValueError, OverflowError):
        return None


def _existing(one: Said) -> Iterator[Hit]:
    if one.day is None:
        yield Hit(code=Code.DATE_IMPOSSIBLE, where=one.where, text=f"“{one.text}” không có trong lịch.")
    elif one.weekday is not None and one.weekday != one.day.weekday():
        yield Hit(
            code=Code.DATE_WEEKDAY, where=one.where,
            text=f"“{one.text}”: ngày {one.day:%d/%m/%Y} là {_NAMES[one.day.weekday()]}.",
        )  # fmt: skip


def _not_yet(text: str, said: list[Said], on: date) -> Iterator[Hit]:
    """Yield dates to come in sentences that tell of the past."""
    for one in said:
        if one.day is None or one.day <= on or not one.has_year:
            continue
        earliest, latest = max(0, one.start - _AROUND), one.end + _AROUND
        begin = max((match.end() for match in _SENTENCE.finditer(text, earliest, one.start)), default=earliest)
        ending = _SENTENCE.search(text, one.end, latest)
        sentence = text[begin : ending.start() if ending else latest]
        if _PAST.search(sentence) and not _TO_COME.search(sentence):
            yield Hit(
                code=Code.DATE_FUTURE, where=one.where,
                text=f"“{one.text}” chưa tới mà câu kể việc đã qua; hãy xem lại ngày.",
            )  # fmt: skip


def _far(said: list[Said], event: date | None) -> Iterator[Hit]:
    written = [one for one in said if one.day and one.has_year]
    if event is None or not written:
        return
    away = min(abs((one.day - event).days) for one in written if one.day)
    if away > _FARTHEST:
        yield Hit(
            code=Code.DATE_FAR, where=written[0].where,
            text=f"bài ghi “{written[0].text}”, còn ngày sự kiện đã khai là {event:%d/%m/%Y}, cách {away} ngày.",
        )  # fmt: skip
