"""Tells Django that this room exists, and its pages which form they are written in."""

from __future__ import annotations

from django.apps import AppConfig


class Newsroom(AppConfig):
    name = "cong.newsroom"

    def ready(self) -> None:
        """Bind the panels, which stay out of the models, before Wagtail's checks ask for them."""
        from cong.newsroom import panels  # noqa: PLC0415 (models exist only now)

        panels.bind()
