"""What docs/reference/search-language.md tells of the query language holds."""

from __future__ import annotations

import re

from cong.kernel.text import fold
from cong.search.language.clauses import Field
from cong.search.language.fields import NAMES, field_of
from cong.search.language.grammar import read
from cong.search.language.values import code_of
from cong.search.language.writing import written
from tests.scratch import ROOT
from tests.search.trees import TODAY

PAGE = (ROOT / "docs" / "reference" / "search-language.md").read_text()
_EXAMPLE = re.compile(r"^\| `((?:[^`|]|\\\|)+)` \| `([^`]+)` \|", re.MULTILINE)
_FIELD = re.compile(r"^\| `(\w+)` \| ((?:`\w+` ?)+) \| (.*) \|$", re.MULTILINE)


def test_every_example_is_written_as_the_page_says() -> None:
    examples = [(typed.replace(r"\|", "|"), canonical) for typed, canonical in _EXAMPLE.findall(PAGE)]
    examples = [(typed, canonical) for typed, canonical in examples if typed not in set(Field)]

    assert len(examples) > 35
    assert [(typed, written(read(typed, today=TODAY))) for typed, _ in examples] == examples


def test_the_page_tells_every_field_with_all_its_names() -> None:
    told = {Field(name): set(re.findall(r"`(\w+)`", others)) for name, others, _ in _FIELD.findall(PAGE)}

    assert list(told) == list(Field)
    for field, names in told.items():
        assert {fold(one) for one in (*names, field)} == {fold(one) for one in NAMES[field]}
        assert all(field_of(name) is field for name in names)


def test_every_code_that_the_page_tells_is_known() -> None:
    coded = {"loai", "chuyenmuc", "tinhtrang", "ngonngu", "co"}
    told = {name: re.findall(r"`\"?([^`\"]+)\"?`", values) for name, _, values in _FIELD.findall(PAGE) if name in coded}

    assert set(told) == coded
    assert all(values and all(code_of(Field(name), one) for one in values) for name, values in told.items())
