"""Addresses for machines that send us what they publish."""

from __future__ import annotations

from django.urls import path

from cong.harvest import api

app_name = "harvest"

urlpatterns = [
    path("api/v1/harvest/websub/<slug:token>", api.websub, name="websub"),
    path("api/v1/harvest/<slug:source>", api.push, name="push"),
    path("api/v1/harvest/<slug:source>/<slug:token>", api.result, name="delivery"),
]
