"""Phrases of templates in the language of the page, each looked up once."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language, gettext
from markupsafe import Markup


def phrase(message: str, /, **values: object) -> Markup:
    """Return a phrase as Jinja's own `gettext` does: it is ours and safe, the values in it are escaped."""
    here = get_language()
    return _phrase(here, message) % values if values else _plain(here, message)


@lru_cache(maxsize=4096)
def _plain(language: str | None, message: str) -> Markup:
    """Return a phrase without values; its `%%` stands for one sign."""
    return _phrase(language, message) % {}


@lru_cache(maxsize=4096)
def _phrase(language: str | None, message: str) -> Markup:
    """Look a phrase up in the language that is active; the catalogues are ours."""
    return Markup(gettext(message))  # noqa: S704
