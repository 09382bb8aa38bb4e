"""Tells Django that this room exists."""

from __future__ import annotations

from django.apps import AppConfig


class Portal(AppConfig):
    name = "cong.portal"
