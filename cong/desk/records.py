"""Staff screens of the journal, for auditors: search, one event in its chain, files, and who could publish on a day."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem

from cong.accounts.models import User
from cong.agencies.history import lacking
from cong.agencies.models import Agency, Role
from cong.agencies.rights import rights_of
from cong.desk.audit import Eyes, eyes_of, look, look_at, rights_on
from cong.desk.staff.door import staff
from cong.desk.verbs_said import known, said
from cong.journal.actions import fits
from cong.journal.models import Event
from cong.journal.queries import Search, neighbours
from cong.journal.sheets import TooLong, csv_lines, xlsx
from cong.kernel.keyset import BadCursor, Cursor, page_of

_SIZE = 50
_REFUSED = 422
_FILES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SearchForm(forms.Form):
    """The filters of the journal; their names stand in the address."""

    ai = forms.CharField(label=gettext_lazy("Người (tên đăng nhập)"), required=False, max_length=200)
    viec = forms.CharField(
        label=gettext_lazy("Việc"), required=False, max_length=60, widget=forms.TextInput(attrs={"list": "verbs"})
    )
    vat = forms.CharField(label=gettext_lazy("Đối tượng"), required=False, max_length=200)
    tu = Day(label=gettext_lazy("Từ ngày"), required=False)
    den = Day(label=gettext_lazy("Đến hết ngày"), required=False)
    co_quan = forms.ModelChoiceField(
        Agency.objects.none(), label=gettext_lazy("Đơn vị"), required=False, empty_label=gettext_lazy("Tất cả")
    )

    def __init__(self, *args: Any, eyes: Eyes, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["co_quan"].queryset = eyes.choices()  # type: ignore[attr-defined]  # a ModelChoiceField

    def search(self) -> Search:
        data = self.cleaned_data
        agency = data["co_quan"]
        return Search(actor=data["ai"], verb=data["viec"], subject=data["vat"], since=data["tu"], until=data["den"],
                      agency=agency.pk if agency else None)  # fmt: skip


class RightsForm(forms.Form):
    co_quan = forms.ModelChoiceField(Agency.objects.none(), label=gettext_lazy("Đơn vị"), empty_label=None)
    ngay = Day(label=gettext_lazy("Ngày"))

    def __init__(self, *args: Any, eyes: Eyes, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["co_quan"].queryset = eyes.choices()  # type: ignore[attr-defined]  # a ModelChoiceField


def _eyes(request: HttpRequest) -> Eyes:
    user: Any = request.user
    return eyes_of(User.objects.get(pk=user.pk))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the newest events that fit, fifty a page."""
    at, eyes = timezone.now(), _eyes(request)
    form = SearchForm(request.GET, eyes=eyes)
    if not form.is_valid():
        return render(request, "desk/journal.html", {"form": form}, status=_REFUSED)
    rows = look(eyes, form.search(), at=at)
    page = page_of(rows, field="at", size=_SIZE, before=_cursor(request, "truoc"), after=_cursor(request, "sau"))
    given = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    names: dict[int | None, str] = dict(eyes.choices().values_list("pk", "short_name"))
    context = {
        "form": form,
        "rows": [{"event": event, "said": said(event.verb), "agency": names.get(event.agency)} for event in page.rows],
        "older": page.older and urlencode(given | {"truoc": str(page.older)}),
        "newer": page.newer and urlencode(given | {"sau": str(page.newer)}),
        "query": urlencode(given),
        "verbs": known(),
    }
    return render(request, "desk/journal.html", context)


def _cursor(request: HttpRequest, name: str) -> Cursor | None:
    try:
        return Cursor.parse(request.GET[name]) if name in request.GET else None
    except BadCursor as bad:
        raise Http404 from bad


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one event, whether its hash covers it, and the links before and after."""
    eyes = _eyes(request)
    found = look_at(eyes, pk, at=timezone.now())
    if found is None:
        raise Http404
    before, after = neighbours(found)
    context = {
        "event": found,
        "said": said(found.verb),
        "data": json.dumps(json.loads(found.data), ensure_ascii=False, indent=2, sort_keys=True),
        "agency": _agency(found.agency),
        "fits": fits(found) and (before is None or before.hash == found.prev),
        "links": [_link(eyes, one) for one in (before, found, after) if one is not None],
    }
    return render(request, "desk/journal_event.html", context)


def _agency(number: int | None) -> Agency | None:
    return None if number is None else Agency.objects.filter(pk=number).first()


def _link(eyes: Eyes, one: Event) -> dict[str, Any]:
    """Tell of a neighbour that they may not read no more than its number and hash."""
    seen = eyes.agencies is None or one.agency in eyes.agencies
    return {"number": one.id, "hash": one.hash, "event": one if seen else None, "said": said(one.verb) if seen else ""}


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    """Answer with all events that fit as a file, oldest first."""
    at, eyes = timezone.now(), _eyes(request)
    form = SearchForm(request.GET, eyes=eyes)
    if kind not in _FILES:
        raise Http404
    if not form.is_valid():
        return render(request, "desk/journal.html", {"form": form}, status=_REFUSED)
    rows = look(eyes, form.search(), at=at, verb="journal.export").order_by("id").iterator(chunk_size=2000)
    try:
        answer: Any = StreamingHttpResponse(csv_lines(rows)) if kind == "csv" else FileResponse(xlsx(rows))
    except TooLong as error:
        form.add_error(None, str(error))
        return render(request, "desk/journal.html", {"form": form}, status=_REFUSED)
    answer.headers["Content-Type"] = _FILES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(at)}.{kind}"'
    return answer


def _name(at: datetime) -> str:
    return f"nhat-ky-{timezone.localtime(at):%Y%m%d-%H%M}"


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Show who could have taken each step to the public on a day."""
    at, eyes = timezone.now(), _eyes(request)
    form = RightsForm(request.GET or None, eyes=eyes, initial={"ngay": timezone.localtime(at).date()})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        agency, day = form.cleaned_data["co_quan"], form.cleaned_data["ngay"]
        steps = rights_on(eyes, agency, day, at=at)
        context |= {"agency": agency, "day": day, "steps": [(role.label, holders) for role, holders in steps],
                    "lacking": [role.label for role in lacking(steps)]}  # fmt: skip
    return render(request, "desk/journal_rights.html", context, status=_REFUSED if form.errors else 200)


class ForAuditors(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rights_of(request.user).has(Role.AUDITOR)


def journal_in_the_menu() -> MenuItem:
    return ForAuditors(gettext_lazy("Nhật ký"), reverse_lazy("desk_journal"), name="journal", icon_name="history",
                       order=810)  # fmt: skip


def journal_addresses() -> list[URLPattern]:
    return [
        path("nhat-ky/", staff(listing), name="desk_journal"),
        path("nhat-ky/<int:pk>/", staff(event), name="desk_journal_event"),
        path("nhat-ky/tep/<slug:kind>/", staff(export), name="desk_journal_export"),
        path("nhat-ky/quyen/", staff(rights), name="desk_journal_rights"),
    ]
