"""Scenes of land and water: hills, river, sea, paddy, forest, road, rain, village, turbines, bridge, port."""

from __future__ import annotations

import math
from random import Random

from cong.demo.scenes.brush import HEIGHT, WIDTH, Canvas, Palette, cloud, mix, ridge_line, tree, wave_line

_WHITE = (255, 255, 255)
_LEAF = (58, 108, 62)


def _open_sky(canvas: Canvas, hour: Palette, rng: Random, *, sun_y: float = 210) -> float:
    """Paint sky, clouds and sun; return where the sun stands."""
    canvas.sky(hour.top, hour.low, end=520)
    canvas.box(0, 520, WIDTH, HEIGHT - 520, hour.low)
    x = rng.uniform(260, 1020)
    canvas.sun(x, sun_y, 30, hour.sun)
    for _ in range(3):
        cloud(
            canvas, rng.uniform(0, WIDTH), rng.uniform(60, 230), rng.uniform(70, 150), mix(hour.low, _WHITE, 0.5), 0.4
        )
    return x


def hills(canvas: Canvas, hour: Palette, rng: Random) -> None:
    _open_sky(canvas, hour, rng)
    for layer in range(6):
        share = layer / 5
        colour = mix(mix(hour.far, hour.low, 0.45), hour.near, share**1.1)
        canvas.ridge(ridge_line(rng, 330 + layer * 66, 74 - layer * 4, rough=0.6 + share * 0.6), colour)
        if layer < 5:
            canvas.mist(330 + layer * 66, 120, hour.low, 0.5 - share * 0.25)
    canvas.mist(560, 160, mix(hour.near, (0, 0, 0), 0.4), 0.35)


def river(canvas: Canvas, hour: Palette, rng: Random) -> None:
    x = _open_sky(canvas, hour, rng, sun_y=230)
    canvas.ridge(ridge_line(rng, 330, 56), mix(hour.far, hour.low, 0.3))
    canvas.mist(320, 110, hour.low, 0.5)
    canvas.ridge(ridge_line(rng, 372, 34), mix(hour.far, hour.near, 0.5))
    canvas.mirror(410, mix(hour.top, hour.low, 0.5), 0.3)
    canvas.glow(x, 470, 200, hour.sun, 0.5)
    for n in range(26):
        y = 422 + n * n * 0.42
        width = rng.uniform(60, 220) * (0.5 + n / 20)
        left = rng.uniform(-60, WIDTH)
        canvas.line([(left, y), (left + width, y)], mix(hour.low, _WHITE, 0.35), 0.7 + n / 18)
    _boat(canvas, rng.uniform(360, 860), 560, 1.5, hour)
    bank = wave_line(652, 16, 210, rng.uniform(0, 6))
    canvas.ridge(bank, mix(hour.near, (10, 20, 16), 0.35))
    for _ in range(70):
        foot = rng.uniform(0, WIDTH)
        reed = rng.uniform(30, 92)
        canvas.line(
            [(foot, 690), (foot + rng.uniform(-14, 14), 684 - reed)], mix(hour.near, _LEAF, rng.uniform(0, 0.5)), 2
        )


def _boat(canvas: Canvas, x: float, y: float, size: float, hour: Palette) -> None:
    dark = mix(hour.near, (20, 14, 14), 0.5)
    canvas.shape(
        [
            (x - 62 * size, y - 12 * size),
            (x + 62 * size, y - 12 * size),
            (x + 40 * size, y + 7 * size),
            (x - 40 * size, y + 7 * size),
        ],
        dark,
    )
    canvas.shape(
        [
            (x - 4 * size, y - 44 * size),
            (x + 10 * size, y - 44 * size),
            (x + 15 * size, y - 11 * size),
            (x - 9 * size, y - 11 * size),
        ],
        hour.accent,
    )
    canvas.shape(
        [(x - 14 * size, y - 46 * size), (x + 3 * size, y - 62 * size), (x + 20 * size, y - 46 * size)], hour.light
    )
    canvas.line([(x + 12 * size, y - 34 * size), (x + 54 * size, y + 12 * size)], dark, 2 * size)
    canvas.shade(
        [
            (x - 46 * size, y + 8 * size),
            (x + 46 * size, y + 8 * size),
            (x + 26 * size, y + 24 * size),
            (x - 26 * size, y + 24 * size),
        ],
        dark,
        0.35,
    )


def sea(canvas: Canvas, hour: Palette, rng: Random) -> None:
    x = _open_sky(canvas, hour, rng, sun_y=300)
    deep = mix(hour.top, (8, 44, 70), 0.55)
    island = ridge_line(rng, 330, 20)
    start = rng.randint(0, 90)
    part = [(x, 380 - (380 - y) * math.sin(math.pi * n / 60)) for n, (x, y) in enumerate(island[start : start + 61])]
    canvas.shape(part, mix(hour.far, hour.low, 0.25))
    canvas.sky(mix(deep, hour.low, 0.5), deep, start=378)
    for n in range(60):
        y = 382 + n * n * 0.088 + n * 0.6
        spread = 24 + n * 4.2
        for _ in range(3):
            left = x + rng.uniform(-spread, spread)
            canvas.line(
                [(left - spread * 0.2, y), (left + spread * 0.2, y)], mix(hour.sun, deep, n / 110), 0.8 + n / 40
            )
    for n in range(40):
        y, left = 400 + n * 8, rng.uniform(-100, WIDTH)
        canvas.line([(left, y), (left + rng.uniform(60, 240), y)], mix(deep, _WHITE, 0.14), 1 + n / 30)
    for place, size in ((rng.uniform(120, 420), 0.7), (rng.uniform(760, 1120), 1.2)):
        _sail(canvas, place, 420 + size * 110, size, hour)
    canvas.ridge(wave_line(676, 12, 160, rng.uniform(0, 6)), mix(hour.light, (220, 196, 150), 0.6))
    canvas.ridge(wave_line(690, 10, 130, rng.uniform(0, 6)), mix(hour.light, (196, 166, 120), 0.7))


def _sail(canvas: Canvas, x: float, y: float, size: float, hour: Palette) -> None:
    dark = mix(hour.near, (20, 16, 20), 0.5)
    canvas.shape(
        [
            (x - 60 * size, y),
            (x + 66 * size, y - 6 * size),
            (x + 44 * size, y + 20 * size),
            (x - 44 * size, y + 20 * size),
        ],
        dark,
    )
    canvas.shape(
        [(x + 4 * size, y - 120 * size), (x + 4 * size, y - 8 * size), (x + 58 * size, y - 14 * size)],
        mix(hour.accent, hour.light, 0.25),
    )
    canvas.shape(
        [(x - 4 * size, y - 104 * size), (x - 4 * size, y - 8 * size), (x - 44 * size, y - 10 * size)],
        mix(hour.light, _WHITE, 0.4),
    )


def paddy(canvas: Canvas, hour: Palette, rng: Random) -> None:
    _open_sky(canvas, hour, rng, sun_y=170)
    canvas.ridge(ridge_line(rng, 290, 60), mix(hour.far, hour.low, 0.35))
    canvas.mist(270, 110, hour.low, 0.55)
    canvas.ridge(ridge_line(rng, 330, 30), mix(hour.far, _LEAF, 0.4))
    greens = [(176, 190, 86), (146, 178, 78), (110, 156, 74), (84, 138, 70), (58, 112, 62)]
    for n in range(13):
        y = 350 + n**1.55 * 7.2
        tone = mix(greens[n % 5], hour.light, max(0.0, 0.45 - n * 0.045))
        edge = wave_line(y, 7 + n * 1.7, 120 + n * 16 + rng.uniform(0, 60), rng.uniform(0, 6))
        canvas.ridge([(px, py - 4 - n * 0.5) for px, py in edge], mix(tone, (40, 60, 30), 0.35))
        canvas.ridge(edge, tone if rng.random() < 0.72 else mix(hour.low, hour.top, 0.3))
    for _ in range(4):
        _farmer(canvas, rng.uniform(120, 1160), rng.uniform(520, 660), hour, rng)


def _farmer(canvas: Canvas, x: float, y: float, hour: Palette, rng: Random) -> None:
    coat = rng.choice((hour.accent, (70, 84, 120), (112, 74, 56)))
    canvas.shape([(x - 9, y), (x - 7, y - 34), (x + 9, y - 34), (x + 11, y)], coat)
    canvas.shape([(x - 20, y - 34), (x + 1, y - 52), (x + 22, y - 34)], (236, 214, 160))


def forest(canvas: Canvas, hour: Palette, rng: Random) -> None:
    light = mix(hour.low, (236, 244, 206), 0.5)
    canvas.sky(light, mix(light, _LEAF, 0.45))
    canvas.glow(rng.uniform(380, 900), 160, 620, _WHITE, 0.7)
    for layer in range(4):
        colour = mix(mix(light, _LEAF, 0.5), (20, 48, 34), layer / 3)
        for _ in range(16 - layer * 3):
            x, width = rng.uniform(-20, WIDTH), (6 + layer * 9) * rng.uniform(0.8, 1.3)
            foot = 470 + layer * 70
            canvas.shape(
                [(x - width * 0.4, 0), (x + width * 0.4, 0), (x + width * 0.75, foot), (x - width * 0.75, foot)], colour
            )
        canvas.ridge(ridge_line(rng, 470 + layer * 66, 16), mix(colour, (110, 140, 60), 0.35))
        canvas.mist(260 + layer * 70, 210, light, 0.26 - layer * 0.06)
    for _ in range(46):
        canvas.disc(
            rng.uniform(0, WIDTH), rng.uniform(-30, 90), rng.uniform(30, 76), mix(_LEAF, (24, 60, 40), rng.random())
        )
    for n in range(5):
        x = 240 + n * 190 + rng.uniform(-40, 40)
        canvas.shade([(x, 0), (x + 60, 0), (x - 130, 640), (x - 300, 640)], (255, 250, 214), 0.1)


def road(canvas: Canvas, hour: Palette, rng: Random) -> None:
    _open_sky(canvas, hour, rng, sun_y=200)
    canvas.ridge(ridge_line(rng, 320, 70), mix(hour.far, hour.low, 0.3))
    canvas.mist(300, 120, hour.low, 0.5)
    canvas.ridge(ridge_line(rng, 380, 30), mix(hour.far, _LEAF, 0.5))
    field = mix(_LEAF, hour.light, 0.25)
    canvas.sky(mix(field, hour.low, 0.3), mix(field, (30, 60, 36), 0.5), start=402)
    bend = rng.choice((-1, 1)) * rng.uniform(120, 260)
    left, right, middle = [], [], []
    for n in range(41):
        share = n / 40
        y = 404 + 316 * share
        x = 640 + bend * math.sin((1 - share) * 2.6) * (1 - share * 0.4)
        half = 5 + 300 * share**1.7
        left.append((x - half, y))
        right.append((x + half, y))
        middle.append((x, y, 1 + 11 * share))
    canvas.shape([*left, *reversed(right)], (84, 84, 90))
    for n in range(4, 40, 3):
        (x, y, width), (x2, y2, _) = middle[n], middle[n + 1]
        canvas.line([(x, y), (x2, y2)], (244, 236, 206), width)
    for n in range(2, 36, 3):
        for side, edge in ((-1, left), (1, right)):
            x, y = edge[n]
            tree(canvas, x + side * (14 + n * 2.4), y, 18 + n * 4.4, mix(_LEAF, hour.near, 0.35), rng)


def rain(canvas: Canvas, hour: Palette, rng: Random) -> None:
    grey = mix(hour.top, (70, 84, 98), 0.75)
    canvas.sky(mix(grey, (30, 38, 48), 0.4), mix(grey, (210, 218, 222), 0.6))
    for _ in range(6):
        cloud(
            canvas, rng.uniform(0, WIDTH), rng.uniform(0, 170), rng.uniform(150, 260), mix(grey, (26, 32, 42), 0.6), 0.6
        )
    for layer in range(4):
        canvas.ridge(ridge_line(rng, 420 + layer * 62, 54), mix(mix(grey, _WHITE, 0.25), (30, 56, 58), layer / 3))
        canvas.mist(420 + layer * 60, 120, (206, 216, 220), 0.34)
    _umbrellas(canvas, rng, hour)
    for _ in range(280):
        x, y, length = rng.uniform(-40, WIDTH), rng.uniform(-40, HEIGHT), rng.uniform(18, 50)
        canvas.line([(x, y), (x - length * 0.22, y + length)], mix(grey, _WHITE, rng.uniform(0.35, 0.65)), 0.8)


def _umbrellas(canvas: Canvas, rng: Random, hour: Palette) -> None:
    start = rng.uniform(240, 700)
    for n, colour in enumerate((hour.accent, (228, 170, 60), (52, 110, 140))):
        x, y = start + n * 128 + rng.uniform(-14, 14), 606 + rng.uniform(-14, 14)
        coat = mix(colour, (20, 20, 30), 0.6)
        canvas.shape([(x - 17, y + 72), (x - 11, y + 6), (x + 11, y + 6), (x + 17, y + 72)], coat)
        canvas.box(x - 9, y + 70, 6, 26, (24, 26, 34))
        canvas.box(x + 3, y + 70, 6, 26, (24, 26, 34))
        dome = [
            (x + 62 * math.cos(turn), y - 2 - 46 * math.sin(turn)) for turn in (math.pi * n / 24 for n in range(25))
        ]
        canvas.shape(dome, colour)
        canvas.line([(x, y - 54), (x, y + 10)], (40, 36, 40), 2)
        canvas.shape([(x - 22, y - 2), (x, y - 47), (x + 22, y - 2)], mix(colour, _WHITE, 0.18))


def village(canvas: Canvas, hour: Palette, rng: Random) -> None:
    _open_sky(canvas, hour, rng, sun_y=190)
    canvas.ridge(ridge_line(rng, 320, 64), mix(hour.far, hour.low, 0.3))
    canvas.mist(300, 130, hour.low, 0.5)
    canvas.ridge(ridge_line(rng, 392, 24), mix(hour.far, _LEAF, 0.5))
    for row, count in ((0, 6), (1, 5), (2, 4)):
        for n in range(count):
            x = (n + 0.5) * WIDTH / count + rng.uniform(-50, 50)
            if rng.random() < 0.75:
                tree(canvas, x + 120 + row * 26, 480 + row * 82, 92 + row * 34, mix(_LEAF, hour.near, 0.3), rng)
            _house(canvas, x, 470 + row * 84, 0.7 + row * 0.3, hour, rng)
    canvas.ridge(wave_line(664, 10, 220, rng.uniform(0, 6)), mix(_LEAF, hour.light, 0.2))
    canvas.shape([(560, HEIGHT), (760, HEIGHT), (676, 660), (640, 660)], mix(hour.light, (196, 160, 118), 0.6))


def _house(canvas: Canvas, x: float, y: float, size: float, hour: Palette, rng: Random) -> None:
    wall = mix(rng.choice(((244, 232, 206), (236, 214, 176), (226, 226, 216))), hour.low, 0.2)
    roof = mix((170, 74, 50), hour.near, rng.uniform(0.05, 0.3))
    canvas.box(x - 70 * size, y - 56 * size, 140 * size, 66 * size, wall)
    canvas.shape(
        [
            (x - 88 * size, y - 52 * size),
            (x - 60 * size, y - 100 * size),
            (x + 60 * size, y - 100 * size),
            (x + 88 * size, y - 52 * size),
        ],
        roof,
    )
    canvas.line(
        [(x - 60 * size, y - 100 * size), (x + 60 * size, y - 100 * size)], mix(roof, (40, 20, 20), 0.4), 4 * size
    )
    for place in (-44, 0, 44):
        canvas.box(
            x + (place - 11) * size,
            y - 36 * size,
            22 * size,
            46 * size if place == 0 else 28 * size,
            mix(roof, (40, 30, 30), 0.5),
        )


def turbines(canvas: Canvas, hour: Palette, rng: Random) -> None:
    _open_sky(canvas, hour, rng, sun_y=260)
    canvas.ridge(ridge_line(rng, 420, 50), mix(hour.far, hour.low, 0.25))
    canvas.mist(400, 190, hour.low, 0.6)
    for size in (0.45, 0.5, 0.75, 0.8, 1.25):
        _turbine(canvas, rng.uniform(90, WIDTH - 90), 470 + size * 130, size, rng)
    canvas.ridge(ridge_line(rng, 560, 30), mix(_LEAF, hour.far, 0.3))
    canvas.ridge(ridge_line(rng, 640, 20), mix(_LEAF, hour.near, 0.4))


def _turbine(canvas: Canvas, x: float, y: float, size: float, rng: Random) -> None:
    top, pale = y - 330 * size, (246, 247, 248)
    canvas.shape([(x - 3.5 * size, top), (x + 3.5 * size, top), (x + 8 * size, y), (x - 8 * size, y)], pale)
    turn = rng.uniform(0, math.tau)
    for blade in range(3):
        angle = turn + blade * math.tau / 3
        tip = (x + math.cos(angle) * 150 * size, top + math.sin(angle) * 150 * size)
        side = (math.cos(angle + 1.3) * 12 * size, math.sin(angle + 1.3) * 12 * size)
        canvas.shape(
            [(x, top), (x + side[0] + math.cos(angle) * 26 * size, top + side[1] + math.sin(angle) * 26 * size), tip],
            pale,
        )
    canvas.disc(x, top, 7 * size, (214, 218, 222))


def bridge(canvas: Canvas, hour: Palette, rng: Random) -> None:
    x = _open_sky(canvas, hour, rng, sun_y=240)
    canvas.ridge(ridge_line(rng, 400, 44), mix(hour.far, hour.low, 0.3))
    canvas.mist(380, 80, hour.low, 0.6)
    steel = mix(hour.near, (60, 66, 78), 0.5)
    deck, towers = 410.0, (rng.uniform(330, 420), rng.uniform(860, 950))
    for tower in towers:
        for n in range(1, 15):
            for side in (-1, 1):
                canvas.line([(tower, 130 + n * 9), (tower + side * n * 21, deck)], mix(steel, hour.low, 0.35), 1.3)
        canvas.shape([(tower - 8, 96), (tower + 8, 96), (tower + 17, 470), (tower - 17, 470)], steel)
        canvas.box(tower - 14, 250, 28, 10, steel)
    canvas.box(0, deck, WIDTH, 13, steel)
    canvas.box(0, deck - 5, WIDTH, 3, mix(steel, hour.light, 0.6))
    canvas.mirror(470, mix(hour.top, hour.near, 0.2), 0.34)
    canvas.glow(x, 520, 220, hour.sun, 0.4)
    for n in range(34):
        y, left = 476 + n * 7, rng.uniform(-80, WIDTH)
        canvas.line([(left, y), (left + rng.uniform(50, 260), y)], mix(hour.low, _WHITE, 0.3), 0.8 + n / 26)


def port(canvas: Canvas, hour: Palette, rng: Random) -> None:
    _open_sky(canvas, hour, rng, sun_y=200)
    canvas.ridge(ridge_line(rng, 400, 30), mix(hour.far, hour.low, 0.35))
    steel = mix(hour.near, (70, 74, 88), 0.4)
    for x in (rng.uniform(120, 260), rng.uniform(470, 600), rng.uniform(930, 1090)):
        colour = mix(hour.accent, hour.far, rng.uniform(0.1, 0.4))
        for side in (-44, 44):
            canvas.shape(
                [(x + side - 6, 210), (x + side + 6, 210), (x + side * 1.25 + 7, 470), (x + side * 1.25 - 7, 470)],
                colour,
            )
        canvas.box(x - 60, 300, 120, 12, colour)
        canvas.shape([(x - 210, 204), (x + 140, 204), (x + 140, 218), (x - 210, 218)], colour)
        canvas.line([(x - 200, 206), (x, 130), (x + 130, 206)], colour, 4)
        canvas.line([(x - 130, 218), (x - 130, 330)], steel, 1.5)
    boxes = (hour.accent, (44, 98, 130), (216, 152, 54), (86, 126, 84), (150, 150, 156))
    for row in range(4):
        for n in range(17):
            if rng.random() < 0.92 - row * 0.18:
                colour = mix(rng.choice(boxes), hour.low, 0.12)
                canvas.box(n * 78 + row * 7 - 10, 448 - row * 31, 74, 29, colour)
                for rib in range(1, 8):
                    canvas.box(
                        n * 78 + row * 7 - 10 + rib * 9, 451 - row * 31, 1.5, 23, mix(colour, (20, 20, 30), 0.25)
                    )
    canvas.box(0, 478, WIDTH, 20, mix(steel, (160, 156, 150), 0.5))
    canvas.mirror(498, mix(hour.top, (10, 50, 74), 0.4), 0.5)
    for n in range(32):
        y, left = 504 + n * 7, rng.uniform(-80, WIDTH)
        canvas.line([(left, y), (left + rng.uniform(40, 200), y)], mix(hour.low, hour.top, 0.3), 0.8 + n / 24)
