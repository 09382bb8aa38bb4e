"""A search as a reader sees it: hits that are still public, with what to show of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cong.entries.models import Entry
from cong.search import asking, facets
from cong.search.asking import Understood
from cong.search.engines import chosen
from cong.search.engines.engine import DEEPEST, FEW, Facet, Hit, NotReady, Page, Query, Sort
from cong.search.facets import Group, Year
from cong.search.index import shelf
from cong.search.language.clauses import Asked
from cong.search.language.limits import LONGEST_QUERY
from cong.search.meaning.wording import Wording
from cong.search.teaching import dictionary_now
from cong.search.text.numbers import number_keys
from cong.search.text.plain import plain_text
from cong.search.text.snippets import Excerpt, Highlighter
from cong.search.text.typed import clipped

PAGE = 20
"""Hits a page."""

LAST_PAGE = DEEPEST // PAGE

_LONGEST_BODY = 60_000


@dataclass(frozen=True, kw_only=True)
class Result:
    """A hit with its entry."""

    entry: Entry
    excerpt: Excerpt


@dataclass(frozen=True, kw_only=True)
class Meant:
    """Another reading of the words, offered as a search of its own; `included`: what it finds is among the hits."""

    text: str
    search: str
    included: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One page of results. `ready` is false while there is no index to ask.

    `query` is the search as written in addresses. `jump`: the one document whose number was typed. `years`: bars of
    the histogram. `near` follows few hits.
    """

    query: str
    page: int = 1
    size: int = PAGE
    sort: Sort = Sort.BEST
    ready: bool = True
    total: int = 0
    results: tuple[Result, ...] = ()
    near: tuple[Result, ...] = ()
    groups: tuple[Group, ...] = ()
    years: tuple[Year, ...] = ()
    meant: Meant | None = None
    jump: Entry | None = None
    asked: Asked = Asked()

    @property
    def first(self) -> int:
        """Return the number of the first result on this page, counted from 1."""
        return (self.page - 1) * self.size + 1

    @property
    def has_more(self) -> bool:
        return self.page * self.size < min(self.total, DEEPEST)


def cleaned(text: str) -> str:
    """Return what was typed in one line, without control characters, cut at what is read of a query."""
    return clipped(text, LONGEST_QUERY)


def answer(
    text: str,
    page: int = 1,
    *,
    lang: str,
    at: datetime,
    sort: Sort = Sort.BEST,
    counted: Sequence[Facet] = facets.SHOWN,
    size: int = PAGE,
) -> Answer:
    """Search for what a reader typed; entries that are no longer public are left out whatever the index says."""
    typed = cleaned(text)
    if not typed:
        return Answer(query="")
    told = asking.understood(
        typed, lang=lang, at=at, sort=sort, limit=size, offset=(page - 1) * size, facets=tuple(counted)
    )
    try:
        found = chosen.reader().search(told.query)
    except NotReady:
        return Answer(query=told.text, page=page, size=size, sort=sort, ready=False, asked=told.asked)
    return _answer(told, found, page)


def similar(entry: Entry, *, limit: int, at: datetime) -> tuple[Entry, ...]:
    """Return live entries that tell of the same things, the closest first; none while there is no index."""
    query = Query(asked=Asked(), words=Wording(), at=at, limit=limit, like=shelf.document(entry))
    try:
        return _live_in_order(chosen.reader().search(query).hits, at)
    except NotReady:
        return ()


def citing(entry: Entry, *, limit: int, at: datetime, lang: str) -> tuple[tuple[Entry, ...], int]:
    """Return live entries that name an entry's number, the newest first, and how many there are."""
    if not number_keys(entry.number)[1:]:
        return (), 0
    text = f'dan:"{entry.number}"'
    told = asking.understood(text, lang=lang, at=at, sort=Sort.NEWEST, limit=limit)
    try:
        page = chosen.reader().search(told.query)
    except NotReady:
        return (), 0
    return _live_in_order(page.hits, at), page.total


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Hits without passages, near matches left out. `ready` is false while there is no index to ask."""

    query: str = ""
    ready: bool = True
    entries: tuple[Entry, ...] = ()
    has_more: bool = False


def listed(text: str, *, limit: int, lang: str, at: datetime, sort: Sort = Sort.BEST, offset: int = 0) -> Listed:
    """Return the live entries among `limit` hits from `offset` on: what is taken away whole rather than read."""
    typed = cleaned(text)
    if not typed:
        return Listed()
    told = asking.understood(typed, lang=lang, at=at, sort=sort, limit=limit, offset=offset)
    try:
        page = chosen.reader().search(told.query)
    except NotReady:
        return Listed(query=told.text, ready=False)
    more = offset + limit < min(page.total, DEEPEST)
    return Listed(query=told.text, entries=_live_in_order(page.hits, at), has_more=more)


def suggested(text: str, *, limit: int, at: datetime) -> tuple[Entry, ...]:
    """Return live entries whose titles hold what was typed so far, none that staff keep from being suggested."""
    typed, dictionary = cleaned(text), dictionary_now()
    if not typed:
        return ()
    ending = " " if text[-1:].isspace() else ""
    try:
        ids = chosen.reader().suggest(typed + ending, limit * 3)
    except NotReady:
        return ()
    found = _live_in_order([Hit(id=one, score=0) for one in ids], at)
    return tuple(one for one in found if not dictionary.denies(one.title))[:limit]


def _live(ids: Iterable[int], at: datetime) -> dict[int, Entry]:
    public = Entry.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at)).select_related("agency")
    return public.in_bulk(list(ids))


def _live_in_order(hits: Iterable[Hit], at: datetime) -> tuple[Entry, ...]:
    ids = list(dict.fromkeys(hit.id for hit in hits))
    live = _live(ids, at)
    return tuple(live[one] for one in ids if one in live)


def _answer(told: Understood, found: Page, page: int) -> Answer:
    query = told.query
    live = _live([hit.id for hit in (*found.hits, *found.near)], query.at)
    highlighter = Highlighter(told.asked.marked, alternatives=query.words.readings)
    results = _results(found.hits, live, highlighter)
    total = max(0, found.total - (len(found.hits) - len(results)))
    return Answer(
        query=told.text,
        page=page,
        size=query.limit,
        sort=query.sort,
        total=total,
        results=results,
        near=_results(found.near, live, highlighter),
        groups=facets.groups(told.asked, found.counts),
        years=facets.years(told.asked, found.counts.get(Facet.YEAR, ())),
        meant=_meant(told, total),
        jump=_jump(told, results) if page == 1 else None,
        asked=told.asked,
    )


def _meant(told: Understood, total: int) -> Meant | None:
    for one in told.repairs[:1]:
        if one.ranks or total < FEW:
            return Meant(text=one.text, search=told.repaired(one), included=one.ranks)
    return None


def _jump(told: Understood, results: tuple[Result, ...]) -> Entry | None:
    """Return the one document among the first hits whose own number was typed in full."""
    keys = {guess.key for guess in told.query.words.guesses if guess.firm and guess.parts > 1}
    own = [one.entry for one in results[:3] if keys.intersection(number_keys(one.entry.number))]
    return own[0] if len(own) == 1 else None


def _results(hits: Iterable[Hit], live: dict[int, Entry], highlighter: Highlighter) -> tuple[Result, ...]:
    entries = [live[hit.id] for hit in hits if hit.id in live]
    return tuple(Result(entry=one, excerpt=highlighter.excerpt(one.title, _text(one), one.lang)) for one in entries)


def _text(entry: Entry) -> str:
    """Return summary and body as one text; feeds often repeat the one at the head of the other."""
    body = plain_text(entry.html[:_LONGEST_BODY])
    head = entry.summary.rstrip("….")
    return body if body.startswith(head) and body else f"{entry.summary}\n{body}".strip()
