"""Tells Django that this room exists."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cong.search.meaning import ranking


class Search(AppConfig):
    name = "cong.search"

    def ready(self) -> None:
        try:
            ranking.use(ranking.load(settings.SEARCH_RANKING))
        except ranking.BadWeights as error:
            raise ImproperlyConfigured(f"SEARCH_RANKING: {error}") from error
