"""Addresses of saved searches, below the search's own."""

from __future__ import annotations

from django.urls import URLPattern, path

from cong.search.saved import saved_views

SAVED: list[URLPattern] = [
    path("tim-kiem/luu", saved_views.save, name="save"),
    path("tim-kiem/luu/da-gui", saved_views.save_sent, name="save_sent"),
    path("tim-kiem/xac-nhan", saved_views.confirm, name="confirm"),
    path("tim-kiem/da-luu", saved_views.saved, name="saved"),
    path("tim-kiem/da-luu/da-xoa", saved_views.saved_gone, name="saved_gone"),
    path("tim-kiem/thoi-nhan", saved_views.end, name="end"),
]
