"""The little language: what it picks, what it refuses in words, and that no page makes it run long."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from cong.harvest.adapters import selectors
from cong.harvest.adapters.contract import Spec
from cong.harvest.adapters.selectors import BadSelector, compiled, wrong

_QUICK = 5.0
_PAGE = """
<html><body><div id="tin" class="khung">
  <div class="muc noi-bat"><h3><a href="/bai/1" title="Một">Tin một</a></h3>
    <span class="ngay">Ngày 01/06/2026</span></div>
  <div class="muc"><h3><a href="/bai/2">Tin &amp; hai</a></h3><p>Tóm <b>tắt</b></p></div>
  <table><tr><th>Số</th></tr><tr><td>1</td><td><a href="/vb/1">Văn bản</a></td></tr></table>
</div></body></html>
"""


def parsed(html: str) -> etree._Element:
    parser: Any = etree.HTMLParser(encoding="utf-8")
    root: etree._Element = etree.fromstring(html.encode(), parser)
    return root


def texts(said: str, html: str = _PAGE) -> list[str]:
    return compiled(said).texts(parsed(html))


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < _QUICK


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("css:div.muc h3 a", ["Tin một", "Tin & hai"]),
        ("h3 a", ["Tin một", "Tin & hai"]),
        ("css:h3 a@href", ["/bai/1", "/bai/2"]),
        ("h3 a@title", ["Một"]),
        ("a[href*='@'], h3 > a@href", ["/bai/1", "/bai/2"]),
        ("td:nth-child(2) a@href", ["/vb/1"]),
        ("tr + tr > td", ["1", "Văn bản"]),
        ("h3 ~ p", ["Tóm tắt"]),
        ("div.muc:not(.noi-bat) a", ["Tin & hai"]),
        ("div:has(> h3) > p", ["Tóm tắt"]),
        ("p, .ngay", ["Ngày 01/06/2026", "Tóm tắt"]),
        ("xpath://span[@class='ngay']/text()", ["Ngày 01/06/2026"]),
        ("xpath:.//h3/a/@href", ["/bai/1", "/bai/2"]),
        ("xpath:/html/body/div/div[2]/p", ["Tóm tắt"]),
        ("xpath:/html//p", ["Tóm tắt"]),
        ("xpath://div[@id='tin']//div[contains(@class,'muc')]//a", ["Tin một", "Tin & hai"]),
        ("xpath://h3[contains(.,'hai')]/following-sibling::p", ["Tóm tắt"]),
        ("xpath://p/../h3", ["Tin & hai"]),
        ("xpath://tr[position()>1][td and .//a]/td[1]", ["1"]),
        ("xpath:substring-after(.//span, 'Ngày ')", ["01/06/2026"]),
        ("xpath:concat(.//h3, ' – ', .//span)", ["Tin một – Ngày 01/06/2026"]),
        ("xpath:count(.//h3)", ["2.0"]),
        ("xpath://p | //th", ["Tóm tắt", "Số"]),
        ("css:li", []),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_picked(said: str, found: list[str]) -> None:
    assert wrong(said) == ""
    assert texts(said) == found


def test_everything_is_picked_from_inside_the_element_that_is_read() -> None:
    _, second = compiled("div.muc").elements(parsed(_PAGE))

    assert compiled("a").texts(second) == ["Tin & hai"]
    assert compiled("xpath://a").texts(second) == ["Tin & hai"]
    assert compiled("xpath:./h3").texts(second) == ["Tin & hai"]
    assert compiled("xpath:/html").texts(second) == []
    assert compiled("css:div.muc p").texts(second) == ["Tóm tắt"]
    assert compiled("@class").texts(second) == ["muc"]


def test_elements_of_several_selectors_come_in_the_order_of_the_page() -> None:
    found = compiled("p, h3, span").elements(parsed(_PAGE))

    assert [one.tag for one in found] == ["h3", "span", "h3", "p"]


@pytest.mark.parametrize(
    "said",
    [
        "", "css:", "xpath:", "xpath://", "a[", "a{}", "a::text", "a:khac", "ns|a", "x" * 401, ":not(" * 60,
        "xpath:document('/etc/passwd')", "xpath://a[document('/etc/passwd')]", "xpath:id('tin')", "xpath:$x",
        "xpath:re:test(., 'a')", "xpath://a[re:test(., '(a+)+$')]", "xpath:translate(., 'a', 'b')",
        "xpath://a[//b]", "xpath://a[.//b//c]", "xpath://div[.//div//div]", "xpath://a[.//b[.//c]]",
        "xpath://a[.//b = .//c]", "xpath://a[b | c]", "xpath://a[preceding::b]", "xpath:following::a",
        "xpath:descendant::a", "xpath://a/..//b", "xpath:'chữ'", "xpath:1 + 1", "xpath:(//a)[1]",
        "xpath://a[1] + //b[1]",
        "xpath://a///b", "xpath:a/", "xpath:a[", "xpath:a]", "xpath://a[count('x')]", None, 5, ["a"], {},
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_words(said: Any) -> None:
    assert wrong(said).endswith((".", "…"))


def test_no_file_of_this_machine_is_read() -> None:
    with pytest.raises(BadSelector, match="document"):
        compiled("xpath:string(document('/etc/hostname'))")


@pytest.mark.parametrize(
    "said",
    [
        "div div div div", "div > div div", "div ~ div", "div + div + div", "div:has(p)", "div:nth-last-child(2)",
        "div, div div", "xpath://div//div//div", "xpath://div/ancestor::div", "xpath://div/following-sibling::div",
        "xpath://div[div = .//div]", "xpath://div[following-sibling::p]", "xpath://div/../..", "xpath://div/..",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "html",
    [("<div>" * 240 + "</div>" * 240) * 100, ("<div>" + "<div>x</div>" * 2_900 + "</div>") * 10],
    ids=["deep", "wide"],
)
def test_no_page_makes_a_selector_run_long(said: str, html: str) -> None:
    root = parsed(html)

    with quickly():
        compiled(said).pick(root)


@given(st.text(st.sampled_from("adiv.#[]()@:/*|,=>+~'\" 1!$-textpqnothas\\") | st.characters(), max_size=40))
def test_no_words_raise_anything_but_their_own_news(said: str) -> None:
    root = parsed(_PAGE)

    for one in (said, f"css:{said}", f"xpath:{said}", f"xpath://a[{said}]"):
        if not wrong(one):
            assert all(isinstance(text, str) for text in compiled(one).texts(root))


_STEPS = ["a", "div", "*", "@href", "text()", "..", ".", "self::a", "ancestor::div", "following-sibling::*[1]"]
_TESTS = [
    "",
    "[1]",
    "[@class]",
    "[.//a]",
    "[a/b]",
    "[not(a) and .//div]",
    "[contains(., 'x')]",
    "[div div 2]",
    "[last()]",
]


@example([("//", "@href", ""), ("/", "..", "")])
@example([("//", "text()", ""), ("/", ".", "")])
@given(st.lists(st.tuples(st.sampled_from(["/", "//"]), st.sampled_from(_STEPS), st.sampled_from(_TESTS)), max_size=4))
def test_what_is_accepted_picks_what_xpath_would(steps: list[tuple[str, str, str]]) -> None:
    said = "." + "".join(map("".join, steps))
    root = parsed(_PAGE)

    if wrong(f"xpath:{said}"):
        return
    whole: Any = etree.XPath(said, smart_strings=False)(root)
    assert set(compiled(f"xpath:{said}").pick(root)) == set(whole)


def test_pages_are_counted_from_the_first() -> None:
    spec = Spec(url="https://vidu.gov.vn/tin?Page={page}", config={"pages": 3, "first_page": 0})

    assert selectors.page_addresses(spec) == tuple(f"https://vidu.gov.vn/tin?Page={number}" for number in range(3))
    assert selectors.wrong_pages(spec) == ""


def test_an_address_without_page_is_one_page() -> None:
    assert selectors.page_addresses(Spec(url="https://vidu.gov.vn/tin")) == ("https://vidu.gov.vn/tin",)


@pytest.mark.parametrize("config", [{"pages": 21}, {"pages": "2"}, {"pages": True}, {"first_page": -1}, {"pages": 2}])
def test_pages_that_cannot_be_are_refused(config: dict[str, Any]) -> None:
    assert selectors.wrong_pages(Spec(url="https://vidu.gov.vn/tin", config=config))
