"""Two spellings of one page have one key, two pages never share one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cong.harvest.parse.addresses import guid_alias, url_key


@pytest.mark.parametrize(
    "spelling",
    [
        "http://xa.vn/tin/1?a=1&b=2",
        "https://XA.vn:443/tin/1?b=2&a=1",
        "https://xa.vn/tin/1?a=1&b=2#binh-luan",
        "https://xa.vn/tin/1?a=1&utm_source=rss&utm_medium=feed&b=2&fbclid=x",
        "https://xa.vn/tin/./x/../1?a=1&b=2",
        "  https://xa.vn/tin/1?a=1&b=2 ",
    ],
)
def test_one_page_has_one_key(spelling: str) -> None:
    assert url_key(spelling) == url_key("https://xa.vn/tin/1?a=1&b=2")


def test_one_name_in_two_scripts_has_one_key() -> None:
    assert url_key("https://xãmẫu.vn/ch%E1%BB%A3") == url_key("https://XÃMẪU.vn/chợ")
    assert url_key("https://xãmẫu.vn/").isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://xa.vn/Default.aspx?ItemID=1", "https://xa.vn/Default.aspx?ItemID=2"),
        ("https://xa.vn/a", "https://xa.vn/b"),
        ("https://xa.vn/A", "https://xa.vn/a"),
        ("https://xa.vn/a", "https://xa.vn:8080/a"),
        ("https://xa.vn/a", "https://www.xa.vn/a"),
        ("https://xa.vn/?a=1&a=2", "https://xa.vn/?a=1"),
        ("https://xa.vn/?a=", "https://xa.vn/"),
        ("https://xa.vn/a%2Fb", "https://xa.vn/a/b"),
        ("https://xa.vn/a%3Fb", "https://xa.vn/a?b"),
        ("https://xa.vn/?a=b%26c", "https://xa.vn/?a=b&c"),
        ("https://xa.vn/#!/tin/1", "https://xa.vn/#!/tin/2"),
        ("urn:uuid:1", "urn:uuid:2"),
    ],
)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_the_number_of_an_item_stays_in_the_key() -> None:
    assert "ItemID=26845" in url_key("http://xa.vn/Tin/Default.aspx?ItemID=26845&utm_source=x")


_URLS = st.from_regex(r"https?://[a-zA-Z0-9.\-]{1,12}(:[0-9]{1,4})?(/[^\s#]{0,20})?(\?[^\s]{0,20})?", fullmatch=True)


@given(_URLS)
@example("http://a.vn/%")
@example("http://a.vn/%zz?%=%&&=")
@example("http://a.vn//b")
@example("http://[::1]:8000/a")
@example("http://a.vn:99999/")
@example("http://[bad/")
@example("http://x\x81y.vn/")
def test_a_key_is_its_own_key_and_nothing_raises(url: str) -> None:
    key = url_key(url)

    assert url_key(key) == key


def test_an_alias_forgets_scheme_and_host_only() -> None:
    assert guid_alias("http://cu.vn/?p=1") == guid_alias("https://moi.vn/?p=1")
    assert guid_alias("http://cu.vn/?p=1") != guid_alias("http://cu.vn/?p=2")
    assert guid_alias("tag:xa.vn,2026:1") == "tag:xa.vn,2026:1"
    assert guid_alias("https://xa.vn")
