"""The screens: which pages there are, the slots of one, the chooser of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cong.accounts.models import User
from cong.entries.models import FrontPage
from cong.frontpage import actions, forms
from cong.frontpage.forms import FLAWS, Typed
from cong.frontpage.models import Draft
from cong.frontpage.overview import filled, named, places, versions
from cong.frontpage.process import Composition, Layout, Urgency, told
from cong.frontpage.queries import Place
from cong.frontpage.staff.door import composes, place_of, reader
from cong.frontpage.staff.previewing import address_of
from cong.frontpage.staff.rows import rows
from cong.publishing.actions import OutOfDate
from cong.publishing.preflight import Blocked
from cong.publishing.process import NotAllowed
from cong.publishing.recheck import said
from cong.search import queries as search

_MOST_FOUND = 8


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the pages with how they are composed now and what is under way."""
    reader(request)
    drafts = {Place(section=one.section, lang=one.lang): one
              for one in Draft.objects.select_related("publication__docket", "saved_by")}  # fmt: skip
    live = {Place(section=one.section, lang=one.lang): one for one in FrontPage.objects.all()}
    at = timezone.now()
    listed = [
        {
            "title": actions.title_of(place), "named": named(place), "draft": drafts.get(place),
            "docket": _docket(drafts.get(place)),
            "live": place in live and not live[place].has_expired(at),
            "until": place in live and live[place].expires_at,
        }
        for place in places()
    ]  # fmt: skip
    return render(request, "frontpage/index.html", {"pages": listed})


def _docket(draft: Draft | None) -> Any:
    return draft.publication.docket if draft and draft.publication else None


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, page: str, lang: str) -> HttpResponse:
    """Show the slots of a page; a POST moves, saves or submits what was typed, and loses none of it."""
    user, place, at = reader(request), place_of(page, lang), timezone.now()
    draft = Draft.objects.filter(section=place.section, lang=place.lang).first() or Draft(
        section=place.section, lang=place.lang
    )
    if request.method != "POST":
        return _screen(request, place, draft, forms.shown(_work(draft)), at=at)
    if not composes(user):
        raise PermissionDenied(_("Chỉ người biên tập của cơ quan trung tâm mới trình bày trang."))
    given, act = forms.typed(request.POST), request.POST.get("lam", "save")
    verb, _sign, row = act.partition(":")
    if verb in _MOVES:
        work, given = forms.read(_MOVES[verb](given, row))
        return _screen(request, place, draft, given, at=at, work=work, number=_number(request), unsaved=True)
    return _keep(request, place, draft, given, act=act, by=user, at=at)


_MOVES = {
    "up": lambda given, row: forms.moved(given, row, -1),
    "down": lambda given, row: forms.moved(given, row, 1),
    "clear": forms.emptied,
}


def _work(draft: Draft) -> actions.Work:
    return actions.Work(
        composition=Composition.read(draft.composition), not_before=draft.not_before, expires_at=draft.expires_at
    )


def _number(request: HttpRequest) -> int:
    given = request.POST.get("number", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _keep(
    request: HttpRequest, place: Place, draft: Draft, given: Typed, *, act: str, by: User, at: datetime
) -> HttpResponse:
    """Save what was typed, and submit it when that was asked; whatever is refused is shown with all that was typed."""
    work, given = forms.read(given)
    if given.errors:
        problem = _("Chưa lưu được: có chỗ chưa đọc được, xem lời nhắc bên dưới. Những gì bạn gõ còn nguyên.")
        return _screen(request, place, draft, given, at=at, work=work, number=_number(request), problem=problem)
    try:
        saved = actions.save(place, work, number=_number(request), by=by, at=at)
    except OutOfDate as refused:
        return _conflict(request, place, draft, given, str(refused), work=work, at=at)
    if act != "submit":
        messages.success(request, _("Đã lưu nháp."))
        name = "frontpage_preview" if act == "preview" else "frontpage_page"
        return HttpResponseRedirect(reverse(name, kwargs=named(place)))
    try:
        actions.submit(place, number=saved.number, by=by, at=at)
    except actions.Flawed as refused:
        errors = {_field(one.slot): FLAWS[one.flaw] for one in refused.wrongs}
        problem = _("Đã lưu nháp nhưng chưa trình được: còn chỗ phải sửa.")
        return _screen(request, place, saved, replace(given, errors=errors), at=at, work=work, problem=problem)
    except (NotAllowed, OutOfDate, Blocked) as refused:
        problem = _("Đã lưu nháp nhưng chưa trình được. %(why)s") % {"why": refused}
        return _screen(request, place, saved, given, at=at, work=work, problem=problem)
    messages.success(request, _("Đã trình. Bố cục đang công khai giữ nguyên cho đến khi bản này được xuất bản."))
    return redirect("desk_docket", pk=Draft.objects.get(pk=saved.pk).publication_id)


def _field(slot: str) -> str:
    return f"{slot}-entry" if slot in forms.ROWS else slot


def _conflict(
    request: HttpRequest, place: Place, draft: Draft, given: Typed, problem: str, *, work: actions.Work, at: datetime
) -> HttpResponse:
    """Answer 409 with what was typed, and beside it what the other person saved."""
    theirs = Composition.read(draft.composition)
    titles = {number: entry.title for number, entry in filled(place, theirs, at).picked.items()}
    more = {"theirs": told(theirs, titles, said), "their_name": draft.saved_by}
    return _screen(
        request, place, draft, given, at=at, work=work, problem=problem, more=more, status=HTTPStatus.CONFLICT
    )


def _screen(
    request: HttpRequest,
    place: Place,
    draft: Draft,
    given: Typed,
    *,
    at: datetime,
    work: actions.Work | None = None,
    number: int | None = None,
    problem: str = "",
    unsaved: bool = False,
    more: Mapping[str, Any] | None = None,
    status: int | None = None,
) -> HttpResponse:
    composition = (work or _work(draft)).composition
    stands = filled(place, composition, at)
    context: dict[str, Any] = {
        "title": actions.title_of(place), "named": named(place), "draft": draft, "docket": _docket(draft),
        "number": draft.number if number is None else number, "rows": rows(given, composition, stands, at),
        "typed": given.fields, "errors": given.errors, "problem": problem, "unsaved": unsaved,
        "composes": composes(request.user), "address": address_of(place), "layouts": _layouts(),
        "urgencies": _urgencies(), "versions": versions(draft.publication_id) if draft.publication_id else [],
    }  # fmt: skip
    wrong = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "frontpage/page.html", context | dict(more or {}), status=status or wrong)


def _layouts() -> list[tuple[str, str]]:
    return [(Layout.LEAD.value, _("Tin chính và danh sách")), (Layout.COLUMNS.value, _("Ba cột")),
            (Layout.PICTURES.value, _("Hàng ảnh"))]  # fmt: skip


def _urgencies() -> list[tuple[str, str]]:
    return [("", _("Không có thông báo")), (Urgency.LIVE.value, _("Đang diễn ra")), (Urgency.URGENT.value, _("Khẩn"))]


@require_safe
def found(request: HttpRequest) -> JsonResponse:
    """Answer with public entries whose titles hold what was typed, for the chooser: number, title, source, moment."""
    reader(request)
    entries = search.suggested(request.GET.get("q", "")[:200], limit=_MOST_FOUND, at=timezone.now())
    rows = [
        {
            "number": one.pk, "title": one.title, "source": one.agency.short_name,
            "at": date_format(timezone.localtime(one.published_at), "H:i d/m/Y"),
        }
        for one in entries
    ]  # fmt: skip
    return JsonResponse({"entries": rows})
