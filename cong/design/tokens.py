"""The design tokens as the style sheet holds them, and the contrast of every pair in use. Pure but for reading it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SHEET = Path(__file__).resolve().parent / "static" / "design" / "base.css"
TEXT, SHAPE = 4.5, 3.0
"""The least ratios of WCAG 2.2 AA: for what is read, and for what must be seen to be used (fields, rings)."""

_THEMED = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)")
_FIXED = re.compile(r"--([\w-]+): (#\w{3,8})(?=[;\s])")
_SIZE = re.compile(r"--(t-?\d|s\d): ([^;]+);")
_MORE = re.compile(r"prefers-contrast: more\) \{\s*:root \{([^}]*)\}")
_NAMED = re.compile(r"--([\w-]+): var\(--([\w-]+)\)")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What is read or seen (`front`) on what (`ground`), and how much they must differ at least."""

    front: str
    ground: str
    least: float


def _pairs(least: float, table: Mapping[str, str]) -> tuple[Pair, ...]:
    return tuple(
        Pair(front=front, ground=ground, least=least)
        for ground, fronts in table.items()
        for front in fronts.split()
    )  # fmt: skip


PAIRS = (
    *_pairs(TEXT, {
        "ground": "ink ink-2 son son-hover visited good warn bad info",
        "paper": "ink ink-2 son son-hover visited good warn bad info",
        "sunken": "ink ink-2 son",
        "tint": "ink ink-2 son son-hover",
        "mark": "ink son",
        "solid": "on-son", "solid-hover": "on-son",
        "band": "on-son gold-band", "band-2": "on-son gold-band",
        "night": "on-night on-night-2 gold-band", "night-2": "on-night on-night-2 gold-band",
        "good-tint": "good ink", "warn-tint": "warn ink", "bad-tint": "bad ink", "info-tint": "info ink",
    }),
    *_pairs(SHAPE, {
        "ground": "edge solid focus-ink",
        "paper": "edge solid son focus-ink bad",
        "sunken": "edge focus-ink",
        "good-tint": "focus-ink", "warn-tint": "focus-ink", "bad-tint": "focus-ink", "info-tint": "focus-ink",
        "band": "on-son", "night": "on-night",
    }),
)  # fmt: skip


def colours(sheet: str, *, dark: bool = False, more: bool = False) -> dict[str, str]:
    """Return every colour of a theme by its token; `more`: as those see it who ask for more contrast."""
    themed = _THEMED.findall(sheet)
    fixed = dict(reversed(_FIXED.findall(sheet)))
    found = fixed | {name: night if dark else day for name, day, night in themed}
    asked = _MORE.search(sheet) if more else None
    return found | {name: found[other] for name, other in _NAMED.findall(asked[1] if asked else "")}


def sizes(sheet: str) -> dict[str, str]:
    """Return the sizes of type and the spaces, as the sheet gives them."""
    return dict(_SIZE.findall(sheet))


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours (`#rgb` or `#rrggbb`) by the formula of WCAG 2.2, 1.0 to 21.0."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
