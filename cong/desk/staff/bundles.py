"""Bundles: several approved things that become public at one moment, or none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.rights import rights_of
from cong.desk import queries
from cong.desk.queries import READERS
from cong.desk.staff.door import docket_for, moment, now, number, person
from cong.publishing import bundles
from cong.publishing.actions import OutOfDate
from cong.publishing.models import Bundle, Docket
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed, State

_SHOWN = 100
_LONGEST_TITLE = 200
_MAKERS = (Role.AUTHOR, Role.APPROVER, Role.DUTY_EDITOR)
_REFUSALS = (NotAllowed, OutOfDate, PermissionDenied, Blocked)


def _mine(request: HttpRequest) -> QuerySet[Bundle]:
    rights = rights_of(request.user)
    found = Bundle.objects.select_related("agency", "made_by").order_by("-pk")
    return found if rights.everywhere(*READERS) else found.filter(agency__in=rights.agencies(*READERS))


@require_http_methods(["GET", "HEAD", "POST"])
def bundles_list(request: HttpRequest) -> HttpResponse:
    """List the bundles of the person's agencies; a POST begins a new one."""
    problem, typed = "", request.POST
    if request.method == "POST":
        try:
            made = _begin(request)
            return redirect("desk_bundle", pk=made.pk)
        except (*_REFUSALS, ValueError) as refused:
            problem = str(refused)
    agencies = queries.agencies_of(rights_of(request.user), *_MAKERS)
    context = {"bundles": _mine(request)[:_SHOWN], "agencies": agencies, "problem": problem, "typed": typed}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "desk/bundles.html", context, status=status)


def _begin(request: HttpRequest) -> Bundle:
    given, title = request.POST.get("release_at", ""), request.POST.get("title", "")
    release_at = moment(given)
    if given and release_at is None:
        raise ValueError(_("Hãy chọn ngày và giờ."))
    if len(title) > _LONGEST_TITLE:
        raise ValueError(_("Tên bộ dài quá %(most)s ký tự; hãy rút ngắn.") % {"most": _LONGEST_TITLE})
    allowed = queries.agencies_of(rights_of(request.user), *_MAKERS)
    agency = get_object_or_404(allowed, pk=number(request.POST.get("agency", "")) or 0)
    return bundles.make(title, agency, release_at=release_at, by=person(request), at=now())


@require_safe
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is in a bundle and what could be put into it."""
    return _screen(request, pk)


def _screen(request: HttpRequest, pk: int, *, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    found = get_object_or_404(_mine(request), pk=pk)
    inside = found.dockets.select_related("agency", "snapshot")
    fitting = Docket.objects.filter(state=State.APPROVED, bundle=None).select_related("agency")
    if not found.agency.is_centre:
        fitting = fitting.filter(agency=found.agency)
    rights = rights_of(request.user)
    if not rights.everywhere(*READERS):
        fitting = fitting.filter(agency__in=rights.agencies(*READERS))
    context = {
        "bundle": found,
        "inside": inside,
        "fitting": fitting[:_SHOWN],
        "releases": rights.holds(Role.DUTY_EDITOR, found.agency_id) and found.made_by_id != person(request).pk,
        "problem": problem,
    }
    return render(request, "desk/bundle.html", context, status=status)


def _act(request: HttpRequest, pk: int, act: Callable[[Bundle, User, datetime], Any], done: str) -> HttpResponse:
    found = get_object_or_404(_mine(request), pk=pk)
    try:
        act(found, person(request), now())
    except _REFUSALS as refused:
        return _screen(request, pk, problem=str(refused), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, done)
    return redirect("desk_bundle", pk=pk)


@require_POST
def change(request: HttpRequest, pk: int, verb: str, docket: int) -> HttpResponse:
    """Put a docket into the bundle or take it out."""
    verbs = {"them": (bundles.add, _("Đã thêm bài vào bộ.")), "bot": (bundles.remove, _("Đã lấy bài ra khỏi bộ."))}
    if verb not in verbs:
        raise Http404
    action, done = verbs[verb]
    found = docket_for(request, docket)
    return _act(request, pk, lambda one, by, at: action(one, found, by=by, at=at), done)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release everything that was shown, at one moment, or not at the moment that was set."""
    if request.POST.get("when") == "never":
        return _act(
            request, pk, lambda one, by, at: bundles.unschedule_bundle(one, by=by, at=at), _("Đã bỏ hẹn giờ của bộ.")
        )  # fmt: skip
    shown = {
        found: str(value)
        for name, value in request.POST.items()
        if name.startswith("sha-") and (found := number(name.removeprefix("sha-"))) is not None
    }
    return _act(
        request, pk, lambda one, by, at: bundles.release_bundle(one, sha256=shown, by=by, at=at),
        _("Bộ đã được xuất bản hoặc hẹn giờ."),
    )  # fmt: skip
