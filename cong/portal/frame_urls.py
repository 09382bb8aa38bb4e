"""Addresses of the frame that stand in no language: what makes the portal an app, and the components page."""

from __future__ import annotations

from django.urls import path

from cong.portal import offline, showcase

app_name = "frame"

urlpatterns = [
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="worker"),
    path("he-thong-thiet-ke/", showcase.demo, name="showcase"),
]
