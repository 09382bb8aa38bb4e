"""Tests `cong/design/fonts.py` and that the style sheet fits the font."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import fontpkg
import pytest
from fontTools.ttLib import TTFont

from cong.design import fonts

BASE = Path(fonts.__file__).parent / "static" / "design" / "base.css"
VIETNAMESE = "AĂÂĐEÊIOÔƠUƯYaăâđeêioôơuưyẠẶẬẸỆỊỌỘỢỤỰỴạặậẹệịọộợụựỵẢẲẨẺỂỈỎỔỞỦỬỶảẳẩẻểỉỏổởủửỷÃẴẪẼỄĨÕỖỠŨỮỸãẵẫẽễĩõỗỡũữỹ“”–…₫€"


@pytest.fixture(scope="module")
def cuts() -> dict[int, bytes]:
    return {weight: fonts.cut(weight) for weight in fonts.WEIGHTS}


def test_both_weights_together_keep_to_their_budget(cuts: dict[int, bytes]) -> None:
    assert sum(map(len, cuts.values())) <= 67 * 1024


def test_every_vietnamese_letter_is_drawn(cuts: dict[int, bytes]) -> None:
    for made in cuts.values():
        known = TTFont(BytesIO(made)).getBestCmap()

        assert not [letter for letter in VIETNAMESE if ord(letter) not in known]


def test_the_same_package_gives_the_same_bytes(cuts: dict[int, bytes]) -> None:
    assert fonts.cut(400) == cuts[400]


def test_the_fallback_is_as_tall_as_the_font() -> None:
    css = BASE.read_text()
    overrides = re.findall(
        r"font-weight: (\d+); size-adjust: (\S+)%; ascent-override: (\S+)%; descent-override: (\S+)%",
        css,
    )

    assert {int(weight) for weight, *_ in overrides} == set(fonts.WEIGHTS)
    for weight, size, ascent, descent in overrides:
        font = TTFont(BytesIO(fontpkg.path(fonts.FAMILY, int(weight)).read_bytes()))
        em, line = font["head"].unitsPerEm, font["hhea"]
        assert float(ascent) * float(size) / 100 == pytest.approx(100 * line.ascent / em, abs=0.1)
        assert float(descent) * float(size) / 100 == pytest.approx(-100 * line.descent / em, abs=0.1)
