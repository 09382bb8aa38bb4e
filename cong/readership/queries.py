"""What was read most lately, for a page that shows it."""

from __future__ import annotations

from cong.entries.models import Entries, Entry
from cong.readership.models import MostRead


def at_place(place: int, lang: str) -> Entries:
    """Return the public entry that holds a place among those of its language, or none: an arm for a page's UNION."""
    return Entry.objects.filter(pk__in=MostRead.objects.filter(lang=lang, place=place).values("entry_id"))
