"""Pure: how the length of a recording is written, for people and for machines."""

from __future__ import annotations


def clock(seconds: int) -> str:
    """6:24, 1:02:03: as players show it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def iso(seconds: int) -> str:
    """PT384S: a duration of ISO 8601, for `datetime=` and schema.org."""
    return f"PT{seconds}S"
