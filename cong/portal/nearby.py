"""What stands beside an entry without being written there: entries like it, and those that cite it.

A page of its own, loaded into the entry's when somebody reads that far: the index answers slower than the shelf, and
who cites an entry changes without the entry being touched, so the entry's page can be kept longer than this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cong.design.languages import language
from cong.entries.models import Entry
from cong.kernel import tags
from cong.kernel.tags import kept, tagged
from cong.portal.views import page
from cong.search import queries as search
from cong.search.addresses import address
from cong.search.engines.engine import Sort
from cong.search.language import writing
from cong.search.language.clauses import Asked, Field

_SIMILAR = 4
_CITING = 5
_FRESH = 60
"""Seconds after which who cites it is asked again."""


@dataclass(frozen=True, kw_only=True)
class Nearby:
    """Entries like one, and the newest of those that name its number, with how many there are."""

    similar: tuple[Entry, ...]
    citing: tuple[Entry, ...]
    cited: int


@kept(fresh=_FRESH)
@page
def nearby(request: HttpRequest, number: str) -> HttpResponse:
    at = timezone.now()
    found = Entry.objects.select_related("agency").filter(pk=int(number)).first()
    if found is None or found.has_expired(at):
        raise Http404(number)
    response = render(request, "portal/nearby.html", {"nearby": _nearby(found, at), "more": _citing_address(found)})
    response["X-Robots-Tag"] = "noindex"
    return tagged(response, tags.entry(found.pk), until=found.expires_at)


def _nearby(to: Entry, at: datetime) -> Nearby:
    citing, cited = search.citing(to, limit=_CITING, at=at, lang=language())
    known = {one.pk for one in citing}
    similar = [one for one in search.similar(to, limit=_SIMILAR + _CITING, at=at) if one.pk not in known]
    return Nearby(similar=tuple(similar[:_SIMILAR]), citing=citing, cited=cited)


def _citing_address(entry: Entry) -> str:
    """Return the search for what names an entry's number."""
    return address(writing.written(writing.with_value(Asked(), Field.CITES, entry.number)), sort=Sort.NEWEST)
