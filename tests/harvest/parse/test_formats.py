"""Every format and quirk of real feeds, by what comes out."""

from __future__ import annotations

import base64
import codecs
import json
from datetime import UTC, datetime

import pytest

from cong.harvest.parse import NotAFeed, RawFeed, RawItem, Rules, discover
from tests.makers import NOON

_URL = "https://xa.vn/tin/rss.xml"
_RULES = Rules(now=NOON)
_AT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def _read(body: str | bytes, *, charset: str | None = None) -> RawFeed:
    given = body.encode() if isinstance(body, str) else body
    return discover(given, url=_URL, charset=charset, rules=_RULES)


def _rss(item: str, attributes: str = "") -> RawItem:
    feed = _read(f'<rss version="2.0" {attributes}><channel><title>Tin xã</title><item>{item}</item></channel></rss>')
    return feed.items[0]


def _atom(entry: str, attributes: str = 'xmlns="http://www.w3.org/2005/Atom"') -> RawItem:
    return _read(f"<feed {attributes}><title>Tin xã</title><entry>{entry}</entry></feed>").items[0]


# ---- RSS ------------------------------------------------------------------------------------------------------------


def test_rss_2_says_all_that_an_item_can_say() -> None:
    item = _rss(
        """<title>Đường ven hồ mở lại</title><link>https://xa.vn/tin/1</link><guid isPermaLink="false">tin-1</guid>
        <description>&lt;p&gt;Mở lại từ hôm nay.&lt;/p&gt;</description><author>ban@xa.vn (Ban biên tập)</author>
        <category>Giao thông</category><category>Hồ</category><pubDate>Tue, 24 Nov 2026 08:30:00 +0700</pubDate>
        <enclosure url="/anh/1.jpg" type="image/jpeg" length="1234"/>"""
    )

    assert (item.title, item.url, item.guid) == ("Đường ven hồ mở lại", "https://xa.vn/tin/1", "tin-1")
    assert (item.html, item.author, item.tags) == ("<p>Mở lại từ hôm nay.</p>", "Ban biên tập", ("Giao thông", "Hồ"))
    assert (item.published, item.date_text) == (_AT, "")
    assert item.image == item.enclosures[0].url == "https://xa.vn/anh/1.jpg"
    assert item.enclosures[0].length == 1234


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "2.0", ""])
def test_every_rss_version_reads_alike(version: str) -> None:
    feed = _read(f'<rss version="{version}"><channel><title>Tin</title><item><title>Một</title></item></channel></rss>')

    assert (feed.kind, feed.title, [item.title for item in feed.items]) == ("rss", "Tin", ["Một"])


@pytest.mark.parametrize("space", ["http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"])
def test_rdf_keeps_its_items_beside_the_channel(space: str) -> None:
    feed = _read(
        f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{space}"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://xa.vn/"><title>Tin xã</title></channel>
        <item rdf:about="https://xa.vn/1"><title>Một</title><link>https://xa.vn/1</link>
        <dc:date>2026-11-24T08:30:00+07:00</dc:date><dc:creator>Lan</dc:creator><dc:subject>Chợ</dc:subject></item>
        </rdf:RDF>"""
    )

    item = feed.items[0]
    assert (feed.kind, feed.title) == ("rdf", "Tin xã")
    assert (item.guid, item.url, item.published) == ("https://xa.vn/1", "https://xa.vn/1", _AT)
    assert (item.author, item.tags) == ("Lan", ("Chợ",))


def test_the_full_text_comes_before_the_summary() -> None:
    item = _rss(
        "<description>Tóm tắt</description><content:encoded><![CDATA[<p>Toàn <b>văn</b></p>]]></content:encoded>",
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
    )

    assert (item.summary, item.html) == ("Tóm tắt", "<p>Toàn <b>văn</b></p>")


def test_a_permanent_guid_is_the_address_and_another_is_not() -> None:
    assert _rss("<title>x</title><guid>https://xa.vn/1</guid>").url == "https://xa.vn/1"
    assert _rss("<title>x</title><guid isPermaLink='false'>https://xa.vn/1</guid>").url == ""


def test_the_channel_tells_how_often_to_come() -> None:
    head = "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>x</title>"
    tail = "</channel></rss>"

    assert _read(f"{head}<ttl>60</ttl>{tail}").ttl == 3600
    assert (
        _read(f"{head}<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>{tail}").ttl
        == 1800
    )
    assert _read(f"{head}<ttl>-1</ttl>{tail}").ttl is None
    assert (_read(f"{head}<ttl>{'9' * 40}</ttl>{tail}").ttl or 0) <= 2_592_000


def test_media_pictures_are_found_the_widest_first() -> None:
    item = _rss(
        """<title>x</title><media:group><media:content url="/nho.jpg" medium="image" width="100"/>
        <media:content url="/to.jpg" medium="image" width="900"/></media:group>""",
        'xmlns:media="http://search.yahoo.com/mrss/"',
    )

    assert item.image == "https://xa.vn/to.jpg"


def test_a_picture_in_the_text_serves_when_no_other_is_named() -> None:
    item = _rss('<description>&lt;img src="../a.jpg?x=1&amp;amp;y=2"&gt; Chữ</description>')

    assert item.image == "https://xa.vn/a.jpg?x=1&y=2"


def test_a_feed_without_items_is_an_answer() -> None:
    assert _read("<rss><channel><title>Tin</title></channel></rss>").items == ()


# ---- Atom -----------------------------------------------------------------------------------------------------------

_ENTRY = """<id>tag:xa.vn,2026:1</id><title type="html">Đường &lt;b&gt;ven hồ&lt;/b&gt;</title>
<link rel="self" href="/1.atom"/><link rel="alternate" type="text/html" href="/1"/>
<published>2026-11-24T01:30:00Z</published><updated>2026-11-24T02:00:00Z</updated>
<author><name>Lan</name></author><author><name>Mai</name></author><category term="ho" label="Hồ"/>
<content type="html">&lt;p&gt;Mở lại&lt;/p&gt;</content>"""


@pytest.mark.parametrize("attributes", ['xmlns="http://www.w3.org/2005/Atom"', "", 'xmlns="http://khac.vn/atom"'])
def test_atom_reads_alike_with_and_without_its_namespace(attributes: str) -> None:
    item = _atom(_ENTRY, attributes)

    assert (item.guid, item.title, item.url) == ("tag:xa.vn,2026:1", "Đường ven hồ", "https://xa.vn/1")
    assert (item.published, item.html, item.tags) == (_AT, "<p>Mở lại</p>", ("Hồ",))
    assert "Lan" in item.author


def test_atom_0_3_has_other_words_for_its_moments_and_modes() -> None:
    item = _atom(
        """<id>1</id><title mode="escaped" type="text/html">Một &amp;amp; hai</title>
        <issued>2026-11-24T08:30:00+07:00</issued><modified>2026-11-24T02:00:00Z</modified>
        <content mode="escaped" type="text/html">&lt;p&gt;Mở lại&lt;/p&gt;</content>""",
        'version="0.3" xmlns="http://purl.org/atom/ns#"',
    )

    assert (item.title, item.published, item.html) == ("Một & hai", _AT, "<p>Mở lại</p>")


def test_inline_xhtml_is_markup_without_its_wrapping() -> None:
    item = _atom(
        """<id>1</id><title>x</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
        <p>Toàn <em>văn</em></p></div></content>"""
    )

    assert item.html == "<p>Toàn <em>văn</em></p>"


def test_base64_content_is_decoded() -> None:
    said = base64.b64encode("Nội dung".encode()).decode()

    assert "Nội dung" in _atom(f'<id>1</id><content mode="base64" type="text/plain">{said}</content>').html


def test_plain_text_that_mentions_markup_stays_text() -> None:
    item = _atom('<id>1</id><title>x</title><summary type="text">Nếu a &lt; b và b &lt; c</summary>')

    assert "<" not in item.html


def test_every_xml_base_counts() -> None:
    item = _atom(
        '<id>1</id><link href="bai"/><content type="html">x</content>',
        'xmlns="http://www.w3.org/2005/Atom" xml:base="https://khac.vn/a/"',
    )

    assert item.url == "https://khac.vn/a/bai"


def test_removed_entries_are_told() -> None:
    feed = _read(
        """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>x</title>
        <at:deleted-entry ref="tag:xa.vn,2026:1" when="2026-11-24T00:00:00Z"/></feed>"""
    )

    assert feed.deleted == ("tag:xa.vn,2026:1",)


def test_a_hub_is_told() -> None:
    assert (
        _read('<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="https://hub.vn/"/></feed>').hub
        == "https://hub.vn/"
    )


# ---- JSON Feed ------------------------------------------------------------------------------------------------------


def _json(**given: object) -> RawItem:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Tin xã", "items": [{"id": "1"} | given]}
    return _read(json.dumps(feed)).items[0]


def test_json_feed_says_the_same_things() -> None:
    item = _json(url="/1", title="Một", content_html="<p>Mở lại</p>", date_published="2026-11-24T08:30:00+07:00",
                 authors=[{"name": "Lan"}], tags=["Hồ"], image="/a.jpg")  # fmt: skip

    assert (item.guid, item.url, item.title, item.html) == ("1", "https://xa.vn/1", "Một", "<p>Mở lại</p>")
    assert (item.published, item.author, item.tags, item.image) == (_AT, "Lan", ("Hồ",), "https://xa.vn/a.jpg")


def test_json_text_content_is_no_markup() -> None:
    assert _json(content_text="a < b & c").html == "a &lt; b &amp; c"


@pytest.mark.parametrize("value", [None, 5, 1.5, True, [], {}, [None], [{}], {"name": 5}, "", "\ud800", "\0"])
@pytest.mark.parametrize(
    "name", ["id", "url", "title", "content_html", "date_published", "authors", "tags", "attachments", "image"]
)
def test_json_values_of_any_type_hurt_nobody(name: str, value: object) -> None:
    item = _json(**{name: value})

    for text in (item.guid, item.url, item.title, item.html, item.author, *item.tags):
        assert "\0" not in text
        text.encode()


# ---- mistakes that many feeds make ----------------------------------------------------------------------------------


def test_html_entities_are_letters() -> None:
    assert _rss("<title>Th&agrave;nh ph&oacute;&nbsp;&eacute; &amp; x</title>").title == "Thành phó é & x"


def test_a_bare_ampersand_is_an_ampersand() -> None:
    item = _rss("<title>R&D & Q&A</title><link>https://xa.vn/?a=1&b=2</link>")

    assert (item.title, item.url) == ("R&D & Q&A", "https://xa.vn/?a=1&b=2")


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x0b", "\x1f", "&#0;", "&#x1F;", "\ufffe"])
def test_control_characters_do_not_lose_an_item(bad: str) -> None:
    item = _rss(f"<title>Một{bad} hai</title><description>Ba {bad}bốn</description>")

    assert item.title.startswith("Một")
    assert item.title.endswith("hai")
    assert all(char >= " " for char in item.title)


def test_an_undeclared_prefix_does_not_lose_an_item() -> None:
    item = _rss("<title>Một</title><content:encoded>Toàn văn</content:encoded><la:gi>x</la:gi>")

    assert (item.title, item.html) == ("Một", "Toàn văn")


@pytest.mark.parametrize("before", ["\n\n  ", "<!-- x -->\n", "Warning: deprecated in /x.php on line 3\n", "\ufeff"])
def test_what_stands_before_the_document_is_passed_over(before: str) -> None:
    body = (
        f"{before}<?xml version='1.0'?><rss><channel><title>Tin</title><item><title>Một</title></item></channel></rss>"
    )

    assert [item.title for item in _read(body).items] == ["Một"]


def test_what_stands_after_the_document_is_passed_over() -> None:
    assert len(_read("<rss><channel><item><title>Một</title></item></channel></rss>\n<script>x</script>").items) == 1


def test_a_cut_document_gives_what_it_has() -> None:
    body = "<rss><channel><title>Tin</title><item><title>Một</title><link>https://xa.vn/1</link></item><item><title>Ha"

    feed = _read(body)

    assert feed.fallback
    assert feed.items[0].title == "Một"


def test_decomposed_letters_are_composed() -> None:
    assert _rss("<title>Tie\u0302\u0301ng Vie\u0323\u0302t</title>").title == "Tiếng Việt"


# ---- charsets -------------------------------------------------------------------------------------------------------

_DOCUMENT = "<rss><channel><title>Tin</title><item><title>Chợ phiên mở lại ở Hà Nội</title></item></channel></rss>"


def _title(body: bytes, charset: str | None = None) -> str:
    return _read(body, charset=charset).items[0].title


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("charset", [None, "utf-8", "UTF8", "khong-co-that", ""])
def test_utf_8_is_read_whatever_is_missing(mark: bytes, charset: str | None) -> None:
    assert _title(mark + _DOCUMENT.encode(), charset) == "Chợ phiên mở lại ở Hà Nội"


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_charsets_are_seen_in_the_bytes(name: str) -> None:
    assert _title(_DOCUMENT.encode(name)) == "Chợ phiên mở lại ở Hà Nội"


@pytest.mark.parametrize("where", ["header", "declaration"])
def test_windows_1258_is_read_as_declared_and_composed(where: str) -> None:
    # cp1258 writes some letters as a letter and a combining tone.
    said = _DOCUMENT.replace(
        "Chợ phiên mở lại ở Hà Nội", "Cho\u031b\u0323 phiên mơ\u0309 la\u0323i ơ\u0309 Hà Nô\u0323i"
    )
    said = said.replace("o\u031b", "ơ")
    head = "<?xml version='1.0' encoding='windows-1258'?>" if where == "declaration" else ""

    title = _title((head + said).encode("cp1258"), "windows-1258" if where == "header" else None)

    assert title == "Chợ phiên mở lại ở Hà Nội"


def test_utf_8_that_calls_itself_latin_1_is_utf_8() -> None:
    assert _title(_DOCUMENT.encode(), "iso-8859-1") == "Chợ phiên mở lại ở Hà Nội"


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    more = "<item><title>Thư viện xã mở cửa buổi tối</title></item>" * 3
    body = _DOCUMENT.replace("</channel>", f"{more}</channel>").encode().replace(b"phi", b"phi\xff", 1)

    assert _title(body).endswith("mở lại ở Hà Nội")


# ---- what is no feed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "html"),
        (b"\n<HTML><head><title>x</title></head></HTML>", "html"),
        (b"<html><form><input type=password></form></html>", "html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no-channel"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "no-channel"),
        (b'{"error": "not found"}', "no-channel"),
        (b'{"items": {}}', "no-channel"),
        (b'{"items": [', "malformed"),
        (b"{" * 100_000, "malformed"),
        (b"Not Found", "malformed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "encoding"),
    ],
)
def test_what_is_no_feed_says_why(body: bytes, code: str) -> None:
    with pytest.raises(NotAFeed) as news:
        _read(body)

    assert news.value.code == code
    assert str(news.value)


def test_a_page_that_names_its_feed_helps_the_operator() -> None:
    with pytest.raises(NotAFeed, match=r"https://xa\.vn/tin/rss-moi\.xml"):
        _read('<html><head><link rel="alternate" type="application/rss+xml" href="rss-moi.xml"></head></html>')
