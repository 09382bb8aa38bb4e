"""A reader loses the network: what was read is there and says of when, and what was withdrawn is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.delivery.test_live import number, shelfwork, start
from tests.scratch import Scratch

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

TITLES = ("Tin đọc trước", "Tin đọc sau", "Tin chưa đọc")
_KEPT = "async () => (await (await caches.open('cong-read')).keys()).map((one) => new URL(one.url).pathname)"
_AGE = """async ([path, days]) => {
  const read = await caches.open("cong-read");
  const answer = await read.match(path);
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", Date.now() - days * 86400000);
  await read.put(path, new Response(await answer.text(), { headers }));
}"""


@dataclass(kw_only=True)
class Reading:
    """A browser at a portal with three entries, of which it has read two."""

    database: Scratch
    base: str
    context: BrowserContext
    page: Page
    addresses: list[str]

    def reads(self, path: str) -> int:
        answer = self.page.goto(self.base + path)
        assert answer
        return answer.status

    def kept(self) -> list[str]:
        found: list[str] = self.page.evaluate(_KEPT)
        return [path for path in found if not path.startswith("/tep/")]

    def keeps(self, *addresses: str) -> None:
        """Wait until copies of these articles, and of no others, are there."""
        wanted = f"async () => JSON.stringify((await ({_KEPT})()).sort()) === JSON.stringify({sorted(addresses)})"
        self.page.wait_for_function(wanted, timeout=10_000)


@pytest.fixture
def reading(scratch_database: Scratch, browser: Browser) -> Iterator[Reading]:
    addresses = shelfwork(scratch_database, "make", "thu-vien", "kinh-te", *TITLES)
    port = start(scratch_database)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page = context.new_page()
    made = Reading(
        database=scratch_database, base=f"http://127.0.0.1:{port}", context=context, page=page, addresses=addresses
    )  # fmt: skip
    made.reads("/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    for address in addresses[:2]:
        made.reads(address)
    made.keeps(*addresses[:2])
    yield made
    context.close()


def test_what_was_read_last_can_be_read_without_a_network_until_it_is_withdrawn(reading: Reading) -> None:
    page, (first, second, unread) = reading.page, reading.addresses
    for path in ("/", "/tim-kiem?q=tin", "/en/", "/co-quan/thu-vien/", "/ban-lam-viec/dang-nhap/"):
        reading.reads(path)
    assert sorted(reading.kept()) == sorted([first, second])

    reading.context.set_offline(True)
    reading.reads(first)
    expect(page.locator("h1")).to_have_text(TITLES[0])
    said = page.locator(".kept-at")
    expect(said).to_have_text(re.compile(r"^Bạn đang xem bản đã lưu trên máy này lúc .*\d{2}:\d{2}.*\d{4}\.$"))
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).backgroundColor") == "rgb(124, 22, 25)"
    # What stands beside it tells of other entries, of which nobody knows now whether they are still public.
    assert TITLES[2] not in page.locator("main").inner_text()

    reading.reads(unread)
    expect(page.locator("h1")).to_have_text("Đang không có mạng")
    expect(page.locator("cong-kept a")).to_have_count(2)
    expect(page.locator("cong-kept a").first).to_contain_text(TITLES[1])
    page.locator("cong-kept a").first.click()
    expect(page.locator("h1")).to_have_text(TITLES[1])

    reading.context.set_offline(False)
    shelfwork(reading.database, "withdraw", number(second))
    assert reading.reads(second) == 410
    reading.keeps(first)
    reading.context.set_offline(True)
    reading.reads(second)
    expect(page.locator("h1")).not_to_have_text(TITLES[1])

    page.evaluate(_AGE, [first, 8])
    reading.reads(first)
    expect(page.locator("h1")).to_have_text("Đang không có mạng")
    reading.context.set_offline(False)
    reading.reads(unread)
    reading.keeps(unread)
