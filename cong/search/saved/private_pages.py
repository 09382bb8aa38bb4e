"""Pages that are one reader's own: never kept on the way, never indexed, with forms that no other site can send.

Reader pages have no middleware for forms. The cookie that these forms need goes to their own addresses alone, so that
no page that is kept for everybody ever sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods


class Page(Protocol):
    """A view. `stale`: its form was not made for this browser, or too long ago; nothing may be done then."""

    __name__: str

    def __call__(self, request: HttpRequest, *, stale: bool) -> HttpResponse: ...


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseForbidden:
        # The page itself answers: what was typed stays, and no address with a token in it is logged.
        return HttpResponseForbidden()


def private_page(view: Page) -> Callable[[HttpRequest], HttpResponse]:
    """Answer GET, HEAD and POST with that view, and see to what such pages must never do."""
    check = _Check(lambda request: HttpResponse())

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        check.process_request(request)
        stale = check.process_view(request, view, (), {}) is not None
        response = view(request, stale=stale)
        check.process_response(request, response)
        _keep_cookie_here(response)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers then send forms without saying where they come from.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return answer


def _keep_cookie_here(response: HttpResponse) -> None:
    cookie = response.cookies.get(settings.CSRF_COOKIE_NAME)
    if cookie is None:
        return
    cookie["path"] = reverse("search:save").rpartition("/")[0] + "/"
    # Lax: who comes from a letter keeps the cookie, and with it the forms in other tabs. It goes with the browser.
    cookie["samesite"], cookie["max-age"], cookie["expires"] = "Lax", "", ""
