"""The mistakes that many feeds make are mended; nothing is read from outside the document."""

from __future__ import annotations

import pytest

from cong.harvest.parse.tree import Malformed, tree


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("H&agrave; N&#7897;i&nbsp;&hellip;", "Hà Nội\xa0…"),
        ("Hỏi & đáp &lt; 5 &amp; &quot;", 'Hỏi & đáp < 5 & "'),
        ("?a=1&b=2&copy=3", "?a=1&b=2&copy=3"),
        ("&khong-co; &KhongCo;", "&khong-co; &KhongCo;"),
        ("a\x00b\x0bc\ufffed", "abcd"),
        ("a&#0;b&#xFFFF;c&#xD800;d&#9999999;", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("&NotEqualTilde;", "≂̸"),
        ("<![CDATA[R&D &agrave;]]> & x", "R&D &agrave; & x"),
        ("a<!-- & &agrave; -->b&", "ab&"),
        ("&#x1F33E;&#10;", "🌾\n"),
    ],
)
def test_references_and_signs_that_xml_forbids_are_mended(written: str, text: str) -> None:
    assert tree(f"<a>{written}</a>".encode()).text == text


@pytest.mark.parametrize(
    "document",
    [
        "\n\n <?xml version='1.0'?>\n<rss><b>x</b></rss>",
        "Warning: mysql_connect() in /x.php on line 3<br />\n<?xml version='1.0'?><rss><b>x</b></rss>",
        "<rss><b>x</b></rss><script>theo dõi</script>",
        "<rss><b>x</b></rss>\n<!-- trang tạo trong 0,2 giây -->\0",
        "<!DOCTYPE rss PUBLIC '-//X//DTD RSS 0.91//EN' 'https://vidu.vn/rss.dtd'><rss><b>x</b></rss>",
        "<!DOCTYPE rss [ <!ENTITY a 'b'> <!ELEMENT x ANY> ]><rss><b>x</b></rss>",
        "<?xml version='1.0' encoding='windows-1258'?><rss><b>x</b></rss>",
        "<rss><media:b/><la:gi la:khong='1'/><b>x</b></rss>",
        "<rss xmlns:a='urn:a'><a:b c:d='1'/><b>x</b></rss>",
    ],
)
def test_what_stands_around_the_document_or_is_undeclared_is_no_harm(document: str) -> None:
    root = tree(document.encode())

    assert root.tag == "rss"
    assert root.findtext("b") == "x"


def test_a_usual_prefix_without_a_declaration_means_the_usual_thing() -> None:
    root = tree(b"<rss><dc:creator>An</dc:creator></rss>")

    assert root[0].tag == "{http://purl.org/dc/elements/1.1/}creator"


@pytest.mark.parametrize("hidden", ["", "<!--" + "x" * 3000 + "-->"])
def test_no_entity_of_a_document_is_expanded(hidden: str) -> None:
    document = f"{hidden}<!DOCTYPE a [<!ENTITY s SYSTEM 'file:///etc/hostname'><!ENTITY t 'hai'>]><a>một &s;&t; ba</a>"

    assert tree(document.encode()).text == "một &s;&t; ba"


@pytest.mark.parametrize("document", ["<a><b></a>", "<a", "", "chữ", "<a>" + "".join(f"<p{n}:x/>" for n in range(99))])
def test_what_cannot_be_mended_is_malformed_with_a_short_reason(document: str) -> None:
    with pytest.raises(Malformed) as news:
        tree(document.encode())

    assert len(news.value.reason) <= 200
    assert "\n" not in news.value.reason
