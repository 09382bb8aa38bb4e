"""What is never suggested: the list, and one line to add to it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cong.search import tuning
from cong.search.models import Denied
from cong.search.staff.door import is_tuner, reader, tell, tuner
from cong.search.staff.forms import DeniedForm
from cong.search.tuning import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show the list; a POST adds to it."""
    reader(request)
    if request.method != "POST":
        return _screen(request, DeniedForm(initial={"wording": request.GET.get("wording", "")}))
    user, form = tuner(request), DeniedForm(request.POST)
    if form.is_valid():
        try:
            denied = tuning.deny(form.cleaned_data["wording"], note=form.cleaned_data["note"], by=user,
                                 at=timezone.now())  # fmt: skip
        except Refused as refused:
            tell(form, refused)
        else:
            messages.success(request, _("Từ nay không gợi ý “%(wording)s”.") % {"wording": denied.wording})
            return redirect("search_denied")
    return _screen(request, form)


@require_POST
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    user = tuner(request)
    denied = get_object_or_404(Denied, pk=pk)
    tuning.allow(denied, by=user, at=timezone.now())
    messages.success(request, _("Lại được gợi ý: “%(wording)s”.") % {"wording": denied.wording})
    return redirect("search_denied")


def _screen(request: HttpRequest, form: DeniedForm) -> HttpResponse:
    context = {"form": form, "rows": Denied.objects.order_by("key"), "tunes": is_tuner(request)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "search/staff/denied.html", context, status=status)


ADDRESSES: list[URLPattern] = [
    path("", index, name="search_denied"),
    path("<int:pk>/bo/", allow, name="search_allow"),
]
