"""Pins: which entries stand first for which query, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cong.entries.models import Entry
from cong.search import trying, tuning
from cong.search.engines.engine import NotReady
from cong.search.models import Pin
from cong.search.staff.door import is_tuner, reader, tell, tuner
from cong.search.staff.forms import PinForm, place_of
from cong.search.trying import Tried
from cong.search.tuning import Refused

_READ = ("GET", "HEAD", "POST")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pin with its entry (None: not public any more) and how it stands today."""

    pin: Pin
    entry: Entry | None
    state: str | Promise
    is_standing: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    reader(request)
    today = timezone.localdate()
    pins = list(Pin.objects.order_by("key", "position", "pk"))
    live = Entry.objects.in_bulk([pin.entry_id for pin in pins])
    rows = [_row(pin, live.get(pin.entry_id), today) for pin in pins]
    return render(request, "search/staff/pins.html", {"rows": rows, "tunes": is_tuner(request)})


def _row(pin: Pin, entry: Entry | None, today: date) -> Row:
    if entry is None:
        return Row(pin=pin, entry=None, state=gettext_lazy("Bài không còn công khai"), is_standing=False)
    if pin.from_on > today:
        return Row(pin=pin, entry=entry, state=gettext_lazy("Chưa đến ngày"), is_standing=False)
    if pin.until_on is not None and pin.until_on < today:
        return Row(pin=pin, entry=entry, state=gettext_lazy("Đã hết hạn"), is_standing=False)
    return Row(pin=pin, entry=entry, state=gettext_lazy("Đang ghim"), is_standing=True)


@require_http_methods(_READ)
def add(request: HttpRequest) -> HttpResponse:
    """Take in a new pin; the address may fill in the form."""
    user, at = tuner(request), timezone.now()
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("query", "entry") if name in request.GET}
        return _screen(request, PinForm(initial={"from_on": timezone.localdate(at)} | asked))
    form = PinForm(request.POST)
    if form.is_valid() and "thu" not in request.POST:
        try:
            pin = tuning.pin(form.place(), by=user, at=at)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("Đã ghim cho câu tìm “%(query)s”.") % {"query": pin.query})
            return redirect("search_pins")
    return _screen(request, form, at=at)


@require_http_methods(_READ)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user, at = tuner(request), timezone.now()
    pin = get_object_or_404(Pin, pk=pk)
    if request.method != "POST":
        return _screen(request, PinForm(initial=place_of(pin)), pin)
    form = PinForm(request.POST)
    if form.is_valid() and "thu" not in request.POST:
        try:
            tuning.change_pin(pin, form.place(), by=user, at=at)
        except Refused as refused:
            pin.refresh_from_db()
            tell(form, refused)
        else:
            messages.success(request, _("Đã sửa ghim cho câu tìm “%(query)s”.") % {"query": pin.query})
            return redirect("search_pins")
    return _screen(request, form, pin, at=at)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = tuner(request)
    pin = get_object_or_404(Pin, pk=pk)
    tuning.unpin(pin, by=user, at=timezone.now())
    messages.success(request, _("Đã bỏ ghim cho câu tìm “%(query)s”.") % {"query": pin.query})
    return redirect("search_pins")


def _screen(request: HttpRequest, form: PinForm, pin: Pin | None = None, *, at: datetime | None = None) -> HttpResponse:
    """Answer with the form; one that was sent is tried where it can be."""
    tried = _tried(form, at) if at and form.is_valid() else None
    entry = Entry.objects.filter(pk=pin.entry_id).first() if pin else None
    context = {"form": form, "pin": pin, "entry": entry, "tried": tried}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "search/staff/pin.html", context, status=status)


def _tried(form: PinForm, at: datetime) -> Tried | None:
    place = form.place()
    if not Entry.objects.filter(pk=place.entry).exists():
        form.add_error("entry", _("Không có bài nào đang công khai ở địa chỉ (hoặc số) này."))
        return None
    try:
        return trying.pin(place.query, place.entry, place.position, at=at)
    except NotReady:
        form.add_error(None, _("Chưa thử được: chỉ mục đang được lập lại. Vẫn có thể lưu."))
        return None


ADDRESSES: list[URLPattern] = [
    path("", index, name="search_pins"),
    path("them/", add, name="search_pin_add"),
    path("<int:pk>/", change, name="search_pin"),
    path("<int:pk>/bo/", remove, name="search_unpin"),
]
