"""What must never lie in the repository."""

from __future__ import annotations

import re

from tests.house.tree import files, said

_TEXT = {".py", ".md", ".toml", ".txt", ".in", ".html", ".css", ".js", ".po", ".svg", ".json", ".cfg", ".yml", ""}
# Written in pieces, so that this file holds none of them.
_HOSTS = re.compile("|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.", "deb" + r"\.debian\.")))
_PLACES = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", "/tmp/br" + "ief", "/opt/wh" + "eels")))
_INDEX = re.compile(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", re.MULTILINE)
_FOREIGN = (".woff", ".woff2", ".ttf", ".otf", ".min.js", ".min.css", ".mo", ".sqlite3", ".pyc")
_LARGEST = 400_000


def _holding(what: re.Pattern[str]) -> list[str]:
    return [said(path) for path in files() if path.suffix in _TEXT and what.search(path.read_text(errors="replace"))]


def test_no_file_names_a_package_registry() -> None:
    assert _holding(_HOSTS) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert _holding(_PLACES) == []


def test_requirements_name_no_index_and_hash_everything() -> None:
    pinned = [path for path in files() if re.fullmatch(r"requirements.*\.txt", path.name)]

    assert len(pinned) == 2
    for path in pinned:
        text = path.read_text()
        assert not _INDEX.search(text)
        names, hashed = re.findall(r"^[a-z0-9].*?==", text, re.MULTILINE), text.split("\n\n")
        assert names
        assert text.count("--hash=sha256:") >= len(names), hashed[:1]


def test_no_file_of_others_and_nothing_made_lies_here() -> None:
    assert [said(path) for path in files() if path.name.endswith(_FOREIGN)] == []


def test_no_file_is_a_burden() -> None:
    assert [said(path) for path in files() if path.stat().st_size > _LARGEST] == []
