"""Acronyms and synonyms: the list, and a form that is tried before it is saved."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cong.search import trying, tuning
from cong.search.engines.engine import NotReady
from cong.search.meaning import dictionary
from cong.search.models import Wording, WordingKind
from cong.search.staff.door import is_tuner, reader, tell, tuner
from cong.search.staff.forms import WordForm, word_of
from cong.search.trying import Tried
from cong.search.tuning import Refused

_READ = ("GET", "HEAD", "POST")
_ASKED = ("short", "long", "kind", "direction")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List all wordings; `q` leaves those that hold some syllables, `loai` those of a kind."""
    reader(request)
    kind, asked = request.GET.get("loai", ""), request.GET.get("q", "").strip()
    rows = Wording.objects.order_by("short_key", "long_key", "pk")
    rows = rows.filter(kind=kind) if kind in WordingKind.values else rows
    if told := " ".join(dictionary.key(asked)):
        rows = rows.filter(pair__contains=told)
    context = {"rows": rows, "kind": kind, "asked": asked, "kinds": WordingKind.choices, "tunes": is_tuner(request)}
    return render(request, "search/staff/words.html", context)


@require_http_methods(_READ)
def add(request: HttpRequest) -> HttpResponse:
    """Take in a new wording; the address may fill in the form."""
    user, at = tuner(request), timezone.now()
    if request.method != "POST":
        asked = {name: request.GET[name] for name in _ASKED if name in request.GET}
        return _screen(request, WordForm(initial=asked))
    form = WordForm(request.POST)
    if form.is_valid() and "thu" not in request.POST:
        try:
            told = tuning.add_wording(form.word(), by=user, at=at)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("Đã ghi: %(wording)s.") % {"wording": told})
            return redirect("search_wordings")
    return _screen(request, form, at=at)


@require_http_methods(_READ)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user, at = tuner(request), timezone.now()
    wording = get_object_or_404(Wording, pk=pk)
    if request.method != "POST":
        return _screen(request, WordForm(initial=word_of(wording)), wording)
    form = WordForm(request.POST)
    if form.is_valid() and "thu" not in request.POST:
        try:
            tuning.change_wording(wording, form.word(), by=user, at=at)
        except Refused as refused:
            wording.refresh_from_db()
            tell(form, refused)
        else:
            messages.success(request, _("Đã ghi: %(wording)s.") % {"wording": wording})
            return redirect("search_wordings")
    return _screen(request, form, wording, at=at)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a wording, and offer to fill it in again."""
    user = tuner(request)
    wording = get_object_or_404(Wording, pk=pk)
    again = f"{reverse('search_wording_add')}?{urlencode(word_of(wording))}"
    tuning.remove_wording(wording, by=user, at=timezone.now())
    messages.success(
        request, format_html('{} <a href="{}">{}</a>', _("Đã bỏ: %s.") % wording, again, _("Ghi lại như cũ"))
    )
    return redirect("search_wordings")


def _screen(
    request: HttpRequest, form: WordForm, wording: Wording | None = None, *, at: datetime | None = None
) -> HttpResponse:
    """Answer with the form; one that was sent is tried where it can be."""
    tried = _tried(form, wording, at) if at and form.is_valid() else None
    context = {"form": form, "wording": wording, "tried": tried}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "search/staff/word.html", context, status=status)


def _tried(form: WordForm, wording: Wording | None, at: datetime) -> Tried | None:
    try:
        new = Wording(**tuning.wording_fields(form.word()))
        return trying.wording(form.cleaned_data["probe"] or new.short, new, instead_of=wording, at=at)
    except Refused as refused:
        tell(form, refused)
    except NotReady:
        form.add_error(None, _("Chưa thử được: chỉ mục đang được lập lại. Vẫn có thể lưu."))
    return None


ADDRESSES: list[URLPattern] = [
    path("", index, name="search_wordings"),
    path("them/", add, name="search_wording_add"),
    path("<int:pk>/", change, name="search_wording"),
    path("<int:pk>/bo/", remove, name="search_wording_remove"),
]
