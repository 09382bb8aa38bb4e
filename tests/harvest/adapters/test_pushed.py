"""What is pushed is read or refused field by field; a signature holds for one body, one secret and five minutes."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.adapters import pushed
from cong.harvest.adapters.pushed import BadPush, signature, verify
from cong.harvest.parse import Enclosure, NotAFeed, RawFeed, Rules

_NOON = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
_STAMP = str(int(_NOON.timestamp()))
_WHOLE = {
    "id": "tin-1", "url": "https://xa.vidu.vn/tin-1", "title": "Thư viện <b>xã</b>", "summary": "Mở cửa",
    "html": "<p>Mở cửa<img src='/a.jpg'></p>", "author": "Ban biên tập", "lang": "vi", "tags": ["sách", "xã", "sách"],
    "published": "2026-06-14T08:00:00+07:00", "updated": "2026-06-15", "number": "5/TB-TV",
    "enclosures": [{"url": "https://xa.vidu.vn/a.pdf", "type": "Application/PDF", "length": 5}],
}  # fmt: skip


def _read(body: Any) -> RawFeed:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return pushed.read(content, url="https://xa.vidu.vn/", charset=None, rules=Rules(now=_NOON))


def _problems(body: Any) -> tuple[str, ...]:
    with pytest.raises(BadPush) as caught:
        _read(body)
    return caught.value.problems


def test_every_field_is_read() -> None:
    feed = _read({"items": [_WHOLE], "deleted": ["tin-0"]})

    (item,) = feed.items
    assert (feed.kind, feed.deleted) == ("push", ("tin-0",))
    assert (item.guid, item.url, item.title) == ("tin-1", "https://xa.vidu.vn/tin-1", "Thư viện xã")
    assert (item.summary, item.html) == ("Mở cửa", "<p>Mở cửa<img src='/a.jpg'></p>")
    assert (item.author, item.lang, item.tags, item.number) == ("Ban biên tập", "vi", ("sách", "xã"), "5/TB-TV")
    assert (item.published, item.updated) == (
        datetime(2026, 6, 14, 1, 0, tzinfo=UTC), datetime(2026, 6, 14, 17, 0, tzinfo=UTC)
    )  # fmt: skip
    assert item.image == "https://xa.vidu.vn/a.jpg"
    assert item.enclosures == (Enclosure(url="https://xa.vidu.vn/a.pdf", type="application/pdf", length=5),)


def test_null_is_as_good_as_nothing() -> None:
    (item,) = _read({"items": [dict.fromkeys(_WHOLE) | {"id": "1", "title": "A"}], "deleted": None}).items

    assert (item.guid, item.title, item.tags, item.published) == ("1", "A", (), None)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"published": "mai kia"}, "items[1].published: không đọc được ngày giờ “mai kia”"),
        ({"published": 5}, "items[1].published: phải là một chuỗi"),
        ({"updated": "2126-01-01"}, "items[1].updated: không đọc được"),
        ({"url": "/tin-2"}, "items[1].url: phải là địa chỉ đầy đủ"),
        ({"url": "https://["}, "items[1].url: phải là địa chỉ đầy đủ"),
        ({"image": "javascript:alert(1)"}, "items[1].image: phải là địa chỉ"),
        ({"title": ["A"]}, "items[1].title: phải là một chuỗi"),
        ({"title": "x" * 2001}, "items[1].title: dài quá 2000 ký tự"),
        ({"lang": "tiếng Việt"}, "items[1].lang: phải là mã ngôn ngữ"),
        ({"tags": "sách"}, "items[1].tags: phải là một danh sách"),
        ({"tags": ["sách", 5]}, "items[1].tags[1]: phải là một chuỗi"),
        ({"tags": ["a"] * 51}, "items[1].tags: nhiều hơn 50"),
        ({"enclosures": ["a"]}, "items[1].enclosures[0]: phải là một bảng JSON"),
        ({"enclosures": [{"type": "a"}]}, "items[1].enclosures[0].url: thiếu"),
        ({"enclosures": [{"url": "https://a.vn", "length": "5"}]}, "items[1].enclosures[0].length: phải là số byte"),
        ({"enclosures": [{"url": "https://a.vn", "size": 5}]}, "items[1].enclosures[0].size: không có trường này"),
        ({"titel": "A"}, "items[1].titel: không có trường này"),
        ({"id": None, "url": " "}, "items[1].id: thiếu"),
        ({"title": "", "html": None, "summary": " "}, "items[1].title: thiếu"),
        ({"id": "tin-1"}, "items[1].id: trùng với items[0].id"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change: dict[str, Any], problem: str) -> None:
    (said,) = _problems({"items": [_WHOLE, _WHOLE | {"id": "tin-2"} | change]})

    assert said.startswith(problem)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "items: thiếu"),
        ({"items": {}}, "items: phải là một danh sách"),
        ({"items": ["a"]}, "items[0]: phải là một bảng JSON"),
        ({"itmes": [], "items": []}, "itmes: không có trường này"),
        ({"deleted": [5]}, "deleted[0]: phải là một chuỗi"),
        ({"items": [_WHOLE], "deleted": ["tin-1"]}, "deleted[0]: vừa gửi vừa gỡ"),
        ({"deleted": ["a"] * 501}, "items: gửi hơn 500 mục"),
        ([], "Nội dung phải là một bảng JSON"),
        (b'{"items": [', "Nội dung JSON sai cú pháp"),
        (b'{"items": "\xff"}', "Nội dung JSON sai cú pháp"),
        (b'{"items": ' + b"[" * 100_000, "Nội dung JSON lồng quá sâu"),
    ],
)
def test_a_body_of_the_wrong_form_is_refused(body: Any, problem: str) -> None:
    assert _problems(body)[0].startswith(problem)


def test_all_mistakes_are_named_at_once_up_to_a_limit() -> None:
    assert len(_problems({"items": [{"title": 1, "lang": 2}]})) == 3
    assert len(_problems({"items": [{"x": 1}] * 100})) == 20


def test_a_feed_of_any_kind_is_read_too() -> None:
    json_feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "A"}]}
    rss = b"<rss><channel><item><guid>1</guid><title>A</title></item></channel></rss>"

    for feed in (_read(json_feed), _read(rss)):
        assert (feed.kind, [item.guid for item in feed.items]) == ("push", ["1"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<rss><channel>" + b"<item><title>a</title></item>" * 501 + b"</channel></rss>", "too-many"),
        (b"{" + b" " * 5_000_000, "too-big"),
        (b"", "empty"),
        (b"<html></html>", "html"),
    ],
)
def test_limits_hold_for_feeds(body: bytes, code: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        _read(body)

    assert caught.value.code == code


def test_signs_that_no_database_holds_are_left_out() -> None:
    (item,) = _read(b'{"items": [{"id": "a\\u0000\\ud800b", "title": "c\\u0000"}]}').items

    assert (item.guid, item.title) == ("ab", "c")


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*_WHOLE, "items", "deleted", "version", "type", "length"]), inner, max_size=5),
    ),
    max_leaves=12,
)


@given(st.one_of(_JSON, st.fixed_dictionaries({"items": st.lists(_JSON, max_size=3)}), st.binary(max_size=100)))
def test_any_body_is_read_or_refused(body: Any) -> None:
    with contextlib.suppress(NotAFeed):
        json.dumps(str(_read(body))).encode()


def test_a_right_signature_is_believed() -> None:
    assert verify("khóa", _STAMP, b"{}", signature("khóa", _STAMP, b"{}"), _NOON) == ""


def test_the_signature_is_the_one_that_the_documentation_promises() -> None:
    assert signature("key", "1750000000", b'{"items": []}') == (
        "351ba63117fd02b70648898505b7178334f6e6c48916a8bf583db158fae22c98"
    )


@pytest.mark.parametrize(
    ("secret", "stamp", "body", "said"),
    [
        ("", _STAMP, b"{}", "chưa có khóa"),
        ("khác", _STAMP, b"{}", "không khớp"),
        ("khóa", _STAMP, b"{ }", "không khớp"),
        ("khóa", str(int(_STAMP) + 1), b"{}", "không khớp"),
        ("khóa", "hôm nay", b"{}", "số giây"),
        ("khóa", "١٢٣", b"{}", "số giây"),
        ("khóa", "9" * 5_000, b"{}", "số giây"),
    ],
)
def test_a_signature_for_something_else_is_refused(secret: str, stamp: str, body: bytes, said: str) -> None:
    assert said in verify(secret, stamp, body, signature("khóa", _STAMP, b"{}"), _NOON)


@pytest.mark.parametrize(("seconds", "right"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_a_signature_is_good_for_five_minutes(seconds: int, right: bool) -> None:
    now = _NOON + timedelta(seconds=seconds)

    assert (verify("khóa", _STAMP, b"{}", signature("khóa", _STAMP, b"{}"), now) == "") is right


@given(st.text(), st.text(), st.binary(max_size=20))
def test_no_made_up_signature_is_believed(given_signature: str, stamp: str, body: bytes) -> None:
    assert verify("khóa", stamp, body, given_signature, _NOON) != ""
