"""Pure: site maps by the sitemaps.org protocol, and the news extension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cong.syndication.xml import HEAD, attribute, rfc3339, text

_PROTOCOL = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LINK = "http://www.w3.org/1999/xhtml"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One address, when what stands there last changed, and (language, address) of the same in every language."""

    url: str
    changed_at: datetime | None = None
    languages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class News:
    """One fresh story as the news extension tells it."""

    url: str
    title: str
    lang: str
    published_at: datetime


def index(maps: Iterable[str]) -> str:
    """Return the map of maps."""
    rows = (f"<sitemap><loc>{text(url)}</loc></sitemap>\n" for url in maps)
    return f'{HEAD}<sitemapindex xmlns="{_PROTOCOL}">\n{"".join(rows)}</sitemapindex>\n'


def places(found: Iterable[Place]) -> str:
    """Return one map."""
    return f'{HEAD}<urlset xmlns="{_PROTOCOL}" xmlns:xhtml="{_LINK}">\n{"".join(_urls(found))}</urlset>\n'


def _urls(found: Iterable[Place]) -> Iterator[str]:
    for place in found:
        changed = f"<lastmod>{rfc3339(place.changed_at)}</lastmod>" if place.changed_at else ""
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{attribute(code)}" href="{attribute(url)}"/>'
            for code, url in place.languages
        )
        yield f"<url><loc>{text(place.url)}</loc>{changed}{links}</url>\n"


def news(found: Iterable[News], *, publication: str) -> str:
    """Return the map of fresh stories."""
    rows = (
        f"<url><loc>{text(one.url)}</loc><news:news><news:publication><news:name>{text(publication)}</news:name>"
        f"<news:language>{text(one.lang)}</news:language></news:publication>"
        f"<news:publication_date>{rfc3339(one.published_at)}</news:publication_date>"
        f"<news:title>{text(one.title)}</news:title></news:news></url>\n"
        for one in found
    )
    return f'{HEAD}<urlset xmlns="{_PROTOCOL}" xmlns:news="{_NEWS}">\n{"".join(rows)}</urlset>\n'
