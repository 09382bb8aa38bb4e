"""Which pages are looked at, and how a running portal is asked for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

_HERE = Path(__file__).resolve().parent
DRAWN = (_HERE / "drawn.js").read_text()
ACCESSIBLE = (_HERE / "accessible.js").read_text()
WIDTHS = (320, 390, 768, 1280)
THEMES = ("light", "dark")
_HEIGHT = {320: 568, 390: 844, 768: 1024, 1280: 900}


class Empty(RuntimeError):
    """The portal has no entry of a kind that is to be looked at."""


def chosen(base: str) -> dict[str, str]:
    """Return the twelve pages by name, with paths as they are on this portal; raises `Empty`."""
    with urlopen(f"{base}/tin-tuc/feed.json", timeout=30) as answer:
        news = json.load(answer)["items"]
    pictured = [one for one in news if one["_cong"]["kind"] == "news" and one.get("image")]
    article = max(pictured, key=lambda one: len(one.get("content_html", "")), default=None)
    document = next(_first(base, "/van-ban/"), None)
    if article is None or document is None:
        raise Empty("no article with a picture, or no document")
    agency = urlsplit(article["_cong"]["agency"]["url"]).path
    return {
        "home": "/", "section": f"/tin-tuc/{article['_cong']['section']}/", "article": urlsplit(article["url"]).path,
        "agency": agency, "agency-part": f"{agency}tin-hoat-dong/", "document": document, "documents": "/van-ban/",
        "search": "/tim-kiem?q=thu+vien", "photos": next(_first(base, "/anh/"), "/anh/"),
        "videos": next(_first(base, "/video/"), "/video/"), "agencies": "/co-quan/",
        "missing": "/tin-tuc/kinh-te/cho-que-ban-rau-qua-mang-0",
    }  # fmt: skip


def _first(base: str, path: str) -> Iterator[str]:
    """Yield the entries that a list links to."""
    with urlopen(base + path, timeout=30) as answer:
        page = answer.read().decode()
    main = page[page.index("<main") :]
    yield from re.findall(r'href="((?:/tin-tuc|/van-ban)/[^"?#]*\w)"', main)


def opened(browser: Browser, *, width: int, theme: str = "light", script: bool = True) -> BrowserContext:
    """Open a window of a width and a theme; it never keeps anything from one page to the next."""
    size: ViewportSize = {"width": width, "height": _HEIGHT.get(width, 900)}
    return browser.new_context(
        viewport=size, color_scheme="dark" if theme == "dark" else "light", locale="vi-VN",
        java_script_enabled=script, reduced_motion="reduce",
        is_mobile=width < 700, has_touch=width < 700,
    )  # fmt: skip


def settled(page: Page) -> None:
    """Scroll to the end and back, so that what loads late is there, and wait until nothing is on its way."""
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {"
        " scrollTo(0, y); await new Promise((done) => setTimeout(done, 40)) } scrollTo(0, 0) }"
    )
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready.then(() => true)")


def faults(page: Page, script: str) -> list[str]:
    """Run one of the two scripts in a page and return what it found."""
    found: list[str] = page.evaluate(f"({script.strip()})()")
    return found
