"""The report of foreign hosts: where the harvested texts of a person's agencies lead to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from cong.harvest.domains_seen import MOST_ITEMS, NEW_FOR, report
from cong.harvest.staff.door import seen_sources


@require_safe
def domains(request: HttpRequest) -> HttpResponse:
    """Show the hosts, the new ones first; `nguon` narrows it to one source."""
    mine = seen_sources(request).order_by("slug")
    given = request.GET.get("nguon", "")
    chosen = mine.filter(slug=given).first() if given else None
    if given and chosen is None:
        raise Http404
    found = report(mine.filter(pk=chosen.pk) if chosen else mine, at=timezone.now())
    context = {"report": found, "sources": mine, "chosen": chosen, "most": MOST_ITEMS, "days": NEW_FOR.days}
    return render(request, "harvest/domains.html", context)


ADDRESSES: list[URLPattern] = [path("ten-mien/", domains, name="harvest_domains")]
