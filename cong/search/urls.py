"""Addresses of search; the question is in `q`."""

from __future__ import annotations

from django.urls import path

from cong.search import views
from cong.search.notice_urls import NOTICES
from cong.search.saved.saved_urls import SAVED

app_name = "search"

urlpatterns = [
    path("tim-kiem", views.results, name="results"),
    path("tim-kiem/nang-cao", views.advanced, name="advanced"),
    path("tim-kiem/cu-phap", views.syntax, name="syntax"),
    path("tim-kiem/goi-y", views.suggested, name="suggested"),
    *SAVED,
    *NOTICES,
]
