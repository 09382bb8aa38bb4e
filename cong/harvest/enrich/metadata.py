"""What a page says about itself: JSON-LD first, then meta elements, then what stands on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from lxml.html import HtmlElement

from cong.harvest.enrich import jsonld
from cong.harvest.enrich.jsonld import Node
from cong.harvest.parse.clean import text as plain
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.raw import Rules
from cong.kernel.text import clip, fold, one_line

_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_DATE = 500, 200, 100
_MOST_TAGS, _LOOKED_AT = 30, 40
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "publishdate", "pubdate", "publish-date",
    "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "parsely-pub-date", "sailthru.date", "date",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "image")
_FILMS = ("og:video:secure_url", "og:video", "og:video:url", "og:audio:secure_url", "og:audio")
_DATED = re.compile(r"(?:^|[\W_])(?:date|time|datetime|ngay|ngaydang|posted|published?|pubdate|timestamp)(?:$|[\W_])")
_SIGNED = re.compile(r"(?:^|[\W_])(?:author|tacgia|tac-gia|byline)(?:$|[\W_])")
_BYLINE = re.compile(r"^(?:tác giả|bài và ảnh|bài, ảnh|theo|nguồn|by)\s*[:：]?\s*", re.IGNORECASE)
_LABEL = re.compile(r"^(?:so|so va ky hieu|so[,/ -]* ?ky hieu(?: van ban)?|so hieu(?: van ban)?|ky hieu)\s*:?$")
_NUMBER = re.compile(r"^\d{1,6}[-/\w.ĐƯ ]{1,60}$")
_INITIALS = frozenset("SsKk")
_CELLS = {"td", "th", "dt", "dd", "div", "span", "b", "strong", "label", "li"}


@dataclass(frozen=True, kw_only=True)
class Head:
    """The meta elements by name, and the JSON-LD nodes."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()

    def first(self, names: tuple[str, ...]) -> str:
        """Return the first meta text that is not empty, in the order of the names."""
        return next((said for name in names for said in self.meta.get(name, ()) if said), "")


def head(root: HtmlElement) -> Head:
    """Collect what the page declares."""
    meta: dict[str, list[str]] = {}
    for number, one in enumerate(root.iter("meta")):
        if number == 10 * _LOOKED_AT:
            break
        name = one.get("property") or one.get("name") or one.get("itemprop") or one.get("http-equiv") or ""
        meta.setdefault(name.strip().lower(), []).append(plain(one.get("content", "")))
    return Head(meta=meta, nodes=jsonld.nodes(root))


def title(root: HtmlElement, said: Head) -> str:
    """Return the article's name without the site's: the h1 when the declared name begins or ends with it."""
    declared = [jsonld.text(said.nodes, "headline"), said.first(("og:title", "twitter:title", "dc.title"))]
    declared += [one_line(one.text_content()) for one in list(root.iter("title"))[:1]]
    shown = [one_line(one.text_content()) for _, one in zip(range(_LOOKED_AT), root.iter("h1"), strict=False)]
    folded = [fold(one) for one in declared if one]
    for one in shown:
        if one and any(name.startswith(fold(one)) or name.endswith(fold(one)) for name in folded):
            return clip(one, _LONGEST_TITLE)
    return clip(next(filter(None, (*declared[:2], *shown, declared[-1])), ""), _LONGEST_TITLE)


def published(root: HtmlElement, said: Head, rules: Rules) -> datetime | None:
    """Return the moment of publishing, from the first place that says one that can be read."""
    return next((found for one in _dates(root, said) if (found := parse_date(one, rules))), None)


def _dates(root: HtmlElement, said: Head) -> Iterator[str]:
    yield jsonld.text(said.nodes, "datePublished")
    yield from (one for name in _PUBLISHED for one in said.meta.get(name, ()))
    for _, one in zip(range(_LOOKED_AT), root.iter("time"), strict=False):
        yield one.get("datetime", "")
        yield _short(one)
    yield from (_short(one) for one in _classed(root, _DATED))


def author(root: HtmlElement, said: Head) -> str:
    """Return who wrote it; an address of a profile is no name."""
    return next((clip(one, _LONGEST_NAME) for one in _authors(root, said) if one and "://" not in one), "")


def _authors(root: HtmlElement, said: Head) -> Iterator[str]:
    yield from jsonld.names(said.nodes, "author")
    yield said.first(_AUTHORS)
    yield from (_BYLINE.sub("", _short(one)) for one in _classed(root, _SIGNED))


def tags(said: Head) -> tuple[str, ...]:
    """Return the tags, each once, in order."""
    words = [*jsonld.words(said.nodes, "keywords"), *said.meta.get("article:tag", ())]
    for listed in (*said.meta.get("keywords", ()), *said.meta.get("news_keywords", ())):
        words += listed[:2_000].split(",")
    once: dict[str, str] = {}
    for word in words:
        if (line := one_line(word)) and len(line) <= _LONGEST_NAME:
            once.setdefault(fold(line), line)
    return tuple(once.values())[:_MOST_TAGS]


def lang(root: HtmlElement, said: Head) -> str:
    """Return the declared language as the page writes it, e.g. `vi` or `vi_VN`; may be empty."""
    declared = (root.get("lang"), jsonld.text(said.nodes, "inLanguage"), said.first(("og:locale", "content-language")))
    return clip(next((one.strip() for one in declared if one and one.strip()), ""), 20)


def images(said: Head) -> Iterator[str]:
    """Yield the addresses of lead pictures as declared, best first."""
    yield from (one for name in _IMAGES for one in said.meta.get(name, ()))
    yield from jsonld.addresses(said.nodes, "image")


def films(said: Head) -> Iterator[str]:
    """Yield the addresses of films and recordings as declared."""
    yield from (one for name in _FILMS for one in said.meta.get(name, ()))
    for word in ("contentUrl", "embedUrl"):
        yield from (found for one in said.nodes if (found := one.get(word)) and isinstance(found, str))


def number(root: HtmlElement) -> str:
    """Return a document's own number (số, ký hiệu) from a table of its details; empty when there is none."""
    for count, cell in enumerate(root.iter(*_CELLS)):
        if count == 100 * _LOOKED_AT:
            break
        said = cell.text
        if said and said.strip()[:1] in _INITIALS and len(said) < 2 * _LOOKED_AT and _LABEL.match(fold(one_line(said))):
            value = _beside(cell)
            if _NUMBER.match(value):
                return value
    return ""


def _beside(label: HtmlElement) -> str:
    for one in (label, label.getparent()):
        if one is not None and (following := one.getnext()) is not None and (said := _short(following)):
            return said
    return one_line(label.tail or "")[:_LONGEST_DATE].lstrip(": ")


def _classed(root: HtmlElement, wanted: re.Pattern[str]) -> Iterator[HtmlElement]:
    found = (one for one in root.iter("div", "span", "p", "li", "td", "em", "i", "h4", "a") if _is(one, wanted))
    yield from (one for _, one in zip(range(_LOOKED_AT), found, strict=False))


def _is(one: HtmlElement, wanted: re.Pattern[str]) -> bool:
    said = one.get("class") or one.get("id")
    return bool(said and len(said) <= _LONGEST_NAME and _means(said, wanted))


@lru_cache(maxsize=4096)
def _means(said: str, wanted: re.Pattern[str]) -> bool:
    """Tell whether a class is one of those; a page has few of them, many times."""
    return bool(wanted.search(said.lower()))


def _short(one: HtmlElement) -> str:
    """Return the text of an element that holds little of it, else nothing."""
    said: list[str] = []
    for part in one.itertext():
        said.append(part)
        if len(said) > 20:
            return ""
    line = one_line("".join(said))
    return line if len(line) <= _LONGEST_DATE else ""
