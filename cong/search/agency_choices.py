"""The agencies that the advanced form offers, by category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cong.agencies.models import Agency, Category


@dataclass(frozen=True, kw_only=True)
class AgencyChoices:
    """The agencies of one category as (slug, short name)."""

    category: Category
    agencies: tuple[tuple[str, str], ...]


def agency_choices() -> tuple[AgencyChoices, ...]:
    """Return every agency, also ended ones, whose entries are still there; one query."""
    rows = list(Agency.objects.in_order().values_list("category", "slug", "short_name"))
    groups = (_of(category, rows) for category in Category)
    return tuple(one for one in groups if one.agencies)


def _of(category: Category, rows: Iterable[tuple[str, str, str]]) -> AgencyChoices:
    return AgencyChoices(category=category, agencies=tuple((slug, name) for of, slug, name in rows if of == category))
