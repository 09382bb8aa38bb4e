"""Pure: whether a person or a program asks, by what it calls itself."""

from __future__ import annotations

import re

# What programs that fetch pages call themselves; `http` is how most name their maker's page or their library.
_PROGRAMS = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|http|curl|wget|python|java/|go-|ruby|perl|php|headless|lighthouse|preview|monitor|"
    r"scan|fetch|feed|archiv|index|check|facebookexternal|bingpreview|mediapartners",
    re.IGNORECASE,
)


def is_person(agent: str) -> bool:
    """Tell whether a browser asks, by its `User-Agent`: who says nothing is none."""
    return bool(agent) and _PROGRAMS.search(agent) is None
