"""Facets as a reader sees them: what the hits are counted by, and the search that each choice makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cong.entries.models import Kind, Section
from cong.search.agency_names import agency_names
from cong.search.engines.engine import NARROWED_BY, Count, Facet
from cong.search.labels import HAS, STATUS
from cong.search.language import values, writing
from cong.search.language.clauses import Asked, Field

Label = str | Promise

SHOWN = (Facet.KIND, Facet.AGENCY, Facet.SECTION, Facet.YEAR, Facet.LANG, Facet.STATUS, Facet.HAS)
"""Every facet, in the order of the page."""

_TITLES: dict[Facet, Label] = {
    Facet.KIND: _("Loại"), Facet.AGENCY: _("Cơ quan"), Facet.SECTION: _("Chuyên mục"), Facet.YEAR: _("Năm"),
    Facet.LANG: _("Ngôn ngữ"), Facet.STATUS: _("Tình trạng hiệu lực"), Facet.HAS: _("Kèm theo"),
}  # fmt: skip
# What is written in a search for a kind; every other code is written as it is.
_KIND_WORDS = {
    Kind.NEWS: "tin", Kind.DOCUMENT: "vanban", Kind.PHOTO: "anh", Kind.VIDEO: "video", Kind.AUDIO: "amthanh",
    Kind.PAGE: "gioithieu",
}  # fmt: skip
_LABELS: dict[Facet, Mapping[str, Label]] = {
    Facet.KIND: {str(kind.value): kind.label for kind in Kind},
    Facet.SECTION: {str(section.value): section.label for section in Section},
    Facet.STATUS: STATUS,
    Facet.HAS: HAS,
    Facet.LANG: {
        "vi": "Tiếng Việt", "en": "English", "fr": "Français", "es": "Español", "de": "Deutsch", "ru": "Русский",
        "zh": "中文", "ja": "日本語", "ko": "한국어", "lo": "ລາວ", "km": "ខ្មែរ", "th": "ไทย", "ar": "العربية",
        "und": _("Chưa rõ"),
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of a facet: `value` as a search writes it; `asked` is the search that it would alter."""

    value: str
    label: Label
    count: int
    on: bool
    asked: Asked
    field: Field

    @property
    def search(self) -> str:
        """Return the search with the value switched on or off: few of a hundred choices are asked for it."""
        alter = writing.without_value if self.on else writing.with_value
        return writing.written(alter(self.asked, self.field, self.value))


@dataclass(frozen=True, kw_only=True)
class Group:
    """One facet. `field` names its choices in the form."""

    facet: Facet
    field: str
    title: Label
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> tuple[Choice, ...]:
        return tuple(one for one in self.choices if one.on)


@dataclass(frozen=True, kw_only=True)
class Year:
    """One bar of the histogram: `share` of the highest, 0 to 1."""

    year: int
    count: int
    share: float
    on: bool
    search: str


def groups(asked: Asked, counts: Mapping[Facet, tuple[Count, ...]]) -> tuple[Group, ...]:
    """Return the facets that tell hits apart, or that the search narrows; years are told by `years`."""
    found = (_group(asked, facet, counts[facet]) for facet in counts if facet is not Facet.YEAR)
    return tuple(one for one in found if len(one.choices) > 1 or one.chosen)


def years(asked: Asked, counts: Iterable[Count]) -> tuple[Year, ...]:
    """Return one bar a year from the first with hits to the last, empty years too; the last 60 at most."""
    by_year = {int(one.value): one.count for one in counts}
    if not by_year:
        return ()
    highest = max(by_year.values())
    first = max(min(by_year), max(by_year) - 59)
    return tuple(
        Year(
            year=year,
            count=by_year.get(year, 0),
            share=by_year.get(year, 0) / highest,
            on=_covers(asked, year),
            search=writing.written(writing.narrowed_to_year(asked, year)),
        )
        for year in range(first, max(by_year) + 1)
    )


def _covers(asked: Asked, year: int) -> bool:
    """Tell whether the search narrows days to some that hold this year."""
    return any(
        (span.first is None or span.first.year <= year) and (span.last is None or span.last.year >= year)
        for span in writing.spans_of(asked, Field.DATE)
    )


def _group(asked: Asked, facet: Facet, counts: tuple[Count, ...]) -> Group:
    """Return one facet; a value is chosen however it was typed (`coquan:"Bộ Mẫu"` and `coquan:bo-mau` are one)."""
    field, word = NARROWED_BY[facet], _worded(facet)
    typed = {_code(facet, value): value for value in writing.values_of(asked, field)}
    counted = {one.value: one.count for one in counts}
    codes = [*counted, *(code for code in typed if code not in counted)]
    choices = [
        Choice(
            value=typed.get(code) or word(code), label=_label(facet, code), count=counted.get(code, 0),
            on=code in typed, asked=asked, field=field,
        )
        for code in codes
    ]  # fmt: skip
    choices.sort(key=lambda one: (not one.on, -one.count, str(one.label)))
    return Group(facet=facet, field=field.value, title=_TITLES[facet], choices=tuple(choices))


def _code(facet: Facet, value: str) -> str:
    """Return the code of the index that a typed value stands for, the value itself when it is none."""
    if facet is Facet.AGENCY:
        ids = agency_names().called(value)
        return str(ids[0]) if len(ids) == 1 else value
    return values.code_of(NARROWED_BY[facet], value) or value


def _label(facet: Facet, code: str) -> Label:
    if facet is Facet.AGENCY:
        known = agency_names().by_id.get(int(code)) if code.isdecimal() else None
        return known.short_name if known else code
    return _LABELS[facet].get(code, code)


def _worded(facet: Facet) -> Callable[[str], str]:
    """Return what turns a code of the index into what a search writes."""
    if facet is Facet.AGENCY:
        by_id = agency_names().by_id
        return lambda code: by_id[int(code)].slug if code.isdecimal() and int(code) in by_id else code
    if facet is Facet.KIND:
        return lambda code: _KIND_WORDS.get(Kind(code), code) if code in Kind.values else code
    return lambda code: code
