"""The ways in which sites write a moment. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKDAYS = ("Thứ 2", "Thứ 3", "Thứ 4", "Thứ 5", "Thứ 6", "Thứ 7", "Chủ nhật")


def _rfc822(at: datetime) -> str:
    return format_datetime(at.astimezone(HANOI))


def _rfc822_gmt(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _gmt7(at: datetime) -> str:
    """`Thu, 12 Mar 2026 14:30:00 GMT+7`: common in Vietnam, and in no standard."""
    return format_datetime(at.astimezone(HANOI)).removesuffix("+0700") + "GMT+7"


def _american(at: datetime) -> str:
    """`10/2/2026 9:25:00 AM` (2 October): what a SharePoint server set to English writes."""
    here = at.astimezone(HANOI)
    half = "AM" if here.hour < 12 else "PM"
    return f"{here.month}/{here.day}/{here.year} {(here.hour - 1) % 12 + 1}:{here:%M:%S} {half}"


def _vietnamese(at: datetime) -> str:
    here = at.astimezone(HANOI)
    return f"{_WEEKDAYS[here.weekday()]}, {here:%d/%m/%Y %H:%M}"


def _day_first(at: datetime) -> str:
    return f"{at.astimezone(HANOI):%d/%m/%Y %H:%M:%S}"


def iso(at: datetime) -> str:
    return at.astimezone(HANOI).isoformat(timespec="seconds")


def iso_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


STYLES: dict[str, Callable[[datetime], str]] = {
    "rfc822": _rfc822,
    "rfc822-gmt": _rfc822_gmt,
    "gmt7": _gmt7,
    "american": _american,
    "vietnamese": _vietnamese,
    "day-first": _day_first,
    "iso": iso,
    "iso-utc": iso_utc,
}
