"""From the bytes of a page to an article: text, pictures, films, what the page says about itself, or why not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cong.harvest.enrich.article import Article, Figure, PageRules, Quality, Way
from cong.harvest.enrich.extract import extract
from cong.harvest.parse import clean
from tests.harvest.enrich.pages import FIRST, RULES, SECOND, URL, bare, page, read

_CONTENT = replace(RULES, content="css:div.noi-dung")


def test_the_sources_selector_says_where_the_text_is() -> None:
    article = read(page("<h3>Mục</h3><ul><li>Một</li></ul>"), rules=_CONTENT)

    assert article.way is Way.SELECTOR
    assert article.html.replace("\n", "") == f"<p>{FIRST}</p><h3>Mục</h3><ul><li>Một</li></ul><p>{SECOND}</p>"
    assert article.text == f"{FIRST} Mục Một {SECOND}"


def test_without_a_selector_the_article_is_found_without_menu_and_related_list() -> None:
    article = read(page("<h2>Mục nhỏ</h2><p>Câu hỏi <strong>đậm</strong> có <a href='/tep.pdf'>tệp</a>.</p>"))

    assert article.way is Way.GENERAL
    assert FIRST in article.text
    assert SECOND in article.text
    assert "Chuyên mục số" not in article.text
    assert "<h2>Mục nhỏ</h2>" in article.html
    assert '<a href="https://vidu.gov.vn/tep.pdf" rel="nofollow noopener">tệp</a>' in article.html


def test_a_list_of_files_is_no_menu() -> None:
    files = "".join(f"<li><a href='/tep-{number}.pdf'>Phụ lục số {number}</a></li>" for number in range(8))

    article = read(page(f"<ul>{files}</ul>"))

    assert len(article.enclosures) == 8


def test_tables_and_lists_stay_what_they_are() -> None:
    article = read(page("<table><tr><td>Một</td><td>Hai</td></tr></table><ol><li>Ba</li><li>Bốn</li></ol>"))

    assert all(word in article.html for word in ("<table>", "<td>Một</td>", "<li>Bốn</li>"))


def test_what_the_source_wants_removed_is_not_in_it() -> None:
    rules = replace(_CONTENT, remove=("css:.quang-cao", "xpath://p[@class='x']", "css:((", "nonsense"))

    article = read(page("<div class='quang-cao'>Mua ngay</div>giữ<p class='x'>bỏ</p>"), rules=rules)

    assert "Mua ngay" not in article.text
    assert "bỏ" not in article.text.split()
    assert "giữ" in article.text


def test_a_selector_that_finds_nothing_any_more_does_not_lose_the_article() -> None:
    article = read(page(), rules=replace(RULES, content="css:div.doi-ten"))

    assert article.way is Way.GENERAL
    assert FIRST in article.text


def test_several_parts_are_put_together_in_order_and_once() -> None:
    body = bare(f"<div class='a'><p>{FIRST}</p><div class='a'>trong</div></div><i>rác</i><div class='a'>{SECOND}</div>")

    article = read(body, rules=replace(RULES, content="css:.a"))

    assert article.text == f"{FIRST} trong {SECOND}"


def test_when_the_general_way_fails_the_longest_block_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cong.harvest.enrich.extract.trafilatura.bare_extraction", _broken)

    article = read(page())

    assert article.way is Way.LONGEST
    assert article.text == f"{FIRST} {SECOND}"


def _broken(*_: object, **__: object) -> str:
    raise AssertionError


def test_a_page_says_who_and_when_and_about_what() -> None:
    head = """<script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle",
        "headline": "Lớp tập huấn &amp; trồng trọt", "datePublished": "2026-11-24T09:30:00+07:00",
        "author": {"@type": "Person", "name": "Phòng Văn hóa"}, "keywords": "nông nghiệp, tập huấn"}]}</script>
        <meta property="article:tag" content="Nông nghiệp"><meta property="og:image" content="/anh/lon.jpg">"""

    article = read(page(head=head))

    assert article.title == "Lớp tập huấn trồng trọt"
    assert article.published == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert (article.author, article.lang) == ("Phòng Văn hóa", "vi")
    assert article.tags == ("nông nghiệp", "tập huấn")
    assert article.image == "https://vidu.gov.vn/anh/lon.jpg"


def test_a_vietnamese_date_on_the_page_is_read_when_nothing_is_declared() -> None:
    assert read(page()).published == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def test_the_sources_rules_come_before_what_the_page_declares() -> None:
    body = page(
        "<span class='t'>Tên riêng</span><b class='n'>ngày 20 tháng 10 năm 2026</b><i class='w'>Người Viết</i>"
        "<img class='k' src='/k.jpg'>",
        head="<meta name='author' content='Khác'><meta property='og:image' content='/o.jpg'>",
    )
    rules = replace(
        _CONTENT, title="css:.t", date="xpath://b[@class='n']/text()", author="css:.w", image="css:img.k@src"
    )

    article = read(body, rules=rules)

    assert (article.title, article.author) == ("Tên riêng", "Người Viết")
    assert article.published == datetime(2026, 10, 19, 17, 0, tzinfo=UTC)
    assert article.image == "https://vidu.gov.vn/k.jpg"


def test_the_number_of_a_document_is_read_from_its_details() -> None:
    article = read(page("<table><tr><td>Số ký hiệu</td><td>12/QĐ-UBND</td></tr></table>"))

    assert article.number == "12/QĐ-UBND"


def test_the_gallery_has_pictures_and_captions_in_order_and_nothing_else() -> None:
    inside = """<figure><img src="data:image/gif;base64,x" data-src="/1.jpg"><figcaption>Ảnh một</figcaption></figure>
      <table><tr><td><img src="/2.ashx?w=900"></td></tr><tr><td>Ảnh hai</td></tr></table>
      <div><img src="/3.jpg"></div><p class="PhotoCaption">Ảnh ba</p>
      <picture><source srcset="/4-300.webp 300w, /4-900.webp 900w"><img src="/4.jpg" alt="Ảnh bốn"></picture>
      <img src="/1.jpg"><img src="/icon-share.png"><img src="/x.svg"><img src="/p.gif" width="1" height="1">
      <img class="avatar" src="/nguoi.jpg"><img src="/5.jpg" alt="IMG_12345.jpg">"""

    article = read(page(inside))

    assert article.gallery == (
        Figure(url="https://vidu.gov.vn/1.jpg", caption="Ảnh một"),
        Figure(url="https://vidu.gov.vn/2.ashx?w=900", caption="Ảnh hai"),
        Figure(url="https://vidu.gov.vn/3.jpg", caption="Ảnh ba"),
        Figure(url="https://vidu.gov.vn/4-900.webp", caption="Ảnh bốn"),
        Figure(url="https://vidu.gov.vn/5.jpg"),
    )
    assert article.image == "https://vidu.gov.vn/1.jpg"


def test_a_gallery_ends_at_thirty() -> None:
    assert len(read(page("".join(f"<img src='/{n}.jpg'>" for n in range(99))), rules=_CONTENT).gallery) == 30


def test_films_sound_and_files_come_along_and_unknown_players_do_not() -> None:
    inside = """<video><source src="/phim.mp4?x=1" type="video/mp4"></video><audio src="/noi.mp3"></audio>
      <iframe src="https://www.youtube.com/embed/abcDEF12345?rel=0"></iframe><iframe src="https://xau.example/p"></iframe>
      <iframe data-src="//player.vimeo.com/video/123456"></iframe><p><a href="/van-ban/12.pdf">Tệp</a></p>"""

    article = read(page(inside, head="<meta property='og:video' content='https://youtu.be/abcDEF12345'>"))

    assert [(one.url, one.type) for one in article.enclosures] == [
        ("https://vidu.gov.vn/phim.mp4?x=1", "video/mp4"),
        ("https://vidu.gov.vn/noi.mp3", "audio/mpeg"),
        ("https://www.youtube.com/watch?v=abcDEF12345", "text/html"),
        ("https://vimeo.com/123456", "text/html"),
        ("https://vidu.gov.vn/van-ban/12.pdf", "application/pdf"),
    ]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "windows-1258"])
def test_the_text_is_right_in_any_charset(charset: str) -> None:
    text = "Hội nghị bàn về công tác thư viện"
    said = "windows-1258" if charset == "windows-1258" else None
    raw = bare(f"<div class='noi-dung'><p>{text * 3}</p></div>").decode()
    body = _cp1258(raw) if said else raw.encode(charset)

    assert read(body, charset=said, rules=_CONTENT).text == text * 3


def _cp1258(text: str) -> bytes:
    """Write marks of tone apart, as that charset has them."""
    apart = unicodedata.normalize("NFD", text)
    letters = re.sub(
        "\\w[\u0302\u0306\u031b]", lambda match: unicodedata.normalize("NFC", match[0]), _tones_last(apart)
    )
    return letters.encode("cp1258")


def _tones_last(text: str) -> str:
    return re.sub("([\u0300\u0301\u0303\u0309\u0323])([\u0302\u0306\u031b])", r"\2\1", text)


def test_a_charset_in_a_meta_element_counts() -> None:
    head = b"<html><head><meta charset='windows-1252'></head>"

    body = head + b"<body><div class='noi-dung'>ph\xf2ng h\xe0nh ch\xednh x\xe3</div>"

    assert read(body, rules=_CONTENT).text == "phòng hành chính xã"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "rỗng"),
        (b" \n\0 ", "rỗng"),
        (b"x" * 2_000_001, "2 MB"),
        (b"<html><body>" + b"<b>" * 60_001, "60000 thẻ"),
        (bare("<form><p>Đăng nhập hệ thống</p><input type='password'></form>"), "đăng nhập"),
        (bare("<h1>404 Not Found</h1><p>Trang bạn tìm không tồn tại trên máy chủ này.</p>"), "báo lỗi"),
        (bare("<h1>Just a moment...</h1><p>Checking your browser before accessing.</p>"), "không phải máy"),
        (bare(f"<p>{FIRST} Bài viết dành cho thuê bao.</p>"), "người đăng ký"),
        (bare("<ul>" + "<li><a href='/x'>Bài khác trong tuần này</a></li>" * 60 + "</ul>"), "liên kết"),
        (bare("<div>" + "<div><a href='/x'>Bài khác trong tuần này</a></div>" * 60 + "</div>"), "danh sách"),
        (bare("<p>Một dòng.</p>"), "chữ cái"),
    ],
)
def test_what_is_no_article_says_why(body: bytes, word: str) -> None:
    article = read(body)

    assert word in article.reason
    assert (article.html, article.text, article.gallery, article.enclosures) == ("", "", (), ())


def test_a_login_box_beside_an_article_does_not_hide_it() -> None:
    article = read(page(f"<form><input type='password'></form><p>{FIRST[::-1]}</p>"))

    assert not article.reason


def test_few_words_with_pictures_are_an_article() -> None:
    body = bare("<div class='main'><p>Ảnh của hội làng năm nay ở đình.</p><img src='/1.jpg'><img src='/2.jpg'></div>")

    assert not read(body, rules=replace(RULES, content="css:.main")).reason


def test_quality_tells_how_much_of_the_text_is_links() -> None:
    article = read(bare("<div class='noi-dung'>abcdefghijklmnop <a href='/x'>qrst</a></div>"), rules=_CONTENT)

    assert article.quality == Quality(letters=20, link_density=0.2)


def test_the_rules_come_from_a_sources_configuration() -> None:
    config = {"content": "css:.a", "remove": ["css:.b", 3], "title": 5, "images": "store"}

    assert PageRules.from_config(config, RULES.dates) == replace(RULES, content="css:.a", remove=("css:.b",))
    assert PageRules.from_config({"remove": "css:.b"}, RULES.dates).remove == ("css:.b",)


_PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<div class='noi-dung'>", "<table>", "<tr>", "<td colspan='9'>", "</table>",
     "<a href='/x'>", "<a href='javascript:x'>", "</a>", "<img src='/a.jpg' alt='[x]'>", "<img src=x onerror=y>",
     "<script>x</script>", "<script>", "<style>", "<!--", "-->", "<b>", "<i>", "<ul>", "<li>", "<h1>", "&amp;",
     "&lt;b&gt;", "&#0;", "<", ">", '"', "\0", "\ud7ff", "<base href='//['>", "<form>", "<svg><p>", "<math>",
     "<pre>\n x", "<br>",
     "<time datetime='2026-13-99'>",
     "<meta name=date content='9'>", "<iframe src='https://youtu.be/v/'>",
     "<video src='/a.mp4'>",
     "<script type='application/ld+json'>{\"@type\":[\"Article\",1],\"author\":[[{}]],\"keywords\":{}}</script>",
     "<figure>", "<figcaption>", "<noscript>", "<template>", "<select><option>", FIRST, SECOND, "chữ "]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from([RULES, _CONTENT]))
def test_any_heap_of_markup_is_read_and_comes_out_clean(markup: str, rules: PageRules) -> None:
    article = read(markup.encode("utf-8", "surrogatepass"), rules=rules)

    _is_clean(article)


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-7", "hex", "\0", "cp1258"]))
def test_any_bytes_are_read_or_refused_with_a_reason(body: bytes, charset: str | None) -> None:
    article = extract(body, url=URL, charset=charset, rules=RULES)

    _is_clean(article)


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_rules_and_address_are_survived(selector: str, url: str) -> None:
    rules = replace(RULES, content=f"css:{selector}", title=f"xpath:{selector}", remove=(selector,), image="css:img")

    _is_clean(extract(page(), url=url, charset=None, rules=rules))


def _is_clean(article: Article) -> None:
    assert clean.body(article.html, URL) == article.html
    assert bool(article.html or article.gallery or article.enclosures) != bool(article.reason)
    for tag in re.findall(r"<[^>]*>", article.html):
        assert not re.search(r"script|onerror|iframe|svg|style", tag.lower())
    for text in (article.title, article.text, article.author, article.number, *article.tags, article.reason):
        assert "\0" not in text
        text.encode()
