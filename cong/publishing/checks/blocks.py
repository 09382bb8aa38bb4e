"""HTML as the editor sees it: numbered paragraphs, headings, pictures, links. Never raises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from cong.kernel.text import nfc

DEEPEST = 100
_NAMES = {
    "p": "Đoạn", "li": "Mục danh sách", "blockquote": "Trích dẫn", "figcaption": "Chú thích ảnh", "table": "Bảng",
    "dt": "Mục danh sách", "dd": "Mục danh sách", "pre": "Đoạn", "h": "Tiêu đề mục",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKING = {
    "html", "body", "p", "div", "section", "article", "aside", "header", "footer", "main", "nav", "ul", "ol", "li",
    "dl", "dt", "dd", "blockquote", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "td",
    "th", "pre", "details", "summary", "hr", "address", "form", "fieldset", *_HEADINGS,
}  # fmt: skip
# A part of these is called by their name, whatever lies within.
_NAMING = ("table", "blockquote", "figcaption", "li", "dt", "dd")
_SILENT = {"script", "style", "template"}
_RUNNING = {"iframe", "object", "embed", "form", "base", "meta", "link", "script", "svg", "math"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A stretch of text with one name; `level` is the heading's (0: no heading)."""

    where: str
    text: str
    level: int = 0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture in the text; `alt` is None when it has none at all."""

    where: str
    src: str
    alt: str | None
    decorative: bool
    caption: str


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address in the text: of a link (`text` is what one reads), or of something embedded (`text` is None)."""

    where: str
    value: str
    text: str | None


@dataclass(kw_only=True)
class Body:
    """All that was read."""

    blocks: list[Block] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    unsafe: list[tuple[str, str]] = field(default_factory=list)
    depth: int = 0


# Each round of checks asks for its links first, and then for all of it.
@lru_cache(maxsize=2)
def read(html: str) -> Body:
    """Return the parts of a fragment in the order of the text; they are shared, so nobody changes them."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    clean = _NOT_XML.sub("\ufffd", html)
    try:
        root = etree.fromstring(f"<html><body>{clean}</body></html>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return Body(depth=DEEPEST + 1)
    reader = _Reader()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        (reader.open if event == "start" else reader.close)(element)
    return reader.body


class _Reader:
    def __init__(self) -> None:
        self.body = Body()
        self.count: Counter[str] = Counter()
        self.depth = 0
        self.silent = 0
        self.words: list[str] = []
        self.names: list[tuple[str, str]] = []
        self.heading = 0
        self.said = self.noted = False
        self.links: list[tuple[str, list[str], str]] = []
        self.captions: dict[etree._Element, str] = {}

    def open(self, element: etree._Element) -> None:
        tag = str(element.tag).lower()
        self.depth += 1
        self.body.depth = max(self.body.depth, self.depth)
        self.silent += tag in _SILENT
        if tag in _BREAKING:
            self._begin(tag)
        elif tag == "br":
            self.words.append("\x00")
        self._note(tag, element)
        self._say(element.text)

    def _begin(self, tag: str) -> None:
        self._flush()
        if tag in _HEADINGS:
            self.heading, self.said = int(tag[1]), False
        if tag in _NAMING:
            outer = self.names[0][1] if self.names else self._next(_NAMES[tag])
            self.names.append((tag, outer))

    def _note(self, tag: str, element: etree._Element) -> None:
        values = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        if "id" in values:
            self.body.ids.add(values["id"])
        if tag in _RUNNING:
            self.body.unsafe.append((self._here(), f"<{tag}>"))
        self.body.unsafe += [(self._here(), f"thuộc tính {name}") for name in values if name.startswith("on")]
        if tag == "img":
            self._picture(element, values)
        for name in ("src", "poster", "data", "action"):
            if values.get(name):
                where = self.body.pictures[-1].where if tag == "img" else self._here()
                self.body.addresses.append(Address(where=where, value=values[name], text=None))
        if tag == "a" and "href" in values:
            self.links.append((values["href"], [values.get("aria-label", "")], self._here()))

    def _picture(self, element: etree._Element, values: Mapping[str, str]) -> None:
        alt = values.get("alt")
        silent = values.get("role") in ("presentation", "none") or values.get("aria-hidden") == "true"
        self.body.pictures.append(
            Picture(
                where=self._next("Ảnh"),
                src=values.get("src", ""),
                alt=None if alt is None else nfc(alt),
                decorative=silent or "data-decorative" in values,
                caption=self._caption(element),
            )
        )
        if alt:
            self.said = True
            if self.links:
                self.links[-1][1].append(alt)

    def close(self, element: etree._Element) -> None:
        tag = str(element.tag).lower()
        self.depth -= 1
        if tag == "a" and self.links and "href" in element.attrib:
            href, said, where = self.links.pop()
            self.body.addresses.append(Address(where=where, value=href, text=nfc(" ".join("".join(said).split()))))
        if tag in _BREAKING:
            self._flush(closing=tag)
            if self.names and self.names[-1][0] == tag:
                self.names.pop()
        self.silent -= tag in _SILENT
        self._say(element.tail)

    def _say(self, text: str | None) -> None:
        if text and not self.silent:
            self.words.append(text)
            if self.links:
                self.links[-1][1].append(text)

    def _flush(self, closing: str = "") -> None:
        """End the stretch of text that is open. It is kept when it says something or something in it was named."""
        text, self.words = _line("".join(self.words)), []
        untold = closing in _HEADINGS and self.heading and not self.said
        if text or untold or self.noted:
            self.body.blocks.append(Block(where=self._here(), text=text, level=self.heading))
            self.said = True
            if not self.names:
                self.count[self._kind()] += 1
        self.noted = False
        if closing in _HEADINGS:
            self.heading = 0

    def _here(self) -> str:
        """Return the name of the stretch that is open now."""
        self.noted = True
        return self.names[0][1] if self.names else f"{self._kind()} {self.count[self._kind()] + 1}"

    def _kind(self) -> str:
        return "Tiêu đề mục" if self.heading else "Đoạn"

    def _next(self, name: str) -> str:
        self.count[name] += 1
        return f"{name} {self.count[name]}"

    def _caption(self, element: etree._Element) -> str:
        """Return the text around a picture in its figure, and what its own attributes say of its origin."""
        own = str(element.get("data-credit") or "")
        figure = next(element.iterancestors("figure"), None)
        if figure is not None and figure not in self.captions:
            self.captions[figure] = nfc("".join(map(str, figure.itertext())))
        around = "" if figure is None else self.captions[figure]
        return f"Ảnh: {own}. {around}" if own else around


def _line(text: str) -> str:
    """Return the text as one reads it: source lines run on, breaks are line feeds, doubled spaces stay."""
    run_on = " ".join(line.strip(" \t\r\f") for line in text.split("\n"))
    return nfc(run_on.replace("\x00", "\n").strip())
