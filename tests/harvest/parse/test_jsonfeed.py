"""JSON Feed, and JSON that only looks like it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cong.harvest.parse import Enclosure, NotAFeed, RawItem
from tests.harvest.parse.makers import read


def one(**item: Any) -> RawItem:
    (found,) = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()).items
    return found


def test_a_feed_says_what_it_is() -> None:
    body = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Tin tức", "home_page_url": "/", "language": "vi",
        "hubs": [{"type": "WebSub", "url": "https://hub.vidu.vn/"}], "items": [],
    }  # fmt: skip

    feed = read(json.dumps(body).encode())

    assert (feed.kind, feed.title, feed.url, feed.lang) == ("json", "Tin tức", "https://vidu.gov.vn/", "vi")
    assert feed.hub == "https://hub.vidu.vn/"


def test_an_item_says_everything_that_it_has() -> None:
    found = one(
        id=12, url="/tin/12", title="Trồng một triệu cây", summary="Cây bản địa.", content_html="<p>Cây bản địa.</p>",
        date_published="2026-03-12T14:30:00+07:00", date_modified="2026-03-13T01:00:00Z", image="/cay.jpg",
        authors=[{"name": "Lê An"}, {"name": "Vũ Bình"}], tags=["Rừng", "Rừng", 5, None], language="vi",
        attachments=[{"url": "/nghe.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 99}, {"mime_type": "x"}],
    )  # fmt: skip

    assert (found.guid, found.url) == ("12", "https://vidu.gov.vn/tin/12")
    assert (found.title, found.summary, found.html) == ("Trồng một triệu cây", "Cây bản địa.", "<p>Cây bản địa.</p>")
    assert found.published == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
    assert found.updated == datetime(2026, 3, 13, 1, tzinfo=UTC)
    assert (found.author, found.tags, found.lang) == ("Lê An, Vũ Bình", ("Rừng", "5"), "vi")
    assert found.image == "https://vidu.gov.vn/cay.jpg"
    assert found.enclosures == (Enclosure(url="https://vidu.gov.vn/nghe.mp3", type="audio/mpeg", length=99),)


def test_plain_text_is_not_taken_for_markup() -> None:
    assert one(content_text="1 < 2 & <b>3</b>").html == "1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;"


def test_the_old_single_author_is_read() -> None:
    assert one(author={"name": "Lê An"}).author == "Lê An"


def test_halves_of_characters_and_nul_are_left_out() -> None:
    found = one(title="A\ud800B\x00C", id="\udfff1", content_text="x\ud83d")

    assert (found.title, found.guid, found.html) == ("ABC", "1", "x")


@pytest.mark.parametrize("value", [None, 5, True, [], {}, [[]], "x", 1e400, -1])
def test_values_of_the_wrong_type_are_left_out(value: Any) -> None:
    names = ("id", "url", "title", "summary", "content_html", "date_published", "authors", "author", "tags",
             "attachments", "image", "language")  # fmt: skip

    found = one(**dict.fromkeys(names, value), attachment=value)

    assert isinstance(found.title, str)
    assert found.author == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"error": "kh\xc3\xb4ng c\xc3\xb3"}', "no-channel"),
        (b'{"items": {}}', "no-channel"),
        (b"[1, 2]", "no-channel"),
        (b'{"items": [', "malformed"),
        (b'{"items": ' + b"[" * 200_000, "too-deep"),
        (b'{"items": [{"id": ' + b"1" * 10_000 + b"}]}", "malformed"),
        (b'{"items": [' + b"{}," * 50_001 + b"{}]}", "too-many"),
    ],
)
def test_other_json_is_refused_in_words(body: bytes, code: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read(body)

    assert refused.value.code == code


def test_a_byte_order_mark_hides_nothing() -> None:
    body = '\ufeff\n {"items": [{"id": "1"}]}'

    assert [item.guid for item in read(body.encode()).items] == ["1"]
    assert [item.guid for item in read(body.encode("utf-16-le")).items] == ["1"]
