"""Every kind of page for everybody: structure, names, targets, the way of the keyboard, what the system asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.site import AGENCY, LEAD, Site
from tests.screens import weight
from tests.screens.pages import ACCESSIBLE, DRAWN, faults, opened

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_STANDING = {
    "home": "/", "home in English": "/en/", "news": "/tin-tuc/", "section": "/tin-tuc/kinh-te/",
    "documents": "/van-ban/", "agencies": "/co-quan/", "agency": f"/co-quan/{AGENCY}/",
    "part": f"/co-quan/{AGENCY}/tin-hoat-dong/", "about an agency": f"/co-quan/{AGENCY}/gioi-thieu/",
    "photos": "/anh/", "videos": "/video/", "recordings": "/am-thanh/", "search": "/tim-kiem?q=thu+vien",
    "nothing found": "/tim-kiem?q=khong+co+gi+het", "search form": "/tim-kiem/nang-cao", "syntax": "/tim-kiem/cu-phap",
    "feeds": "/kenh-tin/", "sources": "/nguon-tich-hop/", "about": "/ve-cong/", "accessibility": "/tro-nang/",
    "offline": "/ngoai-tuyen", "missing": "/tin-tuc/kinh-te/khong-co-12",
}  # fmt: skip
# Pages that are not below another one, or that are not there.
_NO_WAY_BACK = {"home", "home in English", "offline", "missing", "withdrawn"}
_FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const seen = (one) => { const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none" };
  const box = element.getBoundingClientRect();
  const holders = [element, element.parentElement, element.closest(".entry-card, .app-tile, label, li")];
  return {
    name: element.outerHTML.slice(0, 100),
    visible: holders.some((one) => one && seen(one)),
    there: box.width > 0 && box.height > 0 && box.bottom > -1,
  };
}"""


@pytest.fixture(scope="module")
def paths(browser: Browser, portal: Site) -> dict[str, str]:
    page = browser.new_page()
    found = dict(_STANDING) | {"withdrawn": portal.withdrawn}
    for name, where, link in (
        ("article", "/", page.get_by_role("link", name=LEAD)), ("document", "/van-ban/", page.locator(".doc-list a"))
    ):  # fmt: skip
        page.goto(portal.url(where))
        found[name] = str(link.first.get_attribute("href"))
    page.close()
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = opened(browser, width=390)
    yield context.new_page()
    context.close()


def test_every_kind_of_page_is_built_for_everybody(page: Page, portal: Site, paths: dict[str, str]) -> None:
    found = {}
    for name, path in paths.items():
        page.goto(portal.url(path))
        found[name] = faults(page, ACCESSIBLE) + faults(page, DRAWN)
        if name not in _NO_WAY_BACK and page.locator("nav.breadcrumb").count() != 1:
            found[name].append("no breadcrumb")

    assert {name: said for name, said in found.items() if said} == {}


def test_every_kind_of_page_keeps_to_its_budget(portal: Site, paths: dict[str, str]) -> None:
    found = {}
    for name, path in paths.items():
        # Every feed of every agency is a list of its own kind: three links for each of 108.
        if name not in {"missing", "withdrawn", "feeds"}:
            with urlopen(portal.url(path), timeout=30) as answer:
                found[name] = weight.Page(answer.read().decode()).faults(12 * weight.KB)

    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, portal: Site, paths: dict[str, str], theme: str) -> None:
    context = opened(browser, width=390, theme=theme)
    page = context.new_page()
    found = {}
    for name in ("home", "article", "agency", "document", "search", "search form", "missing", "accessibility"):
        page.goto(portal.url(paths[name]))
        said = Axe().run(page).response["violations"]
        found[name] = [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in said]
    context.close()

    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("name", ["home", "article", "search"])
def test_the_keyboard_sees_where_it_is_and_gets_through(
    page: Page, portal: Site, paths: dict[str, str], name: str
) -> None:
    page.goto(portal.url(paths[name]))
    stops: list[dict[str, Any]] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop is None or (stops and stop["name"] == stops[0]["name"] and len(stops) > 10):
            break
        stops.append(stop)

    assert len(stops) > 15
    assert [stop["name"] for stop in stops if not (stop["visible"] and stop["there"])] == []


def test_the_skip_link_leads_past_the_menu(page: Page, portal: Site) -> None:
    page.goto(portal.url("/tin-tuc/"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_what_the_system_asks_for_is_done(page: Page, portal: Site, paths: dict[str, str]) -> None:
    page.goto(portal.url(paths["article"]))

    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).transitionDuration") == "0s"

    page.emulate_media(contrast="more")
    ink = "getComputedStyle(document.querySelector('{}')).color"
    assert page.evaluate(ink.format(".byline small")) == page.evaluate(ink.format("h1"))

    page.emulate_media(contrast="no-preference", forced_colors="active")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.proof')).borderBlockStartWidth)") >= 3
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).borderStyle") == "solid"
    assert faults(page, DRAWN) == []


def test_paper_holds_the_article_its_record_and_nothing_to_press(
    page: Page, portal: Site, paths: dict[str, str]
) -> None:
    page.goto(portal.url(paths["article"]))
    page.emulate_media(media="print")

    hidden = [".masthead", ".nav-bar", ".site-foot", ".breadcrumb", ".split > aside", ".text-size", "cong-share"]
    assert [one for one in hidden if page.locator(one).first.is_visible()] == []
    assert page.locator("h1").is_visible()
    assert page.locator(".proof").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('main'), '::before').content").strip('"')
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
