"""A page as readers would see it with a composition that stands nowhere yet, at a moment that staff choose."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve, reverse
from django.utils import translation

from cong.frontpage.process import Composition
from cong.frontpage.queries import Place, looking


def address_of(place: Place) -> str:
    """Return where readers find the page."""
    with translation.override(place.lang):
        return reverse("portal:section", args=[place.section]) if place.section else reverse("portal:home")


def as_it_would_be(request: HttpRequest, place: Place, composition: Composition, at: datetime) -> HttpResponse:
    """Answer with the reader's page, made for the moment `at`; it may be framed by our own screens."""
    address = address_of(place)
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info, asked.GET = "GET", address, address, QueryDict()
    asked.META = {name: value for name, value in request.META.items() if name in ("SERVER_NAME", "SERVER_PORT")}
    with looking(at, {place: composition}), translation.override(place.lang):
        match = resolve(address)
        answer: HttpResponse = match.func(asked, *match.args, **match.kwargs)
    made = HttpResponse(answer.content, status=answer.status_code)
    made["X-Frame-Options"] = "SAMEORIGIN"
    return made
