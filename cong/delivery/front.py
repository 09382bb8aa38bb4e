"""The WSGI callable in front of Django: static files, then kept pages, then Django itself.

What every hit passes is written for speed: no copies, no parsing, one comparison of a shared number.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http.request import split_domain_port, validate_host
from django.utils.http import parse_http_date_safe

from cong.delivery.addresses import Address, counted
from cong.delivery.cache import Cache
from cong.delivery.encodings import wanted
from cong.delivery.flights import Flights, Late
from cong.delivery.ground import LOOK, Standing
from cong.delivery.lastknown import LastKnown
from cong.delivery.memory import Form, Kept
from cong.delivery.origin import Application, Origin, Rendered, Start
from cong.delivery.reads import Reads
from cong.kernel.tags import Route

logger = logging.getLogger("cong.delivery")

_MOST_HOSTS, _LONGEST_HOST = 256, 300
_REST = 1.0
_SAFE = ("GET", "HEAD")
# No purge has this number: without a ground nothing at hand is good.
_NO_COUNTER = (-2,)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What of the settings decides whether a request may be answered from kept pages."""

    hosts: tuple[str, ...]
    secure: bool
    """Only what came by HTTPS: everything else is led there by Django."""
    cookie: str
    """The session's name: who has one is answered by Django."""
    straight: tuple[str, ...]
    """Parameters that a middleware of ours answers, on whatever page."""


class Front:
    """Answers from kept pages what may be answered so, and hands on everything else untouched."""

    def __init__(
        self,
        *,
        cache: Cache,
        origin: Origin,
        flights: Flights,
        static: Application,
        last_known: LastKnown,
        site: Site,
        reads: Reads,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._cache = cache
        self._pages = cache.memory.pages
        self._origin = origin
        self._flights = flights
        self._static = static
        self._last_known = last_known
        self._note = reads.note
        self._clock = clock
        self._names, self._secure, self._straight = site.hosts, site.secure, site.straight
        self._hosts: set[str | None] = set()
        self._session = f"{site.cookie}="
        self._counter: Sequence[int] | memoryview = _NO_COUNTER
        self._looked_at = self._look_at = self._rest_until = 0.0

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        now = self._clock()
        one = self._pages.get((environ["PATH_INFO"], environ["QUERY_STRING"]))
        if (
            one is None
            or now >= one.fresh_until
            or not self._looked_at <= now < self._look_at
            or one.checked != self._counter[0]
            or environ["REQUEST_METHOD"] != "GET"
            or "HTTP_COOKIE" in environ
            or environ.get("HTTP_HOST") not in self._hosts
            or (self._secure and environ.get("HTTP_X_FORWARDED_PROTO") != "https")
        ):
            return self._carefully(environ, start, now)
        one.used = True
        form = one.forms.get(wanted(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if form is None or "HTTP_IF_NONE_MATCH" in environ or "HTTP_IF_MODIFIED_SINCE" in environ:
            return self._send(one, environ, start)
        if one.read:
            self._note(one.read, environ.get("HTTP_USER_AGENT", ""))
        start(form.status, form.headers)
        return form.body

    def _carefully(self, environ: dict[str, Any], start: Start, now: float) -> Iterable[bytes]:
        """Answer what is not simply at hand: find its route and its address, then a page for it."""
        if not self._looked_at <= now < self._look_at:
            self._look(now)
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        if environ["REQUEST_METHOD"] not in _SAFE or self._is_particular(environ):
            return self._beyond(environ, start)
        route = self._origin.route(path)
        params = counted(query, route.params, (*route.straight, *self._straight)) if route and query else ""
        if route is None or params is None:
            return self._beyond(environ, start)
        address = (path, params)
        one, standing = self._cache.find(address, now)
        if one is None or standing > Standing.STALE:
            return self._fetched(environ, start, address, route)
        one.used = True
        if standing is Standing.STALE and now >= self._rest_until:
            self._flights.refresh(address, route)
        return self._send(one, environ, start)

    def _look(self, now: float) -> None:
        self._looked_at, self._look_at = now, now + LOOK
        self._cache.look()
        ground = self._cache.ground
        self._counter = ground.counter if ground is not None else _NO_COUNTER

    def _is_particular(self, environ: dict[str, Any]) -> bool:
        """Tell whether Django has to see this very request: a staff session, a foreign host, or no HTTPS."""
        if self._session in environ.get("HTTP_COOKIE", ""):
            return True
        if self._secure and environ.get("HTTP_X_FORWARDED_PROTO", environ["wsgi.url_scheme"]) != "https":
            return True
        host = environ.get("HTTP_HOST")
        return host not in self._hosts and not self._is_ours(host)

    def _is_ours(self, host: str | None) -> bool:
        domain, _ = split_domain_port(host or "")
        if not domain or not validate_host(domain, self._names):
            return False
        if len(self._hosts) < _MOST_HOSTS and host is not None and len(host) < _LONGEST_HOST:
            self._hosts.add(host)
        return True

    def _fetched(self, environ: dict[str, Any], start: Start, address: Address, route: Route) -> Iterable[bytes]:
        if self._clock() < self._rest_until:
            known = self._last_known.answer(address, environ, start)
            if known is not None:
                return known
        found = self._fetch(address, route)
        if isinstance(found, Kept):
            return self._send(found, environ, start)
        if found is not None and not found.failed:
            return _send_once(found, environ, start)
        if found is None or found.says_later:
            # Its database is away: for a moment whoever can be shown a last page is, without asking again.
            self._rest_until = self._clock() + _REST
        return self._last_known.answer(address, environ, start) or self._last_known.sorry(
            address, found, environ, start
        )

    def _fetch(self, address: Address, route: Route) -> Kept | Rendered | None:
        try:
            return self._flights.fetch(address, route)
        except Late:
            logger.warning("delivery.late path=%r", address[0])
            return None

    def _send(self, one: Kept, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        encoding = wanted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        form = one.forms.get(encoding) or self._cache.form(one, encoding)
        if _is_unchanged(form, one, environ):
            start("304 Not Modified", form.unchanged)
            return []
        start(form.status, form.headers)
        if environ["REQUEST_METHOD"] != "GET":
            return []
        if one.read:
            self._note(one.read, environ.get("HTTP_USER_AGENT", ""))
        return form.body

    def _beyond(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Hand on to static files and Django, with nothing taken away and nothing kept."""
        return self._static(environ, start)


def _is_unchanged(form: Form, one: Kept, environ: dict[str, Any]) -> bool:
    """Tell whether the client has this very form (RFC 9110, 13.2.2)."""
    given: str | None = environ.get("HTTP_IF_NONE_MATCH")
    if given is not None:
        return (given == form.etag or _names(given, form.etag)) and one.page.status == 200
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None or not one.page.modified or one.page.status != 200:
        return False
    asked, changed = parse_http_date_safe(since), parse_http_date_safe(one.page.modified)
    return asked is not None and changed is not None and changed <= asked


def _names(given: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in given.split(",")]
    return etag in tags or tags == ["*"]


def _send_once(found: Rendered, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Send what is not kept: a redirect, a page that is not there."""
    told = [(name, value) for name, value in found.headers if name.lower() != "content-length"]
    start(found.status, [*told, ("Content-Length", str(len(found.body)))])
    return [found.body] if environ["REQUEST_METHOD"] == "GET" else []
