"""Registry text: what is read, what is refused, and that writing loses nothing."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.agencies.models import Category
from cong.agencies.registry import OFFICIAL, BadRegistry, Former, Row, parse, write
from cong.agencies.registry.rows import CATEGORIES
from cong.kernel.text import nfc

ONE = '[[agency]]\nslug = "bo-vi-du"\nname = "Bộ Ví dụ"\ncategory = "ministry"\n'

slugs = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
lines = words.map(lambda text: nfc(" ".join(text.split())))
names = lines.filter(bool)
days = st.dates(min_value=date(1930, 1, 1), max_value=date(2000, 1, 1))


@st.composite
def rows(draw: st.DrawFn, slug: str) -> Row:
    def maybe(strategy: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | strategy)

    return Row(
        slug=slug,
        name=draw(names),
        short_name=draw(names),
        category=draw(st.sampled_from(CATEGORIES)),
        order=maybe(st.integers(0, 10_000)),
        centre=maybe(st.just(False)),
        parent=maybe(slugs),
        address=maybe(lines),
        phone=maybe(lines),
        site=maybe(st.just("https://co-quan.example/trang?a=1&b=2")),
        active_from=maybe(days),
        active_to=maybe(st.just(date(2023, 3, 1))),
        former=tuple(Former(slug=f"cu-{slug}-{n}", name=draw(lines)) for n in range(draw(st.integers(0, 2)))),
    )


@st.composite
def registries(draw: st.DrawFn) -> tuple[Row, ...]:
    return tuple(draw(rows(slug)) for slug in draw(st.lists(slugs, unique=True, max_size=8)))


@given(registries())
def test_reading_what_was_written_gives_the_same_rows(rows: tuple[Row, ...]) -> None:
    text = write(rows)

    again = parse(text)

    assert again == rows


def test_the_official_registry_has_108_agencies_in_four_categories() -> None:
    rows = parse(OFFICIAL.read_text(encoding="utf-8"))

    counts = Counter(row.category for row in rows)

    assert counts == {"central": 14, "sociopolitical": 6, "ministry": 25, "province": 63}
    assert len({row.name for row in rows}) == len({row.order for row in rows}) == 108


def test_the_official_registry_names_no_phone_mail_or_emblem() -> None:
    rows = parse(OFFICIAL.read_text(encoding="utf-8"))

    assert not any(row.phone or row.mail or row.emblem for row in rows)


def test_the_categories_are_those_of_the_table() -> None:
    assert list(CATEGORIES) == Category.values


def test_a_name_stands_in_for_a_missing_short_name() -> None:
    (row,) = parse(ONE)

    assert row.short_name == "Bộ Ví dụ"


def test_text_becomes_nfc() -> None:
    (row,) = parse(ONE.replace("Bộ Ví dụ", "Bộ Ví dụ"))

    assert row.name == "Bộ Ví dụ"


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        (ONE + "name =", 5, "sai cú pháp TOML"),
        (ONE + "\n" + ONE.replace("bo-vi-du", "Bộ"), 6, "chữ thường không dấu"),
        (ONE + "\n" + ONE, 6, "khai nhiều lần"),
        (ONE + 'former = ["bo-vi-du"]', 1, "khai nhiều lần"),
        (ONE.replace("ministry", "bo"), 1, "central, sociopolitical"),
        (ONE.replace('name = "Bộ Ví dụ"\n', ""), 1, "thiếu trường “name”"),
        (ONE + 'phon = "1"', 1, "không có trường “phon”"),
        (ONE + "phone = 1", 1, "phải là chuỗi"),
        (ONE + 'site = "javascript:alert(1)"', 1, "https://"),
        (ONE + 'site = "http://[1"', 1, "https://"),
        (ONE + 'mail = "a@b"', 1, "ten@co-quan.vn"),
        (ONE + "order = -1", 1, "số nguyên"),
        (ONE + "order = true", 1, "số nguyên"),
        (ONE + 'centre = "true"', 1, "true hoặc false"),
        (ONE + "centre = true\n" + ONE.replace("bo-vi-du", "bo-hai") + "centre = true", 6, "chỉ một cơ quan"),
        (ONE + 'active_to = "2023-03-01"', 1, "phải là ngày"),
        (ONE + "active_from = 2024-01-01\nactive_to = 2023-01-01", 1, "phải sau"),
        (ONE + 'former = "cu"', 1, "danh sách"),
        (ONE + "former = [1]", 1, "địa chỉ cũ"),
        (ONE + 'address = """a\nb"""', 1, "một dòng"),
        (ONE.replace("Bộ Ví dụ", "Bộ " * 50 + "x"), 1, "short_name"),
        ('title = "x"', 0, "không có “title”"),
        ("agency = 1", 0, "[[agency]]"),
        ("agency = [1]", 0, "[[agency]]"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(wrong: str, line: int, said: str) -> None:
    with pytest.raises(BadRegistry) as caught:
        parse(wrong)

    assert any(problem.line == line and said in problem.text for problem in caught.value.problems), caught.value


@given(st.text(max_size=300))
def test_any_text_is_taken_or_refused_with_reasons(text: str) -> None:
    assert _taken(text) or _refused(text)


@given(
    st.dictionaries(
        st.sampled_from(["slug", "name", "short_name", "category", "order", "former", "site", "x"]),
        st.integers() | st.booleans() | words | st.lists(st.integers() | words, max_size=2),
    )
)
def test_entries_of_any_types_are_taken_or_refused(values: dict[str, object]) -> None:
    told = [f"{name} = {json.dumps(value)}" for name, value in values.items()]

    text = "\n".join(["[[agency]]", *told])

    assert _taken(text) or _refused(text)


def _taken(text: str) -> bool:
    with suppress(BadRegistry):
        return len(parse(text)) == text.count("[[agency]]")
    return False


def _refused(text: str) -> bool:
    with pytest.raises(BadRegistry) as caught:
        parse(text)
    return bool(caught.value.problems)
