"""Any public address at any past moment, rebuilt from the ledger, for staff and auditors."""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cong.desk import reading
from cong.desk.staff.door import moment, now
from cong.entries.models import Entry
from cong.frontpage.queries import looking
from cong.publishing.rewinding import rewound

_ROOMS = frozenset({"portal"})
_MOST_STEPS = 3
_ZONE = re.compile(r" (\d{2}:?\d{2})$")


class NotShown(ValueError):
    """There is nothing to show; the text says why, in Vietnamese."""


@require_safe
def past(request: HttpRequest) -> HttpResponse:
    """Ask for an address and a moment, and show in a frame what stood there."""
    address, when = request.GET.get("dia-chi", ""), request.GET.get("tai", "")
    problem = ""
    if address or when:
        try:
            _match(address)
            _moment(when, at=now())
        except NotShown as refused:
            problem = str(refused)
    query = QueryDict(mutable=True)
    query.update({"dia-chi": address, "tai": when})
    shown = bool(address and when and not problem)
    context = {"address": address, "moment": when, "problem": problem, "shown": shown, "query": query.urlencode()}
    return render(
        request, "desk/past.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    )


@require_safe
@xframe_options_sameorigin
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the very page that stood at the address, made again from the ledger."""
    try:
        match = _match(address := request.GET.get("dia-chi", ""))
        when = _moment(request.GET.get("tai", ""), at=now())
    except NotShown as refused:
        return HttpResponse(str(refused), content_type="text/plain; charset=utf-8", status=HTTPStatus.NOT_FOUND)
    try:
        with rewound(when), looking(when):
            # The reader's page asks whether a thing has expired by now; what had not then, has not there.
            Entry.objects.filter(expires_at__gt=when).update(expires_at=None)
            answer = _answer(request, address, match)
    except (Http404, NotShown):
        text = _("Lúc ấy ở địa chỉ này không có gì công khai.")
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=HTTPStatus.NOT_FOUND)
    html = reading.private(answer.content.decode(), reverse("desk_home") + "tep/")
    made = HttpResponse(html, status=answer.status_code)
    made["X-Frame-Options"] = "SAMEORIGIN"
    return made


def _answer(request: HttpRequest, address: str, match: ResolverMatch) -> HttpResponse:
    """Ask the reader's view, and follow where it leads: a title that changed since had another address then."""
    for _step in range(_MOST_STEPS):
        asked = _asked(request, address)
        with translation.override(translation.get_language_from_path(asked.path) or "vi"):
            answer: HttpResponse = match.func(asked, *match.args, **match.kwargs)
        if "Location" not in answer.headers:
            return answer
        address = answer.headers["Location"]
        match = _match(address)
    raise Http404


def _match(address: str) -> ResolverMatch:
    path = urlsplit(address).path
    try:
        with translation.override(translation.get_language_from_path(path) or "vi"):
            match = resolve(path)
    except Resolver404 as error:
        raise NotShown(_("Cổng không có địa chỉ nào như vậy; hãy chép đúng từ thanh địa chỉ.")) from error
    if not _ROOMS & set(match.namespaces):
        raise NotShown(_("Chỉ xem lại được trang tin, chuyên mục, văn bản và trang thành phần."))
    return match


def _moment(given: str, *, at: datetime) -> datetime:
    # A plus sign in an address is a space: 2026-11-20T08:00+07:00 arrives with one before the zone.
    found = moment(_ZONE.sub(r"+\1", given.strip()))
    if found is None:
        raise NotShown(_("Hãy ghi ngày giờ, ví dụ 2026-11-20T08:00."))
    if found > at:
        raise NotShown(_("Thời điểm ấy chưa tới."))
    return found


def _asked(request: HttpRequest, address: str) -> HttpRequest:
    """Return the request of a reader without a session for the address."""
    parts = urlsplit(address)
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", parts.path, parts.path
    asked.META = {name: value for name, value in request.META.items() if name in ("SERVER_NAME", "SERVER_PORT")}
    asked.GET = QueryDict(parts.query)
    return asked
