"""Where an item stands and why, in people's words."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cong.agencies.models import Part
from cong.entries.models import Section
from cong.harvest.decide import place_named
from cong.harvest.sorting import word_for
from cong.harvest.writing import SECTIONS

# A section of the portal that is a part of the agency's page too is named once.
PLACES: tuple[tuple[str, str | Promise], ...] = (
    *Section.choices,
    *((word, label) for word, label in Part.choices if word not in SECTIONS),
)
_LABELS = dict(PLACES)
_LEARNED = re.compile(r"words:(?P<word>[\w-]+) (?P<chance>\d\.\d\d)")
_SIGNS = {
    "path": gettext_lazy("đường dẫn bắt đầu bằng %(what)s"),
    "tag": gettext_lazy("thẻ %(what)s"),
}


def place_label(part: str, section: str) -> str:
    """Return how a place is called: the section, or the part of the agency's page outside the news."""
    return word_label(word_for(part, section))


def word_label(word: str) -> str:
    """Return how the place is called that a registry's word names; the word itself when it names none."""
    return str(_LABELS.get(usual_word(word), word))


def usual_word(word: str) -> str:
    """Return the word under which a place is offered: some have two."""
    place = place_named(word, SECTIONS)
    return word_for(place.part, place.section) if place else word


def why_there(reason: str) -> str:
    """Return the recorded reason of a place as a sentence."""
    whose, rest = ("agency", reason.removeprefix("agency:")) if reason.startswith("agency:") else ("source", reason)
    sign, colon, what = rest.partition(":")
    if colon and sign in _SIGNS:
        said = _SIGNS[sign] % {"what": f"“{what}”"}
        owner = _("Quy tắc của cơ quan: %(said)s.") if whose == "agency" else _("Quy tắc của nguồn: %(said)s.")
        return owner % {"said": said}
    return next((say(reason) for begins, say in _SAYINGS if reason.startswith(begins)), reason or _("Giữ như đã xếp."))


def _default(reason: str) -> str:
    learned = _learned(reason)
    return _("Mục mặc định của nguồn.") + (f" {learned}" if learned else "")


def _learned(reason: str) -> str:
    found = _LEARNED.search(reason)
    if found is None:
        return ""
    said = {"place": word_label(found["word"]), "chance": f"{float(found['chance']):.0%}"}
    return _("Chữ trong bài giống tin mục “%(place)s” (%(chance)s).") % said


def _document(reason: str) -> str:
    what = reason.removeprefix("document:")
    perhaps, what = what.startswith("perhaps "), what.removeprefix("perhaps ")
    number = what.rpartition("number ")[2] if "number " in what else ""
    sign = _("có số, ký hiệu “%(number)s”") % {"number": number} if number else _("có tệp văn bản đính kèm")
    said = _("Có thể là văn bản: %(sign)s.") if perhaps else _("Là văn bản: %(sign)s.")
    return said % {"sign": sign}


_SAYINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("default", _default),
    ("words:", _learned),
    ("document:", _document),
    ("person", lambda _reason: _("Người duyệt đã chọn mục này.")),
)
