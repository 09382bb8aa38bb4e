"""An editor composes the home page in a browser, others judge it; a lead that is withdrawn is gone from it at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.newsroom import Newsroom, Person, newsroom, person
from tests.kept import ROOT
from tests.services import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_SCREEN = "/ban-lam-viec/trang-bia/trang-chu/vi/"
_DOCKET = "Bố cục: Trang chủ (tiếng Việt)"
_LEAD, _SECOND = "Bến đò thu vé bằng thẻ chung", "Vườn ươm tặng cây cho trường học"
_TELL = """
import django, sys
django.setup()
from datetime import datetime, timedelta, UTC
from cong.agencies.models import Agency
from tests import makers
at = datetime.now(UTC)
for place, title in enumerate(sys.argv[1:]):
    owner = Agency.objects.in_order()[place]
    when = at - timedelta(hours=1, minutes=place)
    makers.entries([makers.content(owner, title, published_at=when, harvested_at=at)], at=at)
"""
_WITHDRAW = """
import django, sys
django.setup()
from datetime import datetime, UTC
from cong.entries.models import Entry
from tests import makers
makers.withdraw(Entry.objects.get(title=sys.argv[1]), at=datetime.now(UTC))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("frontpage")) as made:
        others = [f"Tin thường nhật số {number} của xã" for number in range(1, 6)]
        run(made, _TELL, *others, _LEAD, _SECOND)
        yield made


def run(room: Newsroom, script: str, *words: str) -> None:
    environ = room.scratch.environ | {"DJANGO_SETTINGS_MODULE": "cong.config.settings", "SITE_URL": room.base}
    subprocess.run([sys.executable, "-c", script, *words], env=environ, cwd=ROOT, check=True)


def test_a_composed_home_page_reaches_its_readers_and_forgets_what_is_withdrawn(
    browser: Browser, room: Newsroom
) -> None:
    names = ("bientaptw", "thamdinhtw", "duyettw", "tructin")
    people = {name: person(browser, room, name) for name in names}
    reader = browser.new_context().new_page()
    reader.goto(room.base)
    expect(reader.locator(".entry-card-lead")).not_to_contain_text(_LEAD)

    _composes(people["bientaptw"])
    for name, button in zip(names[1:], ("Đồng ý thẩm định", "Duyệt", "Xuất bản ngay"), strict=True):
        people[name].opens_first_waiting(_DOCKET)
        people[name].presses(button)

    reader.wait_for_timeout(2_500)
    reader.goto(room.base)
    expect(reader.locator(".entry-card-lead")).to_contain_text(_LEAD)
    expect(reader.locator(".notice")).to_contain_text("Cầu phao tạm dừng")
    run(room, _WITHDRAW, _LEAD)
    reader.wait_for_timeout(2_500)
    reader.goto(room.base)
    expect(reader.locator("main")).not_to_contain_text(_LEAD)
    expect(reader.locator(".entry-card-lead")).to_be_visible()
    people["bientaptw"].opens(_SCREEN)
    expect(people["bientaptw"].page.locator("[data-slot=lead]")).to_contain_text("Chỗ này đang tự xếp")
    assert [one.errors for one in people.values()] == [[], [], [], []]


def _composes(author: Person) -> None:
    """Choose two entries while typing, move one by the keyboard, set a notice, look at it, submit."""
    page = author.page
    author.opens(_SCREEN)
    _chooses(page, "lead", "vườn ươm tặng", _SECOND)
    page.locator("#f-lead").press("Alt+ArrowDown")
    expect(page.locator("[data-slot=second-1] .compose-stands")).to_have_text(_SECOND)
    _chooses(page, "lead", "bến đò thu vé", _LEAD)
    page.select_option("#f-urgency", "urgent")
    page.fill("#f-nlabel", "Giao thông")
    page.fill("#f-ntext", "Cầu phao tạm dừng đến sáng mai")
    page.fill("#f-nuntil", "2099-01-01T08:00")
    found = Axe().run(page, context={"include": [[".content"]]})
    assert [one["id"] for one in found.response["violations"]] == []
    author.presses("Lưu và xem trước")
    framed = page.frame_locator("iframe.desk-preview")
    expect(framed.locator(".entry-card-lead")).to_contain_text(_LEAD)
    expect(framed.locator(".trio")).to_contain_text(_SECOND)
    author.opens(_SCREEN)
    assert not author.scrolls_sideways()
    author.presses("Lưu và trình thẩm định")
    author.is_told("Đã trình")


def _chooses(page: Page, slot: str, typed: str, title: str) -> None:
    field = page.locator(f"#f-{slot}")
    field.press_sequentially(typed)
    option = page.locator(f"[data-slot={slot}] [role=option]", has_text=title)
    expect(option).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator(f"[data-slot={slot}] .compose-stands")).to_have_text(title)
