"""OPML: nothing is lost on the way out and back, from our registry or from another reader's list."""

from __future__ import annotations

import contextlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.opml import BadOpml, Outline, entries, outlines, parse, write

_ELSEWHERE = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Danh sách</title></head><body>
  <outline text="Tin &amp; bài"><outline text="Địa phương">
    <outline type="rss" text="Xã mẫu" xmlUrl="https://xa.vidu.vn/rss?a=1&b=2" htmlUrl="https://xa.vidu.vn/"/>
  </outline><outline text="Rỗng"/></outline>
  <outline title="Xã mẫu" xmlURL="https://xa2.vidu.vn/rss"/>
</body></opml>"""
_REGISTRY = """
[[source]]
id = "xa-mau"
agency = "xa-mau"
name = "Xã mẫu <1> & \\"2\\""
section = "tin-hoat-dong"
kind = "sitemap"
url = "https://xa.vidu.vn/sitemap.xml?a=1&b=2"
policy = "review"
newer = "30d"
most = 20
ratio = 1.0
enabled = false
include = ["/tin/", "/văn bản/"]
map = [{ path = "/van-ban/", section = "van-ban" }, { tag = "Xây dựng\\tĐảng\\u0001\\uFFFF" }]
"""


def test_a_list_from_elsewhere_is_read_with_its_folders() -> None:
    first, second = parse(_ELSEWHERE)

    assert (first.title, first.xml_url) == ("Xã mẫu", "https://xa.vidu.vn/rss?a=1&b=2")
    assert (first.html_url, first.folders) == ("https://xa.vidu.vn/", ("Tin & bài", "Địa phương"))
    assert (second.title, second.xml_url, second.folders) == ("Xã mẫu", "https://xa2.vidu.vn/rss", ())


def test_a_list_from_elsewhere_becomes_entries_with_ids_of_their_own() -> None:
    first, second = entries(parse(_ELSEWHERE))

    assert first == {
        "id": "xa-mau", "name": "Xã mẫu", "kind": "feed", "url": "https://xa.vidu.vn/rss?a=1&b=2",
        "site": "https://xa.vidu.vn/", "folder": ["Tin & bài", "Địa phương"],
    }  # fmt: skip
    assert second == {"id": "xa-mau-2", "name": "Xã mẫu", "kind": "feed", "url": "https://xa2.vidu.vn/rss"}


def test_folders_and_sites_survive_the_registry() -> None:
    before = parse(_ELSEWHERE)

    after = parse(write(outlines(entries(before))))

    assert [(one.title, one.xml_url, one.html_url, one.folders) for one in after] == [
        (one.title, one.xml_url, one.html_url, one.folders) for one in before
    ]


def test_a_registry_comes_back_from_opml_without_a_change() -> None:
    before = tomllib.loads(_REGISTRY)["source"]

    text = write(outlines(before))

    assert entries(parse(text)) == before
    assert 'xmlUrl="https://xa.vidu.vn/sitemap.xml?a=1&amp;b=2"' in text
    assert 'policy="review"' in text
    assert "/văn bản/" in text


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_VALUES = st.recursive(
    st.one_of(_ANY_TEXT, st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_ANY_TEXT, inner, max_size=3)),
    max_leaves=6,
)
_WORDS = st.sampled_from(
    ["id", "agency", "name", "section", "kind", "url", "policy", "folder", "site", "more", "every"]
)
_ENTRIES = st.lists(st.dictionaries(st.one_of(_WORDS, _ANY_TEXT), _VALUES, min_size=1, max_size=6), max_size=4)


@given(_ENTRIES)
def test_any_entry_comes_back_as_it_was(before: list[dict[str, Any]]) -> None:
    after = entries(parse(write(outlines(before))))

    # Written out, because to Python 1, 1.0 and True are equal.
    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)


_XML_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)


@given(
    st.lists(
        st.builds(
            Outline, title=_XML_TEXT, xml_url=_XML_TEXT.map(lambda text: f"https://{text}"), html_url=_XML_TEXT,
            folders=st.lists(_XML_TEXT, max_size=4).map(tuple),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_outlines_come_back_in_their_order(before: list[Outline]) -> None:
    assert parse(write(before)) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "sai cú pháp"),
        ("<opml><body><outline", "sai cú pháp"),
        ("<rss/>", "<opml>"),
        ("<opml>" + "<outline text='a'>" * 60 + "</outline>" * 60 + "</opml>", "50 tầng"),
        ("<opml>" + "<outline text='a'>" * 600 + "</outline>" * 600 + "</opml>", "quá sâu"),
        (f"<opml><!--{'x' * 10_000_000}--></opml>", "10 MB"),
        ('<opml xmlns:c="urn:cong:harvest"><outline text="A" c:more="{"/></opml>', "“A”"),
        ('<opml xmlns:c="urn:cong:harvest"><outline text="A" c:more="[1]"/></opml>', "bảng JSON"),
        ('<opml xmlns:c="urn:cong:harvest"><outline text="A" c:more=\'{"a": NaN}\'/></opml>', "“A”"),
        ('<opml xmlns:c="urn:cong:harvest"><outline text="A" c:more=\'{"a": "\\ud800"}\'/></opml>', "“A”"),
        (f'<opml xmlns:c="urn:cong:harvest"><outline text="A" c:more="{"[" * 100_000}"/></opml>', "“A”"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(BadOpml, match=said):
        parse(text)


@pytest.mark.parametrize("value", [float("inf"), object(), "\ud800"])
def test_what_cannot_be_written_is_told_in_words(value: object) -> None:
    with pytest.raises(BadOpml, match="“A”"):
        write([Outline(title="A", xml_url="https://a.vn", words={"id": "a", "x": value})])


def test_folders_that_could_not_be_read_back_are_not_written() -> None:
    with pytest.raises(BadOpml, match="50"):
        write([Outline(title="A", xml_url="https://a.vn", folders=("a",) * 50)])


def test_entities_reveal_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("BIMAT")
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE opml [<!ENTITY e0 "ha"><!ENTITY x SYSTEM "file://{secret}">{lines}]>'

    found = parse(f'{head}<opml><outline text="&x;&e11;" xmlUrl="https://a.vn/rss"/></opml>')

    assert "BIMAT" not in str(found)
    assert len(str(found)) < 1000


_PARTS = st.sampled_from(
    [
        "<opml>", "</opml>", "<outline", " text='a'", " xmlUrl='b'", " xmlUrl=''", ">", "/>", "</outline>", "&",
        "&x;", "<opml xmlns:c='urn:cong:harvest'>", " c:more='{}'", " c:id='5'", "<!DOCTYPE a [", "]>", "\0",
        "\ud800", "<![CDATA[",
    ]
)  # fmt: skip


@given(st.one_of(st.lists(_PARTS, max_size=30).map("".join), st.text(max_size=50)))
def test_any_text_is_a_list_or_none(text: str) -> None:
    with contextlib.suppress(BadOpml):
        write(outlines(entries(parse(text))))
