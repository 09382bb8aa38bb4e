"""What readers see when Django has no answer: the last page that is known to be right, marked, or a friendly 503."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_from_path

from cong.delivery import words
from cong.delivery.addresses import Address
from cong.delivery.cache import Cache
from cong.delivery.encodings import GZIP, takes, wanted
from cong.delivery.memory import Headers
from cong.delivery.mirror import Mark, Mirror, Mirrored
from cong.delivery.origin import Rendered, Start

# Not told to caches in front of us for long, whatever the page said when it was fresh.
_BRIEFLY = ("Cache-Control", "public, max-age=2")
_STALE = ("Warning", '111 - "Revalidation Failed"')
_DROPPED = {"cache-control", "content-length", "vary"}
_MARK_SECONDS = 0.5


class LastKnown:
    """Reads the mirror and what memory still holds."""

    def __init__(self, cache: Cache, mirror: Mirror, *, clock: Callable[[], float] = time.time) -> None:
        self._cache = cache
        self._mirror = mirror
        self._clock = clock
        self._mark = Mark()
        self._read_at = 0.0

    def answer(self, address: Address, environ: dict[str, Any], start: Start) -> Iterable[bytes] | None:
        """Answer with the last known page of an address; None when there is none that may be shown."""
        known = self._known(address, environ.get("HTTP_ACCEPT_ENCODING", ""))
        return None if known is None else _sent(*known, environ, start)

    def sorry(self, address: Address, found: Rendered | None, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer with the error that Django told, or with a 503 when it told nothing."""
        return _sent(*(_error(found) if found else _unavailable(address)), environ, start)

    def _known(self, address: Address, accepted: str) -> tuple[str, Headers, bytes] | None:
        """Return status, headers and body of the last known page of an address, if it may still be shown."""
        now = self._clock()
        one, _ = self._cache.find(address, now)
        if one is not None:
            form = self._cache.form(one, wanted(accepted))
            return form.status, _marked(form.headers, now - one.page.rendered_at), form.body[0]
        found = self._mirror.get(address)
        if found is None or not self._mirror.is_good(found, self._cache.ground, self._marked(now)):
            return None
        if found.page.until is not None and now >= found.page.until:
            return None
        return _of_mirror(found, now, accepted)

    def _marked(self, now: float) -> Mark:
        if not 0 <= now - self._read_at < _MARK_SECONDS:
            self._mark, self._read_at = self._mirror.mark(), now
        return self._mark


def _sent(status: str, headers: Headers, body: bytes, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start(status, [*headers, ("Content-Length", str(len(body)))])
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def _unavailable(address: Address) -> tuple[str, Headers, bytes]:
    with translation.override(get_language_from_path(address[0]) or settings.LANGUAGE_CODE):
        return "503 Service Unavailable", list(words.HEADERS.items()), words.unavailable().encode()


def _error(found: Rendered) -> tuple[str, Headers, bytes]:
    return found.status, [one for one in found.headers if one[0].lower() != "content-length"], found.body


def _of_mirror(found: Mirrored, now: float, accepted: str) -> tuple[str, Headers, bytes]:
    packed = takes(accepted, GZIP)
    headers = _marked(found.page.headers, now - found.page.rendered_at)
    if packed:
        headers.append(("Content-Encoding", GZIP))
    status = "410 Gone" if found.page.status == 410 else "200 OK"
    return status, headers, found.page.body if packed else found.body


def _marked(headers: Iterable[tuple[str, str]], age: float) -> Headers:
    kept = [one for one in headers if one[0].lower() not in _DROPPED]
    return [*kept, _BRIEFLY, _STALE, ("Age", str(max(0, int(age)))), ("Vary", "Accept-Encoding")]
