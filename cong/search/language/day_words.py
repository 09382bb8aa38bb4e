"""Days as people write them: dates, words that count from today, and ranges. Pure: today comes in."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from cong.kernel.text import fold

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Days:
    """From `first` to `last`, both included; None: open on that side."""

    first: date | None = None
    last: date | None = None


def days(text: str, *, today: date) -> Days | None:
    """Return the days that are meant, None when it is no day and no range (`99/99`, `soon`).

    `2024`, `2024-05`, `5/2024`, `2024-05-20`, `20/5/2024`, `homnay`, `tuannay`, `7ngay`, `30d`, `2019..2021`, `..2021`,
    `2019..`, `2016-2020`, `>2020`, `>=2020`, `<2020`, `<=2020`. Marks, case and spaces are as one likes.
    """
    try:
        return _read(fold(text).replace(" ", "").replace("…", ".."), today)
    except (ValueError, OverflowError):  # no such day in the calendar
        return None


def text_of(meant: Days) -> str:
    """Return the shortest text that `days` reads back, whatever day it is then; open on both sides: `..`."""
    first, last = meant.first, meant.last
    for write, begin, end in _WRITINGS:
        if (first is None or begin(first) == first) and (last is None or end(last) == last):
            ends = ("" if first is None else write(first), "" if last is None else write(last))
            return ends[0] if ends[0] == ends[1] and ends[0] else "..".join(ends)
    return ".."


def year(number: int) -> Days:
    """Return the days of a year."""
    return Days(first=date(number, 1, 1), last=date(number, 12, 31))


def _read(text: str, today: date) -> Days | None:
    compared = _COMPARED.fullmatch(text)
    if compared:
        meant = _moment(compared[2], today)
        return _COMPARISONS[compared[1]](meant) if meant else None
    head, dots, tail = text.partition("..")
    if not dots:
        return _moment(text, today)
    return _range(head, tail.removeprefix("."), today)


def _range(head: str, tail: str, today: date) -> Days | None:
    first, last = _moment(head, today) if head else None, _moment(tail, today) if tail else None
    if (head and not first) or (tail and not last) or not (first or last):
        return None
    if first and last and first.first and last.first and last.first < first.first:
        first, last = last, first  # nobody means a range that holds no day
    return Days(first=first.first if first else None, last=last.last if last else None)


def _moment(text: str, today: date) -> Days | None:
    """Return the days of one date or word: neither end is open."""
    for pattern, build in _DATES:
        found = pattern.fullmatch(text)
        if found:
            return build(*map(int, found.groups()))
    word = _WORDS.get(text.replace("-", "").replace("_", ""))
    return word(today) if word else _lately(text, today)


def _lately(text: str, today: date) -> Days | None:
    """Return the last so many days, weeks, months or years, today included."""
    found = _AMOUNT.fullmatch(text)
    if not found or not int(found[1]):
        return None
    amount, unit = int(found[1]), _UNITS[found[2]]
    if unit in ("day", "week"):
        return Days(first=today - _DAY * (amount * (7 if unit == "week" else 1) - 1), last=today)
    return Days(first=_months_on(today, -amount * (12 if unit == "year" else 1)) + _DAY, last=today)


def _months_on(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last one."""
    place = day.year * 12 + day.month - 1 + months
    months_year, month = place // 12, place % 12 + 1
    return date(months_year, month, min(day.day, monthrange(months_year, month)[1]))


def _month(number: int, month: int) -> Days:
    first = date(number, month, 1)
    return Days(first=first, last=_end_of_month(first))


def _day(number: int, month: int, day: int) -> Days:
    only = date(number, month, day)
    return Days(first=only, last=only)


def _years(first: int, last: int) -> Days:
    return Days(first=date(min(first, last), 1, 1), last=date(max(first, last), 12, 31))


def _on(days_from_today: int) -> Callable[[date], Days]:
    def meant(today: date) -> Days:
        day = today + _DAY * days_from_today
        return Days(first=day, last=day)

    return meant


def _week_on(weeks: int) -> Callable[[date], Days]:
    def meant(today: date) -> Days:
        monday = today - _DAY * (today.weekday() - 7 * weeks)
        return Days(first=monday, last=monday + _DAY * 6)

    return meant


def _month_on(months: int) -> Callable[[date], Days]:
    def meant(today: date) -> Days:
        there = _months_on(today.replace(day=1), months)
        return _month(there.year, there.month)

    return meant


def _year_on(years: int) -> Callable[[date], Days]:
    return lambda today: year(today.year + years)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _before(day: date | None) -> date | None:
    return day - _DAY if day else None


def _after(day: date | None) -> date | None:
    return day + _DAY if day else None


_COMPARED = re.compile(r"(>=|<=|>|<|≥|≤)(.+)")
_COMPARISONS: dict[str, Callable[[Days], Days]] = {
    ">": lambda meant: Days(first=_after(meant.last)),
    ">=": lambda meant: Days(first=meant.first),
    "≥": lambda meant: Days(first=meant.first),
    "<": lambda meant: Days(last=_before(meant.first)),
    "<=": lambda meant: Days(last=meant.last),
    "≤": lambda meant: Days(last=meant.last),
}
_DATES: tuple[tuple[re.Pattern[str], Callable[..., Days]], ...] = (
    (re.compile(r"([0-9]{4})"), year),
    (re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})"), _month),
    (re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})"), lambda month, number: _month(number, month)),
    (re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"), _day),
    (re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})"), lambda day, month, number: _day(number, month, day)),
    (re.compile(r"([0-9]{4})[-–]([0-9]{4})"), _years),
)
_AMOUNT = re.compile(r"([0-9]{1,5})-?(ngay|days?|d|tuan|weeks?|w|thang|months?|m|nam|years?|y)")
_UNITS = (
    dict.fromkeys(("ngay", "d", "day", "days"), "day")
    | dict.fromkeys(("tuan", "w", "week", "weeks"), "week")
    | dict.fromkeys(("thang", "m", "month", "months"), "month")
    | dict.fromkeys(("nam", "y", "year", "years"), "year")
)
_WORDS: dict[str, Callable[[date], Days]] = {
    name: meant
    for meant, names in (
        (_on(0), ("homnay", "today")),
        (_on(-1), ("homqua", "yesterday")),
        (_on(1), ("ngaymai", "tomorrow")),
        (_week_on(0), ("tuannay", "week", "thisweek")),
        (_week_on(-1), ("tuantruoc", "lastweek")),
        (_month_on(0), ("thangnay", "month", "thismonth")),
        (_month_on(-1), ("thangtruoc", "lastmonth")),
        (_year_on(0), ("namnay", "year", "thisyear")),
        (_year_on(-1), ("namtruoc", "namngoai", "lastyear")),
    )
    for name in names
}
_WRITINGS: tuple[tuple[Callable[[date], str], Callable[[date], date], Callable[[date], date]], ...] = (
    (lambda day: f"{day.year:04d}", lambda day: day.replace(month=1, day=1), lambda day: day.replace(month=12, day=31)),
    (lambda day: f"{day.year:04d}-{day.month:02d}", lambda day: day.replace(day=1), _end_of_month),
    (date.isoformat, lambda day: day, lambda day: day),
)
