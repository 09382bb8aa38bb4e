"""What an operator can set or call is written down, and what is written down is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from cong.config.env import Env
from cong.config.management.commands import env
from tests.house.tree import files, said
from tests.scratch import ROOT

_REFERENCE = ROOT / "docs" / "reference"
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PAGES = [path for path in files() if path.suffix == ".md"]


def _commands() -> set[str]:
    return {name for name, app in get_commands().items() if app.startswith("cong.")}


def test_the_settings_page_holds_the_table_that_the_command_prints() -> None:
    assert env.table(now=False) in (_REFERENCE / "settings.md").read_text()


def test_the_printed_settings_keep_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "ENV", Env(secret_key="rat-kin", database_url="postgresql://cong:mat-khau@db/cong"))

    printed = env.table(now=True)

    assert "rat-kin" not in printed
    assert "mat-khau" not in printed
    assert printed.count("(đã đặt)") == 2


def test_every_command_has_its_paragraph_and_every_paragraph_its_command() -> None:
    described = set(re.findall(r"^### cong (\w+)$", (_REFERENCE / "commands.md").read_text(), re.MULTILINE))

    assert described == _commands()


def test_every_make_target_is_described() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    described = set(re.findall(r"^\| `make ([\w-]+)` \|", (_REFERENCE / "commands.md").read_text(), re.MULTILINE))

    assert phony
    assert described == set(phony[1].split())


@pytest.mark.parametrize("page", _PAGES, ids=said)
def test_a_link_between_pages_leads_somewhere(page: Path) -> None:
    dead = [link for link in _LINK.findall(page.read_text()) if ":" not in link and not (page.parent / link).exists()]

    assert dead == []
