"""The review queue: what was held, the riskiest first, and one item beside what its source says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from cong.accounts.models import User
from cong.agencies.rights import rights_of
from cong.entries.models import Entry
from cong.entries.process import lede
from cong.harvest import held, reviewing
from cong.harvest.classifier import SURE
from cong.harvest.models import Item, Source
from cong.harvest.original import last_change, original
from cong.harvest.placed import PLACES, place_label, why_there
from cong.harvest.reviewing import MOST_TOGETHER, Approved, Came, NotDone, NotWaiting
from cong.harvest.risk import Level
from cong.harvest.roles import REVIEWERS
from cong.harvest.sorting import word_for
from cong.harvest.staff.door import person
from cong.journal.models import Event
from cong.publishing.actions import OutOfDate, shelf_row
from cong.publishing.models import Snapshot
from cong.publishing.process import Content

PAGE = 50
_LONGEST_NUMBER = 18
_GUESSED = ("words:", "document:")
_TOLD = (NotWaiting, NotDone, OutOfDate)
_SHOWN = {
    "": gettext_lazy("Tất cả"),
    Level.HIGH.value: gettext_lazy("Rủi ro cao"),
    Level.MIDDLE.value: gettext_lazy("Cần xem kỹ"),
    Level.LOW.value: gettext_lazy("Rủi ro thấp"),
}
_ACTS: dict[str, Promise] = {
    "harvest.approve": gettext_lazy("Đã duyệt"),
    "harvest.copy": gettext_lazy("Đã ghi là bản đăng lại"),
    "harvest.reject": gettext_lazy("Đã loại"),
    "harvest.keep": gettext_lazy("Đã giữ bản đang công khai"),
    "harvest.move": gettext_lazy("Đã chuyển mục"),
}
_PREVIEW_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def _reviewer(request: HttpRequest) -> User:
    if not any(rights_of(request.user).has(role) for role in REVIEWERS):
        raise PermissionDenied
    return person(request)


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _LONGEST_NUMBER else None


def _item(request: HttpRequest, pk: int) -> Item:
    """Return an item that the person may judge: 404 for another agency's, 403 where they only work."""
    user = person(request)
    found = held.judged_by(user).filter(pk=pk).first()
    if found is None:
        seen = Source.objects.for_staff(user)
        if Item.objects.filter(pk=pk, source__in=seen.order_by()).exists():
            raise PermissionDenied
        raise Http404
    return found


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits: a window of the newest, sorted by risk, one page of it."""
    user, at = _reviewer(request), timezone.now()
    before = _number(request.GET.get("truoc", ""))
    level = request.GET.get("muc", "")
    level = level if level in _SHOWN else ""
    start = _number(request.GET.get("tu", "")) or 0
    window = held.window(user, at=at, before=before)
    rows = [one for one in window.rows if level in ("", one.risk.level)]
    context = {
        "rows": [_row(one) for one in rows[start : start + PAGE]],
        "tabs": [_tab(window, word, label) for word, label in _SHOWN.items()],
        "level": level,
        "total": held.of(user).count(),
        "weighed": len(window.rows),
        "before": before,
        "older": window.older,
        "next_start": start + PAGE if len(rows) > start + PAGE else None,
        "together": level == Level.LOW,
        "most": MOST_TOGETHER,
    }
    return render(request, "harvest/review/list.html", context)


def _tab(window: held.Window, word: str, label: Promise) -> tuple[str, Promise, int]:
    return word, label, sum(1 for one in window.rows if word in ("", one.risk.level))


def _row(waiting: held.Waiting) -> dict[str, Any]:
    return {
        "waiting": waiting,
        "place": place_label(waiting.content.part, waiting.content.section),
        "level": _SHOWN[waiting.risk.level],
    }


@require_POST
def several(request: HttpRequest) -> HttpResponse:
    """Approve the calm items that were ticked, and say what happened to each."""
    user, at = _reviewer(request), timezone.now()
    ticked = [number for given in request.POST.getlist("tin") if (number := _number(given)) is not None]
    if held.judged_by(user).filter(pk__in=ticked[: MOST_TOGETHER + 1]).count() != len(set(ticked[: MOST_TOGETHER + 1])):
        raise Http404
    shown = [(number, request.POST.get(f"sha-{number}", "")) for number in ticked]
    try:
        done = reviewing.approve_several(shown, by=user, at=at)
    except NotDone as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('harvest_review')}?muc={Level.LOW}")
    if not done:
        messages.warning(request, _("Bạn chưa chọn tin nào."))
        return redirect(f"{reverse('harvest_review')}?muc={Level.LOW}")
    context = {"done": [(one, _outcome(one)) for one in done], "left": held.of(user).count()}
    return render(request, "harvest/review/done.html", context)


def _outcome(done: Approved) -> str:
    if done.came is Came.REFUSED:
        return _("Chưa duyệt: %(problem)s") % {"problem": done.problem}
    if done.came is Came.COPY:
        return _("Câu chuyện này đã có trên cổng; tin được ghi vào “cũng đăng tại”.")
    if done.others:
        more = ngettext(
            "%(count)d tin chờ duyệt kể cùng câu chuyện được ghi vào “cũng đăng tại”.",
            "%(count)d tin chờ duyệt kể cùng câu chuyện được ghi vào “cũng đăng tại”.",
            done.others,
        )
        return _("Đã xuất bản.") + " " + more % {"count": done.others}
    return _("Đã xuất bản.")


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one item as readers would see it, beside its source."""
    return _screen(request, _item(request, pk), at=timezone.now())


def _screen(
    request: HttpRequest, found: Item, *, at: datetime, problem: str = "", verb: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Answer with the screen of an item; with what was typed and why it was refused, if it was."""
    rows = held.weighed([found], at=at)
    if not rows:
        raise Http404
    [waiting] = rows
    user = person(request)
    before, after = held.window(user, at=at).beside(found.pk)
    context = {
        "item": found,
        "waiting": waiting,
        "is_waiting": found.awaits_person,
        "level": _SHOWN[waiting.risk.level],
        "why": held.why_held(waiting),
        "place": place_label(waiting.content.part, waiting.content.section),
        "word": word_for(waiting.content.part, waiting.content.section),
        "place_reason": why_there(found.reason),
        "sure": f"{found.confidence:.0%}" if found.reason.startswith(_GUESSED) or found.confidence < SURE else "",
        "places": PLACES,
        "original": original(found),
        "change": last_change(found),
        "before": before,
        "after": after,
        "total": held.of(user).count(),
        "acts": _acts(found),
        "problem": problem,
        "refused": verb,
        "typed": request.POST if verb else {},
    }
    return render(request, "harvest/review/item.html", context, status=status)


def _acts(found: Item) -> list[tuple[Event, Promise]]:
    events = Event.objects.filter(subject=f"item:{found.pk}").order_by("-id")[:10]
    return [(one, _ACTS[one.verb]) for one in events if one.verb in _ACTS]


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest seal of an item as a page of the portal."""
    found = _item(request, pk)
    snapshot = Snapshot.objects.filter(publication=found.publication_id).order_by("-pk").first()
    if snapshot is None:
        raise Http404
    content = Content.parse(snapshot.content, snapshot.html)
    row = shelf_row(
        content, publication=found.publication_id, release=0, sha256=snapshot.sha256, note="",
        released_at=snapshot.at, corrected_at=None, corrections=0,
    )  # fmt: skip
    entry = Entry(**row)
    entry.agency = found.source.agency
    shown = {"entry": entry, "lede": lede(entry.summary, entry.html)}
    page = render_to_string("harvest/preview.html", shown, request=request, using="jinja2")
    return HttpResponse(page, headers=_PREVIEW_HEADERS)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with an item and open the next; when it is refused, say why and show it as it is now."""
    if verb not in _VERBS:
        raise Http404
    found, at = _item(request, pk), timezone.now()
    try:
        told = _VERBS[verb](request, found, at)
    except _TOLD as refused:
        return _screen(
            request, _item(request, pk), at=at, problem=str(refused), verb=verb, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    messages.success(request, told)
    return redirect("harvest_review_item", pk) if verb == "chuyen" else _next(request)


def _next(request: HttpRequest) -> HttpResponse:
    """Open the item that stood behind the one that was decided, or the list when nothing is left."""
    wanted = _number(request.POST.get("tiep", ""))
    mine = held.of(person(request))
    if wanted is not None and mine.filter(pk=wanted).exists():
        return redirect("harvest_review_item", wanted)
    return redirect("harvest_review")


def _approve(request: HttpRequest, found: Item, at: datetime) -> str:
    sha256 = request.POST.get("sha256", "")
    done = reviewing.approve(found.pk, sha256=sha256, by=person(request), at=at)
    return f"“{done.title}”: {_outcome(done)}"


def _reject(request: HttpRequest, found: Item, at: datetime) -> str:
    sha256, reason = request.POST.get("sha256", ""), request.POST.get("reason", "")
    reviewing.reject(found.pk, sha256=sha256, reason=reason, by=person(request), at=at)
    return _("Đã loại; tin này sẽ không được thu lại.")


def _keep(request: HttpRequest, found: Item, at: datetime) -> str:
    reviewing.keep(found.pk, sha256=request.POST.get("sha256", ""), by=person(request), at=at)
    return _("Đã giữ bản đang công khai.")


def _move(request: HttpRequest, found: Item, at: datetime) -> str:
    sha256, word = request.POST.get("sha256", ""), request.POST.get("place", "")
    reviewing.move(found.pk, word=word, sha256=sha256, by=person(request), at=at)
    return _("Đã chuyển mục. Hãy xem lại rồi duyệt.")


_VERBS: dict[str, Callable[[HttpRequest, Item, datetime], str]] = {
    "duyet": _approve,
    "loai": _reject,
    "giu": _keep,
    "chuyen": _move,
}

ADDRESSES: list[URLPattern] = [
    path("", queue, name="harvest_review"),
    path("nhieu/", several, name="harvest_review_several"),
    path("<int:pk>/", item, name="harvest_review_item"),
    path("<int:pk>/xem/", preview, name="harvest_review_preview"),
    path("<int:pk>/<slug:verb>/", act, name="harvest_review_act"),
]
