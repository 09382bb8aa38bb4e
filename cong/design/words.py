"""Small things about words on a page: what must not part, and what a language is called."""

from __future__ import annotations

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

_NO_BREAK = "\N{NO-BREAK SPACE}"


def no_break(text: object) -> Markup:
    """Keep the words together: a line no longer breaks at their spaces."""
    return escape(text).replace(" ", _NO_BREAK)


def language_name(code: str) -> str:
    """Name a language in the language of the page; an unknown code names itself."""
    names = {
        "vi": _("tiếng Việt"),
        "en": _("tiếng Anh"),
        "fr": _("tiếng Pháp"),
        "zh": _("tiếng Trung"),
        "lo": _("tiếng Lào"),
        "km": _("tiếng Khmer"),
        "ru": _("tiếng Nga"),
        "es": _("tiếng Tây Ban Nha"),
        "ja": _("tiếng Nhật"),
        "ko": _("tiếng Hàn"),
    }
    return names.get(code.partition("-")[0].lower(), code)
