"""The lead picture of an item when only its HTML shows one."""

from __future__ import annotations

import html as entities
import re

from cong.harvest.parse.names import join

_IMG = re.compile(r"""<img\b((?:[^<>"']|"[^"]*"|'[^']*')*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+)""")
# Lazy loaders keep the real address aside and a placeholder in `src`.
SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
TINY = {"0", "1", "2", "0px", "1px", "2px"}
_TRIED = 20


def first_image(html: str, base: str) -> str:
    """Return the absolute address of the first picture that is meant to be seen, or an empty string."""
    if "<img" not in html and "<IMG" not in html:
        return ""
    for number, tag in enumerate(_IMG.finditer(html)):
        if number == _TRIED:
            break
        said = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(tag[1])}
        if TINY & {said.get("width"), said.get("height")}:
            continue
        for source in SOURCES:
            address = web(entities.unescape(said.get(source, "")), base)
            if address:
                return address
    return ""


def web(address: str, base: str) -> str:
    """Return the absolute address if it is one of the web, else an empty string."""
    absolute = join(base, address) if address and not address.lower().startswith("data:") else ""
    return absolute if absolute.startswith(("http://", "https://")) else ""
