"""The address to which pages of results tell what they showed."""

from __future__ import annotations

from django.urls import URLPattern, path

from cong.search import notice_views

NOTICES: list[URLPattern] = [path("tim-kiem/dem", notice_views.notice, name="notice")]
