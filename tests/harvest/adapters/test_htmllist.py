"""List pages in the styles of Vietnamese portals, read by rules; pages that are something else; pages made to hurt."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.adapters.contract import Body, Spec
from cong.harvest.adapters.htmllist import ADAPTER
from cong.harvest.parse import NotAFeed, RawFeed, RawItem, Rules

_NOON = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
_RULES = Rules(now=_NOON)
_URL = "https://vidu.gov.vn/tin-tuc/hoat-dong.html"
_QUICK = 5.0

_DIVS = """
<html lang="vi"><head><title>Hoạt động</title></head><body>
<form><input type="password" name="mk"></form>
<div class="menu"><div class="news-item"><a href="javascript:mo()">Mở</a></div></div>
<div class="list">
  <div class="news-item"><a href="/bai/1.html"><img data-src="/anh/1.jpg" src="data:image/gif;base64,AA"></a>
    <h3><a href="/bai/1.html"> Khánh thành
      hồ chứa nước</a></h3><span class="date">Thứ 5, 28/05/2026 08:15</span><p>Hồ chứa 2 &lt; 3 triệu m³.</p>
    <a class="tag" href="/t/1">Thủy lợi</a><a class="tag" href="/t/2">Nông nghiệp</a></div>
  <div class="news-item"><h3><a href="bai/2.html?utm_source=x">Mưa lớn…</a></h3>
    <span class="date">15 giờ trước</span><p class="share">Chia sẻ</p><p>Mưa đến cuối tuần.</p></div>
</div></body></html>
"""
_DIV_RULE: dict[str, Any] = {
    "item": "css:div.news-item", "link": "css:h3 a@href", "title": "css:h3 a", "date": "css:.date", "summary": "css:p",
    "image": "css:img", "tags": "css:a.tag", "remove": ["css:.share"],
}  # fmt: skip
_SHAREPOINT = """
<table class="ms-listviewtable" id="{1A2B}"><tr class="ms-viewheadertr"><th>Số ký hiệu</th>
  <th><a href="javascript:__doPostBack('sort')">Trích yếu</a></th><th>Ngày</th></tr>
<tr class="ms-itmhover"><td>12/2026/QĐ-UBND</td><td><a onclick="return f()"
  href="/vbpq/Pages/View.aspx?ItemID=123&amp;Source=/a">Quyết định về quản lý chợ</a></td><td>5/6/2026</td></tr>
<tr class="ms-alternating ms-itmhover"><td>7/KH-UBND</td><td>
  <a href="/vbpq/Pages/View.aspx?itemid=124&amp;Source=/b">Kế hoạch trồng cây</a></td><td>02-06-2026</td></tr></table>
"""
_TABLE_RULE: dict[str, Any] = {
    "item": "css:table tr", "number": "css:td:nth-child(1)", "title": "css:td:nth-child(2)", "date": "xpath:td[3]",
    "key": "url:ItemID",
}  # fmt: skip
_ADF = """
<div id="pt1:r1:0:pgl5"><span id="pt1:r1:0:i1:0:ot1">Hỗ trợ doanh nghiệp nhỏ</span>
<a id="pt1:r1:0:i1:0:cl1" href="/faces/tin?_adf.ctrl-state=abc&amp;dDocName=A1">Xem</a></div>
"""
_LIFERAY = """
<div class="asset-abstract"><h3 class="asset-title"><a href="https://vidu.gov.vn/web/guest/tin?p_p_id=101_INSTANCE_a
&amp;_101_urlTitle=hoi-nghi">Hội nghị tổng kết</a></h3><div class="metadata-entry metadata-publish-date">10/2/26 9:25 SA
</div></div>
"""


def spec(url: str = _URL, **config: Any) -> Spec:
    return Spec(url=url, config=config)


def read(
    html: str | bytes, *, url: str = _URL, charset: str | None = None, at: Spec | None = None, **config: Any
) -> RawFeed:
    content = html if isinstance(html, bytes) else html.encode()
    return ADAPTER.read(Body(content=content, url=url, charset=charset), at or spec(url, **config), _RULES).feed


def refused(html: str | bytes, **config: Any) -> NotAFeed:
    with pytest.raises(NotAFeed) as news:
        read(html, **({"item": "css:li"} | config))
    return news.value


def one(inside: str, **config: Any) -> RawItem:
    (found,) = read(f"<ul><li>{inside}</li></ul>", **({"item": "css:li"} | config)).items
    return found


def test_a_list_of_boxes_is_read_whole() -> None:
    feed = read(_DIVS, **_DIV_RULE)

    assert (feed.kind, feed.title, feed.lang, feed.url) == ("htmllist", "Hoạt động", "vi", _URL)
    first, second = feed.items
    assert (first.url, first.title) == ("https://vidu.gov.vn/bai/1.html", "Khánh thành hồ chứa nước")
    assert first.published == datetime(2026, 5, 28, 1, 15, tzinfo=UTC)
    assert (first.summary, first.image) == ("Hồ chứa 2 &lt; 3 triệu m³.", "https://vidu.gov.vn/anh/1.jpg")
    assert first.tags == ("Thủy lợi", "Nông nghiệp")
    assert second.url == "https://vidu.gov.vn/tin-tuc/bai/2.html?utm_source=x"
    assert second.published == datetime(2026, 6, 14, 14, 0, tzinfo=UTC)
    assert second.summary == "Mưa đến cuối tuần."


def test_a_table_of_documents_is_read_without_its_header() -> None:
    first, second = read(_SHAREPOINT, **_TABLE_RULE).items

    assert (first.number, first.title, first.guid) == ("12/2026/QĐ-UBND", "Quyết định về quản lý chợ", "ItemID=123")
    assert first.url == "https://vidu.gov.vn/vbpq/Pages/View.aspx?ItemID=123&Source=/a"
    assert first.published == datetime(2026, 6, 4, 17, 0, tzinfo=UTC)
    assert (second.number, second.guid) == ("7/KH-UBND", "ItemID=124")


def test_a_row_that_holds_the_rows_is_layout() -> None:
    page = f"<table><tr><td><a href='/trang-chu'>Trang chủ</a>{_SHAREPOINT}</td></tr></table>"

    assert [item.number for item in read(page, **_TABLE_RULE).items] == ["12/2026/QĐ-UBND", "7/KH-UBND"]


def test_a_box_inside_a_box_is_part_of_it() -> None:
    page = "<div class=muc><a href=/1>Tin một</a><div class=muc><a href=/2>Tin liên quan</a></div></div>"

    assert [item.title for item in read(page, item="css:div.muc").items] == ["Tin một"]


def test_generated_ids_are_reached_by_xpath() -> None:
    (found,) = read(_ADF, item="xpath://div[starts-with(@id,'pt1:')]", title="xpath:.//span", link="css:a").items

    assert (found.title, found.url) == (
        "Hỗ trợ doanh nghiệp nhỏ", "https://vidu.gov.vn/faces/tin?_adf.ctrl-state=abc&dDocName=A1",
    )  # fmt: skip


def test_a_portlet_address_is_read_as_browsers_do() -> None:
    (found,) = read(_LIFERAY, item=".asset-abstract", link=".asset-title a@href", date=".metadata-publish-date").items

    assert found.url == "https://vidu.gov.vn/web/guest/tin?p_p_id=101_INSTANCE_a&_101_urlTitle=hoi-nghi"
    assert found.published == datetime(2026, 2, 10, 2, 25, tzinfo=UTC)


def test_without_words_the_first_link_speaks() -> None:
    assert one("<a href=#x>Lên đầu</a> <a href='/1'>Tin một</a>").title == "Tin một"
    assert one("<a href='/1'><img src=/a.png alt='Ảnh lễ hội'></a> <a href='/1'>Lễ hội</a>").title == "Lễ hội"
    assert one("<a href='/1' title='Đầy đủ'><img src=/a.png></a>").title == "Đầy đủ"
    assert one("<a href='/1'><img src=/a.png alt='Ảnh lễ hội'></a>").title == "Ảnh lễ hội"


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "#", "#a", "", "mailto:a@vidu.vn", "tel:113", "data:text/html,x"]
)
def test_what_leads_nowhere_is_no_link(href: str) -> None:
    inside = f"<li><a href='{href}'>Tin</a> 1/6/2026</li><li><a href=/2>Tin có liên kết</a></li>"

    assert [item.title for item in read(inside, item="li").items] == ["Tin có liên kết"]


def test_an_item_without_link_is_kept_where_title_and_date_are_its_key() -> None:
    inside = "<li><b>Lịch tiếp công dân</b><i>1/6/2026</i></li><li><b>Không có ngày</b></li>"

    (found,) = read(inside, item="li", title="b", date="i", key="title+date").items

    assert (found.url, found.title) == ("", "Lịch tiếp công dân")
    assert found.guid.startswith("title+date:")
    assert refused(inside, title="b", date="i").code == "no-items"


@pytest.mark.parametrize(
    ("key", "guid"),
    [("guid", "https://vidu.gov.vn/x?id=5&ItemID=9"), ("url", ""), ("url:itemid", "itemid=9"), ("url:khac", "")],
)
def test_the_key_says_what_an_item_is_known_by(key: str, guid: str) -> None:
    assert one("<a href='/x?id=5&ItemID=9'>Tin</a>", key=key).guid == guid


def test_the_base_of_a_page_counts() -> None:
    page = "<head><base href='https://cu.vidu.gov.vn/a/'></head><li><a href='b.html'>Tin</a></li>"

    assert read(page, item="li").items[0].url == "https://cu.vidu.gov.vn/a/b.html"


@pytest.mark.parametrize(
    ("tag", "image"),
    [
        ("<img src=/a.jpg>", "/a.jpg"), ("<img src=/cho.gif data-src=/a.jpg>", "/a.jpg"),
        ("<img srcset='/a-300.jpg 300w, /a-900.jpg 900w'>", "/a-900.jpg"),
        ("<picture><source srcset='/a.webp 1x, /a2.webp 2x'><img src=/a.jpg></picture>", "/a2.webp"),
        ("<img src=/dem.gif width=1 height=1>", ""), ("<img src='data:image/png;base64,AA'>", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_picture_that_is_meant_to_be_seen_is_taken(tag: str, image: str) -> None:
    found = one(f"<a href=/1>Tin</a><span>{tag}</span>", image="css:span")

    assert found.image == (f"https://vidu.gov.vn{image}" if image else "")


def test_a_time_element_needs_no_rule_and_its_attribute_is_exact() -> None:
    found = one("<a href=/1>Tin</a><time datetime='2026-06-01T08:00:00+07:00'>hai tuần trước</time>")

    assert found.published == datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


def test_a_date_that_cannot_be_read_is_kept_in_the_sources_words() -> None:
    found = one("<a href=/1>Tin</a><i>đang cập nhật</i>", date="i")

    assert (found.published, found.date_text) == (None, "đang cập nhật")


def test_the_sources_order_of_day_and_month_counts() -> None:
    content = b"<li><a href=/1>Tin</a><i>2/10/2026 9:25:00 AM</i></li>"
    rules = Rules(now=_NOON, date_order="MDY", timezone="UTC")

    feed = ADAPTER.read(Body(content=content, url=_URL), spec(item="li", date="i"), rules).feed

    assert feed.items[0].published == datetime(2026, 2, 10, 9, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("declared", "meta", "config"),
    [("windows-1258", "", "auto"), (None, "<meta charset=windows-1258>", "auto"), ("latin-1", "", "windows-1258")],
)
def test_old_charsets_are_read(declared: str | None, meta: str, config: str) -> None:
    content = f"{meta}<li><a href=/1>Thông báo đấu giá</a></li>".encode("cp1258", "replace")

    (found,) = read(content, charset=declared, at=spec(item="li", charset=config)).items

    assert found.title.startswith("Thông b")


def test_a_page_without_items_means_that_the_rule_no_longer_fits() -> None:
    news = refused("<html><body><p>Giao diện mới</p></body></html>", item="css:div.news-item")

    assert news.code == "no-items"
    assert "div.news-item" in news.message


def test_items_without_links_mean_that_the_rule_no_longer_fits() -> None:
    news = refused("<li>Một</li><li>Hai</li>")

    assert news.code == "no-items"
    assert "2 phần tử" in news.message


def test_pages_after_the_first_may_be_empty() -> None:
    several = spec("https://vidu.gov.vn/tin?p={page}", item="li", pages=3)

    assert ADAPTER.start(several) == tuple(f"https://vidu.gov.vn/tin?p={number}" for number in (1, 2, 3))
    assert read("<p>Hết</p>", url="https://vidu.gov.vn/tin?p=2", at=several).items == ()
    with pytest.raises(NotAFeed):
        read("<p>Hết</p>", url="https://vidu.gov.vn/tin?p=1", at=several)


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("<form><input type=Password></form>", "đăng nhập"), ("<title>404 - Không tìm thấy trang</title>", "báo lỗi"),
        ("<title>Hệ thống đang bảo trì</title>", "báo lỗi"), ("<title>Just a moment...</title>", "báo lỗi"),
    ],
)  # fmt: skip
def test_pages_that_only_pretend_to_be_fine_are_named(page: str, word: str) -> None:
    news = refused(page)

    assert (news.code, word in news.message) == ("html", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), (b" \n\0", "empty"), (b"x" * 5_000_001, "too-big"), (b"<li>" * 100_001, "too-big"),
        (b"<li></li>" * 3_001, "too-many"), (b"<div><b></b></div>" * 16_000, "too-many"), (b"<!-- -->", "malformed"),
        (b"<p " + b" ".join(b"a%d" % number for number in range(9_000)) + b">", "too-big"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "encoding"),
    ],
)  # fmt: skip
def test_what_is_no_list_page_is_refused_in_words(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_a_long_attribute_is_no_attack() -> None:
    page = f"<input name=__VIEWSTATE value='{'/wEPDwUK a=b ' * 50_000}'><script>if (a<b) {{{'x y ' * 9_000}}}</script>"

    assert read(page + "<li><a href=/1>Tin</a></li>", item="li").items[0].title == "Tin"


@pytest.mark.parametrize(
    "content",
    [
        b"<div>" * 90_000, b"<a href='" * 90_000, b"<" * 99_000, b"<li><a href=/1>x" * 2_999, b"<b><i><u>" * 9_000,
        b"<table><tr><td>" * 9_000, b"<p " + b"a " * 2_000_000,
        b"<script>" * 90_000, b"<!--" * 90_000, b"&#xD800;" * 90_000,
    ],
)  # fmt: skip
def test_no_page_takes_long(content: bytes) -> None:
    began = time.process_time()

    with contextlib.suppress(NotAFeed):
        read(content, item="css:div, li, tr", title="css:div div a, a", date="css:* > *", summary="xpath://*")

    assert time.process_time() - began < _QUICK


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({}, "item"), ({"item": "a["}, "item"), ({"item": "li@class"}, "item"), ({"link": 5}, "link"),
        ({"date": "xpath:document('x')"}, "date"), ({"remove": "css:p"}, "remove"), ({"remove": ["p["]}, "remove"),
        ({"key": "khac"}, "key"), ({"key": "url:"}, "key"), ({"pages": 99}, "pages"), ({"pages": 2}, "{page}"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_named(config: dict[str, Any], word: str) -> None:
    whole = ({"item": "li"} if config else {}) | config

    assert word in ADAPTER.wrong(spec(**whole))
    assert refused("<li>x", **config).code in ("rule", "no-items")


_TAGS = st.sampled_from([
    "<li>", "</li>", "<a href='/1'>", "<a href=javascript:x>", "</a>", "<img src=a>", "<b>", "<table>", "<tr><td>",
    "<base href='//['>", "<time datetime=x>", "&#0;", "&#xd800;", "\0", "1/6/2026", "<!--",
])  # fmt: skip
_WORDS = st.sampled_from(
    ["li", "a@href", "css:*", "xpath:..", "xpath://a/@href", "xpath:.//text()", "tr", "[", "@title"]
)


@given(
    parts=st.lists(_TAGS | st.text(max_size=5), max_size=30),
    config=st.dictionaries(st.sampled_from(sorted(ADAPTER.keys)), _WORDS | st.lists(_WORDS) | st.integers()),
)
def test_no_page_and_no_rule_raise_anything_but_news(parts: list[str], config: dict[str, Any]) -> None:
    with contextlib.suppress(NotAFeed):
        for item in read("".join(parts).encode("utf-8", "replace"), **({"item": "li"} | config)).items:
            assert "\0" not in "".join((item.guid, item.url, item.title, item.summary, item.date_text, item.image))
            assert "".join((item.guid, item.url, item.title, item.summary, item.date_text)).encode()


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_news(content: bytes) -> None:
    with contextlib.suppress(NotAFeed):
        read(content, item="css:*")
