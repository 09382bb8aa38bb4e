"""Where on a page the text stands: the block that holds known words, or, when nothing else helps, the longest one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree
from lxml.html import HtmlElement

from cong.kernel.text import nfc, one_line

_TEXTUAL = ("p", "h2", "h3", "h4", "li", "blockquote", "div", "td", "span", "strong", "b", "em", "font")
_CANDIDATES = frozenset(("div", "article", "section", "main", "td", "body"))
_ENOUGH = 0.7
_SHORT = 25
_MANY, _NOTHING_ELSE = 5, 0.9
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|zip|rar|mp[34]|m4a)(?:$|[?#])", re.IGNORECASE)
# What is never part of an article's text. A form stays: whole pages of ASP.NET are one.
NOISE = (
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "button", "input", "select",
    "textarea", "iframe", "object", "embed", "svg", "canvas", "dialog", "menu", "link", "meta",
)  # fmt: skip


def around(root: HtmlElement, lines: Iterable[str]) -> HtmlElement | None:
    """Return the smallest element that holds most of the blocks that begin like these lines."""
    wanted = {key for line in lines if len(key := _key(line)) == _SHORT}
    counts: dict[HtmlElement, int] = {}
    depths: dict[HtmlElement, int] = {}
    hits = 0
    for one in root.iter(*_TEXTUAL) if wanted else ():
        key = _key(one.text) if one.text else ""
        if key not in wanted:
            continue
        wanted.discard(key)
        hits += 1
        for depth, parent in enumerate(reversed(list(one.iterancestors()))):
            counts[parent] = counts.get(parent, 0) + 1
            depths[parent] = depth
    holding = [one for one, count in counts.items() if count >= hits * _ENOUGH]
    return max(holding, key=lambda one: depths[one], default=None)


def longest(root: HtmlElement) -> HtmlElement | None:
    """Return the block with the most own text outside links; paragraphs count for their box, half for the next one."""
    scores: dict[HtmlElement, float] = {}
    for one in root.iter("p", "br", "div", "td", "li", "article", "section", "main"):
        letters = _own_letters(one)
        if letters < _SHORT:
            continue
        weight = float(letters)
        for parent in _boxes(one):
            scores[parent] = scores.get(parent, 0.0) + weight
            weight /= 2
    return max(scores, key=lambda one: scores[one], default=None)


def menus(root: HtmlElement) -> list[HtmlElement]:
    """Return lists that are nothing but links to pages: half of many a page, and never its text."""
    return [one for one in root.iter("ul", "ol", "nav") if _is_menu(one)]


def _is_menu(one: HtmlElement) -> bool:
    links = list(one.iter("a"))
    if len(links) < _MANY or any(_FILE.search(link.get("href", "")) for link in links):
        return False
    words = len("".join(one.itertext()).split())
    return sum(len("".join(link.itertext()).split()) for link in links) >= words * _NOTHING_ELSE


def without(container: HtmlElement, unwanted: Iterable[HtmlElement]) -> None:
    """Take elements out of a tree; the text that follows them stays."""
    for one in unwanted:
        if one is not container and one.getparent() is not None:
            one.drop_tree()


def noise(container: HtmlElement) -> list[HtmlElement]:
    """Return the elements inside that no reader of the article needs."""
    return list(container.iter(*NOISE))


def markup(container: HtmlElement) -> str:
    """Return the element written out."""
    return str(etree.tostring(container, method="html", encoding="unicode", with_tail=False))


def _boxes(one: HtmlElement) -> list[HtmlElement]:
    above = [one] if one.tag in _CANDIDATES else []
    for parent in one.iterancestors():
        if len(above) == 2:
            break
        if parent.tag in _CANDIDATES:
            above.append(parent)
    return above


def _own_letters(one: HtmlElement) -> int:
    """Count the characters of an element's own text, with that of inline children other than links."""
    if one.tag == "br":
        return len((one.tail or "").strip())
    total = len((one.text or "").strip())
    for child in one:
        if child.tag in ("b", "strong", "i", "em", "span", "font", "u", "mark"):
            total += len((child.text or "").strip())
        if child.tag != "br":
            total += len((child.tail or "").strip())
    return total


def _key(line: str) -> str:
    """Return how a line begins; shorter than `_SHORT` when the line is."""
    return nfc(one_line(line[: 10 * _SHORT]))[:_SHORT]
