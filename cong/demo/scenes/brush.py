"""The painter's tools: a canvas twice as large as the picture, skies, ridges, glows and mists."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1280, 720
_FINE = 2


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of one hour and weather."""

    top: Colour
    low: Colour
    sun: Colour
    far: Colour
    near: Colour
    light: Colour
    accent: Colour


PALETTES = (
    Palette(top=(78, 122, 168), low=(252, 222, 178), sun=(255, 244, 214), far=(146, 168, 190), near=(34, 72, 78),
            light=(250, 214, 138), accent=(178, 52, 44)),
    Palette(top=(66, 140, 190), low=(214, 236, 240), sun=(255, 252, 236), far=(130, 176, 186), near=(30, 88, 66),
            light=(246, 232, 150), accent=(206, 84, 48)),
    Palette(top=(60, 58, 104), low=(244, 152, 108), sun=(255, 224, 170), far=(150, 104, 132), near=(40, 36, 64),
            light=(255, 200, 112), accent=(196, 58, 74)),
    Palette(top=(232, 176, 104), low=(254, 236, 196), sun=(255, 250, 230), far=(206, 164, 118), near=(92, 78, 46),
            light=(255, 232, 160), accent=(156, 44, 36)),
)  # fmt: skip


def mix(one: Colour, two: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from one to two."""
    return (
        round(one[0] + (two[0] - one[0]) * share),
        round(one[1] + (two[1] - one[1]) * share),
        round(one[2] + (two[2] - one[2]) * share),
    )


class Canvas:
    """A picture in the making; all measures are in pixels of the finished picture."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE))
        self.draw = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        return self.image.reduce(_FINE)

    def sky(self, top: Colour, low: Colour, *, start: float = 0, end: float = HEIGHT) -> None:
        """Fill a band with a vertical passage from one colour to another."""
        rows = round((end - start) * _FINE)
        column = Image.new("RGB", (1, rows))
        column.putdata([mix(top, low, row / rows) for row in range(rows)])
        self.image.paste(column.resize((WIDTH * _FINE, rows), Image.Resampling.NEAREST), (0, round(start * _FINE)))

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        self.draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour, *, round_: float = 0) -> None:
        corners = (x * _FINE, y * _FINE, (x + width) * _FINE - 1, (y + height) * _FINE - 1)
        if round_:
            self.draw.rounded_rectangle(corners, radius=round_ * _FINE, fill=colour)
        else:
            self.draw.rectangle(corners, fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, tall: float = 1) -> None:
        self.draw.ellipse(
            ((x - radius) * _FINE, (y - radius * tall) * _FINE, (x + radius) * _FINE, (y + radius * tall) * _FINE),
            fill=colour,
        )

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        scaled = [(x * _FINE, y * _FINE) for x, y in points]
        self.draw.line(scaled, fill=colour, width=max(1, round(width * _FINE)), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float, *, tall: float = 1) -> None:
        """Lay light around a point, strongest in the middle."""
        size = (round(radius * 2 * _FINE), round(radius * tall * 2 * _FINE))
        mask = _GLOW.point([round(value * strength) for value in range(256)])
        mask = mask.resize(size, Image.Resampling.BILINEAR)
        self.image.paste(colour, (round((x - radius) * _FINE), round((y - radius * tall) * _FINE)), mask)

    def mist(self, y: float, height: float, colour: Colour, strength: float) -> None:
        """Lay a soft band: nothing at its upper edge, `strength` at its lower one."""
        mask = _FADE.point([round(value * strength) for value in range(256)])
        size = (WIDTH * _FINE, round(height * _FINE))
        self.image.paste(colour, (0, round(y * _FINE)), mask.resize(size, Image.Resampling.BILINEAR))

    def shade(self, points: Sequence[Point], colour: Colour, strength: float) -> None:
        """Lay a see-through shape."""
        left, top = (min(point[axis] for point in points) for axis in (0, 1))
        right, low = (max(point[axis] for point in points) for axis in (0, 1))
        mask = Image.new("L", (round((right - left) * _FINE), round((low - top) * _FINE)))
        inside = [((x - left) * _FINE, (y - top) * _FINE) for x, y in points]
        ImageDraw.Draw(mask).polygon(inside, fill=round(255 * strength))
        self.image.paste(colour, (round(left * _FINE), round(top * _FINE)), mask)

    def sun(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.glow(x, y, radius * 9, colour, 0.55)
        self.glow(x, y, radius * 3, colour, 0.5)
        self.disc(x, y, radius, mix(colour, (255, 255, 255), 0.4))

    def ridge(self, line: Sequence[Point], colour: Colour) -> None:
        """Fill everything below a line that runs from the left edge to the right one."""
        self.shape([*line, (WIDTH, HEIGHT), (0, HEIGHT)], colour)

    def mirror(self, horizon: float, tint: Colour, share: float) -> None:
        """Make water below the horizon: what stands above it, upside down, squeezed and tinted."""
        row, rows = round(horizon * _FINE), self.image.height
        above = self.image.crop((0, max(0, row - round((rows - row) * 1.4)), self.image.width, row))
        turned = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((self.image.width, rows - row))
        self.image.paste(Image.blend(turned, Image.new("RGB", turned.size, tint), share), (0, row))


def ridge_line(rng: Random, base: float, height: float, *, rough: float = 1, steps: int = 160) -> list[Point]:
    """Return a mountain line around `base`: a few slow waves and ever smaller quick ones."""
    waves = [
        (
            rng.uniform(0.6, 1.4) * 2**octave,
            rng.uniform(0, math.tau),
            height * 0.5**octave * (rough if octave > 1 else 1),
        )
        for octave in range(5)
    ]
    line = []
    for step in range(steps + 1):
        share = step / steps
        rise = sum(size * math.sin(share * speed * math.tau + shift) for speed, shift, size in waves)
        line.append((share * WIDTH, base - rise * 0.6))
    return line


def wave_line(y: float, height: float, length: float, shift: float, steps: int = 80) -> list[Point]:
    return [(n / steps * WIDTH, y + height * math.sin(n / steps * WIDTH / length + shift)) for n in range(steps + 1)]


def cloud(canvas: Canvas, x: float, y: float, size: float, colour: Colour, strength: float) -> None:
    """Lay a long soft cloud."""
    for place, rise, part in ((-0.5, 0.0, 1.5), (0.6, 0.02, 1.7), (-0.1, 0.13, 1.1), (0.5, 0.1, 0.8)):
        canvas.glow(x + place * size, y - rise * size, size * part, colour, strength, tall=0.2)


def tree(canvas: Canvas, x: float, y: float, size: float, colour: Colour, rng: Random) -> None:
    """Draw a round tree whose foot stands at (x, y)."""
    canvas.box(x - size * 0.05, y - size * 0.7, size * 0.1, size * 0.7, mix(colour, (50, 34, 24), 0.6))
    for _ in range(7):
        turn, reach = rng.uniform(0, math.tau), rng.uniform(0, size * 0.3)
        centre = (x + math.cos(turn) * reach, y - size * 0.95 + math.sin(turn) * reach * 0.7)
        canvas.disc(*centre, size * rng.uniform(0.2, 0.3), mix(colour, (255, 255, 220), rng.uniform(0, 0.16)))


_GLOW = Image.radial_gradient("L").point([round(255 * max(0.0, 1 - value / 181) ** 2) for value in range(256)])
_FADE = Image.linear_gradient("L")
