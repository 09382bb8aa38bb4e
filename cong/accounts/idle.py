"""Middleware: a session in which nobody has done anything for half an hour ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

IDLE = timedelta(minutes=30)
# Written at most once a minute: a click costs no write of the session.
_GRAIN = timedelta(minutes=1)
_SEEN = "seen"
# What an open editor says by itself is no sign of a person.
_BY_ITSELF = ("/editing-sessions/", "/jsi18n/", "/sprite/")


class IdleEnd:
    """Stands after the middleware that says who is signed in; elsewhere it does nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if hasattr(request, "session") and hasattr(request, "user") and request.user.is_authenticated:
            _look(request, at=timezone.now())
        return self.get_response(request)


def _look(request: HttpRequest, *, at: datetime) -> None:
    seen = _seen(request)
    if seen is not None and at - seen > IDLE:
        logout(request)
        request.user = AnonymousUser()
    elif (seen is None or at - seen > _GRAIN) and not any(part in request.path_info for part in _BY_ITSELF):
        request.session[_SEEN] = at.isoformat()


def _seen(request: HttpRequest) -> datetime | None:
    kept = request.session.get(_SEEN)
    return datetime.fromisoformat(kept) if isinstance(kept, str) else None
