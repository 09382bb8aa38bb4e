"""From what a form sends to the one address of its search: the advanced form, the boxes beside the results."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import QueryDict

from cong.search.addresses import address
from cong.search.agency_choices import AgencyChoices
from cong.search.engines.engine import NARROWED_BY, Facet, Sort
from cong.search.facets import SHOWN
from cong.search.forms import AdvancedForm
from cong.search.language import grammar, writing
from cong.search.language.limits import MOST_TERMS

APPLY = "loc"
"""The name of the button below the boxes: it tells that there were boxes when none is ticked."""

BOXES = tuple(NARROWED_BY[facet] for facet in SHOWN if facet is not Facet.YEAR)
_IN_FORM = frozenset(AdvancedForm.base_fields)


def sort_of(text: str) -> Sort:
    """Return the order that an address asks for; what is no order is the best first."""
    return Sort(text) if text in Sort._value2member_map_ else Sort.BEST


def is_filled(given: QueryDict) -> bool:
    """Tell whether the advanced form was sent."""
    return not _IN_FORM.isdisjoint(given)


def rewritten(given: QueryDict, *, today: date) -> str | None:
    """Return where the results are that the boxes ask for; None when nothing but a written search was sent."""
    if APPLY not in given and not any(field.value in given for field in BOXES):
        return None
    asked = grammar.read(given.get("q", ""), today=today)
    for field in BOXES:
        for value in given.getlist(field.value)[:MOST_TERMS]:
            asked = writing.with_value(asked, field, value)
    return address(writing.written(asked), sort=sort_of(given.get("sort", "")))


def advanced_form(given: QueryDict, groups: Iterable[AgencyChoices], *, today: date) -> AdvancedForm:
    """Return the form as it was sent, with what was written beside it; or opened with what a search asks for."""
    offered, written = [one for group in groups for one in group.agencies], given.get("q", "")
    if not is_filled(given):
        return AdvancedForm(agencies=offered, today=today, asked=grammar.read(written, today=today))
    sent = given.copy()
    if written:
        sent["rest"] = f"{sent.get('rest', '')} {written}".strip()
    return AdvancedForm(sent, agencies=offered, today=today)
