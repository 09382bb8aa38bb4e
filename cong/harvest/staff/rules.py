"""An agency's own rules of where its items go: tried on its newest items, then put in force."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cong.agencies.models import Agency
from cong.agencies.rights import rights_of
from cong.harvest import agency_rules
from cong.harvest.agency_rules import Effect, Overtaken, Rule
from cong.harvest.placed import place_label, why_there
from cong.harvest.registry import BadRegistry
from cong.harvest.roles import KEEPERS
from cong.harvest.staff.door import person
from cong.harvest.staff.rules_form import Rules, rules_in, shown
from cong.kernel import chain


def _kept(request: HttpRequest) -> QuerySet[Agency]:
    """Return the agencies whose rules the person keeps."""
    rights, agencies = rights_of(request.user), Agency.objects.in_order()
    return agencies if rights.everywhere(*KEEPERS) else agencies.filter(pk__in=rights.agencies(*KEEPERS))


def _agency(request: HttpRequest, pk: int) -> Agency:
    """Return an agency whose rules the person keeps: 404 for another's, 403 where they only work."""
    found = _kept(request).filter(pk=pk).first()
    if found is not None:
        return found
    rights = rights_of(request.user)
    if (rights.everywhere() or pk in rights.agencies()) and Agency.objects.filter(pk=pk).exists():
        raise PermissionDenied
    raise Http404


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Lead to the agency that was asked for, or to the first one."""
    kept = _kept(request)
    given = request.GET.get("co-quan", "")
    wanted = kept.filter(slug=given).first() if given else kept.first()
    if wanted is None:
        if given:
            raise Http404
        raise PermissionDenied
    return redirect("harvest_rules", wanted.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rules and what they do; a POST tries other ones (`thu`) or puts them in force (`luu`)."""
    agency = _agency(request, pk)
    in_force = agency_rules.rules_of(agency)
    if request.method != "POST":
        return _screen(request, agency, in_force, shown(in_force), agency_rules.effect(agency, [], in_force))
    rows = Rules(request.POST)
    if not rows.is_valid():
        return _screen(request, agency, in_force, rows, None)
    wanted = rules_in(rows)
    if "luu" not in request.POST:
        effect = agency_rules.effect(agency, in_force, wanted)
        return _screen(request, agency, in_force, shown(wanted), effect, tried=True)
    try:
        if _sign(in_force) != request.POST.get("shown"):
            raise Overtaken
        changed = agency_rules.write(agency, wanted, shown=in_force, by=person(request), at=timezone.now())
    except (BadRegistry, Overtaken) as refused:
        return _screen(request, agency, in_force, rows, None, problem=str(refused))
    messages.success(request, _("Đã ghi quy tắc.") if changed else _("Quy tắc không có gì đổi."))
    return redirect("harvest_rules", agency.pk)


def _sign(in_force: Sequence[Rule]) -> str:
    return chain.sha256(json.dumps([dict(rule) for rule in in_force], sort_keys=True))


def _screen(
    request: HttpRequest,
    agency: Agency,
    in_force: Sequence[Rule],
    rows: Any,
    effect: Effect | None,
    *,
    tried: bool = False,
    problem: str = "",
) -> HttpResponse:
    refused = bool(problem) or (rows.is_bound and not rows.is_valid())
    context = {
        "agency": agency,
        "agencies": list(_kept(request)),
        "rows": rows,
        "shown": _sign(in_force),
        "effect": effect,
        "moved": [_moved(one) for one in effect.moved] if effect else [],
        "tried": tried,
        "problem": problem,
        "refused": refused,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "harvest/rules.html", context, status=status)


def _moved(one: agency_rules.Moved) -> dict[str, str]:
    return {
        "title": one.title,
        "url": one.item.url,
        "before": place_label(one.before.part, one.before.section),
        "after": place_label(one.after.part, one.after.section),
        "why": why_there(one.after.reason),
        "stands": place_label(*one.stands),
    }


ADDRESSES: list[URLPattern] = [
    path("quy-tac/", choose, name="harvest_rules_choose"),
    path("quy-tac/<int:pk>/", rules, name="harvest_rules"),
]
