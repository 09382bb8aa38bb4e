"""A page as plain lines with names: what two writers' versions are laid side by side by."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

_FIELDS = (
    "title", "lead", "public_note", "kind", "section", "part", "tags", "author", "source_name", "source_url",
    "event_on", "cover", "cover_alt", "lang", "translation_of", "grade", "not_before", "expires_at",
)  # fmt: skip
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"</(?:p|li|h2|h3|tr)>|<br\s*/?>")


def texts(page: Any) -> list[tuple[str, str]]:
    """Return (name, text) of every field that has words and of every block, in the order of the form."""
    known = {field.name: field for field in page._meta.get_fields() if getattr(field, "concrete", False)}
    made = [(str(known[name].verbose_name), _said(page, name)) for name in _FIELDS if name in known]
    return made + [
        (_("Khối %(number)d: %(name)s") % {"number": number, "name": child.block.label}, _words(child))
        for number, child in enumerate(page.body, 1)
    ]


def _said(page: Any, name: str) -> str:
    show = getattr(page, f"get_{name}_display", None)
    value = show() if show else getattr(page, name)
    return "" if value is None else str(value)


def _words(child: Any) -> str:
    return plain_lines("\n".join(_strings(child.block.get_prep_value(child.value))))


def _strings(value: Any) -> list[str]:
    """Return every string of a block's stored form, in order; ids of list items say nothing."""
    if isinstance(value, dict):
        return [said for name, part in value.items() if name not in ("id", "type") for said in _strings(part)]
    if isinstance(value, list):
        return [said for part in value for said in _strings(part)]
    return [] if value in (None, "") else [str(value)]


def plain_lines(html: str) -> str:
    """Return the words of HTML, a line for each paragraph."""
    broken = _BREAK.sub("\n", html)
    return "\n".join(line for raw in unescape(_TAG.sub("", broken)).splitlines() if (line := " ".join(raw.split())))
