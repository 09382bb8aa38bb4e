"""The bytes of a page become an article: by the source's selector, else by trafilatura, else the longest block.

Pure: no database, no clock, no network. Runs in a process of its own (`pool`), since no rule here bounds what a made-up
page can cost a parser. trafilatura gives text without pictures: with them it finds less of the text (F1 .947 for .962),
so the gallery is read from the element in which its text stands.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from html import unescape

import trafilatura
from lxml.html import Element, HtmlElement
from trafilatura.htmlprocessing import build_html_output
from trafilatura.settings import Document

from cong.harvest.decide import language
from cong.harvest.enrich import blocks, enclosures, gallery, judge, metadata, page, selecting
from cong.harvest.enrich.article import Article, PageRules, Way
from cong.harvest.parse import clean
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.pictures import web
from cong.harvest.parse.raw import Enclosure
from cong.kernel.text import clip, nfc

logger = logging.getLogger("cong.harvest")
# It warns about every page without an article; that is our answer, not news.
logging.getLogger("trafilatura").setLevel(logging.ERROR)

_BREAK = re.compile(r"<[^>]*>|\n")
_MOST_PARTS = 50
_LONGEST, _LONGEST_NUMBER = 500, 100


@dataclass(frozen=True, kw_only=True)
class _Page:
    root: HtmlElement
    said: metadata.Head
    base: str
    rules: PageRules


def extract(html: bytes, *, url: str, charset: str | None, rules: PageRules) -> Article:
    """Read one page. `url` is where it came from, `charset` what the HTTP header said. Never raises."""
    try:
        root = page.tree(html, charset)
    except page.Unreadable as error:
        return Article(reason=str(error))
    this = _Page(root=root, said=metadata.head(root), base=_base(root, url), rules=rules)
    about = _about(this)
    found = _found(this, about)
    if why := judge.reason(found, root, this.said):
        return replace(about, way=found.way, quality=found.quality, reason=why)
    return replace(found, image=found.image or next((one.url for one in found.gallery), ""))


def _base(root: HtmlElement, url: str) -> str:
    said = next((one.get("href", "") for one in root.iter("base")), "")
    return web(said, url) or url


def _about(this: _Page) -> Article:
    """Return what the page says about itself; the source's own rules come first."""
    root, said, rules = this.root, this.said, this.rules
    dated = selecting.words(root, rules.date)
    return Article(
        title=clip(selecting.words(root, rules.title), _LONGEST) or nfc(metadata.title(root, said)),
        author=clip(selecting.words(root, rules.author), _LONGEST) or nfc(metadata.author(root, said)),
        published=(parse_date(dated, rules.dates) if dated else None) or metadata.published(root, said, rules.dates),
        lang=metadata.lang(root, said),
        tags=tuple(map(nfc, metadata.tags(said))),
        image=_image(this),
        number=clip(selecting.words(root, rules.number), _LONGEST_NUMBER) or nfc(metadata.number(root)),
    )


def _image(this: _Page) -> str:
    """Return the lead picture: the rule's, else the declared one unless it is the site's logo."""
    for one in selecting.elements(this.root, this.rules.image):
        if address := gallery.address(one, this.base):
            return address
    ruled = web(selecting.words(this.root, this.rules.image), this.base)
    declared = (web(one, this.base) for one in metadata.images(this.said))
    return nfc(ruled or next((one for one in declared if one and gallery.is_content(one)), ""))


def _found(this: _Page, about: Article) -> Article:
    """Try the ways in their order until one finds enough; else return what the last one found."""
    for selector in this.rules.remove:
        blocks.without(this.root, selecting.elements(this.root, selector))
    found = about
    for article in _ways(this, about):
        found = article
        if judge.is_enough(found):
            break
    return found


def _ways(this: _Page, about: Article) -> Iterator[Article]:
    chosen = _selected(this.root, this.rules.content)
    if chosen is not None:
        yield _article(this, about, Way.SELECTOR, chosen)
    links = judge.links(this.root)
    # Lists of links are most of what there is to copy and to weigh: without them it costs half.
    blocks.without(this.root, blocks.menus(this.root))
    general = _general(this.root, this.base)
    if general:
        lines = (unescape(part) for part in _BREAK.split(general))
        found = _article(this, about, Way.GENERAL, blocks.around(this.root, lines), general)
        yield replace(found, quality=judge.quality(found.html, found.text, links))
    container = blocks.longest(this.root)
    if container is not None:
        yield _article(this, about, Way.LONGEST, container)


def _selected(root: HtmlElement, selector: str) -> HtmlElement | None:
    """Return a copy of what the selector finds; several parts in one box, none inside another."""
    found = selecting.elements(root, selector)[:_MOST_PARTS]
    apart = [one for one in found if not any(parent in found for parent in one.iterancestors())]
    if len(apart) < 2:
        return deepcopy(apart[0]) if apart else None
    box = Element("div")
    box.extend(map(deepcopy, apart))
    return box


def _general(root: HtmlElement, url: str) -> str:
    """Return the fragment that trafilatura finds, not yet sanitised; the tree stays as it is.

    It is not told the address: sanitising makes links absolute, at a fraction of its price.
    """
    try:
        found = trafilatura.bare_extraction(
            root, fast=True, output_format="html", include_comments=False, include_tables=True, include_links=True,
            include_formatting=True, include_images=False,
        )  # fmt: skip
        return build_html_output(found) if isinstance(found, Document) else ""
    except Exception:  # a foreign library on a foreign page: whatever it is, there is a next way
        logger.warning("the general extractor failed", exc_info=True, extra={"url": url})
        return ""


def _article(
    this: _Page, about: Article, way: Way, container: HtmlElement | None, fragment: str | None = None
) -> Article:
    """Make the article of a container, with `fragment` as its markup if that is already known."""
    pictures = gallery.figures(container, this.base) if container is not None else ()
    files = enclosures.once(_files(this, container))
    if fragment is None and container is not None:
        inner = deepcopy(container)
        blocks.without(inner, blocks.noise(inner))
        fragment = blocks.markup(inner)
    html = clean.body(fragment or "", this.base)
    text = clean.text(html)
    return replace(
        about, html=html, text=text, lang=language(text, about.lang), gallery=pictures, enclosures=files, way=way,
        quality=judge.quality(html, text),
    )  # fmt: skip


def _files(this: _Page, container: HtmlElement | None) -> Iterator[Enclosure]:
    if container is not None:
        yield from enclosures.inside(container, this.base)
    for said in metadata.films(this.said):
        address = web(said, this.base)
        if address and (found := enclosures.of_address(address)):
            yield found
