"""The page of results: read the question, ask, show."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cong.search import queries


@require_safe
@cache_control(public=True, max_age=10)
def results(request: HttpRequest) -> HttpResponse:
    page = _page(request.GET.get("page", ""))
    found = queries.answer(request.GET.get("q", ""), page, at=timezone.now())
    return render(request, "search/results.html", {"found": found})


def _page(text: str) -> int:
    """Return a page that exists for somebody; anything that is no number is the first."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
    return min(max(number, 1), queries.LAST_PAGE)
