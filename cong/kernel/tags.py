"""What a public page is made of: a view says it here, purges name it, and the page cache in front compares the two.

A page without tags is never kept. A view that may be kept says so with `kept`, because the cache must know before it
renders that an answer depends on nothing but the address and the named parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., Any])

# Every page wears the first. The others name what pages list; a purge of one reaches all pages that wear it.
SITE, HOME, NEWS, MAPS, GRAVES = "site", "home", "news", "maps", "graves"
SHELF = "shelf"
"""Worn by pages that show more entries than can be named; purged by every change."""

_READ = "read:"
FRESH = 300
_MOST_SHOWN = 200

_shown: ContextVar[set[int] | None] = ContextVar("shown", default=None)


def entry(number: int) -> str:
    """Name the page of an entry: it goes at once when the entry is corrected or withdrawn."""
    return f"entry:{number}"


def shows(number: int) -> str:
    """Name what an entry is shown on: renewed soon when it is corrected, gone at once when it is withdrawn."""
    return f"in:{number}"


def read(number: int) -> str:
    """Name the page on which an entry is read whole: whoever is shown it is counted. Nothing purges it."""
    return f"{_READ}{number}"


def read_on(names: Iterable[str]) -> int:
    """Return which entry is read on a page that wears these; 0 for none."""
    return next((int(name[len(_READ) :]) for name in names if name.startswith(_READ)), 0)


def section(slug: str) -> str:
    return f"section:{slug}"


def agency(pk: int) -> str:
    return f"agency:{pk}"


def kind(code: str) -> str:
    return f"kind:{code}"


@dataclass(frozen=True, kw_only=True)
class Route:
    """How the pages of one view are kept: by address and `params`, `fresh` seconds; never when asked with `straight`.

    Parameters that are not named are not part of the key, and the view is not shown them.
    """

    params: tuple[str, ...] = ()
    straight: tuple[str, ...] = ()
    fresh: int = FRESH


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """What a view said of its answer. From `until` on the answer would be another one."""

    names: frozenset[str]
    until: datetime | None = None


def kept(*, params: tuple[str, ...] = (), straight: tuple[str, ...] = (), fresh: int = FRESH) -> Callable[[View], View]:
    """Let a view's tagged answers be kept: they hold no cookie, no token and nothing about who asks."""
    route = Route(params=params, straight=straight, fresh=fresh)

    def mark(view: View) -> View:
        view.__dict__["page_route"] = route
        return view

    return mark


def route_of(view: object) -> Route | None:
    """Return how a view's answers are kept; None: not at all."""
    return getattr(view, "page_route", None)


Answer = TypeVar("Answer", bound=HttpResponseBase)


def tagged(answer: Answer, *names: str, until: datetime | None = None) -> Answer:
    """Say what an answer is made of, besides the entries that were read for it."""
    answer.__dict__["page_tags"] = Tagged(names=frozenset({SITE, *names}), until=until)
    return answer


def tags_of(answer: HttpResponseBase) -> Tagged | None:
    """Return what was said of an answer; None: nothing, so it is not kept."""
    return getattr(answer, "page_tags", None)


def note(number: int) -> None:
    """Tell whoever is listening that an entry was read."""
    seen = _shown.get()
    if seen is not None:
        seen.add(number)


@contextmanager
def reading() -> Iterator[set[int]]:
    """Collect the ids of all entries that are read inside, so that no view can forget one."""
    seen: set[int] = set()
    token = _shown.set(seen)
    try:
        yield seen
    finally:
        _shown.reset(token)


def names_of(shown: set[int]) -> frozenset[str]:
    """Return the tags for the entries that a page shows: each by name, or all at once when they are too many."""
    return frozenset({SHELF}) if len(shown) > _MOST_SHOWN else frozenset(map(shows, shown))
