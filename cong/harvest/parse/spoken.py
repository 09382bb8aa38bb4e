"""Dates as Vietnamese pages say them, without marks and in lower case: `thu 5, 28/05/2026 | 14:30`, `15 gio truoc`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from cong.harvest.parse.raw import Rules
from cong.harvest.parse.zones import local, zone_of

_AGO = re.compile(
    r"(?<![\d.,])(\d{1,4}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|an?)\s*"
    r"(giay|phut|gio|tieng|ngay|tuan|thang|nam|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?)\s*"
    r"(?:dong ho\s*)?(?:truoc|ago)\b"
)
_COUNTS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "a": 1,
    "an": 1,
}
_UNITS = {
    "giay": 1, "phut": 60, "gio": 3600, "tieng": 3600, "ngay": 86_400, "tuan": 604_800, "thang": 2_592_000,
    "nam": 31_536_000, "second": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86_400, "week": 604_800,
    "month": 2_592_000, "year": 31_536_000,
}  # fmt: skip
_JUST_NOW = re.compile(r"\b(?:vua xong|vua moi|moi day|ngay bay gio|just now)\b")
_NEAR = {"hom nay": 0, "today": 0, "hom qua": 1, "yesterday": 1, "hom kia": 2}
_MONTH_WORDS = {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip
_WRITTEN = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:thang|thg|th)\s*(\d{1,2}|muoi (?:mot|hai)|[a-z]{2,5})"
    r"\s*(?:,|nam|/|-)?\s*(?:nam\s*)?(\d{4})(?!\d)"
)
_DAY = re.compile(r"(?<![\d:.])(\d{1,4})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{2,4})(?![\d:])")
_YEARLESS = re.compile(r"(?<![\d:/.-])(\d{1,2})\s*[/-]\s*(\d{1,2})(?![\d:/.-])")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?::|h|g|gio)\s*(?:(\d{2})(?!\d))?\s*(?:p|phut)?(?:\s*:\s*(\d{2})(?!\d))?(?:\.\d+)?\s*"
    r"(am|pm|sa|ch|sang|trua|chieu|toi|dem)?(?![a-z\d])"
)
_ZONE = re.compile(
    r"(?:\b(?:gmt|utc)\s*[+-]\s*\d{1,2}(?::?\d{2})?|\b(?:gmt|utc|ict|e[sd]t|c[sd]t|p[sd]t)\b|[+-]\d{2}:?\d{2})\s*[)\]]?$"
)
_ORDERS = {"DMY": (0, 1, 2), "MDY": (1, 0, 2), "YMD": (2, 1, 0)}
_AFTERNOON = frozenset(("pm", "ch", "chieu", "toi", "dem"))
_MORNING = frozenset(("am", "sa", "sang"))
_NOON, _MONTHS, _SHORT, _THIS_CENTURY = 12, 12, 2, 69
_AHEAD = timedelta(days=2)


def hour_of(hour: int, half: str) -> int:
    """Return the hour of 24 for an hour and a word such as `pm` or `chieu`."""
    if half in _AFTERNOON and hour < _NOON:
        return hour + _NOON
    return 0 if half in _MORNING and hour == _NOON else hour


def year_of(said: str) -> int:
    """Return the year for its digits; two of them are near our time."""
    year = int(said)
    if len(said) > _SHORT:
        return year
    return year + (2000 if year < _THIS_CENTURY else 1900)


def _ago(plain: str, rules: Rules) -> datetime | None:
    match = _AGO.search(plain)
    if not match:
        return rules.now if _JUST_NOW.search(plain) else None
    count = _COUNTS.get(match[1]) or int(match[1])
    unit = _UNITS.get(match[2]) or _UNITS[match[2].removesuffix("s")]
    return rules.now - timedelta(seconds=count * unit)


def _near(plain: str, rules: Rules) -> datetime | None:
    for words, days in _NEAR.items():
        if words in plain:
            day = rules.now.astimezone(local(rules)) - timedelta(days=days)
            return _at(day.year, day.month, day.day, plain.replace(words, " "), rules)
    return None


def _written(plain: str, rules: Rules) -> datetime | None:
    match = _WRITTEN.search(plain)
    if not match:
        return None
    month = int(match[2]) if match[2].isdecimal() else _MONTH_WORDS.get(match[2], 0)
    return _at(int(match[3]), month, int(match[1]), _without(match, plain), rules)


def _numeric(plain: str, rules: Rules) -> datetime | None:
    match = _DAY.search(plain)
    if not match:
        return None
    numbers = (match[1], match[3], match[4])
    order = _order(numbers, rules.date_order)
    day, month = int(numbers[order[0]]), int(numbers[order[1]])
    # No month is a thirteenth: the other order must be meant.
    if month > _MONTHS >= day:
        day, month = month, day
    return _at(year_of(numbers[order[2]]), month, day, _without(match, plain), rules)


def _order(numbers: tuple[str, str, str], said: str) -> tuple[int, int, int]:
    """Return the places of day, month and year; a number of three digits or more is the year wherever it stands."""
    if len(numbers[0]) > _SHORT:
        return _ORDERS["YMD"]
    order = _ORDERS.get(said, _ORDERS["DMY"])
    return _ORDERS["DMY"] if order[2] == 0 and len(numbers[2]) > _SHORT else order


def _yearless(plain: str, rules: Rules) -> datetime | None:
    match = _YEARLESS.search(plain)
    if not match or not _CLOCK.search(_without(match, plain)):
        return None
    day, month = int(match[1]), int(match[2])
    if rules.date_order == "MDY":
        day, month = month, day
    year = rules.now.astimezone(local(rules)).year
    found = _at(year, month, day, _without(match, plain), rules)
    return found if found <= rules.now + _AHEAD else found.replace(year=year - 1)


def _at(year: int, month: int, day: int, rest: str, rules: Rules) -> datetime:
    zone = _ZONE.search(rest)
    where: tzinfo = zone_of(zone[0], rules) if zone else local(rules)
    match = _CLOCK.search(rest[: zone.start()] if zone else rest)
    if not match:
        return datetime(year, month, day, tzinfo=where)
    hour = hour_of(int(match[1]), match[4] or "")
    return datetime(year, month, day, hour, int(match[2] or 0), min(int(match[3] or 0), 59), tzinfo=where)


def _without(match: re.Match[str], plain: str) -> str:
    return f"{plain[: match.start()]} {plain[match.end() :]}"


FORMS: tuple[Callable[[str, Rules], datetime | None], ...] = (_ago, _near, _written, _numeric, _yearless)
