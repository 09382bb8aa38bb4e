"""Tests `cong/design/catalogues.py`, and that every shipped catalogue is whole."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

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
    assert found.get("Biểu mẫu đã cũ")
    assert found.get("Hộp việc:")


def test_a_new_message_is_reported_until_it_is_translated(tmp_path: Path) -> None:
    package = tmp_path / "room"
    package.mkdir()
    (package / "words.py").write_text('_("Chào")\n')
    source = tmp_path / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Cũ"\nmsgstr "Old"\n')

    left = catalogues.update(source, package)

    assert left == ["Chào"]
    assert "Cũ" not in source.read_text()


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('{% translate "Gửi" %}', (None, "Gửi")),
        ("<p\n    title=\"{% trans 'Gửi' as sent %}\">\n  <b>{{ sent }}</b>\n", (None, "Gửi")),
        ('{% translate "Gửi" context "thư" %}', ("thư", "Gửi")),
        ('{{ title|default:_("Chưa có") }}', (None, "Chưa có")),
        ('{% include "other.html" with title=_("Chưa có") %}', (None, "Chưa có")),
        ("{% blocktranslate with name=user.name %}Chào {{ name }}, 100%{% endblocktranslate %}",
         (None, "Chào %(name)s, 100%%")),
        ("{% blocktranslate trimmed %}\n    Một\n    hai\n{% endblocktranslate %}", (None, "Một hai")),
        ('{% blocktranslate context "thư" %}Gửi{% endblocktranslate %}', ("thư", "Gửi")),
        ("{% blocktranslate count n=n %}{{ n }} thư{% plural %}{{ n }} lá thư{% endblocktranslate %}",
         (None, ("%(n)s thư", "%(n)s lá thư"))),
        ('{% blocktranslate count n=n context "bưu" %}{{ n }} thư{% plural %}{{ n }} lá{% endblocktranslate %}',
         ("bưu", ("%(n)s thư", "%(n)s lá"))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["templates/room/page.html", "templates/room/letter.txt"])
def test_a_message_of_a_django_template_is_missing_until_it_is_translated(
    template: str, message: tuple[str | None, str | tuple[str, str]], place: str, tmp_path: Path
) -> None:
    page = tmp_path / place
    page.parent.mkdir(parents=True)
    page.write_text("{% load i18n %}\n  <p>không dịch 'chỗ này'</p>\n" + template)
    context, said = message
    catalogue = catalogues.extracted(tmp_path)

    left = catalogues.missing(tmp_path, catalogue)

    assert [(found.context, found.id) for found in catalogue if found.id] == [(context, said)]
    assert left == [said if isinstance(said, str) else said[0]]


def test_what_django_looks_up_for_its_templates_is_what_was_found() -> None:
    asked = set(_asked_by_templates())

    found = {(message.context, message.id) for message in catalogues.extracted(settings.PACKAGE)}

    assert len(asked) > 100
    assert asked - found == set()


def test_a_template_keeps_its_line_numbers() -> None:
    source = BytesIO('{% load i18n %}\n<p>\n    {% translate "Gửi" %}</p>'.encode())

    assert [line for line, *_ in catalogues.from_template(source, catalogues.KEYWORDS, (), {})] == [3]


def test_the_catalogue_of_the_main_language_is_compiled_but_never_rewritten() -> None:
    kept = [path for path in catalogues.sources() if path not in catalogues.translations()]

    assert {path.parent.parent.name for path in kept} == {settings.LANGUAGE_CODE}
    assert {path.name for path in kept} == {"django.po", "djangojs.po"}
    assert all(path.with_suffix(".mo").exists() for path in kept)


def _asked_by_templates() -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    """Yield what the tags of our Django templates ask gettext for, as Django itself compiled them."""
    for page in settings.PACKAGE.glob("*/templates/**/*"):
        if not page.is_file():
            continue
        nodes: Any = Template(page.read_text()).nodelist
        for node in nodes.get_nodes_by_type(TranslateNode):
            if isinstance(text := node.filter_expression.var.literal, str):
                yield node.message_context and node.message_context.var, text
        for node in nodes.get_nodes_by_type(BlockTranslateNode):
            one, many = (node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural))
            yield node.message_context and node.message_context.var, (one, many) if many else one
