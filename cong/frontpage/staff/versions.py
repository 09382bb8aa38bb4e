"""The preview of a draft at a chosen moment, and earlier versions: look, compare, take back into the draft."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from cong.frontpage import actions
from cong.frontpage.models import Draft
from cong.frontpage.overview import named, versions
from cong.frontpage.process import Composition
from cong.frontpage.staff.door import composes, place_of, reader
from cong.frontpage.staff.previewing import as_it_would_be
from cong.publishing.actions import OutOfDate
from cong.publishing.differences import differences
from cong.publishing.models import Release
from cong.publishing.process import Content, NotAllowed, ReleaseKind


@require_safe
def preview(request: HttpRequest, page: str, lang: str) -> HttpResponse:
    """Show the saved draft in a frame as wide as a phone or a desk, as it would be at a moment."""
    reader(request)
    place = place_of(page, lang)
    given = request.GET.get("luc", "")
    problem = _("Hãy chọn ngày và giờ.") if given and _moment(given) is None else ""
    context = {"title": actions.title_of(place), "named": named(place), "moment": given, "problem": problem}
    return render(request, "frontpage/preview.html", context)


@require_safe
@xframe_options_sameorigin
def preview_page(request: HttpRequest, page: str, lang: str) -> HttpResponse:
    """Answer with the page itself: of the draft, or of an earlier release."""
    reader(request)
    place = place_of(page, lang)
    draft = get_object_or_404(Draft, section=place.section, lang=place.lang)
    written = _written(draft, request.GET["ban"]) if "ban" in request.GET else draft.composition
    at = _moment(request.GET.get("luc", "")) or timezone.now()
    return as_it_would_be(request, place, Composition.read(written), at)


def _written(draft: Draft, release: str) -> str:
    return _content(_release(draft, release)).front


def _release(draft: Draft, number: str) -> Release:
    if not (number.isascii() and number.isdigit() and len(number) < 19) or draft.publication_id is None:
        raise Http404(number)
    rows = Release.objects.filter(publication=draft.publication_id).exclude(kind=ReleaseKind.WITHDRAW)
    return get_object_or_404(rows.select_related("snapshot"), pk=int(number))


def _content(release: Release) -> Content:
    return Content.parse(release.snapshot.content, release.snapshot.html)


@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, page: str, lang: str, release: int) -> HttpResponse:
    """Show an earlier version beside the last one; a POST takes it into the draft."""
    user, place = reader(request), place_of(page, lang)
    draft = get_object_or_404(Draft, section=place.section, lang=place.lang)
    wanted, problem = _release(draft, str(release)), ""
    if request.method == "POST":
        given = request.POST.get("number", "")
        try:
            number = int(given) if given.isascii() and given.isdigit() else -1
            actions.bring_back(place, wanted.pk, number=number, by=user, at=timezone.now())
        except (NotAllowed, OutOfDate) as refused:
            problem = str(refused)
        else:
            messages.success(request, _("Đã đưa phiên bản cũ vào bản nháp; xem lại rồi trình."))
            return HttpResponseRedirect(reverse("frontpage_page", kwargs=named(place)))
    last = versions(wanted.publication_id)[0]
    context = {
        "title": actions.title_of(place), "named": named(place), "draft": draft, "release": wanted, "last": last,
        "lines": differences(_content(wanted), _content(last)), "problem": problem, "composes": composes(user),
    }  # fmt: skip
    return render(request, "frontpage/version.html", context, status=422 if problem else 200)


def _moment(given: str) -> datetime | None:
    try:
        found = parse_datetime(given)
    except ValueError:
        return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found
