"""What is only looked at: how search stands, what readers search for, why hits stand where they do."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cong.search import actions, judging, noticing, reports, trying, tuning
from cong.search.engines.engine import NotReady, Part
from cong.search.models import Denied, Expectation, Pin, Wording
from cong.search.reports import Report
from cong.search.staff.door import is_tuner, reader

_PROBLEMS, _DAYS = 5, (7, 30)
_FIELDS: dict[str, Promise] = {"ax": _("đúng dấu"), "fx": _("bỏ dấu"), "t": _("trong tên"), "num": _("số, ký hiệu")}
_FACTORS: dict[str, Promise] = {
    "freshness": _("bài mới"), "authority": _("hạng cơ quan"), "status": _("hiệu lực văn bản"),
}  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how index and judged set stand, and what readers did not find in the last week."""
    reader(request)
    at = timezone.now()
    found = reports.of_days(_DAYS[0], at=at)
    models = (Wording, Pin, Denied, Expectation)
    context = {
        "status": actions.status(),
        "ran": judging.last(),
        "margin": judging.MARGIN,
        "all": found.all,
        "missed": found.missed[:_PROBLEMS],
        "low": found.low[:_PROBLEMS],
        "counts": {model.__name__.lower(): model._default_manager.count() for model in models},
        "tunes": is_tuner(request),
    }
    return render(request, "search/staff/overview.html", context)


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show what readers searched for; `ky` is a number of days, or a month as YYYY-MM."""
    reader(request)
    months = reports.months()
    period, found = _period(request.GET.get("ky", ""), months, timezone.now())
    context = {
        "report": found, "period": period, "days": _DAYS, "months": months, "k": noticing.K,
        "kept": noticing.KEPT.days, "fewest": reports.FEWEST_SHOWN, "low_click": round(reports.LOW_CLICK * 100),
        "tunes": is_tuner(request),
    }  # fmt: skip
    return render(request, "search/staff/report.html", context)


def _period(given: str, months: list[date], at: datetime) -> tuple[str, Report]:
    month = next((one for one in months if f"{one:%Y-%m}" == given), None)
    if month is not None:
        return given, reports.of_month(month)
    days = next((one for one in _DAYS if str(one) == given), _DAYS[-1])
    return str(days), reports.of_days(days, at=at)


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Show the parts of the score of each hit for `q`."""
    reader(request)
    asked = tuning.clean(request.GET.get("q", ""))[:500]
    context: dict[str, object] = {"asked": asked, "tunes": is_tuner(request)}
    if asked:
        try:
            query, hits = trying.explained(asked, at=timezone.now())
            context |= {"query": query, "hits": [(one, _terms(one), _factors(one)) for one in hits]}
        except NotReady:
            context["not_ready"] = True
    return render(request, "search/staff/why.html", context)


def _terms(one: trying.Explained) -> list[tuple[str, str | Promise, float]]:
    return [_term(part) for part in one.why.terms] if one.why else []


def _term(part: Part) -> tuple[str, str | Promise, float]:
    """Return what a term says, where it was found, and what it added; what an engine names otherwise stays as it is."""
    field, colon, term = part.name.partition(":")
    if not colon or field not in _FIELDS:
        return part.name, "", part.value
    return term.replace("_", " "), _FIELDS[field], part.value


def _factors(one: trying.Explained) -> list[tuple[str | Promise, float]]:
    return [(_FACTORS.get(part.name, part.name), part.value) for part in one.why.factors] if one.why else []


ADDRESSES: list[URLPattern] = [
    path("", overview, name="search_overview"),
    path("nguoi-doc/", report, name="search_reports"),
    path("vi-sao/", why, name="search_why"),
]
