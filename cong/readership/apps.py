"""Tells Django that this room exists."""

from __future__ import annotations

from django.apps import AppConfig


class Readership(AppConfig):
    name = "cong.readership"
