"""One case for callgrind: `python -m bench.delivery_case hit|unchanged|home|article|list TIMES`."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from cong.delivery.origin import Origin  # noqa: E402
from cong.delivery.serving import front  # noqa: E402
from cong.entries.models import Entry  # noqa: E402

_ASKED = {
    "REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "HTTP_HOST": "127.0.0.1", "SERVER_NAME": "x",
    "SERVER_PORT": "80", "wsgi.url_scheme": "http", "HTTP_ACCEPT_ENCODING": "gzip, br",
}  # fmt: skip


def case(name: str) -> Callable[[], object]:
    """Return what is done once, already warm."""
    django_app = get_wsgi_application()
    if name in ("hit", "unchanged"):
        return _kept(front(django_app), unchanged=name == "unchanged")
    entry = Entry.objects.newest_first().first()
    assert entry
    path = {"home": "/", "article": entry.get_absolute_url(), "list": "/tin-tuc/"}[name]
    origin = Origin(django_app, site=settings.SITE_URL, hosts=settings.ALLOWED_HOSTS)
    route = origin.route(path)
    assert route
    return lambda: origin.render((path, ""), route)


def _kept(application: Any, *, unchanged: bool) -> Callable[[], object]:
    now = time.time()
    # The clock stands still, so that no look at the disk falls into some runs and not into others.
    application._clock = lambda: now
    told: list[list[tuple[str, str]]] = []
    application(dict(_ASKED), lambda status, headers: told.append(headers))
    asked: dict[str, Any] = dict(_ASKED)
    if unchanged:
        asked["HTTP_IF_NONE_MATCH"] = dict(told[0])["ETag"]
    return lambda: application(asked, lambda status, headers: None)


def main(name: str, times: int) -> None:
    once = case(name)
    for _ in range(3):
        once()
    # When the collector comes, and what it walks through, is not the page's doing.
    gc.collect()
    gc.disable()
    # Only what follows is counted: a start of Django under the counter takes minutes.
    subprocess.run(["callgrind_control", "-i", "on", str(os.getpid())], check=True, stdout=subprocess.DEVNULL)
    for _ in range(times):
        once()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
