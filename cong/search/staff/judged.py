"""The judged set: its lines, running it now, how it went over time, and each query of one run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cong.entries.models import Entry
from cong.search import judging, lines, tuning
from cong.search.engines import chosen
from cong.search.engines.engine import NotReady
from cong.search.judging import NothingExpected
from cong.search.measures import Scored
from cong.search.models import Expectation, Ran
from cong.search.staff.door import is_tuner, reader, tell, tuner
from cong.search.staff.forms import ExpectationForm, expected_of
from cong.search.tuning import Refused

_READ = ("GET", "HEAD", "POST")
_DRAWN, _LISTED = 60, 15


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the set with its entry (None: not public any more) and its rank in the last run that asked it."""

    line: Expectation
    entry: Entry | None
    was_asked: bool
    rank: int | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One query of a run: each wanted entry (None: not public now) with its rank; `before`: nDCG in the run before."""

    scored: Scored
    wanted: list[tuple[int, Entry | None, int | None]]
    before: float | None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    reader(request)
    rows = list(Expectation.objects.order_by("query", "pk"))
    runs = list(Ran.objects.order_by("-at", "-pk").defer("results")[:_DRAWN])
    context = {
        "rows": _rows(rows),
        "runs": runs[:_LISTED],
        "line": lines.line([(one.ndcg, one.passed) for one in reversed(runs)]),
        "tunes": is_tuner(request),
    }
    return render(request, "search/staff/judged.html", context)


def _rows(found: list[Expectation]) -> list[Row]:
    last = judging.last()
    asked = (
        {one.query: dict(zip(one.wanted, one.ranks, strict=True)) for one in judging.score_of(last).scored}
        if last
        else {}
    )
    live = Entry.objects.in_bulk([one.entry_id for one in found])
    return [
        Row(line=one, entry=live.get(one.entry_id), was_asked=one.entry_id in asked.get(one.query, {}),
            rank=asked.get(one.query, {}).get(one.entry_id))
        for one in found
    ]  # fmt: skip


@require_http_methods(_READ)
def add(request: HttpRequest) -> HttpResponse:
    """Take in a new line; the address may fill in the form."""
    user, at = tuner(request), timezone.now()
    if request.method != "POST":
        asked = {name: request.GET[name] for name in ("query", "entry") if name in request.GET}
        return _screen(request, ExpectationForm(initial=asked))
    form = ExpectationForm(request.POST)
    if form.is_valid():
        try:
            line = tuning.expect(form.expected(), by=user, at=at)
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("Bộ kiểm tra có thêm câu “%(query)s”.") % {"query": line.query})
            return redirect("search_judged")
    return _screen(request, form)


@require_http_methods(_READ)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user, at = tuner(request), timezone.now()
    line = get_object_or_404(Expectation, pk=pk)
    if request.method != "POST":
        return _screen(request, ExpectationForm(initial=expected_of(line)), line)
    form = ExpectationForm(request.POST)
    if form.is_valid():
        try:
            tuning.change_expectation(line, form.expected(), by=user, at=at)
        except Refused as refused:
            line.refresh_from_db()
            tell(form, refused)
        else:
            messages.success(request, _("Đã sửa câu “%(query)s”.") % {"query": line.query})
            return redirect("search_judged")
    return _screen(request, form, line)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = tuner(request)
    line = get_object_or_404(Expectation, pk=pk)
    tuning.drop_expectation(line, by=user, at=timezone.now())
    messages.success(request, _("Đã bỏ câu “%(query)s” khỏi bộ kiểm tra.") % {"query": line.query})
    return redirect("search_judged")


def _screen(request: HttpRequest, form: ExpectationForm, line: Expectation | None = None) -> HttpResponse:
    entry = Entry.objects.filter(pk=line.entry_id).first() if line else None
    context = {"form": form, "line": line, "entry": entry}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "search/staff/expectation.html", context, status=status)


# ---- runs ------------------------------------------------------------------------------------------------------------


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Run the set now and open what came of it."""
    user = tuner(request)
    try:
        ran = judging.run(chosen.reader(), by=user, at=timezone.now())
    except NothingExpected as refused:
        messages.warning(request, str(refused))
        return redirect("search_judged")
    except NotReady:
        messages.warning(request, _("Chỉ mục đang được lập lại; hãy chạy sau ít phút."))
        return redirect("search_judged")
    return redirect("search_ran", ran.pk)


@require_safe
def ran(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each query of a run beside the run before."""
    reader(request)
    found = get_object_or_404(Ran, pk=pk)
    before = Ran.objects.filter(pk__lt=found.pk).order_by("-pk").first()
    context = {"ran": found, "before": before, "asked": _asked(found, before), "tunes": is_tuner(request),
               "margin": judging.MARGIN}  # fmt: skip
    return render(request, "search/staff/ran.html", context)


def _asked(found: Ran, before: Ran | None) -> list[Asked]:
    known = {one.query: one.ndcg for one in judging.score_of(before).scored} if before else {}
    scored = sorted(judging.score_of(found).scored, key=lambda one: (one.ndcg, one.query))
    live = Entry.objects.in_bulk([entry for one in scored for entry in one.wanted])
    return [Asked(scored=one, wanted=_wanted(one, live), before=known.get(one.query)) for one in scored]


def _wanted(one: Scored, live: dict[int, Entry]) -> list[tuple[int, Entry | None, int | None]]:
    pairs: Iterable[tuple[int, int | None]] = zip(one.wanted, one.ranks, strict=True)
    return [(entry, live.get(entry), rank) for entry, rank in pairs]


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Have later runs be measured by this one."""
    user = tuner(request)
    judging.accept(get_object_or_404(Ran, pk=pk), by=user, at=timezone.now())
    messages.success(request, _("Những lần chạy sau sẽ so với lần này."))
    return redirect("search_ran", pk)


ADDRESSES: list[URLPattern] = [
    path("", index, name="search_judged"),
    path("them/", add, name="search_expect"),
    path("<int:pk>/", change, name="search_expectation"),
    path("<int:pk>/bo/", remove, name="search_expectation_remove"),
    path("chay/", run, name="search_run"),
    path("lan-chay/<int:pk>/", ran, name="search_ran"),
    path("lan-chay/<int:pk>/chap-nhan/", accept, name="search_accept"),
]
