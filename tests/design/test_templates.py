"""Tests that every reader template compiles and is safe under the content policy, and the error pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from jinja2 import Environment, UndefinedError

from cong.design import fonts

TEMPLATES = sorted(Path(settings.PACKAGE).glob("*/jinja2/**/*.html"))
NAMES = [str(path).rpartition("/jinja2/")[2] for path in TEMPLATES]


def _environment() -> Environment:
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    return engine.env


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles(name: str) -> None:
    assert _environment().get_template(name).name == name


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()

    scripts = re.findall(r"<script\b[^>]*>", text)
    assert all("src=" in script or "application/ld+json" in script for script in scripts)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_static_file_that_a_template_names_exists(path: Path) -> None:
    named = re.findall(r"static\(['\"]([^'\"]+)", path.read_text())

    made = {f"design/fonts/{fonts.file_name(weight)}" for weight in fonts.WEIGHTS}
    assert [name for name in named if name not in made and not finders.find(name)] == []


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        _environment().from_string("{{ no_such_thing }}").render()


def test_text_is_escaped() -> None:
    assert _environment().from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("code", ["400", "404", "500", "503"])
def test_an_error_page_needs_neither_request_nor_database(code: str) -> None:
    page = render_to_string(f"{code}.html")

    assert f'<p class="kicker">{code}</p>' in page
    assert page.count("<h1>") == 1
    assert '<svg hidden><symbol id="i-' in page


def test_an_error_page_speaks_the_language_of_the_address() -> None:
    with translation.override("en"):
        page = render_to_string("404.html", request=RequestFactory().get("/en/nowhere"))

    assert '<html lang="en">' in page
    assert "No such page" in page
    assert 'href="/nowhere" lang="vi"' in page


def test_an_unknown_address_gets_the_portals_own_page() -> None:
    answer = Client().get("/khong-co-trang-nay/")

    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()
