"""Pages of search: read the question, ask, show. Whatever was typed is answered; forms lead to the one address."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cong.design.languages import language
from cong.search import chips, queries, rewriting
from cong.search.addresses import address
from cong.search.agency_choices import agency_choices
from cong.search.engines.engine import Sort
from cong.search.suggestions import suggestions
from cong.search.syntax import EXAMPLES, described

View = Callable[[HttpRequest], HttpResponse]


def search_page(view: View) -> View:
    """Make a view a page of search: read only, kept by no index and by no cache that does not ask again."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response["X-Robots-Tag"] = "noindex"
        return response

    return require_safe(cache_control(no_cache=True)(answer))


@search_page
def results(request: HttpRequest) -> HttpResponse:
    given, at = _given(request), timezone.now()
    if rewriting.is_filled(given):
        return _advanced(request)
    if elsewhere := rewriting.rewritten(given, today=timezone.localdate(at)):
        return HttpResponseRedirect(elsewhere)
    sort = rewriting.sort_of(given.get("sort", ""))
    found = queries.answer(given.get("q", ""), page_of(given.get("page", "")), lang=language(), at=at, sort=sort)
    context = {"found": found, "typed": queries.cleaned(given.get("q", "")), "address": address, "sort_of": Sort}
    context["chips"] = chips.chips(found.asked, found.groups)
    context["words"] = chips.without_chips(found.asked)
    context["base"] = chips.without_choices(found.asked, found.groups)
    return render(request, "search/results.html", context)


@search_page
def advanced(request: HttpRequest) -> HttpResponse:
    return _advanced(request)


def _advanced(request: HttpRequest) -> HttpResponse:
    given, groups = _given(request), agency_choices()
    form = rewriting.advanced_form(given, groups, today=timezone.localdate())
    sort = rewriting.sort_of(given.get("sort", ""))
    if form.is_bound and form.is_valid():
        if form.query:
            return HttpResponseRedirect(address(form.query, sort=sort))
        form.add_error(None, _("Hãy điền ít nhất một ô."))
    return render(request, "search/advanced.html", {"form": form, "groups": groups, "sort": sort})


@search_page
def syntax(request: HttpRequest) -> HttpResponse:
    context = {"fields": described(), "examples": EXAMPLES, "address": address}
    return render(request, "search/syntax.html", context)


@search_page
def suggested(request: HttpRequest) -> HttpResponse:
    found = suggestions(_given(request).get("q", ""), lang=language(), at=timezone.now())
    return render(request, "search/suggestions.html", {"found": found})


def page_of(text: str) -> int:
    """Return a page that exists for somebody; anything that is no number is the first."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
    return min(max(number, 1), queries.LAST_PAGE)


def _given(request: HttpRequest) -> QueryDict:
    """Return what stands in the address, nothing when it is more than anybody reads."""
    try:
        return request.GET
    except TooManyFieldsSent:
        return QueryDict()
