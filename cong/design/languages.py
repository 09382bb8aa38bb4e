"""The same page in the portal's other languages."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from markupsafe import Markup

UNKNOWN = "und"
_LOCALES = {
    "vi": "vi_VN", "en": "en_GB", "fr": "fr_FR", "zh": "zh_CN", "lo": "lo_LA", "km": "km_KH", "ru": "ru_RU",
    "es": "es_ES", "ja": "ja_JP", "ko": "ko_KR", "de": "de_DE",
}  # fmt: skip
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


def own_address(lang: str, address: str) -> str:
    """Return the address of content in `lang` with the frame in that language, or in the main one if we have none."""
    return address_in(lang if lang in dict(LANGUAGES) else settings.LANGUAGE_CODE, address)


def locale(code: str) -> str:
    """Return language and territory as Open Graph names them, e.g. `vi_VN`; empty for a language we don't know."""
    return _LOCALES.get(code.partition("-")[0], "")


def _without_prefix(address: str) -> str:
    for code, _ in LANGUAGES:
        if address == f"/{code}" or address.startswith((f"/{code}/", f"/{code}?")):
            return address.removeprefix(f"/{code}") or "/"
    return address
