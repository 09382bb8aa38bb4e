"""The staff home: one inbox out of all that waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cong.agencies.rights import rights_of
from cong.desk import queries
from cong.desk.queries import PAGE, Tab
from cong.desk.staff.door import now, number, person
from cong.publishing.models import Grade


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show one tab of the inbox; unknown values in the address are taken as the default."""
    at, user = now(), person(request)
    tab = _tab(request.GET.get("muc", ""))
    agency = number(request.GET.get("co-quan", ""))
    grade = request.GET.get("hang", "")
    grade = grade if grade in Grade.values else ""
    start = number(request.GET.get("tu", "")) or 0
    found = list(queries.rows(tab, user, at=at, agency=agency, grade=grade)[start : start + PAGE + 1])
    agencies = list(queries.agencies_of(rights_of(user)))
    context = {
        "tabs": queries.counts(user, at=at),
        "tab": tab,
        "rows": queries.shown(found[:PAGE], at=at),
        "next_start": start + PAGE if len(found) > PAGE else None,
        "agencies": agencies if len(agencies) > 1 else [],
        "agency": agency,
        "grades": Grade.choices,
        "grade": grade,
        "writing": queries.writing_places(rights_of(request.user)),
        "at": at,
    }
    return render(request, "desk/home.html", context)


def _tab(given: str) -> Tab:
    return Tab(given) if given in list(Tab) else Tab.WAITING
