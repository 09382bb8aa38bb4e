"""Scenes of the town: facade, lanterns, market, schoolyard, street."""

from __future__ import annotations

import math
from random import Random

from cong.demo.scenes.brush import WIDTH, Canvas, Colour, Palette, cloud, mix, ridge_line, tree

_WHITE = (255, 255, 255)
_LEAF = (62, 116, 66)
_WOOD = (134, 92, 58)
_CLOTHS: tuple[Colour, ...] = (
    (158, 48, 44), (206, 148, 60), (52, 92, 110), (92, 124, 84), (232, 222, 200), (104, 68, 96), (60, 74, 112), (188, 108, 66),
)  # fmt: skip


def facade(canvas: Canvas, hour: Palette, rng: Random) -> None:
    canvas.sky(hour.top, hour.low)
    cloud(canvas, rng.uniform(200, 1000), 120, 150, mix(hour.low, _WHITE, 0.6), 0.5)
    wall = mix(rng.choice(((238, 220, 176), (232, 226, 212), (226, 196, 140))), hour.low, 0.2)
    columns = rng.choice((7, 9))
    left, width = 130, 1020
    step = width / columns
    canvas.box(left, 190, width, 440, wall)
    canvas.shape(
        [(left, 190), (left + width, 190), (left + width, 630), (left + width * 0.62, 630)], mix(wall, hour.low, 0.25)
    )
    canvas.box(left - 26, 164, width + 52, 30, mix(wall, _WHITE, 0.35))
    canvas.shape(
        [(left - 34, 166), (left + width + 34, 166), (left + width - 26, 116), (left + 26, 116)],
        mix((166, 72, 50), hour.near, 0.15),
    )
    glass = mix(hour.top, (30, 50, 70), 0.45)
    for n in range(columns):
        for floor, tall in ((226, 150), (430, 160)):
            x = left + n * step + step * 0.2
            canvas.box(x - 6, floor - 6, step * 0.6 + 12, tall + 12, mix(wall, _WHITE, 0.45), round_=8)
            canvas.box(x, floor, step * 0.6, tall, glass, round_=6)
            canvas.shape(
                [
                    (x, floor + tall * 0.7),
                    (x + step * 0.6, floor + 10),
                    (x + step * 0.6, floor + tall * 0.5),
                    (x, floor + tall),
                ],
                mix(glass, hour.low, 0.45),
            )
            canvas.box(x + step * 0.3 - 2, floor, 4, tall, mix(wall, _WHITE, 0.3))
    centre = WIDTH / 2
    canvas.box(centre - 96, 400, 192, 232, mix(wall, _WHITE, 0.25))
    canvas.shape([(centre - 124, 404), (centre, 336), (centre + 124, 404)], mix(wall, _WHITE, 0.5))
    for place in (-82, -34, 22, 70):
        canvas.box(centre + place, 406, 14, 226, mix(wall, _WHITE, 0.6))
    canvas.box(centre - 20, 470, 40, 160, mix(_WOOD, (40, 20, 10), 0.4))
    for n in range(4):
        canvas.box(centre - 130 - n * 22, 630 + n * 12, 260 + n * 44, 13, mix((206, 200, 190), hour.near, n * 0.07))
    canvas.ridge([(0, 664), (WIDTH, 664)], mix((186, 178, 166), hour.low, 0.25))
    for x in (50, 205, 1075, 1230):
        tree(canvas, x, 676, rng.uniform(150, 210), mix(_LEAF, hour.near, 0.2), rng)


def lanterns(canvas: Canvas, hour: Palette, rng: Random) -> None:
    night = mix((26, 30, 58), hour.top, 0.18)
    canvas.sky(mix(night, (8, 8, 24), 0.5), mix(night, (150, 78, 60), 0.5), end=500)
    canvas.box(0, 500, WIDTH, 220, night)
    x: float = -40
    while x < WIDTH:
        width, height = rng.uniform(110, 190), rng.uniform(120, 200)
        wall = mix((176, 122, 66), night, 0.45)
        canvas.box(x, 490 - height, width - 4, height, wall)
        canvas.shape(
            [
                (x - 10, 492 - height),
                (x + 16, 456 - height),
                (x + width - 20, 456 - height),
                (x + width + 6, 492 - height),
            ],
            mix((110, 52, 40), night, 0.4),
        )
        for n in range(max(2, int(width // 50))):
            canvas.box(x + 16 + n * 46, 520 - height, 26, 44, (255, 214, 130))
        x += width
    canvas.mirror(490, night, 0.35)
    for string in range(3):
        y, sag = 70.0 + string * 74, rng.uniform(40, 80)
        points = [(n / 24 * WIDTH, y + sag * math.sin(n / 24 * math.pi)) for n in range(25)]
        canvas.line(points, (70, 56, 60), 1.5)
        for n in range(1, 24, 3):
            px, py = points[n]
            colour = rng.choice(((232, 66, 48), (250, 178, 66), (240, 112, 70), (90, 160, 150), (226, 84, 130)))
            size = 17 + string * 6
            canvas.glow(px, py + size * 1.4, size * 4, colour, 0.6)
            canvas.disc(px, py + size * 1.4, size, mix(colour, (255, 236, 180), 0.3), tall=1.2)
            canvas.box(px - size * 0.4, py + size * 0.15, size * 0.8, 4, (60, 30, 26))
            canvas.box(px - size * 0.4, py + size * 2.5, size * 0.8, 4, (60, 30, 26))
            canvas.line([(px, py + size * 2.6), (px, py + size * 3.3)], colour, 2)
    for n in range(40):
        y, left = 500 + n * 5.4, rng.uniform(-80, WIDTH)
        canvas.line(
            [(left, y), (left + rng.uniform(30, 130), y)], mix((255, 190, 110), night, rng.uniform(0.2, 0.7)), 1.4
        )


def market(canvas: Canvas, hour: Palette, rng: Random) -> None:
    canvas.sky(hour.top, hour.low, end=420)
    canvas.sky(mix((206, 176, 140), hour.low, 0.4), mix((150, 118, 90), hour.near, 0.15), start=400)
    canvas.ridge([*ridge_line(rng, 330, 24)], mix(hour.far, _LEAF, 0.35))
    canvas.sky(mix((214, 190, 156), hour.low, 0.3), mix((150, 120, 92), hour.near, 0.2), start=430)
    stripes = [
        (hour.accent, (246, 236, 214)),
        ((46, 116, 116), (244, 236, 214)),
        ((222, 158, 52), (250, 240, 220)),
        ((88, 128, 84), (246, 238, 218)),
    ]
    for row, size in ((0, 0.62), (1, 1.0)):
        count = 6 - row * 2
        for n in range(count):
            _stall(
                canvas,
                (n + 0.5) * WIDTH / count + rng.uniform(-14, 14),
                452 + row * 190,
                size,
                stripes[(n + row) % 4],
                rng,
            )
    canvas.glow(rng.uniform(300, 980), 130, 560, hour.sun, 0.4)


def _stall(canvas: Canvas, x: float, y: float, size: float, stripes: tuple[Colour, Colour], rng: Random) -> None:
    half = 150 * size
    for place in (-half * 0.9, half * 0.9 - 6):
        canvas.box(x + place, y - 150 * size, 6 * size, 190 * size, (104, 78, 58))
    canvas.box(x - half * 0.92, y - 30 * size, half * 1.84, 70 * size, (150, 106, 70))
    goods: tuple[Colour, ...] = (
        (214, 72, 50),
        (238, 168, 52),
        (104, 150, 64),
        (148, 74, 120),
        (242, 210, 96),
        (196, 214, 120),
    )
    for pile in range(4):
        colour, left = rng.choice(goods), x - half * 0.84 + pile * half * 0.43
        for layer, count in ((0, 5), (1, 4), (2, 2)):
            for n in range(count):
                canvas.disc(
                    left + (n + layer * 0.5 + 0.5) * 12 * size,
                    y - (36 + layer * 10) * size,
                    8 * size,
                    mix(colour, _WHITE, rng.uniform(0, 0.2)),
                )
    for n in range(8):
        left, step = x - half, half / 4
        colour = stripes[n % 2]
        top = [
            (x - half * 0.8 + n * step * 0.8, y - 206 * size),
            (x - half * 0.8 + (n + 1) * step * 0.8, y - 206 * size),
        ]
        canvas.shape([*top, (left + (n + 1) * step, y - 140 * size), (left + n * step, y - 140 * size)], colour)
        canvas.disc(left + (n + 0.5) * step, y - 140 * size, step / 2, mix(colour, (0, 0, 0), 0.08), tall=0.6)


def schoolyard(canvas: Canvas, hour: Palette, rng: Random) -> None:
    canvas.sky(hour.top, hour.low, end=490)
    for _ in range(3):
        cloud(
            canvas, rng.uniform(0, WIDTH), rng.uniform(60, 160), rng.uniform(80, 150), mix(hour.low, _WHITE, 0.7), 0.55
        )
    wall = mix((246, 224, 164), hour.low, 0.15)
    canvas.box(60, 250, 1160, 240, wall)
    canvas.shape([(36, 254), (86, 196), (1194, 196), (1244, 254)], mix((172, 70, 50), hour.near, 0.1))
    for floor in (274, 386):
        for n in range(11):
            canvas.box(96 + n * 101, floor, 66, 84, mix((70, 110, 120), hour.top, 0.3), round_=4)
            canvas.box(96 + n * 101 + 31, floor, 4, 84, wall)
        canvas.box(60, floor + 96, 1160, 9, mix(wall, _WHITE, 0.5))
    canvas.sky(mix((214, 186, 150), hour.low, 0.3), mix((178, 140, 104), hour.near, 0.12), start=490)
    canvas.shade([(0, 610), (700, 540), (1280, 640), (1280, 720), (0, 720)], mix(hour.near, (60, 40, 30), 0.5), 0.14)
    canvas.box(636, 150, 6, 380, (214, 214, 216))
    canvas.shape([(642, 154), (742, 162), (734, 190), (742, 220), (642, 214)], (200, 44, 40))
    for x, size in ((150, 250), (1110, 280), (350, 190), (930, 180)):
        tree(canvas, x, 580 + size * 0.1, size, mix(_LEAF, hour.light, 0.12), rng)
    for _ in range(9):
        _child(canvas, rng.uniform(240, 1040), rng.uniform(590, 690), rng)


def _child(canvas: Canvas, x: float, y: float, rng: Random) -> None:
    colour = rng.choice((_WHITE, (236, 240, 246), (60, 110, 160)))
    canvas.box(x - 5, y - 14, 4, 16, (44, 52, 84))
    canvas.box(x + 2, y - 14, 4, 16, (44, 52, 84))
    canvas.shape([(x - 9, y - 12), (x - 6, y - 38), (x + 7, y - 38), (x + 10, y - 12)], colour)
    canvas.shape([(x - 5, y - 37), (x + 6, y - 37), (x + 1, y - 26)], (206, 44, 44))
    canvas.disc(x, y - 46, 8.5, (224, 176, 140))
    canvas.disc(x, y - 49, 8.5, (40, 30, 28), tall=0.75)


def street(canvas: Canvas, hour: Palette, rng: Random) -> None:
    canvas.sky(hour.top, hour.low, end=480)
    canvas.sun(rng.uniform(380, 900), 250, 34, hour.sun)
    x = -30.0
    while x < WIDTH:
        width, height = rng.uniform(60, 120), rng.uniform(130, 300)
        canvas.box(x, 470 - height, width, height + 60, mix(hour.far, hour.low, 0.45))
        x += width * 0.9
    canvas.mist(300, 190, hour.low, 0.6)
    x = -20.0
    while x < WIDTH:
        x = _shophouse(canvas, x, hour, rng)
    canvas.sky(mix((128, 126, 130), hour.low, 0.2), mix((92, 90, 98), hour.near, 0.3), start=586)
    canvas.box(0, 578, WIDTH, 12, mix((206, 200, 192), hour.low, 0.3))
    for n in range(9):
        canvas.box(n * 160 + 30, 656, 86, 7, (238, 230, 206))
    for x in range(90, WIDTH, 230):
        tree(canvas, x + rng.uniform(-30, 30), 590, rng.uniform(130, 176), mix(_LEAF, hour.near, 0.25), rng)
    for _ in range(5):
        _rider(canvas, rng.uniform(60, 1220), rng.uniform(640, 700), rng, hour)


def _shophouse(canvas: Canvas, x: float, hour: Palette, rng: Random) -> float:
    width, floors = rng.uniform(86, 128), rng.randint(2, 4)
    wall = mix(
        rng.choice(((244, 214, 140), (230, 190, 150), (196, 210, 190), (240, 230, 210), (206, 150, 120))),
        hour.near,
        rng.uniform(0, 0.16),
    )
    top = 580 - 66 - floors * 78
    canvas.box(x, top, width - 3, 580 - top, wall)
    canvas.box(x - 3, top - 10, width + 3, 14, mix(wall, _WHITE, 0.35))
    lit = mix((70, 80, 90), hour.light, 0.75 if sum(hour.top) < 260 else 0.12)
    for floor in range(floors):
        for n in range(2):
            left = x + width * (0.14 + n * 0.42)
            canvas.box(
                left,
                top + 18 + floor * 78,
                width * 0.28,
                44,
                lit if rng.random() < 0.6 else mix((60, 70, 84), wall, 0.2),
                round_=3,
            )
        canvas.box(x + 6, top + 66 + floor * 78, width - 15, 5, mix(wall, (60, 40, 30), 0.3))
    canvas.box(x + 8, 524, width - 19, 56, mix((70, 56, 50), wall, 0.2))
    awning = rng.choice(_CLOTHS)
    canvas.shape([(x + 2, 514), (x + width - 6, 514), (x + width + 4, 536), (x - 8, 536)], awning)
    return x + width


def _rider(canvas: Canvas, x: float, y: float, rng: Random, hour: Palette) -> None:
    dark = (38, 38, 46)
    for place in (-24, 24):
        canvas.disc(x + place, y, 13, dark)
        canvas.disc(x + place, y, 6, (150, 150, 156))
    canvas.shape(
        [(x - 28, y - 8), (x - 10, y - 22), (x + 16, y - 18), (x + 26, y - 6), (x, y - 2)], rng.choice(_CLOTHS)
    )
    canvas.shape([(x - 16, y - 20), (x - 10, y - 54), (x + 6, y - 52), (x + 4, y - 20)], rng.choice(_CLOTHS))
    canvas.line([(x + 2, y - 44), (x + 22, y - 32)], (210, 166, 132), 5)
    canvas.disc(x, y - 62, 10, rng.choice((hour.accent, (240, 240, 240), (60, 90, 130))))
