"""A search as a reader sees it: hits that are still public, with what to show of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cong.entries.models import Entry
from cong.kernel.text import nfc, one_line
from cong.search.engine import DEEPEST, LONGEST_QUERY, Engine, Hit, NotReady, Query
from cong.search.folder import Folder
from cong.search.plain import plain_text
from cong.search.reader import Reader
from cong.search.snippets import Excerpt, Highlighter

PAGE = 20
"""Hits a page."""

LAST_PAGE = DEEPEST // PAGE

_LONGEST_BODY = 60_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Result:
    """A hit with its entry."""

    entry: Entry
    excerpt: Excerpt


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One page of results. `ready` is false while there is no index to ask."""

    query: str
    page: int
    ready: bool = True
    total: int = 0
    results: tuple[Result, ...] = ()
    near: tuple[Result, ...] = ()

    @property
    def first(self) -> int:
        """Return the number of the first result on this page, counted from 1."""
        return (self.page - 1) * PAGE + 1

    @property
    def has_more(self) -> bool:
        return self.page < LAST_PAGE and self.page * PAGE < self.total


@lru_cache(maxsize=8)
def _reader(root: Path) -> Engine:
    return Reader(Folder(root=root))


def cleaned(text: str) -> str:
    """Return what was typed in one line, without control characters, cut at what is read of a query."""
    return one_line(nfc(_CONTROLS.sub(" ", text[: LONGEST_QUERY * 4])))[:LONGEST_QUERY].strip()


def answer(text: str, page: int, *, at: datetime) -> Answer:
    """Search for what a reader typed; entries that are no longer public are left out whatever the index says."""
    query = cleaned(text)
    if not query:
        return Answer(query="", page=1)
    asked = Query(text=query, at=at, limit=PAGE, offset=(page - 1) * PAGE)
    try:
        found = _reader(Path(settings.SEARCH_DIR)).search(asked)
    except NotReady:
        return Answer(query=query, page=page, ready=False)
    live = Entry.objects.select_related("agency").in_bulk([hit.id for hit in (*found.hits, *found.near)])
    highlighter = Highlighter(query)
    results = _results(found.hits, live, highlighter)
    return Answer(
        query=query,
        page=page,
        total=found.total - (len(found.hits) - len(results)),
        results=results,
        near=_results(found.near, live, highlighter),
    )


def _results(hits: Iterable[Hit], live: dict[int, Entry], highlighter: Highlighter) -> tuple[Result, ...]:
    entries = [live[hit.id] for hit in hits if hit.id in live]
    return tuple(Result(entry=one, excerpt=highlighter.excerpt(one.title, _text(one))) for one in entries)


def _text(entry: Entry) -> str:
    """Return summary and body as one text; feeds often repeat the one at the head of the other."""
    body = plain_text(entry.html[:_LONGEST_BODY])
    head = entry.summary.rstrip("….")
    return body if body.startswith(head) and body else f"{entry.summary}\n{body}".strip()
