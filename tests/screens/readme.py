"""`python -m tests.screens.readme ADDRESS [FOLDER]`: the pictures of the README, taken from a running demo."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.screens.pages import chosen, opened, settled
from tests.services import CHROMIUM

_HEIGHT = 900
# Name of the page, width, theme.
_SHOTS = (
    ("home", 1280, "light"), ("home", 390, "light"), ("article", 1280, "light"), ("article", 390, "dark"),
    ("agency", 1280, "light"), ("agency", 390, "light"), ("document", 1280, "light"), ("document", 390, "light"),
    ("search", 1280, "light"),
)  # fmt: skip


def main(base: str, folder: Path) -> None:
    """Take all pictures."""
    pages = chosen(base)
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--hide-scrollbars"])
        for name, width, theme in _SHOTS:
            context = opened(browser, width=width, theme=theme)
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": _HEIGHT})
            page.goto(base + pages[name])
            settled(page)
            picture = Image.open(BytesIO(page.screenshot()))
            picture.convert("RGB").save(folder / f"{name}-{width}.webp", quality=82, method=6)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/pictures"))
