"""Zones as feeds name them: offsets, `GMT+7`, letters, Windows' names."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cong.harvest.parse.raw import Rules

_VIETNAM = timezone(timedelta(hours=7))
_OFFSET = re.compile(r"^(?:gmt|utc|ut|z)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?$")
_AREA = re.compile(r"^[a-z]+/[a-z_/]+$")
_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "ict": 7, "indochina time": 7, "se asia standard time": 7,
    "gio viet nam": 7, "gio ha noi": 7, "wib": 7, "sgt": 8, "hkt": 8, "cst china": 8, "jst": 9, "kst": 9,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "msk": 3, "eet": 2, "eest": 3, "cet": 1, "cest": 2,
    "met": 1, "mest": 2, "bst": 1, "west": 1, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6,
    "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10, "ist": 5.5,
}  # fmt: skip
_MOST_HOURS = 14


def zone_of(said: str | None, rules: Rules) -> tzinfo:
    """Return the zone that folded text names; the source's own zone when it names none that is known."""
    return _known(said.strip(" ().[]"), rules.timezone) if said else local(rules)


@lru_cache(maxsize=512)
def _known(said: str, default: str) -> tzinfo:
    """`GMT+7` means seven hours ahead, as its writers mean it; POSIX has it the other way round."""
    said = re.sub(r"(?<=\S)\s*[(\[].*$", "", said).strip()
    match = _OFFSET.match(said)
    if match and int(match[2]) <= _MOST_HOURS:
        ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-ahead if match[1] == "-" else ahead)
    if said in _HOURS:
        return timezone(timedelta(hours=_HOURS[said])) if _HOURS[said] else UTC
    return _area(said.title()) if _AREA.match(said) else _area(default)


def local(rules: Rules) -> tzinfo:
    """Return the source's zone."""
    return _area(rules.timezone)


@lru_cache(maxsize=512)
def _area(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _VIETNAM
