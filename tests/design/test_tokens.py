"""Tests the contrast of every pair of colours in use, in every theme, and that no pair in use is forgotten."""

from __future__ import annotations

import re

import pytest

from cong.design import tokens
from cong.design.tokens import PAIRS, SHEET, Pair

CSS = SHEET.read_text()
FOLDER = SHEET.parent
THEMES = {"light": (False, False), "dark": (True, False), "light, more": (False, True), "dark, more": (True, True)}
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front} on {pair.ground}")
def test_what_is_read_stands_out_from_its_ground(pair: Pair, theme: str) -> None:
    dark, more = THEMES[theme]
    colours = tokens.colours(CSS, dark=dark, more=more)

    assert tokens.contrast(colours[pair.front], colours[pair.ground]) >= pair.least


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["ground", "paper", "sunken", "tint", "mark", "solid", "band", "band-2", "night"])
def test_one_of_the_two_rings_of_the_focus_is_seen_on_any_ground(ground: str, theme: str) -> None:
    dark, more = THEMES[theme]
    colours = tokens.colours(CSS, dark=dark, more=more)

    ring = "on-son" if ground in ("band", "band-2", "night") else "focus-ink"
    inner = tokens.contrast(colours[ring], colours[ground])
    assert max(inner, tokens.contrast(colours["focus"], colours[ground])) >= tokens.SHAPE


def test_every_pair_that_a_rule_sets_is_in_the_table() -> None:
    known = {(pair.front, pair.ground) for pair in PAIRS}
    sheets = "".join(sheet.read_text() for sheet in sorted(FOLDER.glob("*.css")))

    set_together = {
        (front[1], ground[1])
        for _, body in _RULE.findall(sheets)
        if (front := re.search(r"(?<![-\w])color: var\(--([\w-]+)\)", body))
        and (ground := re.search(r"background(?:-color)?: var\(--([\w-]+)\)", body))
    }

    assert len(set_together) > 10
    assert set_together - known == set()


def test_more_contrast_is_more() -> None:
    for dark in (False, True):
        plain, more = (tokens.colours(CSS, dark=dark, more=asked) for asked in (False, True))
        assert tokens.contrast(more["ink-2"], more["ground"]) > tokens.contrast(plain["ink-2"], plain["ground"])
        assert tokens.contrast(more["rule"], more["ground"]) >= tokens.SHAPE


def test_the_ratio_is_that_of_the_formula() -> None:
    assert tokens.contrast("#000", "#ffffff") == pytest.approx(21)
    assert tokens.contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
    assert tokens.contrast("#8e1b1f", "#8e1b1f") == 1


def test_browsers_without_light_dark_see_the_light_theme() -> None:
    themed = re.sub(r"light-dark\([^)]*\)", "", CSS)
    fixed = dict(reversed(re.findall(r"--([\w-]+): (#\w+)[;\s]", themed)))

    assert {name: colour for name, colour in tokens.colours(CSS).items() if name in fixed} == fixed
