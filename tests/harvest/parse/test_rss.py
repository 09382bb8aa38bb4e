"""RSS in all its ages, with the modules that sites really use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cong.harvest.parse import Enclosure
from tests.harvest.parse.makers import item, read, rss

_LOOSE = "Tie\u0302\u0301ng Vie\u0323\u0302t"
WHOLE = """
  <title>Khánh thành trạm quan trắc nước sông</title><link>https://vidu.gov.vn/tin/12.html?ItemID=12</link>
  <guid isPermaLink="false">tin-12</guid><pubDate>Thu, 12 Mar 2026 14:30:00 +0700</pubDate>
  <description>&lt;p&gt;Trạm đo mười hai chỉ tiêu.&lt;/p&gt;</description>
  <content:encoded><![CDATA[<p>Trạm đo mười hai chỉ tiêu & gửi số liệu mỗi giờ.</p>]]></content:encoded>
  <dc:creator>Ban biên tập</dc:creator><category>Môi trường</category><category>Môi trường</category>
  <category>Sông Cầu</category><dc:language>vi</dc:language><atom:updated>2026-03-13T01:00:00Z</atom:updated>
"""


def test_an_item_says_everything_that_it_has() -> None:
    one = item(WHOLE)

    assert one.guid == "tin-12"
    assert one.url == "https://vidu.gov.vn/tin/12.html?ItemID=12"
    assert one.title == "Khánh thành trạm quan trắc nước sông"
    assert one.summary == "<p>Trạm đo mười hai chỉ tiêu.</p>"
    assert one.html == "<p>Trạm đo mười hai chỉ tiêu & gửi số liệu mỗi giờ.</p>"
    assert one.author == "Ban biên tập"
    assert one.tags == ("Môi trường", "Sông Cầu")
    assert one.lang == "vi"
    assert one.published == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)
    assert one.updated == datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
    assert one.date_text == ""


def test_a_channel_says_what_it_is() -> None:
    about = """<title>Tin &amp;amp; ảnh</title><link>/</link><language>vi-VN</language><ttl>30</ttl>
      <atom:link rel="self" href="https://vidu.gov.vn/rss"/><atom:link rel="hub" href="https://hub.vidu.vn/"/>"""

    feed = read(rss("", about))

    assert (feed.kind, feed.title, feed.lang, feed.items) == ("rss", "Tin & ảnh", "vi-VN", ())
    assert feed.url == "https://vidu.gov.vn/"
    assert feed.ttl == 1800
    assert feed.hub == "https://hub.vidu.vn/"
    assert not feed.fallback


@pytest.mark.parametrize(
    ("about", "seconds"),
    [
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod> Daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21_600),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 86_400),
        ("<ttl>0</ttl>", None),
        ("<ttl>mười phút</ttl>", None),
        ("<ttl>9999999</ttl>", 2_592_000),
        ("<ttl>²</ttl>", None),
        ("", None),
    ],
)
def test_the_pause_that_a_source_asks_for_is_in_seconds(about: str, seconds: int | None) -> None:
    assert read(rss("", about)).ttl == seconds


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>/tin/1.html</link>", "https://vidu.gov.vn/tin/1.html"),
        ("<link>chi-tiet.aspx?ItemID=7&amp;CateID=2</link>", "https://vidu.gov.vn/rss/chi-tiet.aspx?ItemID=7&CateID=2"),
        ("<link/><atom:link href='https://vidu.gov.vn/a'/>", "https://vidu.gov.vn/a"),
        ("<atom:link rel='self' href='/khac'/><atom:link rel='alternate' href='/dung'/>", "https://vidu.gov.vn/dung"),
        ("<link href='/tu-thuoc-tinh'/>", "https://vidu.gov.vn/tu-thuoc-tinh"),
        ("<guid>https://vidu.gov.vn/?p=5</guid>", "https://vidu.gov.vn/?p=5"),
        ("<guid isPermaLink='false'>https://vidu.gov.vn/?p=5</guid>", ""),
        ("<guid>tin-5</guid>", ""),
        ("<link>//cdn.vidu.vn/x</link>", "https://cdn.vidu.vn/x"),
        ("<link>../a/./b</link>", "https://vidu.gov.vn/a/b"),
        ("<link>http://a℀b.vn/</link>", ""),
        ("<link>http://[dia-chi-hong/</link>", ""),
        ("<link>http://dia-chi-hong]/</link>", ""),
        ("<link> \n https://vidu.gov.vn/c \n </link>", "https://vidu.gov.vn/c"),
        ("<link></link><link>/thu-hai</link>", "https://vidu.gov.vn/thu-hai"),
    ],
)
def test_the_address_is_absolute_wherever_it_is_written(inside: str, url: str) -> None:
    assert item(inside).url == url


def test_xml_base_counts_at_every_level() -> None:
    inside = '<channel xml:base="y/"><item><link>z</link></item></channel>'
    body = f'<rss version="2.0" xml:base="https://a.vn/x/">{inside}</rss>'.encode()

    assert read(body).items[0].url == "https://a.vn/x/y/z"


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<title>Giá &amp;lt; 5 triệu</title>", "Giá < 5 triệu"),
        ("<title>Nghị quyết &lt;b&gt;số 5&lt;/b&gt;</title>", "Nghị quyết số 5"),
        ("<title><![CDATA[ Hỏi  &amp;\n đáp ]]></title>", "Hỏi & đáp"),
        ("<title>Hàm List&lt;String&gt; là gì?</title>", "Hàm List<String> là gì?"),
        ("<title>Ho\u0323\u0302i nghi\u0323</title>", "H\u1ed9i ngh\u1ecb"),
        ("<title/><dc:title>Từ mô-đun</dc:title>", "Từ mô-đun"),
        ("<media:title>Ảnh trong ngày</media:title>", "Ảnh trong ngày"),
        ("<title>Một <b>hai</b> ba</title>", "Một hai ba"),
        ("<title>Kh\u200bông \u202ethấy</title>", "Không thấy"),
        ("", ""),
    ],
)
def test_a_title_is_plain_text_on_one_line(inside: str, title: str) -> None:
    assert item(inside).title == title


@pytest.mark.parametrize(
    ("inside", "summary", "html"),
    [
        ("<description>Chỉ một dòng.</description>", "Chỉ một dòng.", "Chỉ một dòng."),
        ("<content:encoded>&lt;p&gt;Cả bài.&lt;/p&gt;</content:encoded>", "", "<p>Cả bài.</p>"),
        ("<description>Tóm tắt</description><content:encoded> </content:encoded>", "Tóm tắt", "Tóm tắt"),
        ("<itunes:summary>Lời giới thiệu</itunes:summary>", "Lời giới thiệu", "Lời giới thiệu"),
        ("<description><p>Thẻ <b>thật</b></p></description>", "<p>Thẻ <b>thật</b></p>", "<p>Thẻ <b>thật</b></p>"),
        ("<description>a</description><media:description>b</media:description>", "a", "a"),
        (
            "<body xmlns='http://www.w3.org/1999/xhtml'><p>Thân bài</p></body><description>Tóm tắt</description>",
            "Tóm tắt",
            "<p>Thân bài</p>",
        ),
    ],
)
def test_the_best_body_is_taken_and_the_summary_kept(inside: str, summary: str, html: str) -> None:
    one = item(inside)

    assert (one.summary, one.html) == (summary, html)


@pytest.mark.parametrize(
    ("inside", "author"),
    [
        ("<author>toasoan@vidu.gov.vn (Tòa soạn)</author>", "Tòa soạn"),
        ("<author>Tòa soạn &lt;toasoan@vidu.gov.vn&gt;</author>", "Tòa soạn"),
        ("<author> </author><dc:creator>Lê An</dc:creator>", "Lê An"),
        ("<dc:creator>Lê An</dc:creator><dc:creator>Vũ Bình</dc:creator>", "Lê An, Vũ Bình"),
        ("<atom:author><atom:name>Lê An</atom:name><atom:email>an@vidu.vn</atom:email></atom:author>", "Lê An"),
        ("<itunes:author>Đài phát thanh</itunes:author>", "Đài phát thanh"),
        ("", ""),
    ],
)
def test_the_author_is_a_name_without_a_mail_address(inside: str, author: str) -> None:
    assert item(inside).author == author


def test_a_date_that_nobody_understands_is_kept_as_text() -> None:
    one = item("<pubDate>Mùa nước nổi</pubDate>")

    assert (one.published, one.updated, one.date_text) == (None, None, "Mùa nước nổi")


def test_a_bad_date_gives_way_to_a_good_one() -> None:
    one = item("<pubDate>không rõ</pubDate><dc:date>2026-03-01</dc:date>")

    assert one.published == datetime(2026, 2, 28, 17, tzinfo=UTC)
    assert one.date_text == ""


@pytest.mark.parametrize(
    ("inside", "image"),
    [
        ("<media:content url='/a.jpg' medium='image'/>", "https://vidu.gov.vn/a.jpg"),
        ("<media:content url='/s' width='90' type='image/x'/><media:content url='/l.jpg' width='900' type='image/x'/>",
         "https://vidu.gov.vn/l.jpg"),
        ("<media:group><media:content url='/v.mp4' type='video/mp4'/><media:thumbnail url='/t.jpg'/></media:group>",
         "https://vidu.gov.vn/t.jpg"),
        ("<media:content url='/v.mp4' type='video/mp4'><media:thumbnail url='/trong.jpg'/></media:content>",
         "https://vidu.gov.vn/trong.jpg"),
        ("<enclosure url='/e.png' type='image/png' length='10'/>", "https://vidu.gov.vn/e.png"),
        ("<enclosure url='/khong-kieu.webp'/>", "https://vidu.gov.vn/khong-kieu.webp"),
        ("<itunes:image href='/i.jpg'/>", "https://vidu.gov.vn/i.jpg"),
        ("<image><url>/o.jpg</url></image>", "https://vidu.gov.vn/o.jpg"),
        ("<image>/chu.jpg</image>", "https://vidu.gov.vn/chu.jpg"),
        ("<description>&lt;img src='/b.jpg?x=1&amp;amp;y=2'&gt; chữ</description>", "https://vidu.gov.vn/b.jpg?x=1&y=2"),
        ("<description>&lt;img width=1 height=1 src=/dem.gif&gt;&lt;IMG SRC=/that.jpg&gt;</description>",
         "https://vidu.gov.vn/that.jpg"),
        ("<description>&lt;img src='data:image/gif;base64,R0' data-src='/luoi.jpg'&gt;</description>",
         "https://vidu.gov.vn/luoi.jpg"),
        ("<enclosure url='/p.mp3' type='audio/mpeg'/><description>&lt;img src=/b.jpg&gt;</description>",
         "https://vidu.gov.vn/b.jpg"),
        ("<media:content url='javascript:alert(1)' medium='image'/>", ""),
        ("<description>Không có ảnh</description>", ""),
    ],
)  # fmt: skip
def test_the_lead_picture_is_the_one_named_for_the_item_else_the_first_of_the_body(inside: str, image: str) -> None:
    assert item(inside).image == image


def test_files_come_with_type_and_length() -> None:
    one = item(
        "<enclosure url='/vb.pdf' type='Application/PDF' length='2048'/><enclosure url='/x' length='dài'/>"
        "<atom:link rel='enclosure' href='/nghe.mp3' type='audio/mpeg' length='5'/><enclosure url=''/>"
        "<media:content url='/xem.mp4' type='video/mp4' fileSize='9'/><enclosure url='ftp://vidu.vn/cu'/>"
    )

    assert one.enclosures == (
        Enclosure(url="https://vidu.gov.vn/vb.pdf", type="application/pdf", length=2048),
        Enclosure(url="https://vidu.gov.vn/x"),
        Enclosure(url="https://vidu.gov.vn/nghe.mp3", type="audio/mpeg", length=5),
        Enclosure(url="https://vidu.gov.vn/xem.mp4", type="video/mp4", length=9),
    )


def test_rdf_items_stand_beside_the_channel_and_are_named_by_their_address() -> None:
    body = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://vidu.gov.vn/"><title>Kênh</title><link>https://vidu.gov.vn/</link>
      <items><rdf:Seq><rdf:li resource="https://vidu.gov.vn/1"/></rdf:Seq></items></channel>
      <item rdf:about="https://vidu.gov.vn/1"><title>Một</title><link>https://vidu.gov.vn/1</link>
      <dc:date>2026-03-12T14:30+07:00</dc:date></item></rdf:RDF>""".encode()

    feed = read(body)

    assert (feed.kind, feed.title, len(feed.items)) == ("rdf", "Kênh", 1)
    assert feed.items[0].guid == "https://vidu.gov.vn/1"
    assert feed.items[0].published == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        b'<rss version="0.91"><channel><title>k</title><item><title>T</title></item></channel></rss>',
        b'<rss version="0.92" xmlns="http://backend.userland.com/rss2"><channel><item><title>T</title></item></channel></rss>',
        b'<rss xmlns="http://khong-ai-biet/"><channel><item><title>T</title></item></channel></rss>',
        b"<RSS><CHANNEL><ITEM/></CHANNEL><channel><item><title>T</title></item></channel></RSS>",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        b"<channel><title>k</title></channel><item><title>T</title></item></rdf:RDF>",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://channel.netscape.com/rdf/simple/0.9/">'
        b"<channel/><item><title>T</title></item></rdf:RDF>",
        b"<channel><item><title>T</title></item></channel>",
        b"<rss><item><title>T</title></item></rss>",
        b"<rss><channel/><channel><item><title>T</title></item></channel></rss>",
    ],
)
def test_every_age_of_rss_is_read(body: bytes) -> None:
    assert [one.title for one in read(body).items] == ["T"]


def test_items_of_other_vocabularies_are_no_entries() -> None:
    inside = "<media:item/><item><title>Thật</title><dc:item><title>giả</title></dc:item></item>"

    assert [one.title for one in read(rss(inside)).items] == ["Thật"]


def test_removed_entries_are_told() -> None:
    assert read(rss('<at:deleted-entry ref=" tin-3 "/><at:deleted-entry/>')).deleted == ("tin-3",)


def test_the_order_of_the_feed_is_kept() -> None:
    body = rss("".join(f"<item><guid>{number}</guid></item>" for number in range(30)))

    assert [one.guid for one in read(body).items] == [str(number) for number in range(30)]


def test_every_text_is_composed_wherever_it_was_written() -> None:
    body = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:at="http://purl.org/atompub/tombstones/1.0"><channel/><at:deleted-entry ref="{_LOOSE}"/>
      <item rdf:about="{_LOOSE}"><title>{_LOOSE}</title><link>/{_LOOSE}</link><description>{_LOOSE}</description></item>
      </rdf:RDF>"""

    feed = read(body.encode())

    (one,) = feed.items
    assert {one.guid, one.title, one.html, one.summary, *feed.deleted} == {"Tiếng Việt"}
    assert one.url == "https://vidu.gov.vn/Tiếng Việt"
