"""Tests the style sheets and the script: their size, their habits, and the contrast of every token."""

from __future__ import annotations

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # has no stubs
import pytest
from django.conf import settings

FOLDER = Path(settings.PACKAGE) / "design" / "static" / "design"
SHEETS = sorted(FOLDER.glob("*.css"))
CSS = "\n".join(sheet.read_text() for sheet in SHEETS)
COLOURS = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)
# The first value of each: what follows are the values for print.
FIXED = dict(reversed(re.findall(r"--([\w-]+): (#\w+)[;\s]", CSS)))

# (text, ground, least ratio): what a reader must be able to read, and what must be seen to be used.
PAIRS = [
    ("ink", "ground", 7.0),
    ("ink", "paper", 7.0),
    ("ink", "mark", 4.5),
    ("ink-2", "ground", 4.5),
    ("ink-2", "paper", 4.5),
    ("ink-2", "sunken", 4.5),
    ("son", "ground", 4.5),
    ("son", "paper", 4.5),
    ("son", "mark", 4.5),
    ("visited", "ground", 4.5),
    ("on-son", "solid", 4.5),
    ("on-son", "band", 7.0),
    ("gold-band", "band", 4.5),
    ("on-night", "night", 7.0),
    ("on-night-2", "night", 4.5),
    ("good", "good-tint", 4.5),
    ("warn", "warn-tint", 4.5),
    ("bad", "bad-tint", 4.5),
    ("info", "info-tint", 4.5),
    ("edge", "ground", 3.0),
    ("edge", "paper", 3.0),
    ("solid", "ground", 3.0),
]


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ratio(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _theme(place: int) -> dict[str, str]:
    return FIXED | {name: (light, dark)[place] for name, light, dark in COLOURS}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_what_is_read_stands_out_from_its_ground(text: str, ground: str, least: float, theme: int) -> None:
    colours = _theme(theme)

    assert _ratio(colours[text], colours[ground]) >= least


def test_browsers_without_light_dark_see_the_light_theme() -> None:
    assert {name: light for name, light, _ in COLOURS} == {name: FIXED[name] for name, *_ in COLOURS}


def test_the_styles_and_the_script_keep_to_their_budget() -> None:
    sent = {sheet.name: len(brotli.compress(sheet.read_bytes())) for sheet in SHEETS}
    script = b"".join(module.read_bytes() for module in sorted(FOLDER.glob("*.js")))

    # Every page loads the first two and at most one more; the page of all components loads all.
    frame = sent.pop("base.css") + sent.pop("components.css")
    assert {name: size for name, size in sent.items() if frame + size > 10 * 1024} == {}
    assert len(brotli.compress(script)) <= 20 * 1024


def test_no_element_outgrows_its_file() -> None:
    lines = {module.name: len(module.read_text().splitlines()) for module in FOLDER.glob("*.js")}

    assert {name: size for name, size in lines.items() if size > 150} == {}


def test_no_rule_shouts_or_hangs_on_an_id() -> None:
    heads = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL))
    selectors = [head for head in heads if "@" not in head]

    assert "!important" not in CSS
    assert not [selector for selector in selectors if re.search(r"#[a-z]", selector)]


def test_components_take_their_colours_from_the_tokens() -> None:
    components = CSS.replace((FOLDER / "base.css").read_text(), "")
    allowed = {"#fff", "#ffffff80", "#ffffff66", "#0003", "#1b1716e8"}

    assert set(re.findall(r"#[0-9a-f]{3,8}\b", components)) <= allowed


def test_the_layers_come_in_one_declared_order() -> None:
    declared = re.search(r"@layer ([^;{]+);", CSS)

    assert declared
    order = [name.strip() for name in declared[1].split(",")]
    assert order == ["reset", "tokens", "base", "layout", "components", "rooms", "utilities"]
    assert set(re.findall(r"@layer (\w+) \{", CSS)) <= set(order)
