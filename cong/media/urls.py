"""Addresses of released files."""

from __future__ import annotations

from django.urls import re_path

from cong.media import views

app_name = "media"
urlpatterns = [
    re_path(r"^tep/(?P<sha256>[0-9a-f]{64})-(?P<width>[1-9][0-9]{0,4})\.webp$", views.rendition, name="rendition"),
]
