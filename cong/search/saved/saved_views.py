"""Pages on which readers save a search and look after the saved ones; a letter's link is all that lets them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cong.agencies.sessions import address_of
from cong.design.languages import language
from cong.search.addresses import address
from cong.search.jobs import send_search_letters
from cong.search.models import Subscriber
from cong.search.queries import cleaned
from cong.search.saved import saving
from cong.search.saved.private_pages import private_page
from cong.search.saved.rhythm import Often
from cong.search.saved.saved_forms import RHYTHMS, Deed, Manage, Save
from cong.search.saved.saving import NotOpen, TooOften, Wish
from cong.search.saved.tallies import network_of

_ONE_CLICK = ("List-Unsubscribe", "One-Click")
_SEE_OTHER = 303
_FEED = "syndication:search-atom"


@private_page
def save(request: HttpRequest, *, stale: bool) -> HttpResponse:
    """Take a search that a reader wants letters about. The answer never tells whether the address is known."""
    posted = request.method == "POST"
    query = cleaned((request.POST if posted else request.GET).get("q", ""))
    if not query:
        return redirect("search:results")
    if not posted:
        return _save_page(request, Save(initial={"often": Often.DAILY.value}), query)
    form = Save(request.POST)
    if status := _refusal(request, form, query, stale=stale):
        return _save_page(request, form, query, status=status)
    return _see("search:save_sent", q=query)


def _refusal(request: HttpRequest, form: Save, query: str, *, stale: bool) -> int:
    """Do what the form asks for; return the status that says why not, with the reason on the form, or 0."""
    valid = form.is_valid()
    if stale:
        form.add_error(None, _("Biểu mẫu này đã cũ hoặc trình duyệt không giữ cookie. Hãy bấm nút gửi lần nữa."))
        return 403
    if not valid:
        return 422
    if form.is_from_a_machine:
        return 0
    wish = Wish(email=form.cleaned_data["email"], query=query, lang=language(), often=Often(form.cleaned_data["often"]))
    try:
        saving.ask(wish, network=network_of(address_of(request)), at=timezone.now())
    except TooOften:
        form.add_error(None, _("Hôm nay mạng này đã gửi quá nhiều yêu cầu. Hãy thử lại vào ngày mai."))
        return 429
    # Whether there is a letter or not: how long the answer takes tells nothing either.
    send_search_letters.enqueue()
    return 0


def _save_page(request: HttpRequest, form: Save, query: str, *, status: int = 200) -> HttpResponse:
    given = {"form": form, "query": query, "rhythms": RHYTHMS, "feed": address(query, name=_FEED)}
    return render(request, "search/saved_form.html", given, status=status)


@private_page
def save_sent(request: HttpRequest, *, stale: bool) -> HttpResponse:
    """Say that a letter is on its way, if there is one."""
    query = cleaned(request.GET.get("q", ""))
    return render(request, "search/saved_sent.html", {"query": query, "feed": address(query, name=_FEED)})


@private_page
def confirm(request: HttpRequest, *, stale: bool) -> HttpResponse:
    """Show one button, which confirms: what only looks at links confirms nothing."""
    token, at = request.GET.get("ma", ""), timezone.now()
    try:
        saved = saving.pending(token, at=at)
        if request.method == "POST" and not stale:
            return _see("search:saved", ma=saving.confirm(token, at=at).token, xong="xac-nhan")
    except NotOpen:
        return _closed(request)
    given = {"saved": saved, "stale": stale, "manage": saved.subscriber.token if saved.confirmed_at else ""}
    return render(request, "search/saved_confirm.html", given, status=403 if stale else 200)


@private_page
def saved(request: HttpRequest, *, stale: bool) -> HttpResponse:
    """Show all searches of the address that the link was sent to, and do what is asked with them."""
    token = request.GET.get("ma", "")
    form = Manage(request.POST) if request.method == "POST" else None
    try:
        subscriber = saving.opened(token)
        if form is not None and form.is_valid() and not stale:
            _DEEDS[form.deed](token, form)
            return _after(form.deed, token)
    except NotOpen:
        return _closed(request)
    return _saved_page(request, subscriber, form, stale=stale)


def _after(deed: Deed, token: str) -> HttpResponse:
    """Lead on to what is left; nothing may be."""
    try:
        saving.opened(token)
    except NotOpen:
        return _see("search:saved_gone")
    return _see("search:saved", ma=token, xong=deed.value)


def _saved_page(request: HttpRequest, subscriber: Subscriber, form: Manage | None, *, stale: bool) -> HttpResponse:
    given: dict[str, Any] = {
        "subscriber": subscriber,
        "searches": [(one, address(one.query, name=_FEED)) for one in subscriber.searches.order_by("pk")],
        "rhythms": RHYTHMS,
        "form": form,
        "stale": stale,
        "done": request.GET.get("xong", "") if form is None else "",
    }
    status = 200 if form is None else 403 if stale else 422
    return render(request, "search/saved.html", given, status=status)


@private_page
def saved_gone(request: HttpRequest, *, stale: bool) -> HttpResponse:
    """Say that nothing is kept any more."""
    return render(request, "search/saved_gone.html", {"query": ""})


@private_page
def end(request: HttpRequest, *, stale: bool) -> HttpResponse:
    """End one search: at once when a mail program asks (RFC 8058), for a person by one button."""
    token = request.GET.get("ma", "")
    one_click = request.POST.get(_ONE_CLICK[0]) == _ONE_CLICK[1]
    try:
        ending = saving.ending(token)
        if request.method == "POST" and (one_click or not stale):
            saving.end(token)
            return render(request, "search/saved_gone.html", {"query": ending.query})
    except NotOpen:
        return _closed(request)
    return render(request, "search/saved_end.html", {"saved": ending, "stale": stale}, status=403 if stale else 200)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "search/saved_closed.html", status=410)


def _see(name: str, **query: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name) + (f"?{urlencode(query)}" if query else ""), status=_SEE_OTHER)


def _number(form: Manage) -> int:
    return int(form.cleaned_data["so"])


_DEEDS: dict[Deed, Callable[[str, Manage], None]] = {
    Deed.CHANGE: lambda token, form: saving.change(token, _number(form), form.often_chosen, at=timezone.now()),
    Deed.PAUSE: lambda token, form: saving.pause(token, _number(form), at=timezone.now()),
    Deed.RESUME: lambda token, form: saving.resume(token, _number(form), at=timezone.now()),
    Deed.DELETE: lambda token, form: saving.delete(token, _number(form)),
    Deed.DELETE_ALL: lambda token, form: saving.delete_all(token),
}
