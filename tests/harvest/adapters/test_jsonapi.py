"""JSON interfaces: dot paths, templates, moments in every spelling, and answers that are something else."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.adapters.contract import Body, Reading, Spec
from cong.harvest.adapters.jsonapi import ADAPTER
from cong.harvest.parse import NotAFeed, RawItem, Rules

_RULES = Rules(now=datetime(2026, 6, 15, 5, 0, tzinfo=UTC))
_URL = "https://vidu.gov.vn/api/tin?trang=1"
_CONFIG: dict[str, Any] = {"items": "data.list", "title": "tieuDe", "link": "https://vidu.gov.vn/bai/{id}"}


def read(document: Any, **config: Any) -> Reading:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return ADAPTER.read(Body(content=body, url=_URL), Spec(url=_URL, config=_CONFIG | config), _RULES)


def one(item: dict[str, Any], **config: Any) -> RawItem:
    (found,) = read({"data": {"list": [item]}}, **config).feed.items
    return found


def refused(document: Any, **config: Any) -> str:
    with pytest.raises(NotAFeed) as news:
        read(document, **config)
    return news.value.code


def test_an_item_says_everything_that_its_paths_lead_to() -> None:
    item = {
        "id": 7, "tieuDe": "Khởi công <b>cầu</b> mới", "moTa": "Cầu dài 300 m.", "noiDung": "<p>Cầu dài 300 m.</p>",
        "anh": [{"url": "/anh/cau.jpg"}], "soHieu": "12/QĐ-UBND", "tacGia": {"ten": "Ban biên tập"},
        "the": [{"ten": "Giao thông"}, {"ten": "Cầu"}], "ma": "tin-7", "ngay": "28/05/2026 08:15",
    }  # fmt: skip

    found = one(
        item, summary="moTa", content="noiDung", image="anh.0.url", number="soHieu", author="tacGia.ten",
        tags="the.*.ten", guid="ma", date="ngay",
    )  # fmt: skip

    assert (found.guid, found.url, found.title) == ("tin-7", "https://vidu.gov.vn/bai/7", "Khởi công cầu mới")
    assert (found.summary, found.html) == ("Cầu dài 300 m.", "<p>Cầu dài 300 m.</p>")
    assert (found.image, found.number) == ("https://vidu.gov.vn/anh/cau.jpg", "12/QĐ-UBND")
    assert (found.author, found.tags) == ("Ban biên tập", ("Giao thông", "Cầu"))
    assert found.published == datetime(2026, 5, 28, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [1_780_000_000, 1_780_000_000_000, 1_780_000_000.0, "1780000000", "/Date(1780000000000)/",
     "/Date(1780000000000+0700)/", "2026-05-29T03:26:40", "29/05/2026 03:26:40"],
)  # fmt: skip
def test_moments_are_read_in_every_spelling(said: Any) -> None:
    found = one({"id": 1, "tieuDe": "Tin", "ngay": said}, date="ngay")

    assert found.published == datetime(2026, 5, 28, 20, 26, 40, tzinfo=UTC)


def test_a_date_that_cannot_be_read_is_kept_in_the_sources_words() -> None:
    found = one({"id": 1, "tieuDe": "Tin", "ngay": "sắp tới"}, date="ngay")

    assert (found.published, found.date_text) == (None, "sắp tới")


def test_what_fills_a_template_is_quoted() -> None:
    found = one({"id": "a b/../?c=ữ", "tieuDe": "Tin"})

    assert found.url == "https://vidu.gov.vn/bai/a%20b%2F..%2F%3Fc%3D%E1%BB%AF"


def test_a_relative_link_is_meant_on_the_site() -> None:
    assert one({"tieuDe": "Tin", "duong": "/bai/9.html"}, link="duong").url == "https://vidu.gov.vn/bai/9.html"


@pytest.mark.parametrize("said", ["javascript:alert(1)", "file:///etc/passwd", "", None, {}, "http://[x"])
def test_what_is_no_address_of_the_web_is_no_link(said: Any) -> None:
    item = {"tieuDe": "Tin", "duong": said, "id": 1}

    assert one(item, link="duong", guid="id").url in ("", "http://[x")


def test_an_item_without_title_or_identity_is_passed_over() -> None:
    document = {"data": {"list": [{"id": 1}, {"tieuDe": "Tin"}, 5, None, [], {"id": 2, "tieuDe": "Có cả hai"}]}}

    assert [item.title for item in read(document).feed.items] == ["Có cả hai"]


def test_the_whole_document_may_be_the_list() -> None:
    assert [item.title for item in read([{"id": 1, "tieuDe": "Tin"}], items=".").feed.items] == ["Tin"]


def test_an_empty_list_is_an_answer() -> None:
    assert read({"data": {"list": []}}).feed.items == ()


@pytest.mark.parametrize("document", [{"data": {}}, {"data": {"list": {}}}, [], 5, "x", None, {"data": [1]}])
def test_a_list_that_is_gone_means_that_the_rule_no_longer_fits(document: Any) -> None:
    assert refused(document) == "no-items"


def test_items_of_which_none_can_be_used_mean_that_the_rule_no_longer_fits() -> None:
    assert refused({"data": {"list": [{"title": "Đổi tên trường", "id": 1}]}}) == "no-items"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"), (b" \n", "empty"), (b"<html><input type=password>", "html"), (b'{"data": [', "malformed"),
        (b"[" * 200_000, "too-deep"), (b'{"data": {"list": [' + b"{}," * 5_001 + b"{}]}}", "too-many"),
        (b'{"a": ' + b"1" * 10_000 + b"}", "malformed"), (b" " * 10_000_001 + b"{}", "too-big"),
    ],
)  # fmt: skip
def test_other_answers_are_refused_in_words(body: bytes, code: str) -> None:
    assert refused(body) == code


@pytest.mark.parametrize(
    ("said", "follow"),
    [
        ("/api/tin?trang=2", ("https://vidu.gov.vn/api/tin?trang=2",)),
        ("https://VIDU.gov.vn/api/tin?trang=2", ("https://VIDU.gov.vn/api/tin?trang=2",)),
        ("https://khac.vn/api", ()), ("http://vidu.gov.vn/api", ()), ("//khac.vn/", ()), (_URL, ()), (None, ()),
        ("javascript:x", ()), ("http://[x", ()),
    ],
)  # fmt: skip
def test_the_next_page_is_followed_on_the_same_host_only(said: Any, follow: tuple[str, ...]) -> None:
    document = {"data": {"list": [{"id": 1, "tieuDe": "Tin"}]}, "links": {"next": said}}

    assert read(document, next="links.next", pages=3).follow == follow
    assert read(document, next="links.next").follow == ()


def test_pages_in_the_address_are_counted() -> None:
    spec = Spec(url="https://vidu.gov.vn/api?p={page}&n=20", config=_CONFIG | {"pages": 3, "first_page": 0})

    assert ADAPTER.wrong(spec) == ""
    assert ADAPTER.start(spec) == tuple(f"https://vidu.gov.vn/api?p={number}&n=20" for number in range(3))


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"title": "a..b"}, "title"), ({"items": ""}, "items"), ({"items": 5}, "items"), ({"link": "x/{id"}, "link"),
        ({"link": "x/{a b}"}, "link"), ({"pages": 0}, "pages"), ({"pages": 21}, "pages"), ({"pages": True}, "pages"),
        ({"pages": 2}, "{page}"), ({"first_page": -1}, "first_page"), ({"date": ["a"]}, "date"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_named(config: dict[str, Any], word: str) -> None:
    spec = Spec(url=_URL, config=_CONFIG | config)

    assert word in ADAPTER.wrong(spec)
    assert refused({}, **config) == "rule"


def test_what_is_missing_is_named() -> None:
    assert "items" in ADAPTER.wrong(Spec(url=_URL))
    assert "link" in ADAPTER.wrong(Spec(url=_URL, config={"items": "a", "title": "b"}))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd") | st.text(max_size=3), inner),
    max_leaves=12,
)
_PATHS = st.sampled_from(["a", "b", "a.b", "a.0", "a.*.b", "*", ".", "c.d.0", "{a}", "/x/{a.b}?{c}"]) | st.text()


@given(item=_JSON, config=st.dictionaries(st.sampled_from(sorted(ADAPTER.keys)), _PATHS | _JSON, min_size=3))
def test_no_answer_and_no_rule_raises_anything_but_news(item: Any, config: dict[str, Any]) -> None:
    spec = Spec(url=_URL, config={"items": ".", "title": "a", "link": "b"} | config)
    body = Body(content=json.dumps([item, {"a": item, "b": item}]).encode(), url=_URL)

    with contextlib.suppress(NotAFeed):
        for found in ADAPTER.read(body, spec, _RULES).feed.items:
            assert "\0" not in repr(found).encode().decode()


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_news(content: bytes) -> None:
    with contextlib.suppress(NotAFeed):
        read(content)
