"""Tells Django that this room exists."""

from __future__ import annotations

from django.apps import AppConfig


class Publishing(AppConfig):
    name = "cong.publishing"
