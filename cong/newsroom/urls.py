"""Staff addresses: ours first, then Wagtail's. Neither its public API nor its page serving is mounted."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as wagtail_staff

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(wagtail_staff)),
]
