"""`python -m tests.screens [ADDRESS] [FOLDER] [NAME…]`: every page in every width and theme, looked at and kept.

ADDRESS is a running portal with content (a demo). FOLDER gets `home-390-dark.webp` and so on, and one sheet a theme and
width with all pages side by side. Ends with code 1 when something is wrong with a page, and says what.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize, sync_playwright

from tests.screens.pages import DRAWN, THEMES, WIDTHS, chosen, faults, opened, settled
from tests.services import CHROMIUM

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
_TALLEST = 16_000
_SHEET_WIDTH, _SHEET_HEIGHT = 300, 1600


def main(base: str, folder: Path, names: list[str]) -> int:
    """Take all pictures; returns 1 when anything was found."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {name: path for name, path in chosen(base).items() if not names or name in names}
    wrong = 0
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        for width in WIDTHS:
            for theme in THEMES:
                for line in _series(browser, base, pages, width, theme, folder):
                    wrong += 1
                    sys.stdout.write(f"{line}\n")
        browser.close()
    sys.stdout.write(f"{len(pages) * len(WIDTHS) * len(THEMES)} pictures in {folder}, {wrong} faults\n")
    return 1 if wrong else 0


def _series(browser: Browser, base: str, pages: dict[str, str], width: int, theme: str, folder: Path) -> Iterator[str]:
    """Look at all pages in one width and theme, and lay them side by side on a sheet."""
    context = opened(browser, width=width, theme=theme)
    page = context.new_page()
    size = page.viewport_size
    assert size
    taken: list[Image.Image] = []
    for name, path in pages.items():
        for fault in _looked_at(page, base, path, size):
            yield f"{name} {width} {theme}: {fault}"
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        picture.crop((0, 0, picture.width, min(picture.height, _TALLEST))).save(
            folder / f"{name}-{width}-{theme}.webp", quality=80
        )
        taken.append(picture)
    context.close()
    _sheet(taken).save(folder / f"sheet-{width}-{theme}.webp", quality=80)


def _looked_at(page: Page, base: str, path: str, size: ViewportSize) -> list[str]:
    """Open a page, wait until it stands still, and return everything that is wrong with it."""
    said: list[str] = []
    ears = _ears(page, base, base + path, said)
    for event, listener in ears.items():
        page.on(event, listener)  # type: ignore[call-overload]  # one overload an event
    page.set_viewport_size(size)
    page.goto(base + path)
    settled(page)
    # A window as tall as the page: what is laid out only when a reader comes near is all there.
    page.set_viewport_size({"width": size["width"], "height": page.evaluate("document.documentElement.scrollHeight")})
    settled(page)
    for event, listener in ears.items():
        page.remove_listener(event, listener)
    return said + faults(page, DRAWN)


def _ears(page: Page, base: str, address: str, said: list[str]) -> dict[str, Callable[[Any], None]]:
    """Return what listens to a page while it loads and writes down what goes wrong."""

    def console(message: ConsoleMessage) -> None:
        # Chromium reports the status of an error page that was asked for as an error of its own.
        if message.type in ("error", "warning") and message.location["url"] != address:
            said.append(f"console: {message.text}")

    def answered(answer: Response) -> None:
        if answer.status >= 400 and answer.url != address:
            said.append(f"{answer.status} {answer.url}")
        if urlsplit(answer.url).netloc != urlsplit(base).netloc:
            said.append(f"a foreign host: {answer.url}")

    return {
        "console": console, "response": answered,
        "requestfailed": lambda request: said.append(f"failed: {request.url}"),
        "pageerror": lambda error: said.append(f"script: {error}"),
    }  # fmt: skip


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    """Return the pictures side by side, each from its top, small enough to be seen at once."""
    small = [one.resize((_SHEET_WIDTH, one.height * _SHEET_WIDTH // one.width)) for one in pictures]
    height = min(max(one.height for one in small), _SHEET_HEIGHT)
    sheet = Image.new("RGB", (len(small) * (_SHEET_WIDTH + 10), height), "#888")
    for place, one in enumerate(small):
        sheet.paste(one.crop((0, 0, one.width, min(one.height, height))), (place * (_SHEET_WIDTH + 10), 0))
    return sheet


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(main(
        (asked[0] if asked else "http://127.0.0.1:8000").rstrip("/"),
        Path(asked[1] if len(asked) > 1 else "var/screens"), asked[2:],
    ))  # fmt: skip
