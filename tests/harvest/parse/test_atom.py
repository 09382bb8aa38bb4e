"""Atom 1.0 and 0.3, in their namespace and without one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from cong.harvest.parse import Enclosure
from tests.harvest.parse.makers import atom, entry, read


def test_an_entry_says_everything_that_it_has() -> None:
    one = entry(
        """<id>urn:uuid:12</id><title>Mở lớp bồi dưỡng</title><link href="/lop" type="text/html"/>
        <link rel="enclosure" href="/de-cuong.pdf" type="application/pdf" length="77"/>
        <published>2026-03-12T14:30:00+07:00</published><updated>2026-03-13T08:00:00+07:00</updated>
        <summary>Lớp học năm ngày.</summary><content type="html">&lt;p&gt;Lớp học năm ngày ở Huế.&lt;/p&gt;</content>
        <author><name>Lê An</name></author><author><name>Vũ Bình</name></author>
        <category term="dao-tao" label="Đào tạo"/><category term="hue"/>""",
        'xml:lang="vi"',
    )

    assert (one.guid, one.url, one.lang) == ("urn:uuid:12", "https://vidu.gov.vn/lop", "vi")
    assert (one.title, one.summary) == ("Mở lớp bồi dưỡng", "Lớp học năm ngày.")
    assert one.html == "<p>Lớp học năm ngày ở Huế.</p>"
    assert one.author == "Lê An, Vũ Bình"
    assert one.tags == ("Đào tạo", "hue")
    assert one.published == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
    assert one.updated == datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
    assert one.enclosures == (Enclosure(url="https://vidu.gov.vn/de-cuong.pdf", type="application/pdf", length=77),)


def test_a_feed_says_what_it_is() -> None:
    about = """<title type="html">Tin &amp;amp; ảnh</title><link rel="self" href="/atom"/><link href="/"/>
      <link rel="hub" href="https://hub.vidu.vn/"/>"""

    feed = read(atom("", about))

    assert (feed.kind, feed.title, feed.url, feed.hub) == (
        "atom",
        "Tin & ảnh",
        "https://vidu.gov.vn/",
        "https://hub.vidu.vn/",
    )


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("<content>a &lt; b &amp;&amp; c</content>", "a &lt; b &amp;&amp; c"),
        ("<content>&lt;p&gt;Quên ghi kiểu&lt;/p&gt;</content>", "<p>Quên ghi kiểu</p>"),
        ("<content type='html'>&lt;b&gt;đậm&lt;/b&gt;</content>", "<b>đậm</b>"),
        ("<content type='text/html' mode='escaped'>&lt;b&gt;cũ&lt;/b&gt;</content>", "<b>cũ</b>"),
        (
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Một <br/>hai</p></div></content>",
            "<p>Một <br>hai</p>",
        ),
        (
            "<content type='xhtml' xmlns:h='http://www.w3.org/1999/xhtml'><h:div><h:p>3 &lt; 4</h:p></h:div></content>",
            "<p>3 &lt; 4</p>",
        ),
        ("<content type='application/octet-stream'>VGnhur9uZyBWaeG7h3Q=</content>", "Tiếng Việt"),
        ("<content mode='base64' type='text/html'>PGI+xJHhuq1tPC9iPg==</content>", "<b>đậm</b>"),
        ("<content mode='base64'>không phải base64!</content>", "không phải base64!"),
        ("<summary>Chỉ có tóm tắt</summary>", "Chỉ có tóm tắt"),
        ("<content type='html'/><summary>Thân rỗng</summary>", "Thân rỗng"),
    ],
)
def test_content_of_every_kind_becomes_html(content: str, html: str) -> None:
    assert entry(content).html == html


def test_binary_base64_is_no_text() -> None:
    packed = base64.b64encode(b"\x89PNG\xff\xfe").decode()

    assert entry(f"<content type='image/png'>{packed}</content>").html == ""


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link href='/a'/>", "https://vidu.gov.vn/a"),
        ("<link rel='related' href='/x'/><link rel='alternate' href='/b'/>", "https://vidu.gov.vn/b"),
        ("<link type='text/xml' href='/may'/><link type='text/html' href='/nguoi'/>", "https://vidu.gov.vn/nguoi"),
        ("<link rel='http://www.iana.org/assignments/relation/alternate' href='/iana'/>", "https://vidu.gov.vn/iana"),
        ("<id>https://vidu.gov.vn/tu-id</id>", "https://vidu.gov.vn/tu-id"),
        ("<id>http://[hong/</id>", ""),
        ("<id>tag:vidu.gov.vn,2026:1</id>", ""),
        ("<content src='/noi-khac' type='text/html'/>", "https://vidu.gov.vn/noi-khac"),
        ("<link rel='self' href='/chinh-no'/>", ""),
        ("<link xml:base='https://b.vn/x/' href='y'/>", "https://b.vn/x/y"),
    ],
)
def test_the_address_is_that_of_the_page(inside: str, url: str) -> None:
    assert entry(inside).url == url


def test_an_entry_without_its_own_date_has_the_date_of_its_change() -> None:
    one = entry("<updated>2026-03-13T01:00:00Z</updated>")

    assert (one.published, one.updated) == (None, datetime(2026, 3, 13, 1, tzinfo=UTC))


def test_the_source_of_a_copied_entry_says_nothing_about_the_entry() -> None:
    one = entry("<source><id>khac</id><title>Nơi khác</title></source><id>day</id><title>Ở đây</title>")

    assert (one.guid, one.title) == ("day", "Ở đây")


def test_a_video_has_the_words_and_the_picture_of_its_media_group() -> None:
    one = entry(
        "<title>Phim</title><media:group><media:description>Một phút về rừng.</media:description>"
        "<media:thumbnail url='https://anh.vidu.vn/1.jpg'/></media:group>"
    )

    assert one.html == "Một phút về rừng."
    assert one.image == "https://anh.vidu.vn/1.jpg"


@pytest.mark.parametrize(
    "body",
    [
        b"<feed><entry><id>1</id><title>T</title><link href='/a'/></entry></feed>",
        b"<feed xmlns='http://purl.org/atom/ns#' version='0.3'>"
        b"<entry><id>1</id><title>T</title><link href='/a'/></entry></feed>",
        b"<f:feed xmlns:f='http://www.w3.org/2005/Atom'><f:entry>"
        b"<f:id>1</f:id><f:title>T</f:title><f:link href='/a'/></f:entry></f:feed>",
        b"<feed xmlns='http://khong-ai-biet/'><entry><id>1</id><title>T</title><link href='/a'/></entry></feed>",
        b"<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id><title>T</title><link href='/a'/></entry>",
    ],
)
def test_every_age_and_spelling_of_atom_is_read(body: bytes) -> None:
    (one,) = read(body).items

    assert (one.guid, one.title, one.url) == ("1", "T", "https://vidu.gov.vn/a")


def test_the_words_of_atom_before_its_standard_are_read() -> None:
    body = """<feed xmlns='http://purl.org/atom/ns#'><entry><issued>2026-03-12T07:30:00Z</issued>
      <modified>2026-03-13T07:30:00Z</modified><content mode='escaped' type='text/html'>&lt;i&gt;x&lt;/i&gt;</content>
      </entry></feed>"""

    (one,) = read(body.encode()).items

    assert one.published == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
    assert one.updated == datetime(2026, 3, 13, 7, 30, tzinfo=UTC)
    assert one.html == "<i>x</i>"


def test_removed_entries_are_told() -> None:
    body = atom('<at:deleted-entry ref="urn:1" when="2026-03-01T00:00:00Z"/><entry><id>urn:2</id></entry>')

    feed = read(body)

    assert feed.deleted == ("urn:1",)
    assert [one.guid for one in feed.items] == ["urn:2"]
