"""The staff's own screens: nothing scrolls sideways, axe-core finds nothing, unsaved text comes back after a crash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.newsroom import Newsroom, newsroom, person, submitted
from tests.services import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_STORY = "Lịch mở cửa phòng đọc mùa hè"
_SCREENS = {
    "thamdinh": ["/ban-lam-viec/", "/ban-lam-viec/ho-so/{docket}/", "/ban-lam-viec/thoi-diem/"],
    "tructin": ["/ban-lam-viec/?muc=don-vi", "/ban-lam-viec/bo/"],
    "bientap": ["/ban-lam-viec/?muc=cua-toi", "/ban-lam-viec/ho-so/{docket}/"],
    "vanhanh": ["/ban-lam-viec/viec-nen/"],
    "giamsat": ["/ban-lam-viec/nhat-ky/"],
    "quantri": ["/ban-lam-viec/nhan-su/"],
}
# Where `CONG_PICTURES=docs/pictures` sends the pictures of the tutorial; without it they are made and thrown away.
_PICTURES = os.environ.get("CONG_PICTURES", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("screens")) as made:
        yield made


@pytest.fixture(scope="module")
def docket(room: Newsroom) -> int:
    return submitted(room, _STORY)


def _violations(page: Page) -> list[str]:
    # Wagtail's frame around our screens is not ours.
    found = Axe().run(page, context={"include": [[".content"]], "exclude": [["iframe"]]})
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found.response["violations"]]


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("username", _SCREENS)
def test_own_screens_fit_and_are_accessible(
    browser: Browser, room: Newsroom, docket: int, username: str, width: int
) -> None:
    who = person(browser, room, username, width=width)

    for path in _SCREENS[username]:
        who.opens(path.format(docket=docket))
        assert not who.scrolls_sideways(), path
        assert _violations(who.page) == [], path

    assert who.errors == []
    who.page.context.close()


def test_unsaved_text_comes_back_after_a_crash(browser: Browser, room: Newsroom) -> None:
    who = person(browser, room, "bientap")
    who.opens("/ban-lam-viec/")
    who.page.get_by_role("link", name="Viết bài").click()
    who.page.fill("#id_title", "Bài đang viết dở")
    who.presses("Lưu bản nháp")
    address, same_browser = who.page.url, who.page.context
    who.page.wait_for_timeout(3_000)
    same_browser.set_offline(offline=True)
    who.page.fill("[name=lead]", "Câu này chưa kịp lưu.")
    who.page.wait_for_timeout(4_000)

    who.page.close()
    same_browser.set_offline(offline=False)
    again = same_browser.new_page()
    again.goto(address)
    with again.expect_navigation():
        again.get_by_role("button", name="Khôi phục bản chưa lưu").click()

    expect(again.locator("[name=lead]")).to_have_value("Câu này chưa kịp lưu.")


def test_the_pictures_of_the_tutorial_are_made(browser: Browser, room: Newsroom, docket: int, tmp_path: Path) -> None:
    folder = Path(_PICTURES) if _PICTURES else tmp_path
    who = person(browser, room, "thamdinh")
    who.opens(f"/ban-lam-viec/ho-so/{docket}/")
    _picture(who.page, folder / "docket-1280.webp")
    author = person(browser, room, "bientap")
    author.opens("/ban-lam-viec/")
    author.page.get_by_role("link", name="Viết bài").click()
    author.page.fill("#id_title", _STORY)
    author.page.wait_for_timeout(1_000)
    _picture(author.page, folder / "editor-1280.webp")

    assert all((folder / name).stat().st_size > 5_000 for name in ("docket-1280.webp", "editor-1280.webp"))


def _picture(page: Page, path: Path) -> None:
    shot = Image.open(BytesIO(page.screenshot()))
    shot.save(path, "WEBP", quality=80, method=6)
