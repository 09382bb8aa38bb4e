"""Takes in what a page of results tells of itself: never an error, never an answer, never an address."""

from __future__ import annotations

import logging
from http import HTTPStatus
from time import monotonic
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cong.search import notices, noticing
from cong.search.notices import Allowance, Notice

log = logging.getLogger(__name__)

_allowance = Allowance(each=60, together=6000)


@csrf_exempt
@never_cache
@require_POST
def notice(request: HttpRequest) -> HttpResponse:
    """Count what a page of this portal tells; everything else is dropped without a word."""
    told = _told(request) if _is_ours(request) and _is_small(request) else None
    if told is not None and _allowance.allows(told.session, now=monotonic()):
        try:
            noticing.notice(told, at=timezone.now())
        except DatabaseError as error:
            log.warning("search.unnoticed error=%s", error)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _told(request: HttpRequest) -> Notice | None:
    try:
        return notices.read(request.body)
    except UnreadablePostError:
        return None


def _is_ours(request: HttpRequest) -> bool:
    """Tell whether a page of this portal sent it, for somebody who has not asked to be left alone."""
    if request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1":
        return False
    if (site := request.headers.get("Sec-Fetch-Site")) is not None and site != "same-origin":
        return False
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _is_small(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length") or "0"
    return length.isascii() and length.isdecimal() and len(length) < 6 and int(length) <= notices.LARGEST
