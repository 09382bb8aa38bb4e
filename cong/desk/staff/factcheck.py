"""Fact check by an outsider: a signed link to one snapshot, read and comment only, without an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cong.desk import actions, reading
from cong.desk.models import Invitation
from cong.desk.staff.docket import screen
from cong.desk.staff.door import docket_for, now, number, person, snapshot_for
from cong.media.private import private_file
from cong.publishing.process import Content


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for an outsider and show it once, to be sent by whatever way the editor trusts."""
    at, docket = now(), docket_for(request, pk)
    if docket.snapshot is None:
        raise Http404
    days = number(request.POST.get("days", ""))
    try:
        made, token = actions.invite(
            docket.snapshot, name=request.POST.get("name", ""), email=request.POST.get("email", ""),
            days=days or 0, by=person(request), at=at,
        )  # fmt: skip
    except actions.NotTaken as refused:
        typed = {name: str(value) for name, value in request.POST.items()}
        return screen(request, docket, at=at, problem=str(refused), typed=typed, status=422)
    address = request.build_absolute_uri(reading.invitation_address(token))
    return render(request, "desk/invited.html", {"docket": docket, "invitation": made, "address": address})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation, pk=pk)
    snapshot = snapshot_for(request, invitation.snapshot_id)
    actions.revoke(invitation, by=person(request), at=now())
    messages.success(request, _("Đã rút lời mời kiểm chứng."))
    return redirect("desk_docket", pk=snapshot.publication_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factcheck(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invited person the draft as readers would see it, and take their remarks."""
    at = now()
    try:
        invitation = actions.opened(token, at=at)
    except actions.NotOpen as refused:
        return render(request, "desk/closed.html", {"problem": str(refused)}, status=410, using="jinja2")
    problem, typed, kept = "", "", request.GET.get("da-gui") == "1"
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            actions.remark(invitation, typed, at=at)
            return redirect(f"{request.path}?da-gui=1")
        except actions.NotTaken as refused:
            problem = str(refused)
    else:
        actions.note_reading(invitation, at=at)
    context = {
        "invitation": invitation,
        "remarks": invitation.remarks.order_by("pk"),
        "problem": problem,
        "typed": typed,
        "kept": kept,
    }
    files = reading.invitation_address(token) + "tep/"
    status = 422 if problem else 200
    return reading.page(request, "desk/factcheck.html", invitation.snapshot, context, files=files, status=status)


@never_cache
@require_safe
def file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Give the invited person a file of that snapshot, and no other."""
    try:
        invitation = actions.opened(token, at=now())
    except actions.NotOpen as refused:
        raise Http404 from refused
    content = Content.parse(invitation.snapshot.content, invitation.snapshot.html)
    if name[:64] not in {*content.media, content.picture}:
        raise Http404
    return private_file(request, name)
