"""OAI-PMH: what is asked, what records say, when the list ends, and from when to ask next time."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.adapters import Body, Reading, Spec
from cong.harvest.adapters.oai import ADAPTER
from cong.harvest.parse import NotAFeed, RawItem, Rules

_RULES = Rules(now=datetime(2026, 6, 15, 5, 0, tzinfo=UTC))
_URL = "https://vidu.gov.vn/oai"
_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
)


def _answer(inside: str, request: str = "<request verb='ListRecords'/>", at: str = "2026-06-15T04:00:09Z") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    return f"{head}<responseDate>{at}</responseDate>{request}{inside}</OAI-PMH>".encode()


def _records(*records: str, token: str = "") -> str:
    return f"<ListRecords>{''.join(records)}{token}</ListRecords>"


def _record(inside: str, name: str = "oai:vidu.gov.vn:12/34", stamp: str = "2026-06-14T08:00:00Z") -> str:
    header = f"<header><identifier>{name}</identifier><datestamp>{stamp}</datestamp></header>"
    return f"<record>{header}<metadata>{_DC}{inside}</oai_dc:dc></metadata></record>"


def _read(content: bytes, *, url: str = _URL, cursor: str = "", **config: Any) -> Reading:
    return ADAPTER.read(Body(content=content, url=url), Spec(url=_URL, config=config, cursor=cursor), _RULES)


def _item(inside: str, **config: Any) -> RawItem:
    (one,) = _read(_answer(_records(_record(inside))), **config).feed.items
    return one


def test_a_visit_asks_for_all_records_and_then_for_those_that_changed() -> None:
    first = ADAPTER.start(Spec(url=_URL))
    later = ADAPTER.start(Spec(url=f"{_URL}?kho=1", config={"set": "bài:1"}, cursor="2026-06-14"))

    assert first == (f"{_URL}?verb=ListRecords&metadataPrefix=oai_dc",)
    assert later == (f"{_URL}?kho=1&verb=ListRecords&metadataPrefix=oai_dc&set=b%C3%A0i%3A1&from=2026-06-14",)


def test_a_cursor_that_is_none_is_not_sent() -> None:
    assert "from" not in ADAPTER.start(Spec(url=_URL, cursor="hôm qua"))[0]


def test_a_record_says_what_dublin_core_says() -> None:
    item = _item(
        "<dc:title>Sổ tay thư viện</dc:title><dc:creator>Lê Mẫu</dc:creator><dc:creator>Trần Mẫu</dc:creator>"
        "<dc:description>Dùng cho xã &lt; 5 thôn</dc:description><dc:subject>thư viện</dc:subject>"
        "<dc:subject>sách</dc:subject><dc:type>Text</dc:type><dc:date>2026-05-02</dc:date><dc:language>vie</dc:language>"
        "<dc:publisher>Nhà xuất bản mẫu</dc:publisher><dc:identifier>12/2026/QĐ-TV</dc:identifier>"
        "<dc:identifier>https://vidu.gov.vn/so-tay</dc:identifier>"
    )

    assert (item.guid, item.url) == ("oai:vidu.gov.vn:12/34", "https://vidu.gov.vn/so-tay")
    assert (item.title, item.author, item.lang) == ("Sổ tay thư viện", "Lê Mẫu, Trần Mẫu", "vi")
    assert (item.summary, item.tags) == ("Dùng cho xã &lt; 5 thôn", ("thư viện", "sách", "Text"))
    assert (item.published, item.number) == (datetime(2026, 5, 1, 17, 0, tzinfo=UTC), "12/2026/QĐ-TV")
    assert item.updated == datetime(2026, 6, 14, 8, 0, tzinfo=UTC)


def test_a_publisher_stands_for_a_creator() -> None:
    assert _item("<dc:title>A</dc:title><dc:publisher>Nhà xuất bản mẫu</dc:publisher>").author == "Nhà xuất bản mẫu"


def test_an_address_is_made_from_the_template_when_the_record_names_none() -> None:
    link = "https://vidu.gov.vn/handle/{id}"

    assert _item("<dc:identifier>ISBN 1</dc:identifier>", link=link).url == "https://vidu.gov.vn/handle/12/34"
    assert _item("<dc:identifier>http://a.vn/1</dc:identifier>", link=link).url == "http://a.vn/1"
    assert _item("<dc:title>A</dc:title>").url == ""


def test_deleted_records_are_told_and_records_without_metadata_are_not_items() -> None:
    deleted = "<record><header status='deleted'><identifier>oai:a:1</identifier></header></record>"
    empty = "<record><header><identifier>oai:a:2</identifier></header></record>"

    feed = _read(_answer(_records(deleted, empty))).feed

    assert (feed.kind, feed.deleted, feed.items) == ("oai", ("oai:a:1",), ())


def test_a_token_is_followed_alone_until_it_is_empty() -> None:
    more = _answer(_records(_record(""), token="<resumptionToken cursor='0'> a/b&amp;c </resumptionToken>"))
    last = _answer(_records(_record(""), token="<resumptionToken/>"))

    assert _read(more).follow == (f"{_URL}?verb=ListRecords&resumptionToken=a%2Fb%26c",)
    assert _read(last).follow == ()


def test_a_token_that_never_changes_is_not_followed_for_ever() -> None:
    body = _answer(_records(_record(""), token="<resumptionToken>x</resumptionToken>"))

    assert _read(body, url=f"{_URL}?verb=ListRecords&resumptionToken=x").follow == ()


@pytest.mark.parametrize(
    ("at", "stamps", "cursor"),
    [
        ("2026-06-15T04:00:09Z", ["2026-06-14T08:00:00Z"], "2026-06-15T04:00:09Z"),
        ("2026-06-15T04:00:09.123+07:00", ["2026-06-14T08:00:00Z"], "2026-06-14T21:00:09Z"),
        ("2026-06-15T04:00:09Z", ["2026-06-14"], "2026-06-15"),
        ("2026-06-15T04:00:09Z", ["2026-06-14T08:00:00Z", "2026-06-14"], "2026-06-15"),
        ("2026-06-15T04:00:09Z", [], "2026-06-15"),
        ("lúc nào đó", ["2026-06-14"], ""),
    ],
)
def test_the_cursor_is_the_servers_time_in_its_own_granularity(at: str, stamps: list[str], cursor: str) -> None:
    records = [_record("", name=f"oai:a:{place}", stamp=stamp) for place, stamp in enumerate(stamps)]

    reading = _read(_answer(_records(*records), at=at))

    assert reading.cursor == cursor
    assert not cursor or cursor in ADAPTER.start(Spec(url=_URL, cursor=cursor))[0].replace("%3A", ":")


def test_only_the_first_page_moves_the_cursor() -> None:
    by_answer = _answer(_records(_record("")), request="<request verb='ListRecords' resumptionToken='x'/>")
    by_address = _answer(_records(_record("")))

    assert _read(by_answer).cursor == ""
    assert _read(by_address, url=f"{_URL}?verb=ListRecords&resumptionToken=x").cursor == ""


def test_nothing_new_is_an_answer() -> None:
    reading = _read(_answer("<error code='noRecordsMatch'>none</error>"), cursor="2026-06-14")

    assert (reading.feed.items, reading.follow, reading.cursor) == ((), (), "")


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (_answer("<error code='badResumptionToken'>gone</error>"), "oai-badResumptionToken", "đọc lại từ đầu"),
        (_answer("<error code='noSetHierarchy'/>"), "oai-noSetHierarchy", "bỏ set"),
        (_answer("<error code='la'>Chuyện &lt;b>lạ</error>"), "oai-error", "(la: Chuyện lạ)"),
        (_answer("<Identify/>"), "no-channel", "ListRecords"),
        (b"<rss/>", "no-channel", "<rss>"),
        (b" ", "empty", "rỗng"),
        (b"<html><body/></html>", "html", "trang web"),
        (b"<!DOCTYPE html><html><br></body>", "html", "trang web"),
        (_answer(_records(_record("")))[:-40], "malformed", "sai cú pháp"),
        (_answer("<a>" * 1_000 + "</a>" * 1_000), "too-deep", "quá sâu"),
        (b"x" * 20_000_001, "too-big", "20 MB"),
    ],
)
def test_errors_are_told_in_words(content: bytes, code: str, said: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        _read(content)

    assert caught.value.code == code
    assert said in caught.value.message


def test_entities_are_not_resolved() -> None:
    head = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b 'haha'>]>"
    body = head + _answer(_records(_record("<dc:title>Sach &a;&b;</dc:title>"))).partition(b"?>")[2]

    assert "root:" not in str(_read(body))
    assert "haha" not in str(_read(body))


@pytest.mark.parametrize("config", [{"set": 5}, {"link": "/tin/{id}"}, {"link": "https://a.vn/tin"}, {"link": 1}])
def test_a_wrong_word_is_named_and_hurts_no_reading(config: dict[str, Any]) -> None:
    assert ADAPTER.wrong(Spec(url=_URL, config=config)).startswith(next(iter(config)))
    assert _item("<dc:title>A</dc:title>", **config).title == "A"


def test_right_words_are_not_refused() -> None:
    config = {"set": "tin", "link": "https://vidu.gov.vn/{id}"}

    assert ADAPTER.wrong(Spec(url=_URL, config=config)) == ""
    assert ADAPTER.wrong(Spec(url=f"{_URL}?verb=Identify")).startswith("url")
    assert set(config) == ADAPTER.keys


_PARTS = st.sampled_from(
    [
        "<ListRecords>", "</ListRecords>", "<record>", "</record>", "<header status='deleted'>", "</header>",
        "<error/>", "<metadata>", "</metadata>", "<identifier>", "</identifier>", "<datestamp>2026",
        "</datestamp>", "&x;", "&", "x", "<dc:title>", "</dc:title>", "<resumptionToken>", "</resumptionToken>",
        "<!DOCTYPE a [", "]>", "\0", "https://[",
    ]
)  # fmt: skip


@given(st.lists(_PARTS, max_size=30).map("".join), st.sampled_from([_URL, "http://[::", f"{_URL}?resumptionToken=%FF"]))
def test_any_heap_of_parts_is_read_or_refused(inside: str, url: str) -> None:
    for body in (_answer(inside), _answer(_records(inside)), inside.encode()):
        with contextlib.suppress(NotAFeed):
            _read(body, url=url, link="https://a.vn/{id}")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(NotAFeed):
        _read(content)


# ---- going on in the next visit --------------------------------------------------------------------------------------


def _page(token: str) -> str:
    return f"{_URL}?verb=ListRecords&resumptionToken={token}"


def _resumed(cursor: str = "2026-06-01", first: str = "2026-06-15", token: str = "t1") -> str:
    assert ADAPTER.resume is not None
    return ADAPTER.resume(Spec(url=_URL, cursor=cursor), first, _page(token))


def test_a_list_that_was_not_read_to_its_end_is_gone_on_with_and_then_ends_as_if_read_at_once() -> None:
    once = _resumed()
    twice = _resumed(once, "", "t2")
    middle = _read(
        _answer(_records(_record(""), token="<resumptionToken>t3</resumptionToken>")), url=_page("t2"), cursor=twice
    )
    last = _read(_answer(_records(_record(""))), url=_page("t3"), cursor=twice)

    assert ADAPTER.start(Spec(url=_URL, cursor=once)) == (_page("t1"),)
    assert ADAPTER.start(Spec(url=_URL, cursor=twice)) == (_page("t2"),)
    assert (middle.follow, middle.cursor) == ((_page("t3"),), "")
    assert (last.follow, last.cursor) == ((), "2026-06-15")


def test_a_token_that_is_refused_begins_the_list_anew_from_where_all_was_read() -> None:
    refused = _answer(
        '<error code="badResumptionToken">hết hạn</error>', "<request verb='ListRecords' resumptionToken='t1'/>"
    )

    reading = _read(refused, url=_page("t1"), cursor=_resumed())

    assert reading.follow == (f"{_URL}?verb=ListRecords&metadataPrefix=oai_dc&from=2026-06-01",)
    assert (reading.feed.items, reading.cursor) == ((), "")


def test_a_token_of_this_visit_that_is_refused_is_an_error() -> None:
    refused = _answer('<error code="badResumptionToken"/>', "<request verb='ListRecords' resumptionToken='t9'/>")

    for cursor in ("", _resumed()):
        with pytest.raises(NotAFeed) as caught:
            _read(refused, url=_page("t9"), cursor=cursor)
        assert caught.value.code == "oai-badResumptionToken"


def test_a_list_that_cannot_be_gone_on_with_is_begun_anew() -> None:
    spec = Spec(url=_URL, cursor=_resumed(), failures=3)

    assert ADAPTER.start(spec) == (f"{_URL}?verb=ListRecords&metadataPrefix=oai_dc&from=2026-06-01",)


@pytest.mark.parametrize(("first", "token"), [("", "t1"), ("2026-06-15", ""), ("2026-06-15", "x" * 5_000)])
def test_without_a_time_or_a_usable_token_there_is_nothing_to_go_on_with(first: str, token: str) -> None:
    assert _resumed("", first, token) == ""


def test_a_list_without_end_is_not_followed_for_ever() -> None:
    cursor, visits = _resumed(), 0
    while cursor:
        cursor, visits = _resumed(cursor, "", f"t{visits}"), visits + 1

    assert visits == 2_000


@given(
    st.text()
    | st.from_regex(r"\{[^}]*\}", fullmatch=True)
    | st.just('{"then": "2026-06-15", "token": 3, "visits": "x"}')
)
def test_any_kept_cursor_is_survived(cursor: str) -> None:
    ADAPTER.start(Spec(url=_URL, cursor=cursor))
    _read(_answer(_records(_record(""))), cursor=cursor)
