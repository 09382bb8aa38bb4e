"""Small things about words on a page: what must not part, and what a language is called."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

_LONGEST, _NARROW = 120, 16
_NUMBER = re.compile(r"\b\d+(?:/\d{2,4})?[-/][A-ZĐ][\w/-]*\w")
_NO_BREAK = "\N{NO-BREAK SPACE}"


# The name that an unconfigured portal has; a name from the settings that no catalogue knows stays as it is.
gettext_noop("Cổng thông tin điện tử")


def site_name() -> str:
    """Return the portal's name in the language of the page."""
    return _(settings.SITE_NAME)


def words_of(path: str) -> str:
    """Return what the last part of an address says, as words to search for: "/tin-tuc/cho-que-12" says "cho que"."""
    last = path.rstrip("/").rpartition("/")[2][:_LONGEST]
    bare = re.sub(r"(-\d+)?(\.\w{1,5})?$", "", last)
    return " ".join(re.findall(r"\w+", bare.replace("_", " ")))


def no_break(text: object) -> Markup:
    """Keep the words together: a line no longer breaks at their spaces."""
    return escape(text).replace(" ", _NO_BREAK)


def whole_numbers(text: str) -> Markup:
    """Keep numbers of documents on one line ("27-QĐ/TW"); one that a narrow screen cannot hold may part."""

    def kept(found: re.Match[str]) -> str:
        return str(Markup('<span class="nowrap">{}</span>').format(found[0]) if len(found[0]) <= _NARROW else found[0])

    # Numbers consist of letters, digits and strokes: nothing in them is changed by escaping.
    return Markup(_NUMBER.sub(kept, str(escape(text))))  # noqa: S704


def thousands(number: int) -> str:
    """12.345, in English 12,345."""
    return f"{number:,}" if (get_language() or "").startswith("en") else f"{number:,}".replace(",", ".")


def language_name(code: str) -> str:
    """Name a language in the language of the page; one we have no word for names itself, `und` has no name."""
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
        "de": _("tiếng Đức"),
        "und": "",
    }
    return names.get(code.partition("-")[0].lower(), code)
