"""The address of search; the question is in `q`."""

from __future__ import annotations

from django.urls import path

from cong.search import views

app_name = "search"

urlpatterns = [path("tim-kiem", views.results, name="results")]
