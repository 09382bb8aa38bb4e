"""Tells Django that this room exists."""

from __future__ import annotations

from django.apps import AppConfig


class Demo(AppConfig):
    name = "cong.demo"
