"""How the sources stand: the list, all that is known of one, what its keepers do with it, and the alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views import generic

from cong.agencies.models import Agency, Role
from cong.agencies.rights import rights_of
from cong.agencies.staff import AgencyViewSet
from cong.harvest import freshness, keeping, placed, registry, suspicion, watching
from cong.harvest.fetch.robots import obeys
from cong.harvest.keeping import Refused
from cong.harvest.models import Fetch, Health, Source, SourceAlarm, Sources
from cong.harvest.roles import KEEPERS, REVIEWERS
from cong.harvest.staff import rows
from cong.harvest.staff.door import kept_source, person, seen_sources
from cong.journal.sheets import safe
from cong.kernel.keyset import BadCursor, Cursor, page_of

_VISITS, _ITEMS, _ALARMS, _ALARMS_OF_ONE = 30, 10, 50, 10
_IN_TROUBLE = "can-xem"
_STATES = [(_IN_TROUBLE, gettext_lazy("Cần xem")), *Health.choices]

_SHEET = {
    "slug": gettext_lazy("Mã"), "name": gettext_lazy("Tên"), "agency": gettext_lazy("Cơ quan"),
    "kind": gettext_lazy("Loại"), "state": gettext_lazy("Tình trạng"), "trouble": gettext_lazy("Lỗi"),
    "ok": gettext_lazy("Thu được lần cuối"), "new": gettext_lazy("Có tin mới lần cuối"),
    "next": gettext_lazy("Lần thu tới"), "failures": gettext_lazy("Số lần lỗi liên tiếp"),
}  # fmt: skip


# ---- the list --------------------------------------------------------------------------------------------------------


class SourceFilters(WagtailFilterSet):
    """By state and, for people of several agencies, by agency."""

    tinh_trang = django_filters.ChoiceFilter(
        label=gettext_lazy("Tình trạng"), choices=_STATES, method="of_state", empty_label=gettext_lazy("Tất cả")
    )
    co_quan = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Cơ quan"), field_name="agency", queryset=Agency.objects.none(),
        empty_label=gettext_lazy("Tất cả"),
    )  # fmt: skip

    class Meta:
        model = Source
        fields: list[str] = []

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        mine = Agency.objects.filter(pk__in=Source.objects.for_staff(self.request.user).values("agency"))
        if mine.count() > 1:
            self.filters["co_quan"].queryset = mine.in_order()
        else:
            del self.filters["co_quan"]

    def of_state(self, found: Sources, name: str, value: str) -> Sources:
        return found.filter(state__in=watching.TROUBLE if value == _IN_TROUBLE else [value])


class Listing(generic.IndexView):
    """All sources of the person's agencies, those in trouble first."""

    page_title = gettext_lazy("Nguồn tin")
    template_name = "harvest/sources.html"
    results_template_name = "harvest/sources_rows.html"
    is_searchable = True
    filterset_class = SourceFilters
    columns: list[Any] = []
    list_export = list(_SHEET)
    export_headings = _SHEET
    # Moments as clocks here say them; no name that a source gave itself is a formula or breaks the sheet.
    custom_value_preprocess = {
        datetime: {"csv": lambda at: timezone.localtime(at).isoformat(), "xlsx": timezone.make_naive},
        str: {"csv": safe, "xlsx": lambda text: "".join(filter(str.isprintable, text))},
    }  # fmt: skip

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()

    def order_queryset(self, queryset: QuerySet[Any]) -> Sources:
        found: Any = queryset.select_related("agency")
        return watching.trouble_first(found)

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        if self.is_export:
            return context
        shown = list(context["object_list"])
        days = watching.days_of([one.pk for one in shown], at=self.at)
        return context | {
            "rows": [rows.row(one, days[one.pk], at=self.at) for one in shown],
            "sums": watching.sums(Source.objects.for_staff(self.request.user)),
            "in_trouble": _IN_TROUBLE,
            "judges": any(rights_of(self.request.user).has(role) for role in REVIEWERS),
        }

    def to_row_dict(self, item: Source) -> dict[str, Any]:
        return {
            "slug": item.slug, "name": item.name, "agency": item.agency.short_name, "kind": rows.kind(item),
            "state": str(item.get_state_display()), "trouble": rows.trouble(item), "ok": item.last_ok_at,
            "new": item.last_new_at, "next": item.next_at, "failures": item.fail_count,
        }  # fmt: skip

    def stream_csv(self, queryset: QuerySet[Any]) -> Iterator[str]:
        """Begin with the mark by which spreadsheets know UTF-8."""
        yield "\ufeff"
        yield from super().stream_csv(queryset)


class SourceViewSet(AgencyViewSet):
    """The list alone: sources are added and changed by the wizard, and never deleted or copied."""

    model = Source
    name = "harvest_sources"
    url_prefix = "nguon-tin"
    icon = "site"
    add_to_reference_index = False
    inspect_view_enabled = False
    index_view_class = Listing
    search_backend_name = None
    search_fields = ["name", "slug", "url", "agency__name", "agency__short_name"]
    list_per_page = 25
    export_filename = "nguon-tin"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        closed = {f"{one}_url_name": None for one in ("add", "edit", "delete", "history", "usage")}
        given: dict[str, Any] = super().get_common_view_kwargs(**closed, **kwargs)
        return given

    def get_urlpatterns(self) -> list[URLPattern]:
        """Keep the list and what of it is loaded again."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def register_admin_url_finder(self) -> None:
        """Name no address to edit a source: Wagtail's own would be closed."""


# ---- one source ------------------------------------------------------------------------------------------------------


class SwitchForm(forms.Form):
    """Why a source is switched; which way, the button says."""

    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=300, widget=forms.TextInput)


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that is known of one source."""
    return _screen(request, get_object_or_404(seen_sources(request), pk=pk), at=timezone.now())


def _screen(
    request: HttpRequest,
    found: Source,
    *,
    at: datetime,
    switch_form: SwitchForm | None = None,
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with the screen; `problems` (visit, move, secret) say beside a button why it did nothing."""
    rights = rights_of(request.user)
    keeps = rights.everywhere(*KEEPERS) or found.agency_id in rights.agencies(*KEEPERS)
    of_agency = rights.holds(Role.AGENCY_ADMIN, found.agency_id)
    visits = Fetch.objects.filter(source=found)
    alarms = SourceAlarm.objects.filter(source=found).select_related("source__agency").order_by("-at", "-pk")
    context = {
        "row": rows.row(found, watching.days_of([found.pk], at=at)[found.pk], at=at),
        "source": found, "at": at, "keeps": keeps,
        "signs": suspicion.sentences(found),
        "since": _moment(found.standing.get("since")),
        "site": freshness.site(found.kind, found.url, found.agency.site),
        "interval": rows.span(timedelta(seconds=found.interval_s)), "every": found.config.get("every", ""),
        "obeys": obeys(found.config), "rest": watching.rest_of(found, at=at),
        "entry": _entry(found) if keeps else "",
        "items": [(one, placed.why_there(one.item.reason)) for one in watching.latest_items(found, _ITEMS)],
        "alarms": watching.told(list(alarms[:_ALARMS_OF_ONE])),
        "visits": page_of(visits, field="at", size=_VISITS, before=_place(request, "truoc"),
                          after=_place(request, "sau")),
        "may_visit": found.next_at is not None and found.kind != "push",
        "may_renew": found.kind == "push" and (of_agency or rights.everywhere(Role.OPERATOR)),
        "switch_form": switch_form or SwitchForm(), "problems": problems or {},
    }  # fmt: skip
    refused = problems or (switch_form is not None and switch_form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "harvest/source.html", context, status=status)


def _entry(found: Source) -> str:
    return "\n".join(registry.word_as_toml(name, said) for name, said in registry.entry_of(found).items())


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _place(request: HttpRequest, name: str) -> Cursor | None:
    try:
        return Cursor.parse(request.GET[name]) if name in request.GET else None
    except BadCursor as bad:
        raise Http404 from bad


# ---- what its keepers do ---------------------------------------------------------------------------------------------


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a source on or off."""
    found, at = kept_source(request, pk), timezone.now()
    form, on = SwitchForm(request.POST), request.POST.get("on") == "1"
    if form.is_valid():
        try:
            keeping.switch(found, on=on, reason=form.cleaned_data["reason"], by=person(request), at=at)
        except Refused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, _("Đã bật nguồn.") if on else _("Đã tắt nguồn; tin đã thu vẫn được giữ."))
            return redirect("harvest_source", pk)
    return _screen(request, found, at=at, switch_form=form)


@require_POST
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a source due."""
    found, at = kept_source(request, pk), timezone.now()

    def act() -> str:
        keeping.visit_now(found, by=person(request), at=at)
        if rest := watching.rest_of(found, at=at):
            until = timezone.localtime(rest.until)
            return _("Đã xếp hàng, nhưng máy chủ nguồn xin nghỉ đến %(until)s: sau đó mới thu được.") % {
                "until": f"{until:%H:%M %d/%m/%Y}"
            }
        return _("Đã xếp hàng; bộ thu sẽ ghé trong giây lát.")

    return _done(request, found, "visit", act, at=at)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the address that a source leads to, or stay."""
    found, at = kept_source(request, pk), timezone.now()
    target, verdict = request.POST.get("target", ""), request.POST.get("verdict", "")

    def act() -> str:
        if verdict == "decline":
            keeping.decline_move(found, target, by=person(request), at=at)
            return _("Giữ địa chỉ cũ; sẽ không hỏi lại về địa chỉ mới này.")
        if verdict != "confirm":
            raise Refused(_("Hãy chọn dùng địa chỉ mới hay giữ địa chỉ cũ."))
        if keeping.confirm_move(found, target, by=person(request), at=at):
            return _("Đã dùng địa chỉ mới. Vì chủ của địa chỉ có thể đã khác, tin mới chờ người duyệt.")
        return _("Đã dùng địa chỉ mới; lần thu tới đọc lại từ đầu.")

    return _done(request, found, "move", act, at=at)


def _done(request: HttpRequest, found: Source, name: str, act: Callable[[], str], *, at: datetime) -> HttpResponse:
    """Do it and lead back to the source; what is refused is said beside its button."""
    try:
        said = act()
    except Refused as refused:
        return _screen(request, seen_sources(request).get(pk=found.pk), at=at, problems={name: str(refused)})
    messages.success(request, said)
    return redirect("harvest_source", found.pk)


@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the signs of a takeover were looked at and are in order."""
    found = kept_source(request, pk)
    if suspicion.clear_suspicion(found, by=person(request), at=timezone.now()):
        messages.success(request, _("Đã ghi nhận: tin mới đi theo đường thường lệ; tin đã giữ lại vẫn chờ duyệt."))
    else:
        messages.info(request, _("Không còn dấu hiệu nào; có thể ai đó đã xem rồi."))
    return redirect("harvest_source", found.pk)


@require_POST
@sensitive_variables("secret")
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a source a new secret and answer with it, once: no second page could take it from anywhere."""
    found, at = kept_source(request, pk), timezone.now()
    try:
        secret = keeping.renew_secret(found, by=person(request), at=at)
    except Refused as refused:
        return _screen(request, found, at=at, problems={"secret": str(refused)})
    address = settings.SITE_URL + reverse("harvest:push", args=[found.slug])
    return render(request, "harvest/secret.html", {"source": found, "secret": secret, "address": address})


# ---- alarms ----------------------------------------------------------------------------------------------------------


@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """List what people were told of the sources that they see, newest first."""
    found = SourceAlarm.objects.filter(source__in=seen_sources(request).order_by()).select_related("source__agency")
    page = page_of(found, field="at", size=_ALARMS, before=_place(request, "truoc"), after=_place(request, "sau"))
    return render(request, "harvest/alarms.html", {"page": page})


ADDRESSES: list[URLPattern] = [
    path("<int:pk>/", source, name="harvest_source"),
    path("<int:pk>/bat-tat/", switch, name="harvest_switch"),
    path("<int:pk>/thu-ngay/", visit, name="harvest_visit"),
    path("<int:pk>/dia-chi-moi/", move, name="harvest_move"),
    path("<int:pk>/da-xem/", clear, name="harvest_clear"),
    path("<int:pk>/khoa-gui/", renew, name="harvest_secret"),
    path("canh-bao/", alarms, name="harvest_alarms"),
]
