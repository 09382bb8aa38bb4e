"""Addresses of released files."""

from __future__ import annotations

from django.urls import re_path

from cong.media import views
from cong.media.formats import SERVED

_SHA256 = r"^tep/(?P<sha256>[0-9a-f]{64})"
_VARIANT = r"(?P<name>[1-9][0-9]{0,4}(?:\.avif|x[1-9][0-9]{0,4}-[0-9]{1,3}-[0-9]{1,3}\.(?:webp|avif)))$"

app_name = "media"
urlpatterns = [
    re_path(rf"{_SHA256}-(?P<width>[1-9][0-9]{{0,4}})\.webp$", views.rendition, name="rendition"),
    re_path(rf"{_SHA256}-{_VARIANT}", views.variant, name="variant"),
    re_path(rf"{_SHA256}\.(?P<ending>{'|'.join(SERVED)})$", views.file, name="file"),
]
