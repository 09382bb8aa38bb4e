"""What the bytes show weighs more than what is declared; Vietnamese survives whatever a server calls it."""

from __future__ import annotations

import codecs

import pytest

from cong.harvest.parse import NotAFeed, clean
from cong.harvest.parse.charset import to_utf8, with_windows_signs
from tests.harvest.parse.makers import read

_SAID = "<a>Chợ phiên Mường Khương mở lại vào sáng chủ nhật, đường lên bản đã thông</a>"


def test_valid_utf_8_is_the_very_same_bytes() -> None:
    body = _SAID.encode()

    assert to_utf8(body, "windows-1252") is body
    assert to_utf8(f"<?xml version='1.0' encoding='iso-8859-1'?>{_SAID}".encode(), None).endswith(body)


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "utf-32-le"),
        (b"", "utf-32-be"),
    ],
)
def test_wide_charsets_are_seen_with_and_without_a_mark(mark: bytes, name: str) -> None:
    assert to_utf8(mark + _SAID.encode(name), "iso-8859-1").decode() == _SAID


@pytest.mark.parametrize(
    ("said", "name", "called"),
    [
        ("<a>“Café” – 5 €</a>", "cp1252", "ISO-8859-1"),
        ("<a>中文新闻報</a>", "gb18030", "gb2312"),
        ("<a>日本語のニュース</a>", "cp932", "Shift_JIS"),
        ("<a>日本語のニュース</a>", "iso-2022-jp", "iso-2022-jp"),
        ("<a>Новости дня</a>", "koi8-r", "KOI8-R"),
        ("<a>ข่าววันนี้</a>", "cp874", "TIS-620"),
    ],
)
def test_a_declared_charset_is_read_as_browsers_read_it(said: str, name: str, called: str) -> None:
    body = said.encode(name)

    assert to_utf8(body, called).decode() == said
    assert to_utf8(f'<?xml version="1.0" encoding="{called}"?>'.encode() + body, None).decode().endswith(said)


@pytest.mark.parametrize("declared", ["windows-1258", None])
def test_windows_1258_is_read_with_its_tones_even_when_nobody_names_it(declared: str | None) -> None:
    spelled = "Tin tư\u0301c: chơ\u0323 phiên mơ\u0309 la\u0323i, đươ\u0300ng lên ba\u0309n đa\u0303 thông xe. " * 20
    body = f"<rss><channel><item><title>{spelled}</title></item></channel></rss>".encode("cp1258")

    (item,) = read(body, charset=declared).items

    assert item.title.startswith("Tin tức: chợ phiên mở lại, đường lên bản đã thông xe.")


def test_a_header_that_is_wrong_gives_way_to_the_declaration() -> None:
    body = '<?xml version="1.0" encoding="koi8-r"?><a>Новости</a>'.encode("koi8-r")

    assert "Новости" in to_utf8(body, "utf-8").decode()


@pytest.mark.parametrize(
    "name", ["hex", "zlib", "idna", "punycode", "unicode_escape", "utf-8\0", "x" * 5000, "", "none"]
)
def test_a_name_that_is_no_charset_is_passed_over(name: str) -> None:
    assert "Café" in to_utf8("<a>Café</a>".encode("cp1252"), name).decode()


def test_a_character_cut_in_half_costs_that_character_only() -> None:
    body = _SAID.encode().replace("thông".encode(), b"th\xc3")

    assert to_utf8(body, None).decode() == _SAID.replace("thông", "th\ufffd")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(NotAFeed) as refused:
        to_utf8(bytes(range(256)) * 50, None)

    assert refused.value.code == "encoding"


@pytest.mark.parametrize("quote", ["\x92", "&#146;", "&#x92;", "&amp;#146;", "’", "&#8217;"])
def test_quotes_taken_from_windows_as_they_were_are_quotes(quote: str) -> None:
    said = f"Phiên chợ “đêm” của bản{quote}"
    body = f"<rss><channel><item><title>{said}</title><description>{said}</description></item></channel></rss>"

    (item,) = read(body.encode()).items

    assert item.title == "Phiên chợ “đêm” của bản’"
    assert clean.text(item.html) == item.title


def test_a_code_that_names_no_sign_of_windows_does_not_lose_the_feed() -> None:
    assert with_windows_signs("a\x81&#129;&#160;&#159;é".encode()).decode() == "a\ufffd\ufffd&#160;Ÿé"
