"""Nothing that can act survives; nothing that can be read is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from cong.harvest.parse import clean

_BASE = "https://xa.vn/tin/1"
_SAFE_TAG = re.compile(
    r"^(a|abbr|b|blockquote|br|caption|cite|code|col|colgroup|dd|del|dl|dt|em|figcaption|figure|h[2-6]|hr|i|ins|kbd|li|mark|ol|p|pre"
    r"|q|s|small|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)$"
)


def _body(given: str) -> str:
    return clean.body(given, _BASE)


def _assert_harmless(fragment: str) -> None:
    for element in html.fragment_fromstring(fragment, create_parent="section").iterdescendants():
        assert isinstance(element.tag, str)
        assert _SAFE_TAG.match(element.tag), element.tag
        assert not [
            name
            for name in element.attrib
            if name.startswith("on") or name in ("style", "src", "srcset", "class", "id")
        ]
        assert re.match(r"(https?|mailto|tel):", element.get("href", "https:")), element.get("href")


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>x",
        "<SCRIPT SRC=//evil.vn></SCRIPT>x",
        "<img src=x onerror=alert(1)>x",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<a href='vbscript:x'>x</a>",
        "<img src='javascript:alert(1)'>x",
        "<img alt='\"><script>alert(1)</script>' src='/a.jpg'>x",
        "<img alt='&quot;&gt;&lt;script&gt;' src='/a.jpg'>x",
        "<img src='/a.jpg\" onclick=\"x'>x",
        "<a href='/a\" onclick=\"x'>x</a>",
        "<iframe src='https://evil.vn'></iframe>x",
        "<form action='https://evil.vn'><input name=a><button>x</button></form>",
        "<p style='position:fixed'>x</p>",
        "<svg><script>alert(1)</script></svg>x",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>x",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>x",
        "<base href='https://evil.vn/'>x",
        "<meta http-equiv=refresh content='0;url=https://evil.vn'>x",
        "<link rel=stylesheet href='https://evil.vn'>x",
        "<object data='x.swf'></object>x",
        "<!--><img src=x onerror=alert(1)>-->x",
        "<![CDATA[<script>alert(1)</script>]]>x",
        "<x onclick=alert(1)>x</x>",
        "<p/onclick=alert(1)>x",
        "<<script>script>alert(1)<</script>/script>x",
    ],
)
def test_nothing_that_can_act_survives(bad: str) -> None:
    made = _body(bad)

    _assert_harmless(made)
    assert "x" in made


def test_links_are_absolute_and_picture_are_links_to_where_they_are() -> None:
    made = _body(
        '<p><a href="../van-ban/2">Văn bản</a> <img src="/a.jpg" alt="Chợ phiên"> <a href="mailto:a@xa.vn">Thư</a></p>'
    )

    assert 'href="https://xa.vn/van-ban/2"' in made
    assert 'href="https://xa.vn/a.jpg"' in made
    assert "Chợ phiên" in made
    assert "mailto:a@xa.vn" in made
    assert "<img" not in made


def test_the_headings_of_a_text_stand_below_the_pages_own() -> None:
    assert _body("<h1>Lớn</h1><p>x</p>") == "<h2>Lớn</h2><p>x</p>"


def test_plain_text_becomes_paragraphs() -> None:
    assert _body("Một\nhai\n\nba < bốn & năm") == "<p>Một<br>hai</p><p>ba &lt; bốn &amp; năm</p>"


def test_words_of_neighbouring_blocks_do_not_grow_together() -> None:
    given = "<div>Một</div><div>hai</div><table><tr><td>ba</td><td>bốn</td></tr></table>năm<br>sáu"

    assert clean.text(given) == "Một hai ba bốn năm sáu"


def test_text_resolves_references_once() -> None:
    assert clean.text("a &amp;lt;b&amp;gt; &agrave;") == "a &lt;b&gt; à"


_WORDS = st.lists(st.sampled_from(["một", "hai", "Đảng", "2 < 3", "R&D", "“nháy”"]), min_size=1, max_size=6)
_TAGS = st.sampled_from(
    ["p", "div", "span", "b", "font", "center", "section", "h1", "td", "li", "custom-tag", "o:p", "blockquote"]
)


@given(st.lists(st.tuples(_TAGS, _WORDS), min_size=1, max_size=6))
def test_nothing_that_can_be_read_is_lost(blocks: list[tuple[str, list[str]]]) -> None:
    given_html = "".join(
        f'<{tag} class="x">{" ".join(words).replace("&", "&amp;").replace("<", "&lt;")}</{tag}> '
        for tag, words in blocks
    )
    wanted = " ".join(" ".join(words) for _, words in blocks).split()

    seen = unescape(re.sub(r"<[^>]*>", " ", _body(given_html))).split()

    assert [word for word in seen if word in wanted] == wanted


_PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "p",
        "a",
        "img",
        "script",
        " href=",
        " src=",
        " alt=",
        "'",
        '"',
        "javascript:",
        "&",
        "&lt;",
        "&#",
        ";",
        "x",
        "=",
        "<!--",
        "-->",
        "<p>",
        "</p>",
        "<a href='/x'>",
        "</a>",
        "<img src='/a.jpg'>",
        "<svg>",
        "<style>",
        "</style>",
        "\0",
        "\ud800",
        "\u202e",
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join) | st.text(max_size=100))
@example("<a href='x\ud800'>\ud800</a>")
def test_no_heap_of_markup_breaks_or_acts(text: str) -> None:
    made = _body(text)

    _assert_harmless(made)
    made.encode()
    clean.text(text)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_cleaning_what_is_clean_is_still_harmless(text: str) -> None:
    _assert_harmless(_body(_body(text)))


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("<img src='/a.jpg' alt='Chợ  phiên'>", '<a href="https://xa.vn/a.jpg">[Ảnh: Chợ phiên]</a>'),
        ("<img src='/a.jpg'>", '<a href="https://xa.vn/a.jpg">[Ảnh]</a>'),
        ("<a href='/b'><img src='/a.jpg' alt='Chợ'></a>", '<a href="https://xa.vn/b">[Ảnh: Chợ]</a>'),
        ("<a>Chữ</a><img src='/a.jpg'>", '<a>Chữ</a><a href="https://xa.vn/a.jpg">[Ảnh]</a>'),
        ("Chữ<img src='/dem.gif' width='1' height='1' alt='đếm'>", "Chữ"),
        ("Chữ <img src='/cuoi.png' alt='😀'>", "Chữ 😀"),
        ("<img src='data:image/gif;base64,R0' data-src='/a.jpg'>", '<a href="https://xa.vn/a.jpg">[Ảnh]</a>'),
        ("<img src='data:image/gif;base64,R0' alt='Sơ đồ'>", "[Ảnh: Sơ đồ]"),
        ("<a href='#muc-2'>Mục 2</a>", '<a href="https://xa.vn/tin/1#muc-2">Mục 2</a>'),
        ("<a href=''>Đây</a>", '<a href="https://xa.vn/tin/1">Đây</a>'),
        ("<a href='//cdn.vn/?a=1&b=2'>x</a>", '<a href="https://cdn.vn/?a=1&amp;b=2">x</a>'),
        ("<p>Viết href=\"/x\" là liên kết</p>", '<p>Viết href="/x" là liên kết</p>'),
        ("<div>Một</div><div><br></div><div>hai</div>", "<p>Một</p><p>hai</p>"),
        ("<h5>Nhỏ</h5>", "<h4>Nhỏ</h4>"),
        ("<p>Nếu x<y và y <z thì</p>", "<p>Nếu x&lt;y và y &lt;z thì</p>"),
        ("<p>Tie\u0302\u0301ng</p>", "<p>Tiếng</p>"),
        ("Một&nbsp;hai &amp; ba", "<p>Một\xa0hai &amp; ba</p>"),
        ("Một\r\n\r\nhai\x00\u200b", "<p>Một</p><p>hai</p>"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_body_is_made_into_this(given: str, made: str) -> None:
    assert _body(given).replace(' rel="nofollow noopener"', "") == made


def test_a_base_that_is_no_address_of_the_web_makes_no_links() -> None:
    assert clean.body("<a href='/x'>x</a><img src='/a' alt='Cầu'>", "javascript:alert(1)") == (
        '<a rel="nofollow noopener">x</a>[Ảnh: Cầu]'
    )


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("<p>Một</p><p>hai</p>", "Một hai"),
        ("Một<!-- ẩn <b> -->hai", "Mộthai"),
        ("a<style>p{}</style>b<script>if (a < b) {}</script>c", "abc"),
        ("Đ<b>ậ</b>m", "Đậm"),
        ("List<String>, x<y", "List<String>, x<y"),
        ("Một\u00a0 hai\n\tba", "Một hai ba"),
        ("Kh\u00adông \u202eẩn\ufeff \U0001f468\u200d\U0001f469", "Không ẩn \U0001f468\u200d\U0001f469"),
        ("Bỏ dở <!-- đến hết", "Bỏ dở"),
        ('<a title="x > y" href="#">Liên kết</a>', "Liên kết"),
        ('<p><a href="https://xa.vn/a.jpg">[Ảnh: Cầu]</a> Chữ</p>', "Chữ"),
        ("a &lt;b&gt; c", "a <b> c"),
    ],
)
def test_text_is_made_into_this(given: str, made: str) -> None:
    assert clean.text(given) == made


@pytest.mark.parametrize(
    ("limit", "made"), [(100, "Một hai ba bốn năm"), (14, "Một hai ba…"), (18, "Một hai ba bốn năm"), (3, "Mộ…")]
)
def test_a_summary_is_cut_at_a_word(limit: int, made: str) -> None:
    assert clean.summary("Một hai\n ba bốn năm", limit) == made
    assert len(clean.summary("Một hai ba bốn năm", limit)) <= limit
