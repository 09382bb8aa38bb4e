"""What a page weighs before it is drawn: its HTML and what it asks for at once, compressed as sent. No browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # has no stubs
from django.contrib.staticfiles import finders

KB = 1024
FONTS, REQUESTS, ELEMENTS = 67 * KB, 12, 900
CSS, JS = 10 * KB, 20 * KB
_HASHED = re.compile(r"^/static/(.+?)(?:\.[0-9a-f]{12})?(\.\w+)$")


@dataclass
class Page(HTMLParser):
    """A page as a parser sees it: how many elements, which files, which pictures are not left for later."""

    html: str
    elements: int = 0
    sheets: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    eager: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") == "stylesheet":
            self.sheets.append(given["href"])
        elif tag == "script" and given.get("src"):
            self.scripts.append(given["src"])
        elif tag == "img" and given.get("loading") != "lazy":
            self.eager.append(given.get("src", ""))

    def faults(self, limit: int) -> list[str]:
        """Return which budgets are broken; `limit` is that of the compressed HTML in bytes."""
        fonts = [f"/static/design/fonts/be-vietnam-pro-{weight}.woff2" for weight in (400, 700)]
        # The page, its styles and scripts, both fonts, the icon, the manifest, and the one picture that is waited for.
        requests = 1 + len(self.sheets) + len(self.scripts) + len(fonts) + 2 + len(self.eager)
        weighed = {
            "HTML": (len(brotli.compress(self.html.encode(), quality=5)), limit),
            "CSS": (sum(map(sent, self.sheets)), CSS),
            "JS": (sum(map(sent, self.scripts)), JS),
            "fonts": (sum(map(sent, fonts)), FONTS),
            "requests": (requests, REQUESTS),
            "elements": (self.elements, ELEMENTS),
            "pictures that are not lazy": (len(self.eager), 1),
        }
        return [f"{name}: {size} > {most}" for name, (size, most) in weighed.items() if size > most]


def sent(address: str) -> int:
    """Return the bytes of a static file as it is sent."""
    named = _HASHED.match(address)
    assert named, address
    found = finders.find(named[1] + named[2])
    assert isinstance(found, str), address
    content = Path(found).read_bytes()
    return len(content) if address.endswith(".woff2") else len(brotli.compress(content))
