"""Sitemaps of every form become items, newest first; what is made to hurt is refused."""

from __future__ import annotations

import contextlib
import gzip
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest.adapters import Body, Reading, Spec
from cong.harvest.adapters.sitemap import ADAPTER
from cong.harvest.parse import Enclosure, NotAFeed, Rules

_NOON = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)
_RULES = Rules(now=_NOON)
_URL = "https://vidu.gov.vn/sitemap.xml"
_SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


def _urlset(inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {_SPACES}>{inside}</urlset>'.encode()


def _index(inside: str) -> bytes:
    return f"<sitemapindex {_SPACES}>{inside}</sitemapindex>".encode()


def _page(path: str, lastmod: str = "") -> str:
    return f"<url><loc>https://vidu.gov.vn{path}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</url>"


def _list(path: str, lastmod: str = "") -> str:
    return _page(path, lastmod).replace("url>", "sitemap>")


def _read(content: bytes, *, charset: str | None = None, **config: Any) -> Reading:
    spec = Spec(url=_URL, config=config)
    return ADAPTER.read(Body(content=content, url=_URL, charset=charset), spec, _RULES)


def _paths(content: bytes, **config: Any) -> list[str]:
    return [item.url.removeprefix("https://vidu.gov.vn") for item in _read(content, **config).feed.items]


def _refused(content: bytes, **config: Any) -> NotAFeed:
    with pytest.raises(NotAFeed) as caught:
        _read(content, **config)
    return caught.value


def test_a_page_is_known_by_its_address_and_its_title_is_left_to_enriching() -> None:
    (item,) = _read(_urlset(_page("/tin/1.html", "2026-06-14T08:00:00+07:00"))).feed.items

    assert (item.guid, item.url, item.title) == ("https://vidu.gov.vn/tin/1.html",) * 2 + ("",)
    assert item.updated == datetime(2026, 6, 14, 1, 0, tzinfo=UTC)
    assert item.published is None


def test_news_say_title_moment_language_and_keywords() -> None:
    news = (
        "<news:news><news:publication><news:name>Báo mẫu</news:name><news:language>vi</news:language>"
        "</news:publication><news:publication_date>2026-06-14</news:publication_date>"
        "<news:title>Mở thư viện &amp; nhà văn hóa</news:title>"
        "<news:keywords>thư viện, văn hóa , thư viện</news:keywords></news:news>"
    )

    (item,) = _read(_urlset(f"<url><loc>/tin/2</loc>{news}</url>")).feed.items

    assert (item.url, item.title, item.lang) == ("https://vidu.gov.vn/tin/2", "Mở thư viện & nhà văn hóa", "vi")
    assert item.tags == ("thư viện", "văn hóa")
    assert item.published == datetime(2026, 6, 13, 17, 0, tzinfo=UTC)


def test_the_first_image_leads_and_a_film_is_an_enclosure() -> None:
    extensions = (
        "<image:image><image:loc>/anh/1.jpg</image:loc></image:image><image:image><image:loc>/anh/2.jpg</image:loc>"
        "</image:image><video:video><video:thumbnail_loc>/anh/3.jpg</video:thumbnail_loc><video:title>Phim</video:title>"
        "<video:description>Về xã &lt; mẫu</video:description><video:content_loc>/phim/1.mp4?a=1</video:content_loc>"
        "</video:video>"
    )

    (item,) = _read(_urlset(f"<url><loc>/tin/2</loc>{extensions}</url>")).feed.items

    assert item.image == "https://vidu.gov.vn/anh/1.jpg"
    assert item.enclosures == (Enclosure(url="https://vidu.gov.vn/phim/1.mp4?a=1", type="video/mp4"),)
    assert (item.title, item.summary) == ("Phim", "Về xã &lt; mẫu")


def test_the_newest_come_first_and_those_without_a_date_last() -> None:
    pages = (
        _page("/khong-ngay") + _page("/cu", "2026-01-01") + _page("/moi", "2026-06-14") + _page("/vua", "2026-03-01")
    )

    assert _paths(_urlset(pages)) == ["/moi", "/vua", "/cu", "/khong-ngay"]
    assert _paths(_urlset(pages), most=1) == ["/moi"]


def test_only_what_is_shown_to_be_young_passes_newer() -> None:
    pages = _page("/khong-ngay") + _page("/cu", "2026-05-01") + _page("/moi", "2026-06-01")

    assert _paths(_urlset(pages), newer="30d") == ["/moi"]
    assert _paths(_urlset(pages), newer="1h") == []


def test_paths_are_chosen_by_prefix_and_glob() -> None:
    pages = "".join(map(_page, ("/tin/a.html", "/tin/b.pdf", "/gi%E1%BB%9Bi-thi%E1%BB%87u/", "/x.aspx?ItemID=5")))

    assert _paths(_urlset(pages), include="/tin/") == ["/tin/a.html", "/tin/b.pdf"]
    assert _paths(_urlset(pages), include=["/tin/"], exclude=["*.pdf"]) == ["/tin/a.html"]
    assert _paths(_urlset(pages), include=["/giới-thiệu/"]) == ["/gi%E1%BB%9Bi-thi%E1%BB%87u/"]
    assert _paths(_urlset(pages), include=["/x.aspx?ItemID="]) == ["/x.aspx?ItemID=5"]


def test_an_index_is_followed_to_its_newest_lists() -> None:
    lists = [_list("/a.xml", "2026-01-01"), _list("/b.xml"), _list("/c.xml", "2026-06-14"), _list("/sitemap.xml")]

    reading = _read(_index("".join(lists)), maps=2)

    assert reading.feed.items == ()
    assert reading.follow == ("https://vidu.gov.vn/c.xml", "https://vidu.gov.vn/a.xml")
    assert len(_read(_index("".join(_list(f"/{n}.xml") for n in range(100)))).follow) == 5


def test_newer_spares_lists_that_say_they_are_old() -> None:
    lists = _list("/a.xml", "2026-01-01") + _list("/b.xml")

    assert _read(_index(lists), newer="30d").follow == ("https://vidu.gov.vn/b.xml",)


@pytest.mark.parametrize("charset", [None, "utf-8", "utf-16"])
def test_a_list_of_lines_is_read(charset: str | None) -> None:
    lines = "https://vidu.gov.vn/a\r\n\nkhông phải địa chỉ\nhttps://vidu.gov.vn/b\n"

    assert _paths(lines.encode(charset or "utf-8-sig")) == ["/a", "/b"]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(_urlset(_page("/tin/1"))),
        gzip.compress(_urlset(_page("/tin/1"))[:50]) + gzip.compress(_urlset(_page("/tin/1"))[50:]) + b"\0\0",
        _urlset(_page("/tin/1")).decode().replace('encoding="UTF-8"', "").encode("utf-16"),
        b"\n\n" + _urlset(_page("/tin/1")),
        _urlset(_page("/tin/1")).replace(_SPACES.encode(), b""),
        b"<!DOCTYPE urlset [<!ENTITY x 'y'>]>" + _urlset(_page("/tin/1")).partition(b"?>")[2],
    ],
)
def test_servers_send_it_in_many_ways(content: bytes) -> None:
    assert _paths(content) == ["/tin/1"]


def test_a_bare_ampersand_is_mended() -> None:
    assert _paths(_urlset(_page("/x?a=1&b=2"))) == ["/x?a=1&b=2"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "html"),
        (b"<rss><channel/></rss>", "no-channel"),
        (b"<opml/>", "no-channel"),
        (b"xin chao", "no-channel"),
        (_urlset(_page("/a"))[:-20], "malformed"),
        (gzip.compress(_urlset(_page("/a")))[:-9], "malformed"),
        (b"\x1f\x8b" + b"x" * 100, "malformed"),
        (gzip.compress(b"") * 1_000, "malformed"),
        (gzip.compress(b" " * 51_000_000), "empty"),
        (gzip.compress(b"http://a/" + b" " * 51_000_000), "too-big"),
        (_urlset("<url>" + "<a>" * 3_000 + "</a>" * 3_000 + "</url>"), "too-deep"),
        (_urlset("<url/>" * 100_001), "too-many"),
        (_urlset("<url>" + "<a/>" * 700_000 + "</url>"), "too-big"),
        (b"<!--" + b"x" * 3_000 + b"-->" + b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset>&a;</urlset>", "malformed"),
    ],
)
def test_what_is_no_sitemap_is_refused(content: bytes, code: str) -> None:
    assert _refused(content).code == code


def test_an_unpacked_bomb_is_refused_in_little_memory() -> None:
    page = _page("/a").replace("</url>", f"<x>{'x' * 1_000_000}</x></url>")
    bomb = gzip.compress(_urlset(page * 51))
    tracemalloc.start()

    code = _refused(bomb).code
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert code == "too-big"
    assert peak < 10_000_000


def test_entities_reveal_no_file_and_do_not_multiply(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("BIMAT")
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE urlset [<!ENTITY e0 "ha"><!ENTITY x SYSTEM "file://{secret}">{lines}]>'
    body = f"{head}<urlset {_SPACES}>{_page('/&x;&e11;')}</urlset>".encode()
    began = time.process_time()

    reading = _read(body)

    assert time.process_time() - began < 2
    assert "BIMAT" not in str(reading)
    assert len(str(reading)) < 1000


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"include": 5}, "include"),
        ({"exclude": ["tin/"]}, "exclude"),
        ({"newer": "30"}, "newer"),
        ({"newer": 30}, "newer"),
        ({"maps": 51}, "maps"),
        ({"maps": True}, "maps"),
        ({"most": 0}, "most"),
    ],
)
def test_a_wrong_word_is_named_and_hurts_no_reading(config: dict[str, Any], word: str) -> None:
    assert ADAPTER.wrong(Spec(url=_URL, config=config)).startswith(word)
    assert len(_read(_urlset(_page("/a", "2026-06-14")), **config).feed.items) <= 1


def test_right_words_are_not_refused() -> None:
    config = {"include": ["/tin/", "*.html"], "exclude": "/tin/en/", "newer": "30d", "maps": 50, "most": 1}

    assert ADAPTER.wrong(Spec(url=_URL, config=config)) == ""
    assert set(config) == ADAPTER.keys


_PARTS = st.sampled_from(
    [
        b"<urlset>", b"</urlset>", b"<sitemapindex>", b"</sitemapindex>", b"<url>", b"</url>", b"<loc>",
        b"</loc>", b"<sitemap>", b"<lastmod>", b"2026-06-14", b"https://a.vn/[", b"http://[::", b"&", b"&x;",
        b"<![CDATA[", b"]]>", b"<?xml ", b"<!DOCTYPE a [", b"]>", b"\0", b"\xff\xfe", b"\x1f\x8b\x08\0", b"x",
        b"\n", b"<video:video>", b"<news>",
    ]
)  # fmt: skip
_CONFIGS = st.dictionaries(
    st.sampled_from(sorted(ADAPTER.keys)), st.one_of(st.integers(), st.text(max_size=5), st.lists(st.text(max_size=5)))
)


@given(st.one_of(st.lists(_PARTS, max_size=30).map(b"".join), st.binary(max_size=200)), _CONFIGS)
def test_any_bytes_are_a_sitemap_or_none(content: bytes, config: dict[str, Any]) -> None:
    for body in (content, gzip.compress(content), gzip.compress(content)[:-5]):
        with contextlib.suppress(NotAFeed):
            _read(body, **config)


@given(st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=60), st.integers(1, 10))
def test_the_newest_are_the_same_whether_held_whole_or_not(pages: list[tuple[int, bool]], most: int) -> None:
    said = [
        (_page(f"/{place}", f"2026-06-{1 + day % 14:02}" if dated else ""), (14 - day % 14) if dated else 99, place)
        for place, (day, dated) in enumerate(pages)
    ]

    found = _paths(_urlset("".join(page for page, _, _ in said)), most=most)

    assert found == [f"/{place}" for _, _, place in sorted(said, key=lambda one: one[1:])][:most]
