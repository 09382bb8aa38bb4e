"""What HOUSE says about the shape of the code and no linter checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import functions, imports, modules, said
from tests.scratch import ROOT

_LONGEST_FUNCTION, _LONGEST_FILE = 50, 400
_BAGS = {"utils", "helpers", "common", "core", "services", "managers", "misc", "util", "helper"}
_SIGNALS = {"django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals"}
# env.py reads the environment; server.py hands it on to children; the other two name the settings module.
_MAY_TOUCH_ENVIRON = {"cong/config/env.py", "cong/config/server.py", "cong/config/wsgi.py", "cong/__main__.py"}
_ROOMS = sorted(path.parent for path in (ROOT / "cong").glob("*/__init__.py"))
_MAY_IMPORT_WAGTAIL = re.compile(r"cong/(newsroom|media|desk|config)/|cong/\w+/(staff(_\w+)?|wagtail_hooks)(\.py|/)")


def test_no_function_is_longer_than_a_page() -> None:
    long = {
        f"{said(path)}:{node.name}": size
        for path in modules()
        for node in functions(path)
        if (size := (node.end_lineno or 0) - node.lineno + 1) > _LONGEST_FUNCTION
    }

    assert long == {}


def test_no_file_is_longer_than_can_be_overseen() -> None:
    long = {said(path): lines for path in modules() if (lines := len(path.read_text().splitlines())) > _LONGEST_FILE}

    assert long == {}


def test_no_module_is_a_bag() -> None:
    assert [said(path) for path in modules("cong") if _BAGS & {path.stem, *path.relative_to(ROOT).parts[:-1]}] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        said(path)
        for path in modules("cong", "bench")
        if path.read_text().strip() and ast.get_docstring(ast.parse(path.read_text())) is None
    ]

    assert silent == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        said(path)
        for path in modules("cong")
        if re.search(r"\bos\.(environ|getenv)\b|\bfrom os import .*(environ|getenv)", path.read_text())
    ]

    assert set(readers) <= _MAY_TOUCH_ENVIRON


def test_rooms_do_not_speak_by_signals() -> None:
    speaking = [said(path) for path in modules("cong") for name in imports(path) if name in _SIGNALS]

    assert speaking == []


def test_the_reader_side_knows_no_wagtail() -> None:
    knowing = {said(path) for path in modules("cong") if any(name.split(".")[0] == "wagtail" for name in imports(path))}

    assert {path for path in knowing if not _MAY_IMPORT_WAGTAIL.match(path)} == set()


def test_nothing_is_left_for_later() -> None:
    left = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b|NotImplemented" + r"Error")

    assert [said(path) for path in modules() if left.search(path.read_text())] == []


@pytest.mark.parametrize(
    "room", sorted(path.parent for path in (ROOT / "cong").glob("*/__init__.py")), ids=lambda p: p.name
)
def test_a_room_says_what_it_is_for(room: Path) -> None:
    assert ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
