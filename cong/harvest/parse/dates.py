"""Dates as feeds and Vietnamese sites write them. Never raises; gives None for what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from cong.harvest.parse import spoken
from cong.harvest.parse.raw import Rules
from cong.harvest.parse.zones import local, zone_of
from cong.kernel.text import fold

_FUTURE = timedelta(days=2)
_OLDEST = 1970
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 120
_MILLISECONDS = 100_000_000_000
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
_PLAIN = re.compile(r"(?:[A-Za-z]{3}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ?(GMT|Z|[+-]\d{4})")
_TIME = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d{1,9})?)?(?:\s*(am|pm)\b)?"
_MAIL = re.compile(
    rf"^(?:[a-z]{{2,9}}\.?\s*,?\s+|[a-z]{{2,9}},)?(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+([a-z]{{3,9}})\.?,?[\s-]+(\d{{2}}|\d{{4}})"
    rf"(?:,?\s+(?:at\s+)?{_TIME}\s*(.*))?$"
)
_AMERICAN = re.compile(
    rf"^(?:[a-z]{{3,9}},?\s+)?([a-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?:,?\s+(?:at\s+)?{_TIME}\s*(.*))?$"
)
_ASCTIME = re.compile(
    rf"^(?:[a-z]{{3,9}},?\s+)?([a-z]{{3,9}})\s+(\d{{1,2}})\s+{_TIME}\s*(?:([a-z]{{3,5}}|[+-]\d{{2}}:?\d{{2}})\s+)?(\d{{4}})$"
)
_ISO = re.compile(
    r"^(\d{4})(?:-(\d{3})(?!\d)|(?:-?(\d{2})(?:-?(\d{2}))?)?)"
    r"(?:(?:\s*t\s*|\s+)(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*(\S.*)?|\s*(z|[+-]\d{2}:?\d{2}))?$"
)
_NUMBER = re.compile(r"^(?:/?date\()?(\d{10}|\d{13})(?:[+-]\d{4})?(?:\)/?)?$")


def parse_date(text: str, rules: Rules) -> datetime | None:
    """Return the moment in UTC. Times without a zone are in the source's; `date_order` decides `10/2/2026`.

    Before 1970, or more than two days after `rules.now`, is nonsense: None.
    """
    for form in (_quick, _slow):
        try:
            found = form(text, rules)
            if found is not None:
                moment = found.astimezone(UTC)
                return moment if moment.year >= _OLDEST and moment - _FUTURE <= rules.now else None
        except (ValueError, OverflowError, KeyError):
            continue
    return None


def _quick(text: str, rules: Rules) -> datetime | None:
    """Read what nearly every feed says: RFC 822 to the letter, ISO 8601 as the standard library knows it."""
    match = _PLAIN.fullmatch(text)
    if match:
        day, month, year, hour, minute, second, zone = match.groups()
        where = zone_of(zone.lower(), rules)
        return datetime(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=where)
    if text[4:5] != "-" or len(text) > _LONGEST:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=local(rules))


def _slow(text: str, rules: Rules) -> datetime | None:
    plain = fold(" ".join(text[:_LONGEST].split()))
    for form in _FORMS if plain else ():
        try:
            if found := form(plain, rules):
                return found
        except (ValueError, OverflowError):
            continue
    return None


def _mail(plain: str, rules: Rules) -> datetime | None:
    match = _MAIL.match(plain)
    if not match or match[2] not in _MONTHS:
        return None
    day, month, year, *clock, zone = match.groups()
    return _moment(spoken.year_of(year), _MONTHS[month], int(day), clock, zone_of(zone, rules))


def _american(plain: str, rules: Rules) -> datetime | None:
    match = _AMERICAN.match(plain)
    if not match or match[1] not in _MONTHS:
        return None
    month, day, year, *clock, zone = match.groups()
    return _moment(int(year), _MONTHS[month], int(day), clock, zone_of(zone, rules))


def _asctime(plain: str, rules: Rules) -> datetime | None:
    match = _ASCTIME.match(plain)
    if not match or match[1] not in _MONTHS:
        return None
    month, day, *clock, zone, year = match.groups()
    return _moment(int(year), _MONTHS[month], int(day), clock, zone_of(zone, rules))


def _iso(plain: str, rules: Rules) -> datetime | None:
    """W3CDTF and its relatives: parts may be missing, the offset may be short."""
    match = _ISO.match(plain)
    if not match:
        return None
    year, day_of_year, month, day, hour, minute, second, zone, bare = match.groups()
    where = zone_of(zone or bare, rules)
    found = _moment(int(year), int(month or 1), int(day or 1), [hour, minute, second, None], where)
    return found + timedelta(days=int(day_of_year) - 1) if day_of_year else found


def _number(plain: str, rules: Rules) -> datetime | None:
    """Seconds or milliseconds since 1970, also as `/Date(…)/`."""
    match = _NUMBER.match(plain)
    if not match:
        return None
    count = int(match[1])
    return _EPOCH + timedelta(seconds=count / 1000 if count > _MILLISECONDS else count)


def _moment(year: int, month: int, day: int, clock: list[str | None], where: tzinfo) -> datetime:
    hour, minute, second, half = clock
    whole = spoken.hour_of(int(hour or 0), half or "")
    # A leap second, or midnight as 24:00, is the next moment.
    start = datetime(year, month, day, 0, 0, 0, tzinfo=where)
    if whole > 24 or int(minute or 0) > 59 or int(second or 0) > 60:
        raise ValueError
    return start + timedelta(hours=whole, minutes=int(minute or 0), seconds=int(second or 0))


_FORMS: tuple[Callable[[str, Rules], datetime | None], ...] = (
    _mail, _iso, _number, _asctime, _american, *spoken.FORMS,
)  # fmt: skip
