"""Four people bring a story to its readers, correct it and take it down again, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.newsroom import Newsroom, Person, newsroom, person
from tests.media.recordings import recording
from tests.services import CHROMIUM

pytestmark = pytest.mark.browser

TITLE = "Thư viện phường mở cửa buổi tối"
LEAD = "Từ thứ Hai, phòng đọc mở đến 21 giờ và có thêm ba mươi chỗ ngồi."
TEXT = "Phòng đọc nhận bạn đọc đến 21 giờ các ngày trong tuần."
# Milliseconds after which every cache has asked again.
_SEEN_WITHIN = 2_500
QUOTE = "Buổi tối là lúc cả nhà cùng đọc sách."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("newsroom")) as made:
        yield made


def _photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (1200, 800), "seagreen").save(out, "JPEG")
    return out.getvalue()


def _adds(page: Page, block: str) -> None:
    """Put one more block at the end of the body."""
    page.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=block, exact=True).click()


def _uploads(page: Page, chooser: str, kind: str, file: tuple[str, str, bytes], **words: str) -> None:
    """Upload a file inside a chooser and take it."""
    page.get_by_role("button", name=chooser).last.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="Tải lên").click()
    name, mime, body = file
    modal.locator("input[type=file]").set_input_files({"name": name, "mimeType": mime, "buffer": body})
    for field, text in words.items():
        modal.locator(f"[name={kind}-chooser-upload-{field}]").fill(text)
    modal.get_by_role("button", name="Tải lên").click()
    expect(modal).to_be_hidden()


def _writes(author: Person) -> None:
    page = author.page
    author.opens("/ban-lam-viec/")
    page.get_by_role("link", name="Viết bài").click()
    page.fill("#id_title", TITLE)
    page.fill("[name=lead]", LEAD)
    _adds(page, "Đoạn văn")
    page.locator("[contenteditable=true]").last.click()
    page.keyboard.type(TEXT)
    _adds(page, "Ảnh")
    _uploads(page, "Chọn ảnh", "picture", ("phong-doc.jpg", "image/jpeg", _photo()), alt="Phòng đọc buổi tối")
    _adds(page, "Video")
    _uploads(page, "Chọn video", "video", ("canh.mp4", "video/mp4", recording("mp4")), title="Một buổi tối")
    _adds(page, "Trích dẫn")
    page.locator("textarea[name$='-value-text']").last.fill(QUOTE)
    author.presses("Lưu bản nháp")
    expect(page.locator("#id_title")).to_have_value(TITLE)


def _submits(author: Person) -> None:
    author.page.locator("footer [data-w-dropdown-target=toggle]").click()
    author.presses("Trình thẩm định")
    author.is_told("Đã trình")


def _judges(who: Person, button: str) -> None:
    who.opens_first_waiting(TITLE)
    who.presses(button)


def _public_page(page: Page, room: Newsroom) -> str:
    address = page.get_by_role("link", name="Mở trang công khai").get_attribute("href")
    assert address
    return room.base + address


def test_four_people_publish_correct_and_withdraw_a_story(browser: Browser, room: Newsroom) -> None:
    people = {name: person(browser, room, name) for name in ("bientap", "thamdinh", "duyet", "tructin")}
    author, duty = people["bientap"], people["tructin"]

    _writes(author)
    _submits(author)
    _judges(people["thamdinh"], "Đồng ý thẩm định")
    _judges(people["duyet"], "Duyệt")
    _judges(duty, "Xuất bản ngay")
    address = _public_page(duty.page, room)
    reader = browser.new_context().new_page()
    reader.goto(address)
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator("article")).to_contain_text(QUOTE)
    expect(reader.locator("article video")).to_have_count(1)
    picture = reader.get_by_alt_text("Phòng đọc buổi tối")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")

    _corrects(author, people, reader, address)
    _withdraws(people, reader, address)

    assert [one.errors for one in people.values()] == [[], [], [], []]


def _corrects(author: Person, people: dict[str, Person], reader: Page, address: str) -> None:
    author.opens("/ban-lam-viec/?muc=cua-toi")
    author.page.get_by_role("link", name=TITLE, exact=True).click()
    author.page.get_by_role("link", name="Mở trong trình soạn thảo").click()
    author.page.fill("[name=lead]", LEAD.replace("ba mươi", "bốn mươi"))
    author.page.fill("[name=public_note]", "Sửa số chỗ ngồi.")
    _submits(author)
    judge = people["thamdinh"]
    judge.opens_first_waiting(TITLE)
    expect(judge.page.locator(".desk-diff del")).to_have_text("ba")
    expect(judge.page.locator(".desk-diff ins")).to_have_text("bốn")
    judge.presses("Đồng ý thẩm định")
    _judges(people["duyet"], "Duyệt")
    _judges(people["tructin"], "Xuất bản ngay")
    reader.wait_for_timeout(_SEEN_WITHIN)
    reader.goto(address)
    expect(reader.locator("article")).to_contain_text("Sửa số chỗ ngồi.")
    expect(reader.locator("article")).to_contain_text("bốn mươi")


def _withdraws(people: dict[str, Person], reader: Page, address: str) -> None:
    duty = people["tructin"]
    duty.page.get_by_text("Gỡ bài").click()
    duty.page.fill("#f-why", "Lịch mở cửa đã hoãn.")
    duty.presses("Gỡ ngay")
    reader.wait_for_timeout(_SEEN_WITHIN)
    answer = reader.goto(address)
    assert answer
    assert answer.status == 410
    expect(reader.locator("main")).to_contain_text("Lịch mở cửa đã hoãn.")
    approver = people["duyet"]
    approver.opens("/ban-lam-viec/?muc=cho-xac-nhan")
    approver.page.get_by_role("link", name=TITLE, exact=True).click()
    approver.presses("Xác nhận việc gỡ")
    approver.is_told("Đã xác nhận việc gỡ")
