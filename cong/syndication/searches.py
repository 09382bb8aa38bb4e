"""Results of a search for machines: Atom, JSON and CSV at the search's own address with another ending."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cong.entries.models import Entry, Tombstone
from cong.search import queries as search
from cong.search.addresses import address
from cong.search.engines.engine import DEEPEST, Sort
from cong.search.queries import Listed
from cong.search.rewriting import sort_of
from cong.syndication import atom, search_csv, search_json
from cong.syndication.queries import SIZE, graves
from cong.syndication.stories import NEVER, Feed
from cong.syndication.telling import grave, story

View = Callable[[HttpRequest], HttpResponse]

MOST_HITS = 100
"""Hits of one JSON answer."""

MOST_ROWS = 1_000
"""Lines of a CSV file."""

_CHUNK = 100
_AGAIN_S = 60
# Goes up when the format changes, so that nobody is answered "not modified" about an older shape.
_SHAPE = 1


def machine(view: View) -> View:
    """Make a view an answer of search for machines: one language, and no cache gives it without asking again."""

    def answer(request: HttpRequest) -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            response = view(request)
        response["X-Robots-Tag"] = "noindex"
        return response

    return require_safe(cache_control(no_cache=True)(answer))


@machine
def as_atom(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    found = _listed(_given(request), at=at, limit=SIZE, sort=Sort.NEWEST)
    if not found.ready:
        return _not_ready()
    withdrawn = graves(at)
    etag = _etag(found, withdrawn)
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        atom.write(_feed(found, withdrawn)), content_type=f"{atom.MEDIA_TYPE}; charset=utf-8"
    )
    response["ETag"] = etag
    return response


@machine
def as_json(request: HttpRequest) -> HttpResponse:
    given = _given(request)
    size = _number(given.get("size", ""), search.PAGE, MOST_HITS)
    found = search.answer(
        given.get("q", ""), _number(given.get("page", ""), 1, DEEPEST // size), size=size, lang=settings.LANGUAGE_CODE,
        at=timezone.now(), sort=sort_of(given.get("sort", "")),
    )  # fmt: skip
    if not found.ready:
        return _not_ready()
    return HttpResponse(search_json.write(found), content_type="application/json; charset=utf-8")


@machine
def as_csv(request: HttpRequest) -> HttpResponse:
    given, at = _given(request), timezone.now()
    sort = sort_of(given.get("sort", ""))
    found: list[Entry] = []
    for offset in range(0, MOST_ROWS, _CHUNK):
        listed = _listed(given, at=at, limit=_CHUNK, sort=sort, offset=offset)
        if not listed.ready:
            return _not_ready()
        found += listed.entries
        if not listed.has_more:
            break
    response = HttpResponse(search_csv.write(found), content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = 'attachment; filename="tim-kiem.csv"'
    return response


def _listed(given: QueryDict, *, at: datetime, limit: int, sort: Sort, offset: int = 0) -> Listed:
    return search.listed(given.get("q", ""), limit=limit, lang=settings.LANGUAGE_CODE, at=at, sort=sort, offset=offset)


def _given(request: HttpRequest) -> QueryDict:
    """Return what stands in the address, nothing when it is more than anybody reads."""
    try:
        return request.GET
    except TooManyFieldsSent:
        return QueryDict()


def _number(text: str, otherwise: int, most: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise
    return min(max(number, 1), most)


def _not_ready() -> HttpResponse:
    told = "Đang lập lại chỉ mục tìm kiếm; hãy hỏi lại sau ít phút.\n"
    return HttpResponse(told, status=503, headers={"Retry-After": _AGAIN_S}, content_type="text/plain; charset=utf-8")


def _feed(found: Listed, withdrawn: Sequence[Tombstone]) -> Feed:
    site = settings.SITE_URL
    return Feed(
        title=f"Tìm kiếm: {found.query} – {settings.SITE_NAME}",
        description=f"Mới nhất trên {settings.SITE_NAME} theo câu tìm kiếm: {found.query}",
        lang=settings.LANGUAGE_CODE,
        page=site + address(found.query, sort=Sort.NEWEST),
        address=site + address(found.query, name="syndication:search-atom"),
        updated_at=max([NEVER, *_changes(found.entries), *(one.at for one in withdrawn)]),
        stories=[story(one) for one in found.entries],
        graves=[grave(one) for one in withdrawn],
    )


def _changes(entries: Sequence[Entry]) -> Iterator[datetime]:
    return (one.corrected_at or one.released_at for one in entries)


def _etag(found: Listed, withdrawn: Sequence[Tombstone]) -> str:
    """Return what the feed is known by: equal ones hold the same."""
    seen = [(one.release_id, one.agency.name, one.agency.slug) for one in found.entries]
    whole = [_SHAPE, settings.SITE_URL, settings.SITE_NAME, found.query, seen, [one.release_id for one in withdrawn]]
    return f'"{hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:32]}-search"'
