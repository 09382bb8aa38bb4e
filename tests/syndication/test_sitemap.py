"""Tests the site map writer."""

from __future__ import annotations

from hypothesis import given
from lxml import etree

from cong.syndication import sitemap
from cong.syndication.xml import clean
from tests.syndication.makers import AT, SITE, anything

_MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def test_a_place_says_when_it_changed_if_it_knows() -> None:
    places = [sitemap.Place(url=f"{SITE}/a?x=1&y=2", changed_at=AT), sitemap.Place(url=f"{SITE}/b")]

    root = etree.fromstring(sitemap.places(places).encode())

    assert [one.findtext(f"{_MAP}loc") for one in root] == [f"{SITE}/a?x=1&y=2", f"{SITE}/b"]
    assert [one.findtext(f"{_MAP}lastmod") for one in root] == ["2026-11-25T05:00:00Z", None]


def test_the_index_names_every_map() -> None:
    root = etree.fromstring(sitemap.index([f"{SITE}/sitemap-0.xml", f"{SITE}/sitemap-1.xml"]).encode())

    assert root.tag == f"{_MAP}sitemapindex"
    assert [loc.text for loc in root.iter(f"{_MAP}loc")] == [f"{SITE}/sitemap-0.xml", f"{SITE}/sitemap-1.xml"]


@given(title=anything)
def test_news_with_any_title_is_valid(title: str) -> None:
    one = sitemap.News(url=f"{SITE}/a", title=title, lang="vi", published_at=AT)

    root = etree.fromstring(sitemap.news([one], publication="Cổng & bạn").encode())

    assert root.findtext(f".//{_NEWS}title") == clean(title)
    assert root.findtext(f".//{_NEWS}name") == "Cổng & bạn"
