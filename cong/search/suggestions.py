"""What a reader may mean who has typed so far: a document by its number, agencies by name, titles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.entries.models import Entry
from cong.kernel.text import fold
from cong.search import queries
from cong.search.agency_names import AgencyName, agency_names
from cong.search.engines.engine import Sort
from cong.search.language.clauses import Field
from cong.search.text import typed
from cong.search.text.numbers import number_guesses, number_keys

MOST = 8
_AGENCIES = 2
_CANDIDATES = 5


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One thing that may be meant, with the address of it; `kind` says what it is."""

    text: str
    address: str
    kind: str | Promise
    lang: str = ""


def suggestions(text: str, *, lang: str, at: datetime) -> tuple[Suggestion, ...]:
    """Return at most eight: the document of a number first, then agencies, then titles. `lang`: of the page."""
    if not typed.says_something(text):
        return ()
    numbered = _numbered(text, lang=lang, at=at)
    agencies = [_of_agency(one) for one in _agencies(text)][:_AGENCIES]
    known = {one.pk for one in numbered}
    titled = [one for one in queries.suggested(text, limit=MOST, at=at) if one.pk not in known]
    return (*map(_of_entry, numbered), *agencies, *map(_of_entry, titled))[:MOST]


def _numbered(text: str, *, lang: str, at: datetime) -> list[Entry]:
    """Return the one document whose number was typed in full."""
    keys = {guess.key for guess in number_guesses(queries.cleaned(text)) if guess.firm and guess.parts > 1}
    if not keys:
        return []
    asked = f'{Field.NUMBER}:"{typed.value(queries.cleaned(text))}"'
    found = queries.listed(asked, limit=_CANDIDATES, lang=lang, at=at, sort=Sort.BEST).entries
    own = [one for one in found if keys.intersection(number_keys(one.number))]
    return own if len(own) == 1 else []


def _agencies(text: str) -> Iterable[AgencyName]:
    """Return agencies one of whose names holds the beginnings of words that were typed, the beginning of it first."""
    wanted, names = " ".join(fold(queries.cleaned(text)).replace("-", " ").split()), agency_names()
    if len(wanted) < 2:
        return []
    found: dict[int, bool] = {}
    for call, ids in names.by_call.items():
        if f" {wanted}" in f" {call}":
            for number in ids:
                found[number] = found.get(number, False) or call.startswith(wanted)
    ranked = sorted(found, key=lambda number: (not found[number], len(names.by_id[number].short_name), number))
    return [names.by_id[number] for number in ranked]


def _of_agency(agency: AgencyName) -> Suggestion:
    return Suggestion(text=agency.short_name, address=reverse("portal:agency", args=[agency.slug]), kind=_("Cơ quan"))


def _of_entry(entry: Entry) -> Suggestion:
    number = f"{entry.number}: " if entry.number and entry.number not in entry.title else ""
    return Suggestion(
        text=f"{number}{entry.title}",
        address=entry.get_absolute_url(),
        kind=entry.get_kind_display(),
        lang=entry.lang,
    )
