"""Tests `cong/design/marks.py`."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from cong.design import marks

LACQUER, GOLD = (0x7C, 0x16, 0x19), (0xE8, 0xC8, 0x7D)


def _picture(icon: marks.Icon) -> Image.Image:
    return Image.open(BytesIO(marks.drawn(icon))).convert("RGBA")


def _near(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 3 for one, other in zip(pixel, colour, strict=False))


@pytest.mark.parametrize("icon", marks.ICONS, ids=lambda icon: icon.name)
def test_an_icon_is_the_gate_in_gold_on_lacquer(icon: marks.Icon) -> None:
    picture = _picture(icon)
    side = icon.size

    assert picture.size == (side, side)
    assert len(marks.drawn(icon)) < 16 * 1024
    # The beam below the roof, and the way through the middle of the gate.
    assert _near(_at(picture, 0.5, 21.5 / 40, icon.share), GOLD)
    assert _near(_at(picture, 0.5, 35 / 40, icon.share), LACQUER)


def _at(picture: Image.Image, across: float, down: float, share: float) -> tuple[int, ...]:
    place = [int(picture.width * (0.5 + (part - 0.5) * share)) for part in (across, down)]
    pixel = picture.getpixel((place[0], place[1]))
    assert isinstance(pixel, tuple)
    return tuple(int(part) for part in pixel)


def test_a_round_mask_cuts_nothing_off_the_maskable_icon() -> None:
    icon = next(one for one in marks.ICONS if "maskable" in one.name)
    picture = _picture(icon)
    half = icon.size / 2

    gold = [
        (x, y) for x in range(0, icon.size, 4) for y in range(0, icon.size, 4)
        if _near(_at(picture, x / icon.size, y / icon.size, 1.0), GOLD)
    ]  # fmt: skip

    assert gold
    assert max(((x - half) ** 2 + (y - half) ** 2) ** 0.5 for x, y in gold) <= icon.size * 0.4
    assert _near(_at(picture, 0.0, 0.0, 1.0), (*LACQUER, 255))
    assert "transparency" not in Image.open(BytesIO(marks.drawn(icon))).info
