"""Tests `cong/design/assets.py`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from cong.design import assets

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Chào"\nmsgstr "Hello"\n'


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.ASSETS_DIR = tmp_path / "assets"
    settings.STATICFILES_DIRS = [tmp_path / "assets"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    messages = tmp_path / "locale" / "en" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "django.po").write_text(PO)
    (tmp_path / "assets").mkdir()
    return tmp_path


def test_one_run_makes_everything_and_the_next_has_nothing_to_do(place: Path) -> None:
    first = assets.make()
    second = assets.make()

    assert first == assets.Made(fonts=2, icons=4, catalogues=1, static=True)
    assert second == assets.Made(fonts=0, icons=0, catalogues=0, static=False)


def test_the_style_sheet_points_at_the_hashed_font(place: Path) -> None:
    assets.make()

    paths = json.loads((place / "static" / "staticfiles.json").read_text())["paths"]
    css = (place / "static" / paths["design/base.css"]).read_text()
    font = paths["design/fonts/be-vietnam-pro-400.woff2"]

    assert font.removeprefix("design/") in css
    assert (place / "static" / font).exists()


def test_the_command_says_what_it_did(place: Path) -> None:
    said = StringIO()

    call_command("assets", stdout=said)

    assert said.getvalue() == "Phông chữ: 2 · biểu tượng: 4 · bản dịch: 1 · đã gom tệp tĩnh\n"


def test_a_changed_catalogue_is_compiled_again(place: Path) -> None:
    assets.write_catalogues()
    source = place / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.write_text(PO.replace("Hello", "Welcome"))

    wrote = assets.write_catalogues()

    assert wrote == 1
    assert b"Welcome" in source.with_suffix(".mo").read_bytes()
