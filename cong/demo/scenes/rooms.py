"""Scenes of rooms and things: books, classroom, hall, screen, greenhouse."""

from __future__ import annotations

import math
from random import Random

from cong.demo.scenes.brush import HEIGHT, WIDTH, Canvas, Colour, Palette, mix, ridge_line

_WHITE = (255, 255, 255)
_LEAF = (62, 116, 66)
_WOOD = (134, 92, 58)
_CLOTHS: tuple[Colour, ...] = (
    (158, 48, 44), (206, 148, 60), (52, 92, 110), (92, 124, 84), (232, 222, 200), (104, 68, 96), (60, 74, 112), (188, 108, 66),
)  # fmt: skip


def books(canvas: Canvas, hour: Palette, rng: Random) -> None:
    dark = mix((58, 38, 28), hour.near, 0.15)
    canvas.sky(mix(dark, (0, 0, 0), 0.3), dark)
    for row in range(4):
        floor = 176 + row * 182
        x = -rng.uniform(0, 30)
        while x < WIDTH:
            x = _book(canvas, x, floor, rng, hour)
        canvas.box(0, floor, WIDTH, 15, _WOOD)
        canvas.box(0, floor, WIDTH, 4, mix(_WOOD, hour.light, 0.45))
    canvas.glow(rng.uniform(300, 980), 120, 620, hour.light, 0.34)


def _book(canvas: Canvas, x: float, floor: float, rng: Random, hour: Palette) -> float:
    """Stand one book (or a gap, or a leaning one) on the shelf; return where the next one begins."""
    width, height = rng.uniform(18, 44), rng.uniform(104, 154)
    fate = rng.random()
    if fate < 0.05:
        return x + rng.uniform(20, 60)
    colour = mix(rng.choice(_CLOTHS), hour.low, rng.uniform(0, 0.18))
    if fate < 0.1:
        lean = height * 0.24
        canvas.shape(
            [(x + lean, floor - height), (x + lean + width, floor - height + 6), (x + width, floor), (x, floor)], colour
        )
        return x + width + lean
    canvas.box(x, floor - height, width - 1.5, height, colour)
    canvas.box(x, floor - height, 3, height, mix(colour, _WHITE, 0.2))
    canvas.box(x + width - 5, floor - height, 3.5, height, mix(colour, (0, 0, 0), 0.3))
    for place in (0.14, 0.8):
        canvas.box(x + 3, floor - height * (1 - place), width - 8, 3, mix(hour.light, colour, 0.2))
    if width > 28:
        canvas.box(x + 7, floor - height * 0.68, width - 15, height * 0.22, mix(colour, hour.light, 0.6))
    return x + width


def _window(canvas: Canvas, x: float, y: float, width: float, height: float, hour: Palette, rng: Random) -> None:
    canvas.box(x - 10, y - 10, width + 20, height + 20, mix(_WOOD, _WHITE, 0.1))
    canvas.box(x, y, width, height, mix(hour.top, _WHITE, 0.35))
    canvas.box(x, y + height * 0.5, width, height * 0.5, mix(hour.low, _WHITE, 0.3))
    for n in range(4):
        canvas.disc(
            x + width * (0.15 + n * 0.24),
            y + height * 0.86,
            width * rng.uniform(0.1, 0.14),
            mix(_LEAF, hour.light, rng.uniform(0, 0.3)),
        )
    canvas.box(x, y + height * 0.93, width, height * 0.07, mix(_LEAF, hour.near, 0.3))
    canvas.box(x + width / 2 - 4, y, 8, height, _WOOD)
    canvas.box(x, y + height * 0.42, width, 7, _WOOD)


def classroom(canvas: Canvas, hour: Palette, rng: Random) -> None:
    wall = mix((240, 228, 200), hour.low, 0.3)
    canvas.sky(mix(wall, hour.far, 0.12), wall, end=470)
    canvas.sky(mix(_WOOD, wall, 0.45), mix(_WOOD, (60, 40, 30), 0.3), start=470)
    board = rng.random() < 0.5
    if board:
        canvas.box(400, 96, 480, 250, _WOOD, round_=6)
        canvas.box(412, 108, 456, 226, (44, 86, 70))
        for n in range(4):
            canvas.line([(444, 150 + n * 44), (444 + rng.uniform(160, 380), 150 + n * 44)], (204, 222, 208), 4)
        for x in (70, 980):
            _window(canvas, x, 80, 230, 290, hour, rng)
    else:
        for n in range(4):
            _window(canvas, 60 + n * 310, 80, 230, 310, hour, rng)
    for x in (150, 460, 770, 1080):
        canvas.shade([(x, 470), (x + 170, 470), (x + 40, HEIGHT), (x - 220, HEIGHT)], hour.light, 0.22)
    for row, size in ((0, 0.62), (1, 0.85), (2, 1.2)):
        for n in range(4):
            _desk(canvas, 640 + (n - 1.5) * 330 * size, 480 + row * 92, size, rng, hour)


def _desk(canvas: Canvas, x: float, y: float, size: float, rng: Random, hour: Palette) -> None:
    top = mix((198, 146, 92), hour.light, 0.25)
    canvas.shape(
        [(x - 104 * size, y), (x + 104 * size, y), (x + 122 * size, y + 36 * size), (x - 122 * size, y + 36 * size)],
        top,
    )
    canvas.box(x - 122 * size, y + 36 * size, 244 * size, 9 * size, mix(top, (60, 34, 20), 0.4))
    for place in (-106, 98):
        canvas.box(x + place * size, y + 44 * size, 8 * size, 62 * size, (84, 62, 48))
    for place in (-60, 46):
        if rng.random() < 0.7:
            colour = rng.choice(_CLOTHS)
            canvas.shape(
                [
                    (x + place * size, y + 9 * size),
                    (x + (place + 34) * size, y + 9 * size),
                    (x + (place + 36) * size, y + 25 * size),
                    (x + (place - 4) * size, y + 25 * size),
                ],
                colour,
            )


def hall(canvas: Canvas, hour: Palette, rng: Random) -> None:
    red = mix((122, 26, 30), hour.accent, 0.25)
    canvas.sky(mix(red, (30, 6, 10), 0.4), mix(red, (60, 12, 14), 0.2))
    for n in range(40):
        x = n * 33 + rng.uniform(-4, 4)
        canvas.shape([(x, 0), (x + 15, 0), (x + 18, 420), (x - 3, 420)], mix(red, (24, 4, 8), rng.uniform(0.15, 0.45)))
    screen = (330.0, 64.0, 620.0, 270.0)
    canvas.box(screen[0] - 8, screen[1] - 8, screen[2] + 16, screen[3] + 16, (52, 30, 24))
    canvas.box(*screen, mix(hour.low, _WHITE, 0.7))
    canvas.shape(
        [
            (screen[0], 334),
            *[(px * 0.484 + 330, 250 + (py - 400) * 0.3) for px, py in ridge_line(rng, 400, 60)],
            (950, 334),
        ],
        mix(hour.far, _WHITE, 0.35),
    )
    canvas.glow(640, 200, 560, hour.light, 0.4)
    canvas.sky((150, 100, 62), (104, 64, 40), start=388, end=452)
    canvas.box(0, 388, WIDTH, 5, hour.light)
    canvas.shape([(250, 388), (300, 300), (346, 300), (360, 388)], (112, 70, 44))
    for row in range(5):
        y, size = 440 + row * 58, 0.72 + row * 0.2
        count = 26 - row * 3
        for n in range(count):
            x = WIDTH / 2 + (n - (count - 1) / 2) * 62 * size
            tone = mix((168, 38, 40), (60, 10, 16), row * 0.09 + (0.25 if abs(n - (count - 1) / 2) < 1.1 else 0))
            if abs(n - (count - 1) / 2) >= 1.1:
                canvas.box(x - 26 * size, y, 52 * size, 80 * size, tone, round_=13 * size)
                canvas.box(x - 20 * size, y + 6 * size, 40 * size, 9 * size, mix(tone, _WHITE, 0.16), round_=4)


def screen(canvas: Canvas, hour: Palette, rng: Random) -> None:
    pale = mix(hour.low, (238, 240, 242), 0.7)
    canvas.sky(mix(pale, hour.top, 0.25), pale)
    canvas.glow(240, 100, 520, hour.light, 0.3)
    canvas.shade([(150, 640), (1000, 640), (1080, 690), (120, 690)], (60, 60, 70), 0.16)
    canvas.box(150, 84, 800, 548, (52, 56, 66), round_=22)
    canvas.box(166, 100, 768, 516, (250, 250, 250), round_=10)
    canvas.box(166, 100, 768, 66, hour.accent, round_=10)
    canvas.box(166, 140, 768, 26, hour.accent)
    canvas.disc(206, 133, 15, hour.light)
    canvas.box(236, 124, rng.uniform(150, 250), 16, mix(hour.accent, _WHITE, 0.75), round_=8)
    heights = [rng.uniform(40, 190) for _ in range(9)]
    for n, height in enumerate(heights):
        canvas.box(206 + n * 46, 452 - height, 30, height, mix(hour.top, hour.far, n / 9), round_=4)
    canvas.line([(200, 454), (626, 454)], (150, 152, 160), 2)
    canvas.line([(221 + n * 46, 424 - height * 0.9) for n, height in enumerate(heights)], hour.accent, 3.5)
    for n in range(5):
        canvas.box(670, 206 + n * 54, 36, 36, mix(rng.choice(_CLOTHS), pale, 0.3), round_=8)
        canvas.box(722, 210 + n * 54, rng.uniform(110, 176), 10, (196, 198, 204), round_=5)
        canvas.box(722, 228 + n * 54, rng.uniform(60, 140), 8, (222, 223, 228), round_=4)
    for n in range(3):
        canvas.box(206 + n * 238, 500, 214, 84, mix(hour.low, _WHITE, 0.45), round_=10)
        canvas.box(224 + n * 238, 520, 70, 12, mix(hour.near, _WHITE, 0.35), round_=6)
        canvas.box(224 + n * 238, 546, rng.uniform(90, 170), 10, (190, 192, 198), round_=5)
    canvas.box(890, 250, 236, 440, (40, 42, 52), round_=34)
    canvas.box(902, 264, 212, 412, _WHITE, round_=24)
    canvas.box(902, 264, 212, 120, mix(hour.top, hour.low, 0.4), round_=24)
    canvas.shape(
        [
            (902, 384),
            *[(902 + px / WIDTH * 212, 350 + (py - 350) * 0.2) for px, py in ridge_line(rng, 350, 70)],
            (1114, 384),
        ],
        mix(hour.near, hour.far, 0.4),
    )
    for n in range(5):
        canvas.box(924, 408 + n * 48, rng.uniform(110, 168), 11, (196, 198, 204), round_=5)
        canvas.box(924, 427 + n * 48, rng.uniform(70, 130), 9, (224, 225, 230), round_=4)


def greenhouse(canvas: Canvas, hour: Palette, rng: Random) -> None:
    pale = mix(hour.low, (236, 246, 240), 0.6)
    canvas.sky(mix(pale, hour.top, 0.3), pale)
    canvas.ridge(ridge_line(rng, 300, 50), mix(hour.far, pale, 0.5))
    canvas.sky(mix((150, 116, 84), pale, 0.3), (104, 76, 54), start=400)
    for side in (-1, 1):
        for row in range(4):
            near, far = 190 + row * 250, 34 + row * 40
            bed = [
                (640 + side * far, 400),
                (640 + side * (far + 30), 400),
                (640 + side * (near + 170), HEIGHT),
                (640 + side * near, HEIGHT),
            ]
            canvas.shape(bed, (84, 60, 44))
            for n in range(22):
                share = (n / 21) ** 1.8
                y = 402 + 318 * share
                left = 640 + side * (far + (near - far) * share)
                right = left + side * (30 + 140 * share)
                size = 5 + 30 * share
                for place in (0.2, 0.5, 0.8):
                    tone = mix(mix((96, 156, 70), (60, 116, 62), row / 4), hour.light, rng.uniform(0, 0.3))
                    canvas.disc(left + (right - left) * place, y - size * 0.5, size, tone, tall=0.75)
    frame = mix((236, 240, 240), hour.far, 0.2)
    for n in range(6):
        scale = 1 - n * 0.155
        arch = [
            (640 + 700 * scale * math.cos(turn), 400 + 320 * scale**2 - 620 * scale * math.sin(turn) * 0.94)
            for turn in (math.pi * k / 40 for k in range(41))
        ]
        canvas.line(arch, frame, 9 * scale + 1)
    for turn in (0.6, 1.05, 1.57, 2.09, 2.54):
        canvas.line(
            [
                (640 + 700 * math.cos(turn), 720 - 583 * math.sin(turn)),
                (640 + 158 * math.cos(turn), 416 - 131 * math.sin(turn)),
            ],
            frame,
            3,
        )
    canvas.glow(640, 330, 520, _WHITE, 0.45)
