"""What the wizard proposes for an address: feeds, sitemaps, and rules that read the list on the page."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cong.harvest.adapters import htmllist
from cong.harvest.adapters.contract import Body, Spec
from cong.harvest.adapters.propose import Proposal, feeds_in, propose_list, sitemap_guesses
from cong.harvest.parse import NotAFeed, Rules

_RULES = Rules(now=datetime(2026, 6, 15, 5, 0, tzinfo=UTC))
_URL = "https://vidu.gov.vn/tin-tuc/"
_QUICK = 10.0
_SUBJECTS = ("cầu", "đường", "trường", "chợ", "hồ", "rừng", "cảng", "ga", "trạm", "kho")
_MENU = "".join(
    f"<li class='muc-menu'><a href='/muc/{n}'>Chuyên mục thông tin số {n} của cổng</a></li>" for n in range(9)
)
_AROUND = """
<html><head><title>Tin tức</title></head><body class="nav-open"><form id="aspnetForm"><ul class="main-menu">{menu}</ul>
<div id="content">{list}</div>
<div class="sidebar"><ul class="xem-nhieu">{side}</ul></div><div class="tag-cloud">{tags}</div>
<div class="footer">{menu}</div></form></body></html>
"""


def title(number: int) -> str:
    return f"Khởi công xây dựng {_SUBJECTS[number % 10]} mới ở xã số {number}"


def page(make: Callable[[int], str], before: str = "", after: str = "") -> bytes:
    items = before + "".join(map(make, range(1, 11))) + after
    side = "".join(f"<li><a href='/doc-nhieu/{n}'>Bài được đọc nhiều thứ {n} trong tuần</a></li>" for n in range(6))
    tags = "".join(f"<a class=tag href='/the/{n}'>từ khóa dài dòng văn tự số {n}</a>" for n in range(20))
    return _AROUND.format(menu=_MENU, list=items, side=side, tags=tags).encode()


def boxes(n: int) -> str:
    return f"""<div class="news-item {"first" if n == 1 else ""}"><a href="/bai/{n}.html"><img src="/anh/{n}.jpg"></a>
    <h3 class="title"><a href="/bai/{n}.html">{title(n)}</a></h3><span class="date">{n:02}/06/2026 08:15</span>
    <p class="sapo">Công trình phục vụ bà con trong xã và các vùng lân cận từ năm nay.</p></div>"""


def sharepoint(n: int) -> str:
    return f"""<tr class="{"ms-alternating " if n % 2 else ""}ms-itmhover"><td>{n}/2026/QĐ-UBND</td>
    <td>{n:02}/06/2026</td><td><a href="/Pages/View.aspx?ItemID={n}&amp;Source=x">{title(n)}</a></td></tr>"""


def liferay(n: int) -> str:
    return f"""<div class="asset-abstract"><h3 class="asset-title"><a href="/web/guest/tin?p_p_id=101_INSTANCE_x&amp;
_101_urlTitle=bai-{n}">{title(n)}</a></h3><div class="asset-summary">Công trình phục vụ bà con trong xã và vùng lân cận.
    </div><div class="metadata-publish-date">{n}/6/26 9:25 SA</div></div>"""


def adf(n: int) -> str:
    return f"""<div id="pt1:r1:0:i{n}:pgl5" class="x1a">
    <span id="pt1:r1:0:i{n}:ot1" class="x25">Ngày {n:02}/06/2026</span>
    <a id="pt1:r1:0:i{n}:cl1" class="x1cl" href="/faces/tin?dDocName=A{n}">{title(n)}</a></div>"""


def cards(n: int) -> str:
    return f"""<a class="card" href="/bai/{n}"><img data-src="/anh/{n}.jpg"><b>{title(n)}</b>
    <time>{n} giờ trước</time></a>"""


def plain(n: int) -> str:
    return f"<div><a href='/bai/{n}' title='{title(n)} trong năm nay'>{title(n)}…</a> <i>({n:02}/06)</i></div>"


def grid(n: int) -> str:
    row, end = ("<div class=row>" if n % 2 else ""), ("" if n % 2 else "</div>")
    return f"{row}<div class='col-md-6'><div class=box><a href='/bai/{n}'>{title(n)}</a></div></div>{end}"


def best(content: bytes) -> Proposal:
    return propose_list(content, _URL, None, _RULES)[0]


@pytest.mark.parametrize("make", [boxes, sharepoint, liferay, adf, cards, plain, grid])
def test_the_list_of_a_portal_is_found(make: Callable[[int], str]) -> None:
    table = make is sharepoint
    content = page(make, "<table class=ms-listviewtable>" if table else "", "</table>" if table else "")

    found = best(content)

    assert len(found.items) == 10
    assert all(title(n) in item.title for n, item in enumerate(found.items, 1))
    assert len({item.url for item in found.items}) == 10


@pytest.mark.parametrize("make", [boxes, sharepoint, liferay, adf, cards])
def test_dates_are_found_where_there_are_any(make: Callable[[int], str]) -> None:
    table = make is sharepoint
    found = best(page(make, "<table>" if table else "", "</table>" if table else ""))

    assert all(item.published for item in found.items)


def test_boxes_are_named_by_their_classes() -> None:
    found = best(page(boxes))

    assert found.config["item"] == "css:div.news-item"
    assert found.config["link"] == "css:h3.title a@href"
    assert found.config["date"] == "css:span.date"
    assert found.config["summary"] == "css:p.sapo"
    assert [item.image for item in found.items] == [f"https://vidu.gov.vn/anh/{n}.jpg" for n in range(1, 11)]


def test_a_table_of_documents_has_numbers_and_a_key() -> None:
    found = best(page(sharepoint, "<table><tr><th>Số</th><th>Ngày</th><th>Trích yếu</th></tr>", "</table>"))

    assert found.config["key"] == "url:ItemID"
    assert (found.items[0].number, found.items[0].guid) == ("1/2026/QĐ-UBND", "ItemID=1")


def test_words_that_are_cut_short_are_taken_from_the_title() -> None:
    assert best(page(plain)).items[0].title.endswith("trong năm nay")


def test_the_headline_of_a_card_is_a_part_of_its_link() -> None:
    assert [item.title for item in best(page(cards)).items] == [title(n) for n in range(1, 11)]


def test_menus_footers_and_tags_are_no_news() -> None:
    for found in propose_list(page(boxes), _URL, None, _RULES):
        assert not any("/muc/" in item.url or "/the/" in item.url for item in found.items)


def test_the_main_list_comes_before_the_one_at_the_side() -> None:
    first, *rest = propose_list(page(boxes), _URL, None, _RULES)

    assert "/bai/1.html" in first.items[0].url
    assert len(rest) <= 2
    assert all(one.score <= first.score for one in rest)


def test_a_page_without_a_list_has_no_proposal() -> None:
    assert propose_list(b"<html><body><p>Xin chao</p></body></html>", _URL, None, _RULES) == []


def test_what_is_no_page_is_refused_in_words() -> None:
    with pytest.raises(NotAFeed):
        propose_list(b"", _URL, None, _RULES)


def test_feeds_that_a_page_names_come_first() -> None:
    content = """<head><link rel="alternate" type="application/rss+xml" title="Tin mới" href="/rss/tin-moi.rss">
    <link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" href="/feed.css"></head>
    <a href="/rss.html">RSS</a><a href="/van-ban.xml">Văn bản</a><a href="/feedback">Góp ý</a>
    <a href="/tin/feed/">Tin</a>
    <a href="/rss/tin-moi.rss">Tin mới</a><a href="/sitemap.xml">Sơ đồ</a><a href="javascript:rss()">RSS</a>"""

    found = feeds_in(content.encode(), _URL)

    assert [one.url.removeprefix("https://vidu.gov.vn") for one in found] == [
        "/rss/tin-moi.rss", "/rss.html", "/van-ban.xml", "/tin/feed/",
    ]  # fmt: skip
    assert [one.advertised for one in found] == [True, False, False, False]
    assert found[0].title == "Tin mới"


def test_what_is_no_page_names_no_feeds() -> None:
    assert feeds_in(b"", _URL) == []


def test_sitemaps_are_guessed_at_the_root_of_the_site() -> None:
    assert sitemap_guesses("https://vidu.gov.vn/a/b?c=d")[0] == "https://vidu.gov.vn/sitemap.xml"
    assert sitemap_guesses("khong phai") == ()


_PART = st.sampled_from([
    "<div class=a>", "<div class='b c9'>", "</div>", "<ul>", "<li>", "</li>", "<tr><td>", "<a href=/1>", "<a href=/2>",
    "</a>", "Một tiêu đề đủ dài để là tin", "1/6/2026", "<a href='/x?id=1'>Một tiêu đề đủ dài để là tin</a>", "<p>",
    "<nav>", "<h3 class='a:b 1'>", "<base href='//['>", "<a href='http://[x/'>Một tiêu đề đủ dài để là tin</a>",
])  # fmt: skip


@settings(max_examples=60)
@given(st.lists(_PART | st.text(max_size=4), max_size=25), st.integers(1, 8))
def test_what_is_proposed_can_be_read(parts: list[str], times: int) -> None:
    content = "".join("".join(parts).replace("/1", f"/{n}") for n in range(times)).encode("utf-8", "replace")

    with contextlib.suppress(NotAFeed):
        feeds_in(content, _URL)
        for found in propose_list(content, _URL, None, _RULES):
            spec = Spec(url=_URL, config=found.config)
            assert htmllist.ADAPTER.wrong(spec) == ""
            again = htmllist.ADAPTER.read(Body(content=content, url=_URL), spec, _RULES)
            assert again.feed.items == found.items


@pytest.mark.parametrize(
    "content",
    [
        "<a href=/1>Một tiêu đề đủ dài để là tin".encode() * 2_900,
        "<div class=a><a href=/1>Một tiêu đề đủ dài để là tin</a>".encode() * 2_900,
        ("<div>" * 240 + "<a href=/1>Một tiêu đề đủ dài để là tin</a>" * 60 + "</div>" * 240).encode() * 40,
        "<li><a href=/1>Một tiêu đề đủ dài để là tin</a><b>1/6/2026".encode() * 2_900,
        b"<a href=/1>" * 240 + b"Mot tieu de du dai de la tin " * 100_000,
    ],
)  # fmt: skip
def test_no_page_takes_long(content: bytes) -> None:
    began = time.process_time()

    with contextlib.suppress(NotAFeed):
        propose_list(content, _URL, None, _RULES)

    assert time.process_time() - began < _QUICK
