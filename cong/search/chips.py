"""What narrows a search, each with the search that is left without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cong.design.dates import day
from cong.search.facets import Group
from cong.search.language import day_words, writing
from cong.search.language.clauses import Asked, Clause, Either, Field, Sign, Span, Term

LABELS: dict[Field, Promise] = {
    Field.NUMBER: gettext_lazy("Số, ký hiệu"), Field.TITLE: gettext_lazy("Tiêu đề"), Field.KIND: gettext_lazy("Loại"),
    Field.AGENCY: gettext_lazy("Cơ quan"), Field.TOPIC: gettext_lazy("Lĩnh vực"),
    Field.SIGNER: gettext_lazy("Người ký"), Field.SECTION: gettext_lazy("Chuyên mục"),
    Field.DATE: gettext_lazy("Ngày đăng"), Field.EFFECTIVE: gettext_lazy("Ngày hiệu lực"),
    Field.STATUS: gettext_lazy("Tình trạng hiệu lực"), Field.LANG: gettext_lazy("Ngôn ngữ"),
    Field.HAS: gettext_lazy("Kèm theo"), Field.SOURCE: gettext_lazy("Nguồn"),
    Field.CITES: gettext_lazy("Dẫn văn bản"), Field.LIKE: gettext_lazy("Giống bài"),
}  # fmt: skip
"""What readers call the fields."""


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One thing that narrows; `search` is the query without it."""

    label: str
    search: str


def chips(asked: Asked, groups: Sequence[Group] = ()) -> tuple[Chip, ...]:
    """Return what narrows the whole search, in its order; words and phrases stand in the field and are none."""
    return tuple(one for place, clause in enumerate(asked.clauses) for one in _of(asked, place, clause, groups))


def without_chips(asked: Asked) -> str:
    """Return the query with everything gone that a chip stands for."""
    kept = (one for place, one in enumerate(asked.clauses) if not any(_of(asked, place, one, ())))
    return writing.written(Asked(clauses=tuple(kept)))


def without_choices(asked: Asked, groups: Sequence[Group]) -> str:
    """Return the query without what is ticked: the form that sends it along sends the ticks as well."""
    for group in groups:
        asked = writing.without_field(asked, Field(group.field))
    return writing.written(asked)


def _of(asked: Asked, place: int, clause: Clause, groups: Sequence[Group]) -> Iterator[Chip]:
    unit, rest = clause.unit, Asked(clauses=(*asked.clauses[:place], *asked.clauses[place + 1 :]))
    if isinstance(unit, Term) and clause.sign is Sign.PLAIN:
        known = {one.value.casefold(): str(one.label) for group in groups for one in group.choices if _is(group, unit)}
        for value in unit.values:
            left = writing.written(writing.without_value(asked, unit.field, value))
            name = known.get(value.casefold())
            yield Chip(label=name or f"{LABELS[unit.field]}: {value}", search=left)
    elif label := _label(unit):
        told = _("không có %(what)s") % {"what": label} if clause.sign is Sign.NOT else label
        yield Chip(label=told, search=writing.written(rest))


def _is(group: Group, unit: Term) -> bool:
    return group.field == unit.field.value


def _label(unit: object) -> str:
    if isinstance(unit, Term):
        return f"{LABELS[unit.field]}: {', '.join(unit.values)}"
    if isinstance(unit, Span):
        return f"{LABELS[unit.field]}: {_days(unit)}"
    if isinstance(unit, Either) and all(isinstance(one, Term | Span) for one in unit.units):
        return _(" hoặc ").join(map(_label, unit.units))
    return ""


def _days(span: Span) -> str:
    first, last = span.first, span.last
    if span.typed:
        return span.typed
    if first and last:
        whole = day_words.text_of(day_words.Days(first=first, last=last))
        years = whole.split("..")
        if all(map(str.isdecimal, years)):
            return " – ".join(years)
        return day(first) if first == last else f"{day(first)} – {day(last)}"
    if first:
        return _("từ %(day)s") % {"day": day(first)}
    return _("đến %(day)s") % {"day": day(last)} if last else "…"
