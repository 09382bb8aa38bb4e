"""Connecting a source: paste an address, choose what was found there, look at what it would bring, save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cong.accounts.models import User
from cong.agencies.rights import rights_of
from cong.agencies.staff import limit_choices
from cong.harvest import editing, registry, words
from cong.harvest.discovering import Discovery, Offer
from cong.harvest.editing import Overtaken, Untrusted
from cong.harvest.forms import KINDS, AddressForm, SourceForm
from cong.harvest.models import Source
from cong.harvest.registry import BadRegistry
from cong.harvest.roles import KEEPERS
from cong.harvest.staff import network
from cong.harvest.staff.door import is_trusting, kept_source, person
from cong.harvest.staff.network import NotNow
from cong.harvest.staff.trying import Shown, shown

_READ = ("GET", "HEAD", "POST")
_REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
_LONGEST_SLUG = 100
_FILL_IN, _TRY, _SAVE = "dien", "thu", "luu"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """An offer with the address of the form that it fills in."""

    offer: Offer
    kind: str
    link: str


@require_http_methods(_READ)
def add(request: HttpRequest) -> HttpResponse:
    """Lead through the steps; nothing is stored before the last, all that was typed travels along."""
    if not any(rights_of(request.user).has(role) for role in KEEPERS):
        raise PermissionDenied
    step = request.POST.get("buoc", "") if request.method == "POST" else request.GET.get("buoc", "")
    if request.method == "POST":
        return _filled_in(request, step) if step in (_TRY, _SAVE) else _look(request)
    if step == _FILL_IN:
        return _form_screen(request, _new_form(request, initial=_asked_for(request)))
    return _address_screen(request, AddressForm(initial=_asked_for(request)))


# ---- step 1 and 2: the address, and what it could be -----------------------------------------------------------------


def _look(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    _limit(form, request)
    if not form.is_valid():
        return _address_screen(request, form, status=_REFUSED)
    try:
        found = network.look_around(form.cleaned_data["url"], by=person(request), at=timezone.now())
    except NotNow as refused:
        form.add_error(None, str(refused))
        return _address_screen(request, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    return _address_screen(request, form, found=found)


def _address_screen(
    request: HttpRequest, form: AddressForm, *, found: Discovery | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    _limit(form, request)
    given = {"url": form["url"].value() or "", "agency": form["agency"].value() or ""}
    by_hand = [(kind, label, _link(kind, **given)) for kind, label in KINDS.items()]
    offers = [
        Chosen(offer=one, kind=str(KINDS[one.kind]), link=_link(one.kind, **_words_of(one, given["agency"])))
        for one in (found.offers if found else ())
    ]
    context = {"form": form, "found": found, "offers": offers, "by_hand": by_hand}
    return render(request, "harvest/wizard/address.html", context, status=status)


def _words_of(offer: Offer, agency: str) -> dict[str, str]:
    return {"url": offer.url, "agency": agency, "name": offer.title[:300]} | dict(offer.config)


def _link(kind: str, **said: str) -> str:
    query = {"buoc": _FILL_IN, "kind": kind} | {word: text for word, text in said.items() if text}
    return f"?{urlencode(query)}"


def _limit(form: AddressForm | SourceForm, request: HttpRequest) -> None:
    """Offer only the agencies whose sources the person keeps; where that is one, it is no question."""
    limit_choices(form, request.user, KEEPERS)
    field: Any = form.fields["agency"]
    if field.empty_label is None:
        field.initial = field.queryset.get().slug


# ---- step 3: the form ------------------------------------------------------------------------------------------------


def _asked_for(request: HttpRequest) -> dict[str, str]:
    return {word: request.GET[word] for word in words.FIELDS if word in request.GET}


def _new_form(request: HttpRequest, data: Any = None, *, initial: Mapping[str, str] | None = None) -> SourceForm:
    given = dict(initial or {})
    if given.get("agency") and not given.get("id"):
        given["id"] = _free_slug(f"{given['agency']}-{given.get('kind', 'feed')}"[:_LONGEST_SLUG])
    form = SourceForm(data, initial=given, trusting=is_trusting(request))
    _limit(form, request)
    return form


def _free_slug(wanted: str) -> str:
    """Return the id, with a number behind it when a source has it already."""
    taken = set(Source.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(one for one in _numbered(wanted) if one not in taken)


def _numbered(wanted: str) -> Iterator[str]:
    yield wanted
    yield from (f"{wanted}-{number}" for number in count(2))


def _filled_in(request: HttpRequest, step: str) -> HttpResponse:
    form, at = _new_form(request, request.POST), timezone.now()
    if not form.is_valid():
        return _form_screen(request, form, status=_REFUSED)
    if step == _TRY:
        return _form_screen(request, form, trial=shown(registry.drafted(form.entry), by=person(request), at=at))
    made = _saved(form, by=person(request), at=at)
    if made is None:
        return _form_screen(request, form, status=_REFUSED)
    messages.success(request, _("Đã thêm nguồn “%(source)s”; bộ thu sẽ ghé ngay.") % {"source": made})
    return redirect("harvest_source", pk=made.pk)


def _saved(form: SourceForm, *, by: User, at: datetime) -> Source | None:
    try:
        return editing.add(form.entry, by=by, at=at)
    except Untrusted as refused:
        form.add_error("policy", str(refused))
    except BadRegistry as refused:
        form.refuse(refused, form.entry)
    return None


def _form_screen(
    request: HttpRequest, form: SourceForm, *, trial: Shown | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    again = {word: str(form[word].value() or "") for word in ("url", "agency")}
    context = {"form": form, "trial": trial, "back": urlencode(again)}
    status = HTTPStatus.TOO_MANY_REQUESTS if trial and trial.refused else status
    return render(request, "harvest/wizard/new.html", context, status=status)


# ---- a stored source -------------------------------------------------------------------------------------------------


@require_http_methods(_READ)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a stored source's entry as the same form; a POST tries it or saves it."""
    source = kept_source(request, pk)
    data = request.POST if request.method == "POST" else None
    form = SourceForm(data, stored=registry.entry_of(source), trusting=is_trusting(request))
    _limit(form, request)
    if data is None:
        return _edit_screen(request, source, form)
    if not form.is_valid():
        return _edit_screen(request, source, form, seen=request.POST.get("shown", ""), status=_REFUSED)
    if request.POST.get("buoc") == _TRY:
        wanted = editing.as_if(source, form.entry)
        trial = shown(wanted, by=person(request), at=timezone.now())
        return _edit_screen(request, source, form, seen=request.POST.get("shown", ""), trial=trial)
    return _changed(request, source, form)


def _changed(request: HttpRequest, source: Source, form: SourceForm) -> HttpResponse:
    seen, by, at = request.POST.get("shown", ""), person(request), timezone.now()
    try:
        done = editing.change(source, form.entry, shown=seen, by=by, at=at)
    except Overtaken as news:
        return _edit_screen(request, source, form, overtaken=news, status=HTTPStatus.CONFLICT)
    except Untrusted as refused:
        form.add_error("policy", str(refused))
    except BadRegistry as refused:
        form.refuse(refused, form.entry)
    else:
        _tell(request, done)
        return redirect("harvest_source", pk=source.pk)
    return _edit_screen(request, source, form, seen=seen, status=_REFUSED)


def _tell(request: HttpRequest, done: editing.Edited) -> None:
    if done.fell_back:
        messages.warning(
            request,
            _("Địa chỉ hay quy tắc đã đổi nên nguồn “%(source)s” không còn tự động xuất bản: bài mới chờ người duyệt, "
              "đến khi người giữ nguồn ở Trung tâm bật lại.") % {"source": done.source},
        )  # fmt: skip
    elif done.differences:
        messages.success(request, _("Đã sửa nguồn “%(source)s”.") % {"source": done.source})
    else:
        messages.info(request, _("Không có gì đổi."))


def _edit_screen(
    request: HttpRequest,
    source: Source,
    form: SourceForm,
    *,
    seen: str = "",
    trial: Shown | None = None,
    overtaken: Overtaken | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    current = overtaken.current if overtaken else registry.entry_of(source)
    context = {
        "form": form, "source": source, "trial": trial, "overtaken": overtaken,
        "shown": seen if seen and not overtaken else editing.token_of(current),
        "both": list(_both(current, form.entry)) if overtaken else [],
        "warns": current.get("policy") == "auto" and not is_trusting(request),
    }  # fmt: skip
    status = HTTPStatus.TOO_MANY_REQUESTS if trial and trial.refused else status
    return render(request, "harvest/wizard/edit.html", context, status=status)


def _both(current: Mapping[str, Any], typed: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each word that is not the same in both versions, as TOML."""
    for word, (now, wanted) in editing.differences(current, typed).items():
        yield word, _as_toml(word, now), _as_toml(word, wanted)


def _as_toml(word: str, value: Any) -> str:
    return "" if value is None else registry.word_as_toml(word, value)


ADDRESSES: list[URLPattern] = [
    path("them/", add, name="harvest_add"),
    path("<int:pk>/sua/", edit, name="harvest_edit"),
]
