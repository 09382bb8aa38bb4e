"""Of all texts: no check ever fails, every finding points at a place that is there, and the rules are written down."""

from __future__ import annotations

import re
import time
from dataclasses import fields
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cong.publishing.checks import RULES, Code, Directory, Finding, Known, Level, check
from cong.publishing.checks.reading import Reading
from cong.publishing.process import Content
from tests.publishing.checks.makers import FINE, POSTS, SHA, TODAY, article

DIRECTORY = Directory(POSTS)
KNOWN = Known(hidden={SHA: ("tác giả",)}, credits={}, known_entries=frozenset(), hosts=frozenset({"cong-vi-du.vn"}))
WORDS = ("MẬT", "T Ố I", "lưu hành nội bộ", "thứ Hai, 31/02/2026", "25/12/2027", "đã", "Bộ trưởng",
         "Thứ trưởng Bộ Ví dụ",
         "Nguyễn Văn Mẫu", "Nguyễn Văn Mẩu", "Ông", "Lê", ",", ".", "(", "0912345678", "001099012345", "STK",
         "a@gmail.com",
         "\u200b", "\u0301", "\x00", "\ud800", "&#0;", "&nbsp;", "<", ">", "\n")  # fmt: skip
TAGS = ("p", "h1", "h2", "h4", "li", "ul", "table", "td", "blockquote", "figure", "figcaption", "a", "b",
        "br", "div", "script",
        "img src='/x'", "img alt='MẬT' src=x", "a href='javascript:x'", "a href='http://[' ", "a href",
        "p id=x onclick=y",
        "cong-video poster='data:x'", "template", "svg", "html", "body", "!--", "?x")  # fmt: skip
pieces = st.one_of(
    st.sampled_from(WORDS).map(lambda word: f" {word} "),
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag.split()[0]}>"),
    st.text(max_size=20),
)
texts = st.lists(pieces, max_size=25).map("".join)


def places(content: Content) -> set[str]:
    return set(Reading(content=content, directory=DIRECTORY, known=KNOWN, on=TODAY).places())


@settings(max_examples=300)
@given(texts, texts, st.sampled_from("ABC"), st.sampled_from(["vi", "en"]), st.none() | st.dates(), st.dates())
def test_no_text_breaks_a_check_and_every_finding_points_at_a_place_that_is_there(
    html: str, title: str, grade: str, lang: str, event: date | None, on: date
) -> None:
    content = article(html, title=title, summary=title[:30], tags=(title,), grade=grade, lang=lang, event_on=event,
                      media=(SHA,), picture=SHA)  # fmt: skip

    found = check(content, officials=DIRECTORY, known=KNOWN, on=on)

    assert {one.where for one in found} <= places(content)
    assert all(one.text and Level(one.level) and Code(one.code) for one in found)
    assert len(set(found)) == len(found)


@given(st.text())
def test_any_text_at_all_can_stand_in_every_field(text: str) -> None:
    given_ = {one.name: text for one in fields(Content) if one.type == "str" and one.name not in ("html", "grade")}

    found = check(article(text, **given_), officials=POSTS, known=Known(), on=TODAY)

    assert all(isinstance(one, Finding) for one in found)


@given(texts)
def test_a_second_look_finds_the_same(html: str) -> None:
    first, second = (check(article(html), officials=POSTS, known=KNOWN, on=TODAY) for _ in range(2))

    assert first == second


def test_a_hostile_text_is_examined_in_good_time() -> None:
    units = ("a ", "mậ", "0", "1/1/2", "đã 1/1/2030 ", "<a href=x>", "<div>", "MẬT ", "Nguyễn ", ". ", "\u0301", "thứ ",
             "( ", "\u00a0", "a.", "Ông ", "TP. ")  # fmt: skip

    for unit in units:
        html = "<p>" + unit * (100_000 // len(unit.encode()))
        start = time.process_time()
        check(article(html), officials=DIRECTORY, known=KNOWN, on=TODAY)
        assert time.process_time() - start < 5, unit


def test_every_code_has_a_rule_and_no_rule_is_milder_for_grade_a() -> None:
    order = [Level.WARN, Level.SECRECY, Level.BLOCK]

    assert set(RULES) == set(Code)
    assert [code for code, rule in RULES.items() if order.index(rule.a) < order.index(rule.b)] == []
    assert all(rule.level("A") == rule.level("lạ") == rule.a and rule.level("B") == rule.b for rule in RULES.values())


def test_the_reference_holds_every_rule_with_its_levels() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "checks.md").read_text()
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (\w+) \| (\w+) \|$", page, re.MULTILINE)

    assert rows == [(code.value, rule.says, rule.a.value, rule.b.value) for code, rule in RULES.items()]


def test_a_finding_reads_as_one_sentence_with_its_place() -> None:
    found = check(article(FINE + "<p></p><p>gọi 0912345678</p>"), officials=(), known=Known(), on=TODAY)

    assert [str(one) for one in found] == [
        "Đoạn 2: có số di động “091…78” ngoài danh bạ cơ quan; hãy dùng số của cơ quan."
    ]
