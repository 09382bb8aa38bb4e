"""Quiet scenes: arches, lotus, meeting, desk, floats (lanterns on water), drum (rings of an old bronze drum)."""

from __future__ import annotations

import math
from random import Random

from cong.demo.scenes.brush import HEIGHT, WIDTH, Canvas, Colour, Palette, Point, mix, ridge_line

_WHITE = (255, 255, 255)
_LEAF = (58, 112, 70)
_WOOD = (140, 96, 62)


def _ellipse(
    x: float, y: float, width: float, height: float, *, start: float = 0, end: float = math.tau
) -> list[Point]:
    turns = [start + (end - start) * n / 48 for n in range(49)]
    return [(x + width * math.cos(turn), y + height * math.sin(turn)) for turn in turns]


def arches(canvas: Canvas, hour: Palette, rng: Random) -> None:
    wall = mix((240, 222, 188), hour.low, 0.4)
    canvas.sky(mix(wall, hour.far, 0.3), wall, end=600)
    canvas.sky(mix(wall, (150, 120, 96), 0.45), mix(wall, (104, 80, 66), 0.55), start=600)
    count = rng.choice((4, 5))
    step = WIDTH / count
    width, top = step * 0.33, rng.uniform(190, 240)
    for n in range(count):
        x = (n + 0.5) * step
        canvas.shape(
            [
                *_ellipse(x, top + width, width + 16, width + 16, start=math.pi),
                (x + width + 16, 602),
                (x - width - 16, 602),
            ],
            mix(wall, _WHITE, 0.45),
        )
        canvas.shape(
            [*_ellipse(x, top + width, width, width, start=math.pi), (x + width, 600), (x - width, 600)],
            mix(hour.top, hour.low, 0.35),
        )
        hill = [(x - width + px / WIDTH * width * 2, 470 + (py - 470) * 0.5) for px, py in ridge_line(rng, 470, 60)]
        canvas.shape([*hill, (x + width, 600), (x - width, 600)], mix(hour.far, _LEAF, 0.35))
        canvas.shape(
            [(x - width, 560), (x + width, 560), (x + width, 600), (x - width, 600)], mix(_LEAF, hour.near, 0.35)
        )
        canvas.shade(
            [(x - width, 600), (x + width, 600), (x + width + 150, HEIGHT), (x - width + 120, HEIGHT)], hour.light, 0.4
        )
        canvas.shade(
            [(x + width, top + width), (x + width + 16, top + width), (x + width + 16, 602), (x + width, 600)],
            hour.near,
            0.3,
        )
    canvas.box(0, 92, WIDTH, 26, mix(wall, _WHITE, 0.5))
    canvas.box(0, 118, WIDTH, 6, mix(wall, hour.near, 0.3))
    for n in range(32):
        canvas.box(n * 41, 124, 22, 14, mix(wall, hour.near, 0.14))


def lotus(canvas: Canvas, hour: Palette, rng: Random) -> None:
    canvas.sky(mix(hour.top, _LEAF, 0.25), mix(hour.low, (150, 190, 170), 0.3))
    canvas.glow(rng.uniform(300, 980), 90, 560, hour.sun, 0.55)
    for layer in range(4):
        tone = mix(mix(hour.low, _LEAF, 0.5), (24, 78, 62), layer / 3)
        for _ in range(13 - layer):
            x, y = rng.uniform(-40, WIDTH + 40), 250 + layer * 130 + rng.uniform(-40, 40)
            _leaf(canvas, x, y, 66 + layer * 42, mix(tone, hour.light, rng.uniform(0, 0.18)), rng)
        for _ in range(3 if layer < 3 else 2):
            _flower(canvas, rng.uniform(120, 1160), 230 + layer * 112 + rng.uniform(-30, 30), 0.5 + layer * 0.36, hour)


def _leaf(canvas: Canvas, x: float, y: float, size: float, colour: Colour, rng: Random) -> None:
    cut = rng.uniform(0, math.tau)
    canvas.shape([*_ellipse(x, y, size, size * 0.36, start=cut, end=cut + 6.0), (x, y)], colour)
    for n in range(9):
        turn = cut + 6.0 * (n + 0.5) / 9
        tip = (x + size * 0.9 * math.cos(turn), y + size * 0.32 * math.sin(turn))
        canvas.line([(x, y), tip], mix(colour, _WHITE, 0.16), size / 60)


def _flower(canvas: Canvas, x: float, y: float, size: float, hour: Palette) -> None:
    canvas.line([(x, y + 40 * size), (x - 6 * size, y + 150 * size)], mix(_LEAF, hour.near, 0.3), 5 * size)
    pink = mix((226, 96, 138), hour.accent, 0.12)
    for lean, tall, tint in (
        (-62, 62, 0.1),
        (62, 62, 0.1),
        (-42, 84, 0.25),
        (42, 84, 0.25),
        (-20, 98, 0.4),
        (20, 98, 0.4),
        (0, 104, 0.55),
    ):
        tip = (x + lean * size, y + (46 - tall) * size)
        left, right = (x + (lean * 0.5 - 24) * size, y + 8 * size), (x + (lean * 0.5 + 24) * size, y + 8 * size)
        canvas.shape(
            [(x - 7 * size, y + 48 * size), left, tip, right, (x + 7 * size, y + 48 * size)], mix(pink, _WHITE, tint)
        )
    canvas.disc(x, y + 42 * size, 15 * size, (246, 206, 92), tall=0.5)


def meeting(canvas: Canvas, hour: Palette, rng: Random) -> None:
    wall = mix((236, 228, 214), hour.low, 0.3)
    canvas.sky(mix(wall, hour.far, 0.2), wall, end=430)
    canvas.box(120, 60, 1040, 300, mix(_WOOD, _WHITE, 0.2))
    canvas.box(132, 72, 1016, 276, mix(hour.top, hour.low, 0.45))
    view = [(132 + px / WIDTH * 1016, 270 + (py - 270) * 0.6) for px, py in ridge_line(rng, 270, 70)]
    canvas.shape([*view, (1148, 348), (132, 348)], mix(hour.far, _LEAF, 0.3))
    for n in range(1, 5):
        canvas.box(132 + n * 203, 72, 9, 276, mix(_WOOD, _WHITE, 0.2))
    canvas.sky(mix(_WOOD, wall, 0.5), mix(_WOOD, (70, 46, 36), 0.25), start=430)
    for x in (180.0, 480.0, 780.0):
        canvas.shade([(x, 430), (x + 190, 430), (x + 60, HEIGHT), (x - 220, HEIGHT)], hour.light, 0.2)
    for n in range(7):
        _chair(canvas, 220 + n * 140, 424, 0.72, mix(hour.accent, (60, 30, 30), 0.35))
    canvas.shape(_ellipse(640, 548, 520, 96), mix(_WOOD, (50, 30, 20), 0.45))
    canvas.shape(_ellipse(640, 532, 520, 96), mix((188, 134, 84), hour.light, 0.22))
    canvas.shape(_ellipse(640, 532, 250, 38), mix((150, 100, 64), hour.light, 0.1))
    for n in range(9):
        canvas.disc(
            430 + n * 52,
            526 + 8 * math.sin(n),
            26,
            mix(rng.choice(((222, 90, 84), (246, 206, 110), (240, 236, 228))), hour.low, 0.1),
            tall=0.7,
        )
        canvas.disc(452 + n * 48, 538, 22, mix(_LEAF, hour.light, rng.uniform(0, 0.3)), tall=0.6)
    for n in range(12):
        turn = math.pi * (0.06 + n * 0.08)
        x, y = 640 + 430 * math.cos(turn), 536 + 72 * math.sin(turn)
        canvas.shape([(x - 26, y - 5), (x + 22, y - 5), (x + 26, y + 9), (x - 24, y + 9)], (250, 250, 248))
    for n in range(5):
        _chair(canvas, 240 + n * 200, 604, 1.3, mix(hour.accent, (50, 20, 24), 0.2))


def _chair(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    canvas.box(x - 42 * size, y, 84 * size, 92 * size, colour, round_=14 * size)
    canvas.box(x - 34 * size, y + 8 * size, 68 * size, 64 * size, mix(colour, _WHITE, 0.12), round_=10 * size)


def desk(canvas: Canvas, hour: Palette, rng: Random) -> None:
    wood = mix((196, 148, 100), hour.light, 0.2)
    canvas.sky(mix(wood, _WHITE, 0.2), mix(wood, (110, 70, 44), 0.2))
    for n in range(24):
        y = n * 31 + rng.uniform(-6, 6)
        canvas.line([(0, y), (WIDTH, y + rng.uniform(-8, 8))], mix(wood, (110, 70, 44), 0.12), 1.4)
    canvas.shade([(0, 0), (760, 0), (300, HEIGHT), (0, HEIGHT)], hour.sun, 0.2)
    for lean, x in ((-0.07, 330.0), (0.05, 470.0)):
        _sheet(canvas, x, 120, 400, 520, lean, rng, hour)
    canvas.shade([(834, 112), (1146, 112), (1158, 392), (846, 392)], (60, 40, 30), 0.25)
    canvas.box(828, 96, 312, 284, mix(hour.accent, (60, 20, 20), 0.15), round_=8)
    canvas.box(828, 96, 30, 284, mix(hour.accent, (30, 10, 10), 0.4), round_=8)
    canvas.box(900, 150, 200, 70, mix(hour.accent, hour.light, 0.75), round_=4)
    canvas.disc(1040, 556, 92, (70, 50, 40))
    canvas.disc(1034, 548, 88, (248, 246, 240))
    canvas.disc(1034, 548, 68, mix((120, 74, 40), hour.near, 0.1))
    canvas.disc(1018, 532, 22, mix((160, 104, 60), _WHITE, 0.15))
    canvas.box(1110, 536, 56, 26, (248, 246, 240), round_=12)
    canvas.shape([(720, 470), (738, 462), (838, 652), (822, 660)], mix(hour.near, (30, 30, 50), 0.4))
    canvas.shape([(822, 660), (838, 652), (840, 684)], mix(hour.light, (160, 120, 50), 0.4))
    for n in range(9):
        turn = -2.4 + n * 0.3
        tip = (60 + 170 * math.cos(turn), 640 + 190 * math.sin(turn))
        side = (60 + 90 * math.cos(turn + 0.22), 640 + 100 * math.sin(turn + 0.22))
        canvas.shape(
            [(60, 640), side, tip, (60 + 90 * math.cos(turn - 0.22), 640 + 100 * math.sin(turn - 0.22))],
            mix(_LEAF, hour.light, n * 0.035),
        )


def _sheet(
    canvas: Canvas, x: float, y: float, width: float, height: float, lean: float, rng: Random, hour: Palette
) -> None:
    def at(across: float, down: float) -> Point:
        return (x + across - down * lean, y + down + across * lean)

    shadow = [at(10, 12), at(width + 10, 12), at(width + 10, height + 12), at(10, height + 12)]
    canvas.shade(shadow, (70, 46, 30), 0.22)
    canvas.shape([at(0, 0), at(width, 0), at(width, height), at(0, height)], (253, 252, 248))
    canvas.line([at(width * 0.3, 62), at(width * 0.7, 62)], hour.accent, 5)
    canvas.line([at(width * 0.22, 86), at(width * 0.78, 86)], (150, 150, 154), 6)
    for n in range(13):
        end = width * (0.9 if n % 4 != 3 else rng.uniform(0.4, 0.7))
        canvas.line([at(width * 0.1, 136 + n * 22), at(end, 136 + n * 22)], (204, 204, 206), 4)
    seal = at(width * 0.72, height - 82)
    canvas.disc(*seal, 40, mix(hour.accent, _WHITE, 0.35))
    canvas.disc(*seal, 33, (253, 252, 248))
    canvas.disc(*seal, 13, mix(hour.accent, _WHITE, 0.35))


def floats(canvas: Canvas, hour: Palette, rng: Random) -> None:
    night = mix((22, 30, 64), hour.top, 0.2)
    canvas.sky(mix(night, (6, 8, 26), 0.45), mix(night, hour.low, 0.35), end=380)
    for _ in range(60):
        canvas.disc(rng.uniform(0, WIDTH), rng.uniform(0, 240), rng.uniform(0.6, 1.6), (230, 232, 244))
    moon = rng.uniform(260, 1020)
    canvas.glow(moon, 130, 240, (250, 240, 210), 0.5)
    canvas.disc(moon, 130, 40, (252, 246, 224))
    for layer in range(3):
        canvas.ridge(
            ridge_line(rng, 300 + layer * 34, 50 - layer * 10),
            mix(mix(night, hour.low, 0.25), (10, 14, 32), layer / 2.4),
        )
    canvas.mirror(386, mix(night, (8, 12, 34), 0.4), 0.45)
    for n in range(50):
        y, left = 392 + n * 6.5, moon + rng.uniform(-30 - n * 4, 30 + n * 4)
        canvas.line([(left - 20 - n, y), (left + 20 + n, y)], mix((250, 236, 200), night, 0.45 + n / 120), 1 + n / 40)
    places = sorted((rng.uniform(0, 1) ** 0.7, rng.uniform(-40, WIDTH + 40)) for _ in range(34))
    for share, x in places:
        y, size = 400 + share * 280, 6 + share * 24
        colour = rng.choice(((255, 170, 70), (255, 206, 110), (240, 104, 84), (236, 120, 160)))
        canvas.glow(x, y, size * 4, colour, 0.55)
        canvas.shape(
            [
                (x - size, y),
                (x - size * 0.55, y - size),
                (x + size * 0.55, y - size),
                (x + size, y),
                (x, y + size * 0.5),
            ],
            mix(colour, _WHITE, 0.2),
        )
        canvas.disc(x, y - size * 0.35, size * 0.32, (255, 246, 214))
        canvas.shade(
            [
                (x - size * 0.6, y + size * 0.6),
                (x + size * 0.6, y + size * 0.6),
                (x + size * 0.3, y + size * 2),
                (x - size * 0.3, y + size * 2),
            ],
            colour,
            0.3,
        )


def drum(canvas: Canvas, hour: Palette, rng: Random) -> None:
    ground = mix(mix(hour.accent, (40, 14, 16), 0.45), hour.near, 0.15)
    gold = mix((214, 168, 84), hour.light, 0.3)
    canvas.sky(mix(ground, (0, 0, 0), 0.25), ground)
    x, y = rng.choice((420.0, 640.0, 880.0)), 360.0
    canvas.glow(x, y, 620, gold, 0.4)
    for radius, width in ((560, 3), (520, 10), (430, 3), (352, 8), (262, 3), (206, 8)):
        canvas.line(_ellipse(x, y, radius, radius), mix(gold, ground, 0.25), width)
    for turn in range(72):
        angle = turn * math.tau / 72
        for inner, outer in ((532, 552), (216, 252)):
            canvas.line(
                [
                    (x + inner * math.cos(angle), y + inner * math.sin(angle)),
                    (x + outer * math.cos(angle), y + outer * math.sin(angle)),
                ],
                mix(gold, ground, 0.4),
                3,
            )
    for turn in range(14):
        _bird(canvas, x, y, 478, turn * math.tau / 14, mix(gold, ground, 0.1))
    for turn in range(28):
        angle = turn * math.tau / 28
        canvas.disc(x + 308 * math.cos(angle), y + 308 * math.sin(angle), 19, mix(gold, ground, 0.35))
        canvas.disc(x + 308 * math.cos(angle), y + 308 * math.sin(angle), 11, ground)
    star = [
        (
            x + (190 if n % 2 == 0 else 70) * math.cos(n * math.pi / 14),
            y + (190 if n % 2 == 0 else 70) * math.sin(n * math.pi / 14),
        )
        for n in range(28)
    ]
    canvas.shape(star, gold)
    canvas.disc(x, y, 46, mix(gold, _WHITE, 0.35))


def _bird(canvas: Canvas, x: float, y: float, radius: float, angle: float, colour: Colour) -> None:
    """Draw one long-beaked bird that flies around the centre."""

    def at(along: float, out: float) -> Point:
        turn, reach = angle + along / radius, radius + out
        return (x + reach * math.cos(turn), y + reach * math.sin(turn))

    canvas.shape([at(-62, 4), at(-18, 10), at(14, 8), at(66, 2), at(14, -6), at(-18, -8)], colour)
    canvas.shape([at(-14, 6), at(-34, 34), at(10, 6)], colour)
    canvas.shape([at(-14, -6), at(-30, -30), at(8, -5)], colour)
