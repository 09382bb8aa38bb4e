"""Tests that the two looks see what they are for: each fault on a page made for it, and nothing on a sound one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import browser as browser
from tests.screens.pages import ACCESSIBLE, DRAWN, faults

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_SOUND = """<!doctype html><html lang="vi"><head><title>Trang</title><style>
body {{ margin: 0; font: 16px/1.6 sans-serif }} a {{ display: block; min-height: 44px }} {css}
</style></head><body><a href="#m">Đến nội dung</a><header>Đầu trang</header>
<main id="m"><h1>Tựa</h1>{body}</main><footer>Chân trang</footer></body></html>"""

_DRAWN = {
    "wider than the screen": "<div class='x'>rộng</div>|.x { width: 900px }",
    "marks touch": "<p class='x'>Ước nguyện để trường ứng xử</p>|.x { line-height: 1.1 }",
    "marks touch, line height 1.30": "<p class='x'>ƯỚC NGUYỆN ĐỂ TRƯỜNG</p>|.x { line-height: 1.3 }",
    "cut sideways": "<p class='x'>Một dòng chữ rất dài không vừa</p>|.x { width: 60px; overflow: hidden; white-space: nowrap }",  # noqa: E501
    "cut below": "<div class='x'><p>Một dòng chữ rất dài không vừa</p></div>|.x { height: 20px; width: 60px; overflow: hidden }",  # noqa: E501
    "overlap": "<p class='x'>Một dòng</p><p>Dòng khác</p>|.x { height: 0 } p { margin: 0 }",
    "a hole of": "<p class='x'>Cuối</p>|.x { margin-top: 600px }",
}
_ACCESSIBLE = {
    "2 h1": "<h1>Hai</h1>",
    "heading order 1 → 3": "<h3>Ba</h3>",
    "two of id k": "<p id='k'>a</p><p id='k'>b</p>",
    "no label": "<input name='q'>",
    "no name": "<a href='/x'><svg aria-hidden='true'></svg></a>",
    "no alt": "<img src='data:,' width='9' height='9'>",
    "no size": "<img src='data:,' alt=''>",
    "neither named nor hidden": "<svg></svg>",
    "plays by itself": "<video autoplay></video>",
    "2 of main": "<main></main>",
    "a navigation without a name": "<nav></nav>",
    "leads nowhere": "<p aria-describedby='nirgends'>a</p>",
    "a target of 10 × 10": "<div><button class='s'>x</button><button class='s'>y</button></div>",
}


def _found(browser: Browser, script: str, body: str, css: str = "") -> list[str]:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content(
        _SOUND.format(body=body, css=css + " .s { width: 10px; height: 10px; padding: 0; font-size: 6px }")
    )
    said = faults(page, script)
    page.close()
    return said


@pytest.mark.parametrize("script", [DRAWN, ACCESSIBLE], ids=["drawn", "accessible"])
def test_a_sound_page_has_no_faults(browser: Browser, script: str) -> None:
    assert _found(browser, script, "<h2>Mục</h2><p>Ước nguyện để trường ứng xử.</p>") == []


@pytest.mark.parametrize("fault", _DRAWN)
def test_what_is_drawn_wrong_is_seen(browser: Browser, fault: str) -> None:
    body, _, css = _DRAWN[fault].partition("|")

    assert any(line.startswith(fault) for line in _found(browser, DRAWN, body, css))


@pytest.mark.parametrize("fault", _ACCESSIBLE)
def test_what_keeps_somebody_out_is_seen(browser: Browser, fault: str) -> None:
    assert any(fault in line for line in _found(browser, ACCESSIBLE, _ACCESSIBLE[fault]))
