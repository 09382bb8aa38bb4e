"""What is answered when something failed: a page that is the same for everybody and asks no database."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_from_path

from cong.delivery.trouble import Trouble, trouble_of

logger = logging.getLogger("cong.delivery")

AGAIN = 30
"""Seconds after which a client is asked to come back."""

_REST = 5.0
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ReadOnly:
    """Middleware: takes nothing in while the portal is told to be read-only, or just was refused by its database."""

    refused_at = -_REST

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or not (settings.READ_ONLY or time.monotonic() < ReadOnly.refused_at + _REST):
            return self.get_response(request)
        return _taking_nothing(request)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer after an error of ours; when it is the database's, say so with 503 and when to come back."""
    trouble = trouble_of(sys.exc_info()[1])
    if trouble is None:
        return render(request, "500.html", status=500)
    logger.error("delivery.database %s path=%r", trouble, request.path)
    if trouble is Trouble.UNWRITABLE:
        ReadOnly.refused_at = time.monotonic()
        return _taking_nothing(request)
    return _later(render(request, "503.html", status=503))


def _taking_nothing(request: HttpRequest) -> HttpResponse:
    for_staff = request.path_info.startswith(settings.SESSION_COOKIE_PATH)
    # Nothing has chosen a language yet, and the thread may still have somebody else's.
    with translation.override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        return _later(render(request, "delivery/read_only.html", {"for_staff": for_staff}, status=503))


def _later(answer: HttpResponse) -> HttpResponse:
    answer.headers["Retry-After"] = str(AGAIN)
    answer.headers["Cache-Control"] = "no-store"
    return answer
