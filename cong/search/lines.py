"""The runs of the judged set as a line in a small picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 120
_EDGE = 6


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One run: where it stands, and whether it passed."""

    x: float
    y: float
    passed: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """Path data in a box of `width` and `height`; `low` and `high` are the values at its lower and upper edge."""

    path: str
    dots: tuple[Dot, ...]
    low: float
    high: float
    width: int = WIDTH
    height: int = HEIGHT


def line(values: Sequence[tuple[float, bool]]) -> Line | None:
    """Draw values from 0 to 1 with whether each passed, oldest first; the lower edge is the tenth below the lowest."""
    if not values:
        return None
    low = int(min(value for value, _ in values) * 10) / 10
    low = min(low, 0.9)
    dots = tuple(
        Dot(x=_across(number, len(values)), y=_down(value, low), passed=passed)
        for number, (value, passed) in enumerate(values)
    )
    path = "M" + "L".join(f"{dot.x:g} {dot.y:g}" for dot in dots)
    return Line(path=path, dots=dots, low=low, high=1.0)


def _across(number: int, count: int) -> float:
    return round(_EDGE + (WIDTH - 2 * _EDGE) * (number / (count - 1) if count > 1 else 1), 1)


def _down(value: float, low: float) -> float:
    return round(_EDGE + (HEIGHT - 2 * _EDGE) * (1 - (value - low) / (1 - low)), 1)
