"""“Chạy thử”: visit a source as the poller would, show what would come of it, write nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cong.accounts.models import User
from cong.agencies.models import Part
from cong.entries.models import Section
from cong.harvest import editing, registry
from cong.harvest.models import Source
from cong.harvest.original import field_label
from cong.harvest.placed import why_there
from cong.harvest.staff import network
from cong.harvest.staff.door import kept_source, person
from cong.harvest.staff.network import NotNow, TooSlow
from cong.harvest.trial import Standing, Trial, Tried, TriedPage
from cong.publishing.differences import Block

_SIGNS: dict[Standing, tuple[str, Promise]] = {
    Standing.NEW: ("+", gettext_lazy("mới")),
    Standing.CHANGED: ("~", gettext_lazy("đổi")),
    Standing.SAME: ("=", gettext_lazy("như cũ")),
}
_WAYS = {
    "selector": gettext_lazy("theo bộ chọn content"),
    "general": gettext_lazy("tự nhận ra"),
    "longest": gettext_lazy("khối dài nhất"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item of a dry run in words."""

    item: Tried
    sign: str
    standing: str
    part: str
    section: str
    reason: str
    fields: str
    changes: tuple[tuple[str, Block], ...]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A dry run as a screen shows it. Where there is none, `refused` blames who asked, `problem` the source."""

    trial: Trial | None = None
    rows: tuple[Row, ...] = ()
    counts: tuple[tuple[str, str, int], ...] = ()
    pages: tuple[tuple[TriedPage, str], ...] = ()
    refused: str = ""
    problem: str = ""


def shown(source: Source, *, by: User, at: datetime) -> Shown:
    """Try a source, stored or not, and put what came of it into words."""
    if source.kind == "push":
        return Shown(problem=_("Nguồn kiểu này không được ghé: đối tác tự gửi đến, nên không có gì để chạy thử."))
    try:
        trial = network.try_out(source, by=by, at=at)
    except NotNow as refused:
        return Shown(refused=str(refused))
    except TooSlow as refused:
        return Shown(problem=str(refused))
    return Shown(
        trial=trial, rows=tuple(map(_row, trial.items)), counts=tuple(_counts(trial)),
        pages=tuple((page, str(_WAYS.get(page.way, ""))) for page in trial.pages),
    )  # fmt: skip


def _counts(trial: Trial) -> Iterator[tuple[str, str, int]]:
    for standing, (sign, words) in _SIGNS.items():
        yield sign, str(words), trial.count(standing)


def _row(item: Tried) -> Row:
    sign, words = _SIGNS[item.standing]
    return Row(
        item=item, sign=sign, standing=str(words), part=str(Part(item.part).label),
        section=str(Section(item.section).label), reason=why_there(item.reason),
        fields=", ".join(dict.fromkeys(field_label(name) for name in item.fields)),
        changes=tuple((field_label(one.where), one) for one in item.changes),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a dry run of a stored source is; a POST makes one, of the source as it was shown."""
    source, at = kept_source(request, pk), timezone.now()
    token, done, status = editing.token_of(registry.entry_of(source)), None, HTTPStatus.OK
    if request.method == "POST":
        if request.POST.get("shown") != token:
            problem = _("Nguồn đã được sửa sau khi bạn mở trang này; hãy xem lại rồi bấm chạy thử.")
            done, status = Shown(problem=problem), HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            done = shown(source, by=person(request), at=at)
            status = HTTPStatus.TOO_MANY_REQUESTS if done.refused else status
    context = {"source": source, "shown": token, "trial": done}
    return render(request, "harvest/wizard/try.html", context, status=status)


ADDRESSES: list[URLPattern] = [path("<int:pk>/chay-thu/", attempt, name="harvest_try")]
