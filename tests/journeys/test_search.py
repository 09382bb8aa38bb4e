"""A reader searches, in a real browser: by keyboard and by thumb, with and without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect, sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.searchable import DOCUMENT, LIBRARIES, LIBRARY, NUMBER, YEARS, searchable
from tests.journeys.site import Site
from tests.journeys.test_reader import Reader
from tests.services import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_PHONE, _DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
_PAGES = (
    "/tim-kiem", "/tim-kiem?q=muon+sach", "/tim-kiem?q=muon+sach+coquan:thu-vien-tinh-an-hoa+ngay:2022..2026",
    "/tim-kiem?q=12/2026/qd-mau", "/tim-kiem?q=khong+co+dau", "/tim-kiem/nang-cao?first=x", "/tim-kiem/cu-phap",
)  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with searchable(tmp_path_factory.mktemp("search")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def _person(
    browser: Browser, portal: Site, *, script: bool = True, phone: bool = False, dark: bool = False
) -> Iterator[Reader]:
    context = browser.new_context(
        java_script_enabled=script, viewport=_PHONE if phone else _DESK, has_touch=phone, locale="vi-VN",
        color_scheme="dark" if dark else "light", reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(15_000)
    yield Reader(page=context.new_page(), site=portal)
    context.close()


@pytest.fixture
def desk(browser: Browser, portal: Site) -> Iterator[Reader]:
    with _person(browser, portal) as reader:
        yield reader


@pytest.fixture
def phone(browser: Browser, portal: Site) -> Iterator[Reader]:
    with _person(browser, portal, phone=True) as reader:
        yield reader


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def reader(request: pytest.FixtureRequest, browser: Browser, portal: Site) -> Iterator[Reader]:
    with _person(browser, portal, script=request.param) as either:
        yield either


def _field(page: Page) -> Locator:
    return page.get_by_label("Tìm trên toàn cổng").first


def _query(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def _options(page: Page) -> Locator:
    return page.get_by_role("option")


def test_half_a_word_and_the_arrows_lead_to_a_document(desk: Reader) -> None:
    desk.opens("/")
    field = _field(desk.page)
    field.press_sequentially("quy che muon sa")

    expect(_options(desk.page)).to_have_count(1)
    expect(field).to_have_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    option = desk.page.get_by_role("option", selected=True)
    expect(option).to_contain_text(DOCUMENT)
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    expect(desk.page.locator("cong-suggest [role=status]").first).to_have_text("1 gợi ý")
    field.press("Enter")

    desk.heading(DOCUMENT)
    desk.is_content()


def test_escape_closes_and_enter_searches_what_was_typed(desk: Reader) -> None:
    desk.opens("/")
    field = _field(desk.page)
    field.press_sequentially("muon sach")
    expect(_options(desk.page).first).to_be_visible()

    field.press("Escape")
    expect(_options(desk.page)).to_have_count(0)
    expect(field).to_have_value("muon sach")
    field.press("Enter")

    expect(desk.page).to_have_url(desk.site.url("/tim-kiem?q=muon+sach"))
    desk.is_content()


def test_a_thumb_opens_an_agency(phone: Reader) -> None:
    phone.opens("/tim-kiem")
    phone.page.get_by_label("Từ khóa").press_sequentially("tinh an h")

    phone.page.get_by_role("option", name=re.compile(LIBRARY)).tap()

    phone.heading(re.compile(LIBRARY))
    phone.is_content()


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(desk: Reader) -> None:
    def slowly(route: Route) -> None:
        if route.request.url.endswith("=chợ") or "ch%E1%BB%A3" in route.request.url:
            time.sleep(0.6)
        route.continue_()

    desk.opens("/")
    desk.page.route("**/tim-kiem/goi-y*", slowly)
    field = _field(desk.page)
    with desk.page.expect_request("**/tim-kiem/goi-y*"):
        field.fill("chợ")
    field.fill("quy chế mượn")

    expect(_options(desk.page)).to_have_text([re.compile(DOCUMENT)])
    desk.page.wait_for_timeout(800)
    expect(_options(desk.page)).to_have_text([re.compile(DOCUMENT)])


def test_own_searches_stay_in_the_browser_and_can_be_forgotten(desk: Reader) -> None:
    sent: list[str] = []
    desk.opens("/")
    for words in ("mượn sách", "chợ quê"):
        _field(desk.page).fill(words)
        _field(desk.page).press("Enter")
        desk.page.wait_for_load_state()
    desk.page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    desk.opens("/tim-kiem")

    own = desk.page.get_by_role("region", name="Bạn đã tìm")
    expect(own.get_by_role("link")).to_have_text(["chợ quê", "mượn sách"])
    own.get_by_role("button", name="Xóa: chợ quê").click()
    expect(own.get_by_role("link")).to_have_text(["mượn sách"])
    _field(desk.page).click()
    expect(_options(desk.page)).to_have_count(2)
    desk.page.get_by_role("option", name="Xóa những lần tìm").click()
    desk.opens("/tim-kiem")

    expect(desk.page.get_by_role("region", name="Bạn đã tìm")).to_have_count(0)
    assert not [one for one in sent if "m%C6%B0%E1%BB%A3n" in one or "mượn" in one]
    assert desk.page.context.cookies() == []


def test_boxes_narrow_and_a_chip_widens_again(reader: Reader) -> None:
    reader.opens("/tim-kiem?q=muon+sach")
    page = reader.page
    expect(page.get_by_role("heading", name=f"{LIBRARIES + 4} kết quả")).to_be_visible()

    page.get_by_role("checkbox", name=LIBRARY).check()
    page.get_by_role("checkbox", name="Văn bản").check()
    page.get_by_role("button", name="Áp dụng").click()

    expect(page.get_by_role("heading", name="1 kết quả")).to_be_visible()
    assert _query(page) == "muon sach loai:vanban coquan:thu-vien-tinh-an-hoa"
    page.get_by_label("Đang lọc").get_by_role("link", name="Văn bản").click()
    assert _query(page) == "muon sach coquan:thu-vien-tinh-an-hoa"
    expect(page.get_by_role("heading", name="4 kết quả")).to_be_visible()
    expect(page.get_by_role("checkbox", name=LIBRARY)).to_be_checked()
    reader.is_content()


def test_a_bar_of_the_histogram_is_a_year(reader: Reader) -> None:
    reader.opens("/tim-kiem?q=muon+sach")

    bar = reader.page.get_by_role("link", name=f"{YEARS[0]}: 1 kết quả")
    bar.focus()
    bar.press("Enter")

    assert _query(reader.page) == f"muon sach ngay:{YEARS[0]}"
    expect(reader.page.locator(".result")).to_have_text([re.compile(f"Ngày hội mượn sách {YEARS[0]}")])
    reader.is_content()


def test_on_a_phone_filters_are_folded_away(phone: Reader) -> None:
    phone.opens("/tim-kiem?q=muon+sach+loai:tin")
    box = phone.page.get_by_role("checkbox", name="Tin")
    expect(box).to_be_hidden()

    phone.page.get_by_text("Lọc kết quả (1)").tap()

    expect(box).to_be_checked()
    phone.is_content()


def test_a_long_list_is_narrowed_by_typing(desk: Reader) -> None:
    desk.opens("/tim-kiem/nang-cao")
    desk.page.get_by_label("Lọc danh sách cơ quan").fill("an hoa")

    agencies = desk.page.locator("cong-narrow label.choice:visible")
    expect(agencies).to_have_text([re.compile(LIBRARY)])
    agencies.get_by_role("checkbox").check()
    desk.page.get_by_label("Lọc danh sách cơ quan").press("Enter")

    assert urlsplit(desk.page.url).path == "/tim-kiem/nang-cao"
    desk.page.get_by_role("main").get_by_role("button", name="Tìm").click()
    assert _query(desk.page) == "coquan:thu-vien-tinh-an-hoa"
    desk.is_content()


def test_the_advanced_form_writes_a_search_and_opens_from_it(reader: Reader) -> None:
    reader.opens("/tim-kiem/nang-cao")
    page = reader.page
    page.get_by_label("Có đúng cụm từ này").fill("mượn sách")
    page.get_by_label("Không có từ nào").fill("xe")
    page.locator("main summary", has_text="Tỉnh, thành phố").click()
    page.get_by_role("checkbox", name=LIBRARY).check()
    page.get_by_label("Từ ngày").fill("2024-01-01")
    page.get_by_label("Xếp theo").select_option("cũ nhất")
    page.get_by_role("main").get_by_role("button", name="Tìm").click()

    assert _query(page) == '"mượn sách" -xe coquan:thu-vien-tinh-an-hoa ngay:2024..'
    expect(page.locator(".result h3")).to_have_text(
        [f"Ngày hội mượn sách {year}" for year in YEARS[1:]] + [re.compile(DOCUMENT)]
    )
    page.get_by_role("main").get_by_role("link", name="Tìm nâng cao").click()
    expect(page.get_by_label("Có đúng cụm từ này")).to_have_value("mượn sách")
    expect(page.get_by_role("checkbox", name=LIBRARY)).to_be_checked()
    expect(page.get_by_label("Từ ngày")).to_have_value("2024-01-01")
    reader.is_content()


def test_without_scripts_the_field_is_a_plain_field(browser: Browser, portal: Site) -> None:
    with _person(browser, portal, script=False) as reader:
        reader.opens("/")
        field = _field(reader.page)
        expect(field).to_have_role("searchbox")
        field.fill(NUMBER.lower())
        field.press("Enter")

        expect(reader.page.get_by_role("region", name="Đúng văn bản bạn tìm")).to_contain_text(NUMBER)
        reader.is_content()


def test_below_an_entry_its_like_appear_when_one_comes_near(desk: Reader) -> None:
    desk.opens(f"/tim-kiem?q={NUMBER}")
    desk.page.locator(".jump a").click()
    later = desk.page.locator("cong-later")
    later.scroll_into_view_if_needed()

    citing = later.get_by_role("region", name="Được trích dẫn bởi")
    expect(citing.get_by_role("link")).to_have_text([f"Ngày hội mượn sách {year}" for year in YEARS[::-1]])
    desk.is_content()


def test_without_scripts_links_lead_to_the_like_of_an_entry(browser: Browser, portal: Site) -> None:
    with _person(browser, portal, script=False) as reader:
        reader.opens(f"/tim-kiem?q={NUMBER}")
        reader.page.locator(".jump a").click()
        reader.page.get_by_role("link", name=f"Tìm bài nhắc đến số {NUMBER}").click()

        expect(reader.page.get_by_role("heading", name=f"{len(YEARS)} kết quả")).to_be_visible()
        reader.is_content()


@pytest.mark.parametrize("dark", [False, True], ids=["desk-light", "phone-dark"])
def test_the_pages_of_search_are_accessible_and_fit(browser: Browser, portal: Site, dark: bool) -> None:
    with _person(browser, portal, phone=dark, dark=dark) as reader:
        for path in _PAGES[2:-1] if dark else _PAGES:
            reader.opens(path)
            assert _trouble(reader.page) == [], path
        _field(reader.page).fill("muon sach")
        expect(_options(reader.page).first).to_be_visible()
        _field(reader.page).press("ArrowDown")
        assert _trouble(reader.page) == []


def _trouble(page: Page) -> list[str]:
    """Return what axe finds with everything unfolded, and the widths at which the page scrolls sideways."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]
    size = page.viewport_size
    assert size
    for width in (320, size["width"]):
        page.set_viewport_size({"width": width, "height": size["height"]})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"wider than {width}")
    return found
