"""Middleware of the staff screens: session, sign-in, CSRF and messages exist below one address and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin

STAFF = "/ban-lam-viec/"
# Widgets of the editor set styles by script; everything else comes from this host and never from a page's own text.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'; object-src 'none'"
)


def is_staff(request: HttpRequest) -> bool:
    return request.path_info.startswith(STAFF)


class _OnlyStaff(MiddlewareMixin):
    """Steps aside for every address but those of the staff."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if is_staff(request) else self.get_response(request)


class Session(_OnlyStaff, SessionMiddleware):
    pass


class Csrf(_OnlyStaff, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        return super().process_view(request, *args) if is_staff(request) else None


class SignIn(_OnlyStaff, AuthenticationMiddleware):
    pass


class Messages(_OnlyStaff, MessageMiddleware):
    pass


class Past:
    """A reader's address with `?tai=` leads staff to that address as it stood at that moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = "tai=" in request.META.get("QUERY_STRING", "") and request.method == "GET"
        if not asked or is_staff(request) or "tai" not in request.GET:
            return self.get_response(request)
        query = request.GET.copy()
        moment = query.pop("tai")[-1]
        address = f"{request.path}?{query.urlencode()}" if query else request.path
        wanted = QueryDict(mutable=True)
        wanted.update({"dia-chi": str(address), "tai": str(moment)})
        return HttpResponseRedirect(f"{STAFF}thoi-diem/?{wanted.urlencode()}")


class StaffHeaders:
    """A content policy without inline script; nothing of a staff screen is ever stored on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_staff(request):
            response.headers.setdefault("Content-Security-Policy", _POLICY)
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response
