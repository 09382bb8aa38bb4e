"""The portal's mark as pictures for home screens, drawn from `mark.svg`. Pure but for reading that file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from PIL import Image, ImageDraw

MARK = Path(__file__).resolve().parent / "static" / "design" / "mark.svg"
_SIDE = 40
_FINE = 4
_STEPS = 8
_COLOURS = 48
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Icon:
    """One picture: `size` pixels; `share` of the side that the mark takes, so that a round mask cuts nothing off."""

    name: str
    size: int
    share: float = 1.0
    round: bool = True


ICONS = (
    Icon(name="icon-192.png", size=192),
    Icon(name="icon-512.png", size=512),
    Icon(name="icon-maskable.png", size=512, share=0.75, round=False),
    Icon(name="icon-touch.png", size=180, share=0.9, round=False),
)


def drawn(icon: Icon) -> bytes:
    """Return the mark as a PNG file: its ground in lacquer, the gate in gold."""
    svg = MARK.read_text()
    ground, gold = re.findall(r'fill="(#\w{6})"', svg)
    side = icon.size * _FINE
    picture = Image.new("RGBA" if icon.round else "RGB", (side, side))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * 6 // _SIDE if icon.round else 0, fill=ground)
    scale, edge = side * icon.share / _SIDE, side * (1 - icon.share) / 2
    for path in re.findall(r'<path d="([^"]+)"', svg):
        for outline in _outlines(path):
            draw.polygon([(x * scale + edge, y * scale + edge) for x, y in outline], fill=gold)
    out = BytesIO()
    small = picture.resize((icon.size, icon.size), Image.Resampling.LANCZOS)
    small.quantize(_COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _outlines(path: str) -> Iterator[list[Point]]:
    """Yield each closed line of an SVG path as points; curves become short straight pieces."""
    pen = RecordingPen()
    parse_path(path, pen)
    points: list[Point] = []
    for verb, given in pen.value:
        if verb == "curveTo":
            points += _curve(points[-1], *given)
        elif verb in ("moveTo", "lineTo"):
            points += given
        else:
            yield points
            points = []


def _curve(start: Point, one: Point, other: Point, end: Point) -> list[Point]:
    def at(t: float, axis: int) -> float:
        s = 1 - t
        return s**3 * start[axis] + 3 * s * s * t * one[axis] + 3 * s * t * t * other[axis] + t**3 * end[axis]

    return [(at(step / _STEPS, 0), at(step / _STEPS, 1)) for step in range(1, _STEPS + 1)]
