"""One docket, whole: what would change, how it will look, what the checks say, who did what, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cong.accounts.models import User
from cong.agencies.models import Role
from cong.agencies.rights import rights_of
from cong.desk import history, queries, reading, verbs
from cong.desk.staff.door import docket_for, note_reading, now, person, snapshot_for
from cong.entries.models import Entry, FrontPage, Mode
from cong.frontpage.process import Composition
from cong.frontpage.queries import Place
from cong.frontpage.staff.previewing import address_of, as_it_would_be
from cong.publishing import preflight
from cong.publishing.models import Docket, Origin, Snapshot
from cong.publishing.process import Content

_SMALL: dict[str, Promise] = {
    "claim": _("Nhận xử lý"),
    "unclaim": _("Nhả ra"),
    "restore": _("Khôi phục bài"),
}
# The forms in which a text of that name is typed, and shown again.
_TEXTS = {
    "note": frozenset({"appraise", "secrecy", "approve", "reject", "recall", "spike", "withdraw"}),
    "reason": frozenset({"key"}),
}
_INVITERS = (Role.AUTHOR, Role.APPRAISER, Role.APPROVER)


@require_safe
def docket(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one docket."""
    at, found = now(), docket_for(request, pk)
    note_reading(request, found, found.snapshot, at=at)
    return screen(request, found, at=at)


def screen(
    request: HttpRequest,
    docket: Docket,
    *,
    at: datetime,
    problem: str = "",
    findings: list[Any] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the screen of a docket; with what was typed and why it was refused, if it was."""
    user = person(request)
    open_verbs = verbs.open_to(docket, user)
    context = {
        "docket": docket,
        "snapshot": docket.snapshot,
        "verbs": open_verbs,
        "small": [(verb, label) for verb, label in _SMALL.items() if verb in open_verbs],
        "modes": Mode.choices,
        "steps": history.stages(docket),
        "history": history.acts(docket),
        "people": _people(docket, at=at) if "assign" in open_verbs else [],
        "assigned": str(docket.assigned_to_id or ""),
        "due_local": timezone.localtime(docket.due_at).strftime("%Y-%m-%dT%H:%M") if docket.due_at else "",
        "may_invite": any(rights_of(user).holds(role, docket.agency_id) for role in _INVITERS),
        "edit_address": _editor(user, docket),
        "problem": problem,
        "findings_blocking": findings or [],
        "typed": typed or {},
        "unshown": _unshown(typed or {}, open_verbs),
    }
    context |= _judged(docket, at=at) if docket.snapshot else {}
    context["public_address"] = _public(docket)
    return render(request, "desk/docket.html", context, status=status)


def _judged(docket: Docket, *, at: datetime) -> dict[str, Any]:
    """Return what a judge looks at: the difference to what is public, and what the checks say."""
    snapshot = docket.snapshot
    assert snapshot is not None  # noqa: S101 (asked by the caller)
    content = Content.parse(snapshot.content, snapshot.html)
    released = history.public_content(docket)
    return {
        "released": released is not None,
        "diff": history.side_by_side(released, content) if released else [],
        "findings": preflight.findings(content, at=at),
        "contributors": [str(one.user) for one in snapshot.contributors.select_related("user")],
        "invitations": snapshot.invitations.prefetch_related("remarks").order_by("pk"),
    }


def _unshown(typed: Mapping[str, str], open_verbs: set[str]) -> str:
    """Return what was typed into a form that is not there any more, so that it can still be copied."""
    return "\n".join(typed[name] for name, forms in _TEXTS.items() if typed.get(name) and not forms & open_verbs)


def _people(docket: Docket, *, at: datetime) -> list[User]:
    return list(queries.people_for(docket, on=timezone.localtime(at).date()))


def _editor(user: User, docket: Docket) -> str:
    mine = rights_of(user).holds(Role.AUTHOR, docket.agency_id)
    return queries.editor_address(docket.pk) if mine else ""


def _public(docket: Docket) -> str:
    entry = Entry.objects.filter(pk=docket.pk).first()
    if entry is not None:
        return entry.get_absolute_url()
    front = FrontPage.objects.filter(pk=docket.pk).first()
    return address_of(Place(section=front.section, lang=front.lang)) if front else ""


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a snapshot as readers would see it."""
    snapshot = snapshot_for(request, pk)
    note_reading(request, snapshot.publication.docket, snapshot, at=now())
    if snapshot.publication.origin == Origin.FRONTPAGE:
        return _front(request, snapshot, at=now())
    when = timezone.localtime(snapshot.at).strftime("%H:%M %d/%m/%Y")
    banner = gettext("Bản trình %(sha)s, trình lúc %(when)s.") % {"sha": snapshot.sha256[:12], "when": when}
    files = reverse("desk_home") + "tep/"
    return reading.page(request, "desk/preview.html", snapshot, {"banner": banner}, files=files)


def _front(request: HttpRequest, snapshot: Snapshot, *, at: datetime) -> HttpResponse:
    """Show the page that a sealed composition would make, with what is public now."""
    content = Content.parse(snapshot.content, snapshot.html)
    place = Place(section=content.section, lang=content.lang)
    return as_it_would_be(request, place, Composition.read(content.front), at)
