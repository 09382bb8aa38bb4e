"""A reader with a photo story, a film, a recording and an article, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from urllib.request import urlopen

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.journeys.conftest import FLAGS
from tests.journeys.media_site import SPOKEN, MediaSite, media_site
from tests.services import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]

_PICTURES = 5
# A voice that says nothing and tells when it has said it: what stands here for the device's own.
_VOICE = """
class Said { constructor(text) { this.text = text } }
const voices = ['en-US', 'vi-VN'].map((lang) => ({ lang, localService: true }));
const told = { said: [], voices };
const speech = Object.assign(new EventTarget(), {
  getVoices: () => told.voices, cancel() { this.now = null },
  speak(one) { told.said.push(one.text); this.now = one },
  next() { const { now } = this; this.now = null; now?.onend() },
});
Object.defineProperty(window, 'speechSynthesis', { value: speech });
Object.assign(window, { SpeechSynthesisUtterance: Said, told });
"""

# Writes how many pictures were fetched since on the page, where it can be waited for.
_COUNTING = """() => {
  let count = 0;
  new PerformanceObserver((list) => {
    count += list.getEntries().filter((one) => /\\/tep\\/[0-9a-f]{64}-\\d+\\.(avif|webp)$/.test(one.name)).length;
    document.documentElement.dataset.large = count;
  }).observe({ type: "resource" });
}"""
_PLAYED = """it => {
  it.muted = true;
  const at = (far) => it.addEventListener("timeupdate", () => it.currentTime > 0.2 && far(it.currentTime));
  return it.play().then(() => new Promise(at));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaSite]:
    with media_site(tmp_path_factory.mktemp("article"), pictures=_PICTURES) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN", service_workers="block")
    made.set_default_timeout(15_000)
    yield made
    made.close()


def _opened(context: BrowserContext, site: MediaSite, name: str) -> Page:
    page = context.new_page()
    page.goto(site.url(name))
    return page


def _focused(page: Page) -> str:
    said: str = page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.href ?? ''")
    return said


def test_pictures_open_by_keyboard_and_give_the_focus_back(context: BrowserContext, site: MediaSite) -> None:
    page = _opened(context, site, "photo")
    first = page.locator(".gallery a").first
    first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Xem ảnh")

    expect(dialog).to_be_visible()
    expect(dialog.get_by_label(f"Ảnh 1 trên {_PICTURES}")).to_have_text(f"1 / {_PICTURES}")
    expect(dialog.get_by_role("img", name="Cảnh số 1")).to_be_visible()
    assert _focused(page) == "Đóng"

    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("img", name="Cảnh số 2")).to_be_visible()
    expect(dialog.locator("figcaption")).to_contain_text("Chú thích của ảnh số 2")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("img", name="Cảnh số 1")).to_be_visible()

    labels = set()
    for _ in range(8):
        page.keyboard.press("Tab")
        labels.add(_focused(page))
    # The way leads through the dialog and the browser's own bar (nothing of the page), never behind it.
    assert labels - {""} == {"Ảnh trước", "Ảnh sau", "Đóng"}
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert _focused(page).endswith(first.get_attribute("href") or "?")


def test_a_finger_turns_the_pictures_and_the_next_is_fetched_ahead(browser: Browser, site: MediaSite) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, device_scale_factor=3
    )
    page = _opened(context, site, "photo")
    page.evaluate(_COUNTING)
    page.locator(".gallery a").nth(1).tap()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="Cảnh số 2")).to_be_visible()
    shown = dialog.get_by_role("img").evaluate("image => image.decode().then(() => image.currentSrc)")
    # The picture that is shown, the one before and the one after.
    expect(page.locator("html")).to_have_attribute("data-large", "3")
    _swipe(page, 300, 60)
    expect(dialog.get_by_role("img", name="Cảnh số 3")).to_be_visible()
    _swipe(page, 60, 300)
    expect(dialog.get_by_role("img", name="Cảnh số 2")).to_be_visible()
    assert "/tep/" in shown
    dialog.get_by_role("button", name="Đóng").click()
    expect(dialog).to_be_hidden()
    context.close()


def _swipe(page: Page, start: int, end: int) -> None:
    session = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", start), ("touchMove", (start + end) // 2), ("touchMove", end), ("touchEnd", None)):
        points = [{"x": x, "y": 400}] if x is not None else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.detach()


def test_without_scripts_a_picture_is_a_link_and_the_tools_stay_away(browser: Browser, site: MediaSite) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = _opened(context, site, "photo")

    expect(page.locator("cong-listen")).to_be_hidden()
    page.locator(".gallery a").first.click()
    page.wait_for_url(re.compile(r"/tep/[0-9a-f]{64}-\d+\.webp$"))
    page.go_back()
    page.locator(".qr summary").click()
    expect(page.get_by_role("img", name="Mã QR mở bài này")).to_be_visible()
    page.goto(site.url("news"))
    narrow = _width(page.locator(".prose"))
    page.get_by_label("Rộng hết trang").check(force=True)
    assert _width(page.locator(".prose")) > narrow
    context.close()


def _width(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["width"]


def test_size_and_width_are_remembered(context: BrowserContext, site: MediaSite) -> None:
    page = _opened(context, site, "news")
    size = "parseFloat(getComputedStyle(document.querySelector('.prose')).fontSize)"
    before = page.evaluate(size)
    page.get_by_label("rất lớn").check(force=True)
    page.get_by_label("Rộng hết trang").check(force=True)

    page.goto(site.url("photo"))

    assert page.evaluate(size) > before * 1.3
    expect(page.get_by_label("Rộng hết trang")).to_be_checked()
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.get_by_label("Rộng hết trang")).to_be_hidden()


def test_a_recording_plays_and_its_words_can_be_read(context: BrowserContext, site: MediaSite) -> None:
    page = _opened(context, site, "audio")
    sound = page.locator("audio")
    assert sound.evaluate("it => it.paused && it.preload === 'none'")
    assert sound.evaluate(_PLAYED) > 0.2

    expect(page.locator("figcaption time")).to_have_text("0:03")
    words = page.get_by_text("Cảm ơn đã nghe.")
    expect(words).to_be_hidden()
    page.get_by_text("Lời của bản ghi").click()
    expect(words).to_be_visible()


def test_a_film_has_captions_and_is_fetched_in_parts(context: BrowserContext, site: MediaSite) -> None:
    page = _opened(context, site, "video")
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if answer.url.endswith(".mp4") else None)
    film = page.locator("video")
    assert film.get_attribute("autoplay") is None
    assert int(film.get_attribute("width") or 0) == 640
    assert (film.get_attribute("poster") or "").startswith("/tep/")
    film.evaluate("it => { it.textTracks[0].mode = 'showing' }")
    assert film.evaluate(_PLAYED) > 0.2

    assert film.evaluate("it => it.textTracks[0].cues.length") == 2
    assert film.evaluate("it => it.textTracks[0].cues[0].text") == SPOKEN
    assert film.evaluate("it => [it.textTracks[0].language, it.textTracks[0].kind]") == ["vi", "captions"]
    assert 206 in answers
    page.get_by_text("Lời của video").first.click()
    expect(page.locator(".prose details p").first).to_have_text(f"{SPOKEN} vào buổi tối.")
    hosts = page.evaluate("[...new Set(performance.getEntriesByType('resource').map(one => new URL(one.name).host))]")
    assert hosts == [site.base.removeprefix("http://")]


def test_an_article_is_read_aloud_paragraph_by_paragraph(context: BrowserContext, site: MediaSite) -> None:
    context.add_init_script(_VOICE)
    page = _opened(context, site, "news")
    page.get_by_role("button", name="Nghe bài").click()
    page.evaluate("speechSynthesis.next()")
    page.evaluate("speechSynthesis.next()")
    assert page.evaluate("told.said.slice(0, 2)") == [
        "Thư viện xã mở cửa buổi tối",
        "Phòng đọc có thêm ghế và thêm đèn.",
    ]
    expect(page.locator(".spoken")).to_contain_text("Phòng đọc của xã có thêm ghế")
    page.get_by_role("button", name="Tạm dừng").click()
    said = page.evaluate("told.said.length")
    page.get_by_role("button", name="Nghe tiếp").click()
    assert page.evaluate("told.said.at(-1) === told.said.at(-2)")
    assert page.evaluate("told.said.length") == said + 1
    page.get_by_role("button", name="Dừng", exact=True).click()
    expect(page.locator(".spoken")).to_have_count(0)
    expect(page.get_by_role("button", name="Nghe bài")).to_be_focused()
    for _ in range(40):
        page.evaluate("speechSynthesis.next()")
    page.goto(site.url("english"))
    page.get_by_role("button", name="Nghe bài").click()
    assert page.evaluate("speechSynthesis.now.voice.lang") == "en-US"


def test_where_no_voice_speaks_the_language_nothing_is_offered(context: BrowserContext, site: MediaSite) -> None:
    context.add_init_script(_VOICE.replace("vi-VN", "fr-FR"))
    page = _opened(context, site, "news")

    expect(page.get_by_role("button", name="Chép địa chỉ")).to_be_visible()
    expect(page.locator("cong-listen")).to_be_hidden()


@pytest.mark.parametrize("name", ["photo", "news"])
def test_the_code_bears_the_canonical_address(site: MediaSite, name: str) -> None:
    with urlopen(site.url(name)) as answer:
        html = answer.read().decode()
    canonical = re.search(r'<link rel="canonical" href="([^"]+)">', html)
    code = re.search(r'<img src="(/tin-tuc/ma-qr/\d+\.svg)"', html)
    assert canonical
    assert code
    with urlopen(site.base + code[1]) as answer:
        assert answer.headers["Content-Type"] == "image/svg+xml"
        drawn = answer.read().decode()
    drawing = re.search(r' d="(M4[^"]*)"', drawn)
    expected = BytesIO()
    segno.make(canonical[1], error="m", micro=False).save(expected, kind="svg", border=4)
    assert drawing
    assert drawing[1] in expected.getvalue().decode()


_OFTEN = ("photo",)
_NIGHTLY = ("video", "audio", "news", "page", "document", "english", "/anh/", "/video/", "/am-thanh/")


@pytest.mark.parametrize("name", [*_OFTEN, *(pytest.param(one, marks=pytest.mark.nightly) for one in _NIGHTLY)])
def test_axe_finds_nothing(context: BrowserContext, site: MediaSite, name: str) -> None:
    page = _opened(context, site, name)
    if name == "photo":
        page.locator(".gallery a").first.click()

    found = Axe().run(page)

    assert [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found.response["violations"]
    ] == []


def test_nothing_runs_over_the_edge_of_a_small_or_enlarged_page(context: BrowserContext, site: MediaSite) -> None:
    # 320 CSS pixels are also a window of 1,280 at 400 %.
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    wide = {}
    for name in ("photo", "video", "audio", "/anh/", "/am-thanh/"):
        page.goto(site.url(name))
        wide[name] = page.evaluate("document.scrollingElement.scrollWidth")

    assert {name: width for name, width in wide.items() if width > 320} == {}
    page.goto(site.url("photo"))
    page.locator(".gallery a").first.click()
    assert page.get_by_role("dialog").evaluate("it => it.scrollWidth <= 320 && it.scrollHeight <= innerHeight")
    # On its side a phone is low: the picture shrinks, and its caption stays below it.
    page.set_viewport_size({"width": 640, "height": 320})
    picture, words = (page.locator(f".lightbox {one}").bounding_box() for one in ("img", "figcaption"))
    assert picture
    assert words
    assert picture["y"] + picture["height"] <= words["y"] + 1
