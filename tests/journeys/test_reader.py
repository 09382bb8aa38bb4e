"""A reader's way through the portal, in a real browser, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.site import AGENCY, DOCUMENT, LEAD, PASSAGE, TABLE, Site

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_WIDTHS = (320, 360, 768, 1280)
_PARTS = {
    "Giới thiệu": "Chức năng, nhiệm vụ của phòng đọc",
    "Tin hoạt động": LEAD,
    "Xây dựng Đảng": "Chi bộ họp bàn việc học tập buổi tối",
    "Văn bản – tài liệu": DOCUMENT,
}


@dataclass(kw_only=True)
class Reader:
    """A person at a browser, and what the browser complained about."""

    page: Page
    site: Site
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _note(self, said: ConsoleMessage) -> None:
        # Chromium reports the status of an error page that was asked for as an error of its own.
        if said.type in ("error", "warning") and said.location["url"] != self.page.url:
            self.errors.append(f"{said.text} {said.location}")

    def opens(self, path: str) -> int:
        """Open a path of the portal and return the status of the answer."""
        answer = self.page.goto(self.site.url(path))
        assert answer
        return answer.status

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("h1")).to_have_count(1)
        expect(self.page.locator("h1")).to_have_text(text)

    def is_content(self) -> None:
        """Check that nothing went wrong on the way: no message, and no request but to the portal."""
        self.page.wait_for_load_state("networkidle")
        assert self.errors == []
        assert self.hosts == {urlsplit(self.site.base).netloc}


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def reader(request: pytest.FixtureRequest, browser: Browser, portal: Site) -> Iterator[Reader]:
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 1280, "height": 900}, locale="vi-VN"
    )
    context.set_default_timeout(15_000)
    yield Reader(page=context.new_page(), site=portal)
    context.close()


def test_the_lead_story_tells_where_it_comes_from_and_when(reader: Reader) -> None:
    assert reader.opens("/") == 200

    reader.page.get_by_role("region", name="Tin nổi bật").get_by_role("link").first.click()

    reader.heading(LEAD)
    original = reader.page.get_by_role("link", name="Xem bản gốc")
    expect(original).to_have_attribute("href", reader.site.original)
    byline = reader.page.locator(".byline")
    expect(byline).to_contain_text("Công bố")
    expect(byline).to_contain_text("Thu về")
    expect(byline.locator("time")).to_have_count(2)
    picture = reader.page.locator("figure img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    reader.is_content()


def test_an_agencys_page_leads_to_its_four_parts(reader: Reader) -> None:
    reader.opens("/")
    reader.follows(LEAD)

    reader.page.locator(".byline a").first.click()
    expect(reader.page).to_have_url(reader.site.url(f"/co-quan/{AGENCY}/"))
    tabs = reader.page.get_by_role("navigation", name="Tiểu mục của cơ quan")
    for part, title in _PARTS.items():
        tabs.get_by_role("link", name=part, exact=True).click()
        reader.heading(part)
        expect(reader.page.get_by_role("main").get_by_text(title).first).to_be_visible()

    reader.is_content()


def test_a_search_without_marks_finds_the_passage(reader: Reader) -> None:
    reader.opens("/")

    field = reader.page.get_by_label("Tìm trên toàn cổng").first
    field.fill("phong doc danh cho thieu nhi")
    field.press("Enter")

    found = reader.page.locator("article").filter(has_text=LEAD)
    expect(found).to_have_count(1)
    marked = " ".join(found.locator("mark").all_text_contents())
    assert set(PASSAGE.split()) <= set(marked.split()), marked
    found.get_by_role("link").click()
    reader.heading(LEAD)
    reader.is_content()


def test_the_same_page_is_there_in_english_and_back(reader: Reader) -> None:
    reader.opens(f"/co-quan/{AGENCY}/van-ban/")

    reader.follows("English")
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    expect(reader.page).to_have_url(reader.site.url(f"/en/co-quan/{AGENCY}/van-ban/"))
    english = reader.page.locator("h1").inner_text()
    expect(reader.page.get_by_role("main").get_by_text(DOCUMENT).first).to_be_visible()
    reader.follows("Tiếng Việt")

    expect(reader.page.locator("html")).to_have_attribute("lang", "vi")
    reader.heading("Văn bản – tài liệu")
    assert english != "Văn bản – tài liệu"
    reader.is_content()


def test_an_unknown_address_helps_onward(reader: Reader) -> None:
    assert reader.opens("/tin-tuc/khong-co/trang-nay-999999") == 404

    reader.heading("Không có trang này")
    main = reader.page.get_by_role("main")
    main.get_by_label("Tìm trên toàn cổng").fill("chợ quê")
    main.get_by_role("button", name="Tìm").click()

    expect(reader.page.get_by_role("link", name="Chợ quê bán rau qua mạng").first).to_be_visible()
    reader.is_content()


def test_a_withdrawn_entry_says_so(reader: Reader) -> None:
    assert reader.opens(reader.site.withdrawn) == 410

    reader.heading("Bài đã được gỡ")
    expect(reader.page.get_by_role("main").locator("time")).to_be_visible()
    reader.page.get_by_role("main").get_by_role("link", name="Tin mới nhất").click()

    expect(reader.page.get_by_role("link", name=LEAD).first).to_be_visible()
    expect(reader.page.get_by_role("link", name="Tin sẽ được gỡ")).to_have_count(0)
    reader.is_content()


def test_no_page_is_wider_than_the_screen(reader: Reader) -> None:
    reader.opens("/")
    paths = [
        "/", "/en/", "/tin-tuc/", "/tin-tuc/kinh-te/", "/van-ban/", "/co-quan/", "/co-quan/?q=khong+co", "/kenh-tin/",
        "/ve-cong/", "/tim-kiem?q=thu+vien", "/tim-kiem?q=khong+co+gi+het", "/khong-co", reader.site.withdrawn,
        f"/co-quan/{AGENCY}/", f"/co-quan/{AGENCY}/gioi-thieu/", f"/co-quan/{AGENCY}/tin-hoat-dong/",
        f"/co-quan/{AGENCY}/van-ban/", *_hrefs(reader.page, LEAD, TABLE),
    ]  # fmt: skip

    too_wide = [found for path in paths for found in _overflows(reader, path)]

    assert too_wide == []
    reader.is_content()


def _hrefs(page: Page, *titles: str) -> list[str]:
    links = [page.get_by_role("link", name=title, exact=True).first for title in titles]
    return [href for link in links if (href := link.get_attribute("href"))]


def _overflows(reader: Reader, path: str) -> list[str]:
    """Return the widths at which the page has to be scrolled sideways."""
    assert reader.opens(path) < 500
    found = []
    for width in _WIDTHS:
        reader.page.set_viewport_size({"width": width, "height": 800})
        needed = reader.page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{path} at {width}: {needed}")
    return found
