"""The simulated sites' own pages: an item, the front page, one that is gone, and a site under repair."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cong.demo.dates import STYLES
from cong.demo.feeds import alt, body, picture_path
from cong.demo.history import Item
from cong.demo.sites import Site

_STYLE = (
    "body{font:17px/1.6 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem;color:#222}"
    "img{max-width:100%;height:auto}"
    "header,footer{color:#666;font-size:.9em;border-block:1px solid #ddd;padding:.5rem 0}"
)


def item_page(item: Item, base: str) -> str:
    picture = f'<img src="{base}{picture_path(item)}" alt="{escape(alt(item))}">' if item.picture else ""
    return _page(
        item.site,
        base,
        item.title,
        f'<article><h1>{escape(item.title)}</h1><p><time datetime="{item.published.isoformat()}">'
        f"{STYLES['vietnamese'](item.published)}</time></p><p><strong>{escape(item.summary)}</strong></p>{picture}"
        f"{body(item, base, picture=False)}</article>",
        lang=item.lang,
    )


def front_page(site: Site, base: str, items: Sequence[Item]) -> str:
    listed = "".join(f'<li><a href="{item.path}">{escape(item.title)}</a></li>' for item in items)
    link = f'<link rel="alternate" type="application/rss+xml" href="{base}{site.path}">' if not site.broken else ""
    return _page(site, base, site.title, f"{link}<h1>{escape(site.title)}</h1><ul>{listed}</ul>")


def gone_page(item: Item, base: str) -> str:
    return _page(item.site, base, "Đã gỡ", "<h1>Tin này đã được gỡ</h1><p>Trang nguồn không còn giữ tin này.</p>")


def missing_page(site: Site, base: str) -> str:
    return _page(site, base, "Không có trang này", "<h1>Không có trang này</h1>")


def repair_page(site: Site, base: str) -> str:
    """Return what a site under repair answers, also where its feed should be."""
    return _page(site, base, "Đang bảo trì", "<h1>Trang đang bảo trì</h1><p>Vui lòng quay lại sau.</p>")


def _page(site: Site, base: str, title: str, main: str, *, lang: str = "vi") -> str:
    return (
        f'<!doctype html>\n<html lang="{lang}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f'<header><a href="{base}/">{escape(site.title)}</a> – tin giả lập, chỉ dùng để thử</header>'
        f"<main>{main}</main><footer>Mạng nguồn tin giả lập trên máy này.</footer></html>\n"
    )
