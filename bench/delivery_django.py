"""The portal behind Django's own cache middleware, in the memory of its process: the peer of `bench.delivery_peers`."""

from __future__ import annotations

import django
from django.conf import settings
from django.middleware.cache import UpdateCacheMiddleware


class Kept(UpdateCacheMiddleware):
    """Keeps a page ten minutes whatever it says itself, so that what is measured is the hit."""

    page_timeout = 600


settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
settings.MIDDLEWARE = [
    "bench.delivery_django.Kept",
    "django.middleware.gzip.GZipMiddleware",
    *settings.MIDDLEWARE,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
