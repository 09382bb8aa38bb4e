"""The element that tells what a page of results showed, in a browser, on a page that is made of nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from cong.search import notices
from tests.journeys.conftest import FLAGS
from tests.services import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_SCRIPT = Path(notices.__file__).parent / "static" / "search" / "notice.js"
_SITE = "http://cong.test"
_PAGE = """<!doctype html><html lang="vi"><title>Tìm kiếm</title>
<cong-search-notice data-url="/tim-kiem/dem" data-query="mượn “sách”" data-total="42" data-near="0" data-first="21">
</cong-search-notice><script type="module" src="/notice.js"></script>
<article class="result"><h3><a href="#mot">Một</a></h3></article>
<article class="result"><h3><a href="#hai">Hai</a></h3><p>Đoạn văn.</p></article>
<p><a href="#khac">Trang khác</a></p>"""

Open = Callable[..., tuple[Page, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Open the page; what it tells is in the list that comes back with it."""
    contexts = []

    def open_page(before: str = "", *, again: Page | None = None) -> tuple[Page, list[dict[str, Any]]]:
        context = again.context if again else browser.new_context()
        contexts.append(context)
        page, told = context.new_page(), list[dict[str, Any]]()
        page.add_init_script(before)
        page.on("request", lambda request: _note(request, told))
        page.route("**/*", _answer)
        page.goto(f"{_SITE}/tim-kiem")
        page.wait_for_function("customElements.get('cong-search-notice') !== undefined")
        return page, told

    yield open_page
    for context in contexts:
        context.close()


def _note(request: Request, told: list[dict[str, Any]]) -> None:
    if request.url.endswith("/dem"):
        assert request.method == "POST"
        told.append(json.loads(request.post_data or ""))


def _answer(route: Route) -> None:
    if route.request.url.endswith("/notice.js"):
        route.fulfill(body=_SCRIPT.read_text(), content_type="text/javascript")
    elif route.request.url.endswith("/dem"):
        route.fulfill(status=204)
    else:
        route.fulfill(body=_PAGE, content_type="text/html; charset=utf-8")


def _waits(page: Page, told: list[dict[str, Any]], count: int) -> None:
    for _ in range(50):
        if len(told) >= count:
            return
        page.wait_for_timeout(50)


def test_a_page_tells_what_it_showed_and_which_hit_was_chosen(opened: Open) -> None:
    page, told = opened()
    page.click("text=Trang khác")
    page.click("text=Đoạn văn.")
    page.click("text=Hai")
    page.click("text=Một", button="middle")
    _waits(page, told, 3)

    assert [{**one, "session": ""} for one in told] == [
        {"session": "", "query": "mượn “sách”", "total": 42, "near": 0},
        {"session": "", "query": "mượn “sách”", "rank": 22},
        {"session": "", "query": "mượn “sách”", "rank": 21},
    ]
    assert len({one["session"] for one in told}) == 1
    assert all(notices.read(json.dumps(one).encode()) for one in told)
    assert page.context.cookies() == []


def test_a_window_is_one_session_and_another_window_another(opened: Open) -> None:
    page, told = opened()
    page.reload()
    _waits(page, told, 2)
    other, more = opened(again=page)
    _waits(other, more, 1)

    assert told[0]["session"] == told[1]["session"] != more[0]["session"]


@pytest.mark.parametrize(
    "wish",
    [
        "Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})",
        "Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})",
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('closed') }})",
    ],
)
def test_who_wishes_to_be_left_alone_tells_nothing(opened: Open, wish: str) -> None:
    page, told = opened(wish)
    page.click("text=Hai")
    page.wait_for_timeout(300)

    assert told == []


def test_the_module_is_small() -> None:
    assert len(_SCRIPT.read_text().splitlines()) < 150
