"""For the wizard: what an address that somebody pasted could be read as. It proposes; a person looks and decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from cong.harvest.adapters import htmllist, selectors
from cong.harvest.adapters.contract import Body, Spec
from cong.harvest.adapters.selectors import BadSelector, text
from cong.harvest.parse import NotAFeed, RawItem, Rules
from cong.harvest.parse.dates import parse_date
from cong.harvest.parse.names import join
from cong.kernel.text import fold

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEEDLIKE = re.compile(
    r"(?:^|[/._=-])(?:rss|atom|feeds?|rdf)(?:$|[/._?&=-])|\.(?:rss|atom|rdf|xml)(?:$|\?)", re.IGNORECASE
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|feed)\b")
_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-news.xml", "/news-sitemap.xml", "/wp-sitemap.xml")
_MOST_FOUND, _MOST_LINKS, _MOST_GROUPS, _MOST_PROPOSED = 50, 3_000, 12, 3

_LEAST_ITEMS, _LEAST_LETTERS, _LEAST_SUMMARY = 5, 20, 50
_HIGHEST, _SAMPLE = 6, 20
_MOST_PARTS, _MOST_LOOKED_AT = 20, 200
_MOST, _SOME = 0.8, 0.5
_LONGEST_DATE, _ENOUGH_ITEMS, _SAME = 60, 30, 0.7
_CLASS = re.compile(r"[A-Za-z][A-Za-z_-]*(?:\d{0,2}[A-Za-z_-]+)*\d?")
_PASSING = re.compile(
    r"alternat|odd|even|first|last|active|current|selected|hover|clearfix|hidden|show|fade|animat", re.IGNORECASE
)
_ASIDE = re.compile(
    r"(?:^|[-_\s])(?:menu|nav|navbar|navigation|topnav|footer|breadcrumbs?|tagcloud|tag-?list|tags|cloud|pagination|pager|paging"
    r"|login|social|language|weblinks?|lien-?ket|banner|partner|toolbar)(?:$|[-_\s])",
    re.IGNORECASE,
)
_LESS = re.compile(r"sidebar|aside|related|most-?(?:read|view)|xem-?nhieu|lien-?quan|right-?col|widget", re.IGNORECASE)
_DATELIKE = re.compile(r"\d\s*[/.-]\s*\d|\d\s*(?:giay|phut|gio|ngay|tuan|thang)|hom (?:nay|qua)")
_NUMBERLIKE = re.compile(r"\d{1,5}(?:/\d{4})?[-/][A-ZĐ]{1,10}(?:[-/][A-ZĐ0-9]{1,15})*")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An address that may be a feed. `advertised` tells that the page names it as its feed for machines."""

    url: str
    title: str = ""
    advertised: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A rule for the list on a page, the items that it makes of the page, and how likely it is the news (larger is)."""

    config: Mapping[str, str]
    items: tuple[RawItem, ...]
    score: float


def feeds_in(body: bytes, url: str, charset: str | None = None) -> list[Found]:
    """Return the feeds that a page advertises, then the links that look like one; nothing for what is no page."""
    try:
        root = htmllist.page_of(body, charset)
    except NotAFeed:
        return []
    base = htmllist.base_of(root, url)
    found: dict[str, Found] = {}
    for one in (*_advertised(root, base), *_feedlike(root, base)):
        found.setdefault(one.url, one)
    return list(found.values())[:_MOST_FOUND]


def _advertised(root: etree._Element, base: str) -> Iterator[Found]:
    for link in root.iter("link"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        url = htmllist.address(link.get("href") or "", base)
        if url and kind in _FEED_TYPES and "alternate" in (link.get("rel") or "").lower().split():
            yield Found(url=url, title=text(link.get("title") or ""), advertised=True)


def _feedlike(root: etree._Element, base: str) -> Iterator[Found]:
    for link in islice(root.iter("a"), _MOST_LINKS):
        url = htmllist.address(link.get("href") or "", base)
        words = _words(link)
        if (
            url
            and "sitemap" not in url.lower()
            and (_FEEDLIKE.search(_behind_host(url)) or _FEED_WORDS.search(fold(words)))
        ):
            yield Found(url=url, title=words)


def _behind_host(url: str) -> str:
    return url.split("/", 3)[-1] if url.count("/") > 2 else ""


def sitemap_guesses(url: str) -> tuple[str, ...]:
    """Return where the sitemaps of a site usually are, likeliest first."""
    return tuple(address for path in _SITEMAPS if (address := join(url, path)).startswith(("http://", "https://")))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Link:
    """A link with enough words to be a headline, and its elements upward, itself first."""

    element: etree._Element
    url: str
    upward: tuple[etree._Element, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """Elements of one make, each around one headline."""

    items: tuple[etree._Element, ...]
    links: tuple[_Link, ...]


def propose_list(body: bytes, url: str, charset: str | None, rules: Rules) -> list[Proposal]:
    """Return at most three rules that read a list on the page, best first; raises NotAFeed for what is no page.

    Whatever is proposed has been read by `htmllist` from this very page.
    """
    root = htmllist.page_of(body, charset)
    links = list(_headlines(root, htmllist.base_of(root, url)))
    page = Body(content=body, url=url, charset=charset)
    proposed = [one for group in _groups(links) if (one := _proposal(group, root, page, rules))]
    kept: list[Proposal] = []
    for one in sorted(proposed, key=lambda one: one.score, reverse=True):
        if len(kept) < _MOST_PROPOSED and not any(_is_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _is_same(one: Proposal, other: Proposal) -> bool:
    urls, others = {item.url for item in one.items}, {item.url for item in other.items}
    return len(urls & others) >= _SAME * min(len(urls), len(others))


def _headlines(root: etree._Element, base: str) -> Iterator[_Link]:
    aside: dict[etree._Element, bool] = {}
    for element in islice(root.iter("a"), _MOST_LINKS):
        if sum(map(str.isalpha, _words(element))) < _LEAST_LETTERS:
            continue
        url = htmllist.address(element.get("href") or "", base)
        above = tuple(element.iterancestors())
        aside.update((one, _is_aside(one)) for one in (element, *above) if one not in aside)
        if url and not any(aside[one] for one in (element, *above)):
            yield _Link(element=element, url=url, upward=(element, *above[:_HIGHEST]))


def _words(link: etree._Element) -> str:
    """Return what a link says; one that holds half a page says nothing."""
    return (text(link) if _is_small(link) else "") or text(link.get("title") or "")


def _is_small(element: etree._Element) -> bool:
    return sum(1 for _ in islice(element.iter(), _MOST_PARTS + 1)) <= _MOST_PARTS


def _small_parts(item: etree._Element) -> Iterator[etree._Element]:
    return filter(_is_small, islice(item.iter(), _MOST_LOOKED_AT))


def _is_aside(element: etree._Element) -> bool:
    """Tell whether an element is no place for news. What stands around the whole page says nothing about its parts."""
    if element.tag in ("html", "body", "form"):
        return False
    said = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in ("nav", "footer") or bool(_ASIDE.search(said))


def _groups(links: Sequence[_Link]) -> list[_Group]:
    """Return the elements that look alike and hold one headline each, the outermost for each set of headlines."""
    levels: dict[tuple[str, ...], dict[etree._Element, _Link]] = {}
    crowded: set[etree._Element] = set()
    for link in links:
        for level, element in enumerate(link.upward):
            place = levels.setdefault(
                (_make(link.element), str(level), *map(_make, (element, *islice(element.iterancestors(), 2)))), {}
            )
            if place.setdefault(element, link).url != link.url:
                crowded.add(element)
    best: dict[frozenset[str], _Group] = {}
    for place in levels.values():
        alone = {element: link for element, link in place.items() if element not in crowded}
        if len(alone) >= max(_LEAST_ITEMS, _MOST * len(place)):
            best[frozenset(link.url for link in alone.values())] = _Group(
                items=tuple(alone), links=tuple(alone.values())
            )
    return sorted(best.values(), key=lambda group: len(group.items), reverse=True)[:_MOST_GROUPS]


def _classes(element: etree._Element) -> list[str]:
    """Return the classes that name what an element is, not how it looks at the moment."""
    said = (element.get("class") or "").split()
    return [name for name in said if _CLASS.fullmatch(name) and not _PASSING.search(name)]


def _make(element: etree._Element) -> str:
    """Return the element as a selector: its tag and at most two classes."""
    return ".".join((str(element.tag), *_classes(element)[:2]))


def _proposal(group: _Group, root: etree._Element, page: Body, rules: Rules) -> Proposal | None:
    item = _item_selector(group, root)
    if not item:
        return None
    config = {"item": item} | _fields(group, rules) | _key(group)
    try:
        feed = htmllist.read(page, Spec(url=page.url, config=config), rules).feed
    except NotAFeed:
        return None
    if len(feed.items) < _LEAST_ITEMS:
        return None
    return Proposal(config=config, items=feed.items, score=_score(group, feed.items))


def _item_selector(group: _Group, root: etree._Element) -> str:
    """Return the shortest selector that finds the group's elements and as few others as can be."""
    wanted, said, best = set(group.items), _make(group.items[0]), ("", 0)
    for above in (None, *islice(group.items[0].iterancestors(), 4)):
        said = said if above is None else f"{_anchor(above)} > {said}"
        found = _found(f"css:{said}", root)
        if not wanted <= set(found):
            break
        if not best[0] or len(found) < best[1]:
            best = (f"css:{said}", len(found))
        if len(found) == len(wanted) or (above is not None and "#" in _anchor(above)):
            break
    return best[0]


def _anchor(element: etree._Element) -> str:
    """Return the element as a selector by its id, when that was given by a person, else by its make."""
    name = element.get("id") or ""
    return (
        f"{element.tag}#{name}" if _CLASS.fullmatch(name) and "ctl" not in name and "_" not in name else _make(element)
    )


def _found(said: str, element: etree._Element) -> list[etree._Element]:
    try:
        return selectors.compiled(said).elements(element)
    except BadSelector:
        return []


Ask = Callable[[etree._Element, _Link], Iterable[etree._Element]]


def _fields(group: _Group, rules: Rules) -> dict[str, str]:
    """Return the selectors inside an item, each one that is right for most of a sample."""
    pairs = list(zip(group.items, group.links, strict=True))[:_SAMPLE]
    link = _voted(pairs, lambda _, link: [link.element], _MOST)
    found = {"link": f"{link}@href", "title": _title(pairs, link)} if link else {}
    asks: dict[str, Ask] = {
        "date": partial(_dates, rules), "summary": _summaries, "image": _images, "number": _numbers,
    }  # fmt: skip
    for name, ask in asks.items():
        if said := _voted(pairs, ask, _SOME):
            found[name] = said
    return found


def _title(pairs: Sequence[tuple[etree._Element, _Link]], link: str) -> str:
    """Return where the headline is: the title attribute where words are cut short, a part of the link, or all of it."""
    cut = sum(1 for _, one in pairs if text(one.element).endswith(("...", "…")) and one.element.get("title"))
    blank = sum(1 for _, one in pairs if not text(one.element))
    if cut + blank > _SOME * len(pairs):
        return f"{link}@title"
    return _voted(pairs, _titles, _MOST) or link


def _voted(pairs: Sequence[tuple[etree._Element, _Link]], ask: Ask, share: float) -> str:
    """Return the selector whose first find is one of the asked-for elements in the largest part of the items."""
    wanted = [(item, set(islice(ask(item, link), _SAMPLE))) for item, link in pairs]
    names = Counter(said for item, ones in wanted for one in ones for said in _selectors_of(one, item))
    best, most = "", share * len(pairs)
    for said, _ in names.most_common(_SAMPLE):
        right = sum(1 for item, ones in wanted if next(iter(_found(said, item)), None) in ones)
        if right > most or (not best and right >= most):
            best, most = said, right
    return best


def _selectors_of(element: etree._Element, item: etree._Element) -> Iterator[str]:
    """Yield ways to say where an element is in its item, those that last longest first."""
    tag, parent = str(element.tag), element.getparent()
    if _classes(element):
        yield f"css:{_make(element)}"
    if element is item or parent is None:
        yield f"css:{tag}"
        return
    if parent is not item and (_classes(parent) or parent.tag in _HEADINGS):
        yield f"css:{_make(parent)} {tag}"
    if tag != "td":
        yield f"css:{tag}"
    cell = next((one for one in (element, *element.iterancestors()) if one.tag == "td"), None)
    if cell is not None:
        place = f"css:td:nth-child({1 + sum(1 for _ in cell.itersiblings(preceding=True))})"
        yield place if cell is element else f"{place} {tag}"
    elif parent is not item:
        yield f"css:{parent.tag} > {tag}"


def _headline(link: _Link) -> etree._Element:
    """Return the part of a link that is its headline: a card that is one link holds a date and a summary besides."""
    parts = [one for one in islice(link.element.iter(), _MOST_PARTS) if not len(one)]
    return next((one for one in parts if sum(map(str.isalpha, text(one))) >= _LEAST_LETTERS), link.element)


def _apart(item: etree._Element, link: _Link) -> Iterator[etree._Element]:
    """Yield the parts of an item that neither hold nor belong to the headline."""
    headline = _headline(link)
    around = {*headline.iterancestors(), *headline.iter()}
    return (one for one in _small_parts(item) if one not in around)


def _titles(_item: etree._Element, link: _Link) -> list[etree._Element]:
    headline = _headline(link)
    return [headline] if text(headline) != text(link.element) else []


def _dates(rules: Rules, item: etree._Element, link: _Link) -> Iterator[etree._Element]:
    for one in _apart(item, link):
        said = one.get("datetime") or text(one)
        if len(said) <= _LONGEST_DATE and _DATELIKE.search(fold(said)) and parse_date(said, rules):
            yield one


def _summaries(item: etree._Element, link: _Link) -> Iterator[etree._Element]:
    return (one for one in _apart(item, link) if len(text(one)) >= _LEAST_SUMMARY)


def _images(item: etree._Element, _link: _Link) -> Iterator[etree._Element]:
    return (one for one in item.iter("img") if one.get("src") or one.get("data-src") or one.get("srcset"))


def _numbers(item: etree._Element, _link: _Link) -> Iterator[etree._Element]:
    return (one for one in _small_parts(item) if _NUMBERLIKE.fullmatch(text(one)))


def _key(group: _Group) -> dict[str, str]:
    """Return the query parameter that tells the items apart when their addresses differ in little else."""
    try:
        parts = [urlsplit(link.url) for link in group.links]
        said = [dict(parse_qsl(part.query)) for part in parts]
    except ValueError:
        return {}
    if len({part.path for part in parts}) > 1:
        return {}
    names = [
        name for name in said[0] if name.lower().endswith("id") and len({one.get(name) for one in said}) == len(said)
    ]
    key = {"key": f"url:{names[0]}"} if names else {}
    return key if not htmllist.wrong(Spec(url="", config={"item": "a"} | key)) else {}


def _score(group: _Group, items: Sequence[RawItem]) -> float:
    """Return how much it looks like news: many, dated, with long titles, summaries and pictures, not at the side."""
    count = len(items)
    dated, told, shown = (
        sum(map(bool, values)) / count
        for values in ((one.published for one in items), (one.summary for one in items), (one.image for one in items))
    )
    letters = min(sum(len(one.title) for one in items) / count, 100) / 100
    around = " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in group.items[0].iterancestors())
    aside = 0.5 if _LESS.search(around) else 1.0
    return min(count, _ENOUGH_ITEMS) / _ENOUGH_ITEMS * aside * (1 + 2 * dated + told + shown / 2 + letters)
