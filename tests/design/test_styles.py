"""Tests the style sheets and the scripts: their size and their habits."""

from __future__ import annotations

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # has no stubs
from django.conf import settings

FOLDER = Path(settings.PACKAGE) / "design" / "static" / "design"
SHEETS = sorted(FOLDER.glob("*.css"))
CSS = "\n".join(sheet.read_text() for sheet in SHEETS)


def test_the_styles_and_the_script_keep_to_their_budget() -> None:
    sent = {sheet.name: len(brotli.compress(sheet.read_bytes())) for sheet in SHEETS}
    script = b"".join(module.read_bytes() for module in sorted(FOLDER.glob("*.js")))

    # Every page loads the first two and its own; the page of all components, which no reader sees, loads all.
    frame = sent.pop("base.css") + sent.pop("components.css")
    sent["home.css"] += sent["media.css"]
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
