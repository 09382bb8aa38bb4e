"""Pure: what of an entry is shown where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape

_TAG = re.compile(r"<[^>]*>")
# Letters: ten syllables or so. A feed's summary goes on where its page shows a picture.
_SAME = 40
_OPENING = 6_000


def lede(summary: str, html: str) -> str:
    """Return the summary, or nothing when the body opens with the same words, even if they part later."""
    opening, said = _letters(unescape(_TAG.sub(" ", html[:_OPENING]))), _letters(summary)
    return "" if said in opening or opening.startswith(said[:_SAME]) else summary


def is_provisional(steps: Iterable[str]) -> bool:
    """Tell whether it was made public on two keys and its approval is still to come."""
    taken = set(steps)
    return "emergency" in taken and "approve" not in taken


def record(
    steps: Iterable[tuple[str, datetime]], *, released_at: datetime, corrected_at: datetime | None
) -> list[tuple[str, datetime]]:
    """Return (what, when) of all that was done to an entry of the newsroom, in the order in which it happened."""
    taken = list(steps)
    # An emergency is its own release.
    released = [] if any(step == "emergency" for step, _ in taken) else [("release", released_at)]
    corrected = [("correct", corrected_at)] if corrected_at else []
    return sorted([*taken, *released, *corrected], key=lambda one: one[1])


def _letters(text: str) -> str:
    return "".join(text.rstrip(" .…").split())
