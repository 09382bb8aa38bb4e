"""Dates as Vietnamese sources write them. Never raises; gives None for what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from cong.harvest.parse.raw import Rules
from cong.kernel.text import fold, one_line

_FUTURE = timedelta(days=2)
_OLDEST = 1970
_ISO = re.compile(
    r"^(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:[Tt ]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?\s*"
    r"(Z|z|[A-Z]{3,4}|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2})?$"
)
_OFFSET = re.compile(r"^(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
_GMT = re.compile(r"\b(?:GMT|UTC)\s*([+-]\d{1,2}(?::?\d{2})?)\s*$", re.IGNORECASE)
# Year 1 is what programs write for "none"; the mail reader would make 2001 of it.
_ANCIENT = re.compile(r"(?<![\d:.+-])0\d{3}(?![\d])")
_DAY = re.compile(r"(?<![\d:])(\d{1,4})([/.\-])(\d{1,2})\2(\d{2,4})(?!\d)")
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_NAMED_ZONE = re.compile(r"(?:[+-]\d{2}:?\d{2}|\b[A-Za-z]{1,5})\s*\)?$")
_DAY_WORDS = re.compile(r"(?:ngay\s+)?(\d{1,2})\s+thang\s+(\d{1,2})\s*,?\s*(?:nam\s+)?(\d{4})")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s*(?::|h|gio)\s*(\d{2})?(?::(\d{2}))?(?:\.\d+)?\s*(am|pm|sa|ch)?(?![a-z\d])")
_AGO = re.compile(r"(\d+|mot)\s*(giay|phut|gio|tieng|ngay|tuan|thang|nam)\s+truoc")
_UNITS = {
    "giay": 1,
    "phut": 60,
    "gio": 3600,
    "tieng": 3600,
    "ngay": 86_400,
    "tuan": 604_800,
    "thang": 2_592_000,
    "nam": 31_536_000,
}
_NEAR = {"hom nay": 0, "hom qua": 1, "hom kia": 2}
_ORDERS = {"DMY": (0, 1, 2), "MDY": (1, 0, 2), "YMD": (2, 1, 0)}


def parse_date(text: str, rules: Rules) -> datetime | None:
    """Return the moment in UTC; naive times are in the source's zone; more than two days ahead is nonsense."""
    said = one_line(text)[:100]
    if not said or _ANCIENT.search(said):
        return None
    for form in (_iso, _mail, _vietnamese):
        try:
            found = form(said, rules)
        except (ValueError, OverflowError, KeyError):
            continue
        if found is not None:
            return _sane(found, rules)
    return None


def _sane(found: datetime, rules: Rules) -> datetime | None:
    try:
        moment = found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment.year >= _OLDEST and moment <= rules.now + _FUTURE else None


def _zone(rules: Rules) -> tzinfo:
    return ZoneInfo(rules.timezone)


def _offset(text: str) -> tzinfo | None:
    if text.upper() in ("Z", "GMT", "UTC", "UT"):
        return UTC
    match = _OFFSET.match(text)
    if not match:
        return None
    delta = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-delta if match[1] == "-" else delta)


def _iso(said: str, rules: Rules) -> datetime | None:
    match = _ISO.match(said)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    where = (_offset(zone) if zone else None) or (_zone(rules) if not zone else UTC)
    second = min(int(second or 0), 59)
    return datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), second, tzinfo=where)


def _mail(said: str, rules: Rules) -> datetime | None:
    """RFC 822 and its relatives; `GMT+7` means seven hours ahead, as its writers mean it."""
    gmt = _GMT.search(said)
    parts = parsedate_tz(said[: gmt.start()] if gmt else said)
    if parts is None or not _MONTH.search(said):
        return None
    year, month, day, hour, minute, second = parts[:6]
    if gmt:
        where = _offset(gmt[1]) or UTC
    elif parts[9] is not None and _NAMED_ZONE.search(said):
        where = timezone(timedelta(seconds=parts[9]))
    else:
        where = _zone(rules)
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=where)


def _vietnamese(said: str, rules: Rules) -> datetime | None:
    plain = fold(said)
    forms: tuple[Callable[[str, Rules], datetime | None], ...] = (_ago, _near, _written, _numeric)
    return next((found for form in forms if (found := form(plain, rules))), None)


def _ago(plain: str, rules: Rules) -> datetime | None:
    match = _AGO.search(plain)
    if not match:
        return None
    count = 1 if match[1] == "mot" else int(match[1])
    return rules.now - timedelta(seconds=count * _UNITS[match[2]])


def _near(plain: str, rules: Rules) -> datetime | None:
    for words, days in _NEAR.items():
        if words in plain:
            day = rules.now.astimezone(_zone(rules)) - timedelta(days=days)
            hour, minute, second = _clock(plain.replace(words, " "))
            return day.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return None


def _written(plain: str, rules: Rules) -> datetime | None:
    match = _DAY_WORDS.search(plain)
    if not match:
        return None
    rest = plain[: match.start()] + " " + plain[match.end() :]
    return datetime(int(match[3]), int(match[2]), int(match[1]), *_clock(rest), tzinfo=_where(plain, rules))


def _numeric(plain: str, rules: Rules) -> datetime | None:
    match = _DAY.search(plain)
    if not match:
        return None
    numbers = [int(match[1]), int(match[3]), int(match[4])]
    order = (2, 1, 0) if len(match[1]) == 4 else _ORDERS.get(rules.date_order, _ORDERS["DMY"])
    if order == (2, 1, 0) and len(match[1]) != 4:
        order = _ORDERS["DMY"]
    day, month, year = (numbers[place] for place in order)
    if month > 12 >= day:
        day, month = month, day
    rest = plain[: match.start()] + " " + plain[match.end() :]
    return datetime(year + 2000 if year < 100 else year, month, day, *_clock(rest), tzinfo=_where(plain, rules))


def _clock(rest: str) -> tuple[int, int, int]:
    match = _CLOCK.search(rest)
    if not match:
        return (0, 0, 0)
    hour = int(match[1])
    if match[4] in ("pm", "ch") and hour < 12:
        hour += 12
    if match[4] in ("am", "sa") and hour == 12:
        hour = 0
    return (hour, int(match[2] or 0), min(int(match[3] or 0), 59))


def _where(plain: str, rules: Rules) -> tzinfo:
    match = _GMT.search(plain) or re.search(r":\d{2}\s*([+-]\d{2}:?\d{2})\s*\)?$", plain)
    return (_offset(match[1]) if match else None) or _zone(rules)
