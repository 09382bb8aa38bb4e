"""Puts the front together from the settings; call it in the process that serves, after the fork."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.utils import timezone

from cong.delivery.cache import Cache
from cong.delivery.flights import Flights
from cong.delivery.follower import Follower, Room
from cong.delivery.front import Front, Site
from cong.delivery.lastknown import LastKnown
from cong.delivery.mirror import Mirror
from cong.delivery.origin import Application, Origin
from cong.delivery.reads import Reads
from cong.delivery.static import Static
from cong.readership import actions as readership
from cong.readership.process import is_person

_MB = 1 << 20


class ReadOnly(Exception):
    """Nothing is written now."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What renders and keeps pages in one process."""

    cache: Cache
    origin: Origin
    flights: Flights
    mirror: Mirror


def parts(django: Application) -> Parts:
    """Put together what renders and keeps pages."""
    cache = Cache(Path(settings.DELIVERY_DIR), memory=settings.PAGE_MEMORY_MB * _MB, store=settings.PAGE_STORE_MB * _MB)
    origin = Origin(django, site=settings.SITE_URL, hosts=settings.ALLOWED_HOSTS)
    flights = Flights(cache, origin, outer=settings.OUTER_CACHE_SECONDS, clock=time)
    return Parts(cache=cache, origin=origin, flights=flights, mirror=Mirror(Path(settings.MIRROR_DIR)))


def front(django: Application) -> Application:
    """Return the callable that a web server runs: the front, or Django behind its static files when nothing is kept."""
    if not settings.PAGE_CACHE or settings.DEBUG:
        return Static(django)
    made = parts(django)
    site = Site(
        hosts=tuple(settings.ALLOWED_HOSTS), secure=settings.SECURE_SSL_REDIRECT,
        cookie=settings.SESSION_COOKIE_NAME, straight=tuple(settings.PAGE_CACHE_STRAIGHT),
    )  # fmt: skip
    return Front(
        cache=made.cache, origin=made.origin, flights=made.flights, static=Static(django),
        last_known=LastKnown(made.cache, made.mirror), site=site, reads=Reads(_take, is_person),
    )  # fmt: skip


def _take(reads: Mapping[int, int]) -> None:
    """Add reads to the sums of today. Raises ReadOnly, django.db.Error."""
    if settings.READ_ONLY:
        raise ReadOnly
    close_old_connections()
    try:
        readership.add(reads, on=timezone.localdate())
    finally:
        connection.close()


def follower(stopped: Callable[[], bool]) -> Follower:
    """Return the follower of this process, which asks before every page whether it is to stop."""
    made = parts(get_wsgi_application())
    return Follower(
        cache=made.cache, origin=made.origin, flights=made.flights, mirror=made.mirror,
        room=Room(free=int(settings.MIRROR_FREE_GB * 1e9)), stopped=stopped,
    )  # fmt: skip


def forget_pages() -> None:
    """Throw kept pages away before serving begins: they may be another program's. What was purged stays known."""
    shutil.rmtree(Path(settings.DELIVERY_DIR) / "pages", ignore_errors=True)
