"""The same page in the portal's other languages."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from markupsafe import Markup

UNKNOWN = "und"
LANGUAGES: tuple[tuple[str, str], ...] = tuple(settings.LANGUAGES)


def language() -> str:
    """Return the language of the page that is being rendered."""
    return get_language() or settings.LANGUAGE_CODE


def lang_attribute(code: str) -> Markup:
    """Return ` lang="fr"` for content that is not in the language of the page, else nothing."""
    if not code or code.partition("-")[0] == language().partition("-")[0]:
        return Markup("")
    # HTML says "unknown" with an empty value.
    return Markup(' lang="{}"').format("" if code == UNKNOWN else code)


def others(here: str) -> list[tuple[str, str]]:
    """Return (code, own name) of every language of the portal but this one."""
    return [(code, name) for code, name in LANGUAGES if code != here]


def address_in(code: str, address: str) -> str:
    """Return the address of the same page in another language; the main language has no prefix."""
    bare = _without_prefix(address)
    return bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}"


def _without_prefix(address: str) -> str:
    for code, _ in LANGUAGES:
        if address == f"/{code}" or address.startswith((f"/{code}/", f"/{code}?")):
            return address.removeprefix(f"/{code}") or "/"
    return address
