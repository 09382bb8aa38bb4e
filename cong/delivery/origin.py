"""Asks Django for a page as if nobody in particular had asked: what is kept cannot depend on who did.

The request that Django sees is made here from the address alone. No header, cookie or body of a client's request gets
into it, and of the query only the parameters that the view's route names.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.http.request import validate_host
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import get_language_from_path

from cong.delivery.addresses import Address
from cong.delivery.pages import Page
from cong.kernel import tags
from cong.kernel.tags import Route, Tagged

logger = logging.getLogger("cong.delivery")

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]

# What belongs to one form of a page, or to one answer.
_OF_A_FORM = {"etag", "vary", "content-length", "content-encoding", "set-cookie", "date", "connection", "age"}
_KEPT_STATUS = {200, 410}
_REVALIDATE = 30
_ROUTES = 8192
_LONGEST_PATH = 500


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What Django answered. `tagged` is empty when it must not be kept."""

    address: Address
    route: Route
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tagged: Tagged | None
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def failed(self) -> bool:
        """Tell whether it is an error of ours: something older is better than that."""
        return self.status >= "5"

    @property
    def says_later(self) -> bool:
        """Tell whether it asks to come back: it is not this page alone that fails."""
        return self.status.startswith("503")

    def page(self, *, era: int, epoch: int, at: float, outer: int) -> Page:
        """Return the page that is kept; `outer` are the seconds for which caches in front of us keep it."""
        assert self.tagged is not None  # noqa: S101 (the caller looked)
        until = self.tagged.until.timestamp() if self.tagged.until else None
        own = tuple((name, value) for name, value in self.headers if name.lower() not in _OF_A_FORM)
        return Page(
            address=self.address, status=int(self.status[:3]), headers=_outer(own, self.names, outer), body=self.body,
            tags=self.names, era=era, epoch=epoch, rendered_at=at, fresh_until=at + self.route.fresh, until=until,
            modified=dict(own).get("Last-Modified", ""),
        )  # fmt: skip


def _outer(headers: Iterable[tuple[str, str]], names: Iterable[str], seconds: int) -> tuple[tuple[str, str], ...]:
    """Tell caches in front of us how long they keep the page, and by which keys it is purged there."""
    if not seconds:
        return tuple(headers)
    told = dict(headers)
    mine = told.get("Cache-Control", "public, max-age=0")
    told["Cache-Control"] = f"{mine}, s-maxage={seconds}, stale-while-revalidate={_REVALIDATE}"
    told["Surrogate-Key"] = " ".join(sorted(names))
    return tuple(told.items())


class Origin:
    """Django behind the page cache."""

    def __init__(self, django: Application, *, site: str, hosts: Sequence[str] = ("*",)) -> None:
        self.django = django
        self._asked = _environ(site, hosts)
        self._routes = lru_cache(maxsize=_ROUTES)(_route)

    def route(self, path: str) -> Route | None:
        """Return how pages of a path are kept; None for what is not kept, and for what is too long to remember."""
        return self._routes(path) if len(path) <= _LONGEST_PATH else None

    def render(self, address: Address, route: Route) -> Rendered:
        """Ask Django for an address; only the thread that called waits."""
        path, query = address
        environ = self._asked | {"PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO()}
        told: list[tuple[str, list[tuple[str, str]]]] = []
        # A request in another language leaves it to the thread.
        with tags.reading() as shown, translation.override(translation.get_language()):
            answer = self.django(environ, lambda status, headers, *_: told.append((status, headers)))
            try:
                body = b"".join(answer)
            finally:
                _close(answer)
        status, headers = told[0]
        tagged = _to_be_kept(answer, status, headers)
        names = tagged.names | tags.names_of(shown) if tagged else frozenset[str]()
        return Rendered(
            address=address, route=route, status=status, headers=_without_cookies(headers, path), body=body,
            tagged=tagged, names=names,
        )  # fmt: skip


def _environ(site: str, hosts: Sequence[str]) -> dict[str, Any]:
    parts = urlsplit(site)
    host = parts.hostname or "localhost"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    # Django answers only under a name of its own; a page does not depend on which.
    named = parts.netloc if validate_host(host, hosts) else hosts[0].lstrip(".")
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "SERVER_NAME": host, "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": named, "HTTP_X_FORWARDED_PROTO": parts.scheme,
        "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": parts.scheme, "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.version": (1, 0), "wsgi.errors": None,
    }  # fmt: skip


def _route(path: str) -> Route | None:
    """Return how the view of a path is kept; None when there is no such view, or it is not kept."""
    try:
        plain = get_path_info({"PATH_INFO": path})
        with translation.override(get_language_from_path(plain) or settings.LANGUAGE_CODE):
            return tags.route_of(resolve(plain).func)
    except (Resolver404, UnicodeError):
        return None


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()


def _to_be_kept(answer: object, status: str, headers: Iterable[tuple[str, str]]) -> Tagged | None:
    if not isinstance(answer, HttpResponseBase) or answer.streaming or int(status[:3]) not in _KEPT_STATUS:
        return None
    told: Mapping[str, str] = {name.lower(): value.lower() for name, value in headers}
    private = {"private", "no-store"} & {part.strip() for part in told.get("cache-control", "").split(",")}
    if private or "set-cookie" in told or told.get("vary", "").strip() == "*":
        return None
    return tags.tags_of(answer)


def _without_cookies(headers: Iterable[tuple[str, str]], path: str) -> tuple[tuple[str, str], ...]:
    """Return the headers without cookies: the answer is given to all who wait for it."""
    kept = tuple((name, value) for name, value in headers if name.lower() != "set-cookie")
    if len(kept) != len(tuple(headers)):
        logger.error("delivery.cookie path=%r: a page that may be kept set a cookie", path)
    return kept
