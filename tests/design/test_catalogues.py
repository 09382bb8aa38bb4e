"""Tests `cong/design/catalogues.py`, and that every shipped catalogue is whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from cong.design import catalogues

SHIPPED = [pytest.param(path, id=path.parent.parent.name) for path in catalogues.translations()]


@pytest.mark.parametrize("path", SHIPPED)
def test_a_shipped_catalogue_has_every_message_of_the_program(path: Path) -> None:
    assert catalogues.missing(settings.PACKAGE, catalogues.read(path)) == []


@pytest.mark.parametrize("path", SHIPPED)
def test_a_translation_keeps_the_placeholders(path: Path) -> None:
    errors = [error for message in catalogues.read(path) for error in message.check()]

    assert errors == []


def test_messages_of_templates_and_modules_are_both_found() -> None:
    found = catalogues.extracted(settings.PACKAGE)

    assert found.get("Kiểm tra bài này")
    assert found.get("Tỉnh, thành phố")


def test_a_new_message_is_reported_until_it_is_translated(tmp_path: Path) -> None:
    package = tmp_path / "room"
    package.mkdir()
    (package / "words.py").write_text('_("Chào")\n')
    source = tmp_path / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Cũ"\nmsgstr "Old"\n')

    left = catalogues.update(source, package)

    assert left == ["Chào"]
    assert "Cũ" not in source.read_text()


def test_the_catalogue_of_the_main_language_is_compiled_but_never_rewritten() -> None:
    kept = [path for path in catalogues.sources() if path not in catalogues.translations()]

    assert {path.parent.parent.name for path in kept} == {settings.LANGUAGE_CODE}
    assert {path.name for path in kept} == {"django.po", "djangojs.po"}
    assert all(path.with_suffix(".mo").exists() for path in kept)
