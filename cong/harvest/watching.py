"""How sources stand, as their keepers see it: sums, thirty days of visits, what a source brought last. Reads only."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When
from django.utils import timezone

from cong.accounts.models import User
from cong.entries.models import Entry
from cong.harvest import alarms
from cong.harvest.bars import Day, edges, filled
from cong.harvest.fetch import FetchFailed
from cong.harvest.fetch.guard import host_key
from cong.harvest.models import (
    Fetch,
    Health,
    HostRest,
    Item,
    ItemRevision,
    Outcome,
    Source,
    SourceAlarm,
    SourceDay,
    Sources,
)

TROUBLE = (Health.BROKEN, Health.CHANGED, Health.FAILING)
ORDER = (*TROUBLE, Health.SLOW, Health.NEW, Health.OK, Health.DISABLED)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Sources by how they stand; items that `waiting` still want their page, and those `held` for a person."""

    fine: int
    quiet: int
    trouble: int
    unread: int
    off: int
    waiting: int
    held: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item with its latest title; `entry` only while it is public."""

    item: Item
    title: str
    entry: Entry | None


def trouble_first(sources: Sources) -> Sources:
    """Order sources by how much they want a person, then by name."""
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(ORDER)]
    rank = Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
    return sources.annotate(rank=rank).order_by("rank", "slug")


def sums(sources: Sources) -> Sums:
    """Count the sources and their items, in three queries."""
    states = Counter(dict(sources.order_by().values_list("state").annotate(Count("pk"))))
    items = Item.objects.filter(source__in=sources.order_by())
    return Sums(
        fine=states[Health.OK], quiet=states[Health.SLOW], unread=states[Health.NEW], off=states[Health.DISABLED],
        trouble=sum(states[one] for one in TROUBLE),
        waiting=items.filter(enrich_at__isnull=False, waiting__isnull=False).count(),
        held=items.awaiting_person().count(),
    )  # fmt: skip


def days_of(sources: Collection[int], *, at: datetime) -> dict[int, tuple[Day, ...]]:
    """Return the last thirty days of each source, in two queries: its visits, and what of them was rolled up."""
    today, zone = timezone.localtime(at).date(), timezone.get_current_timezone()
    begins = edges(today, zone)
    found: dict[int, list[Day]] = defaultdict(list)
    # The database compares moments; converting each to a date there costs SQLite three times as much.
    steps = [When(at__gte=one, then=Value(number)) for number, one in reversed(list(enumerate(begins)))]
    visits = Fetch.objects.filter(source__in=sources, at__gte=begins[0], at__lte=at)
    counted = (
        visits.annotate(day=Case(*steps, output_field=IntegerField()))
        .order_by()
        .values_list("source_id", "day")
        .annotate(times=Count("pk"), failures=Count("pk", filter=Q(outcome=Outcome.FAILED)), brought=Sum("new"))
    )
    for source, number, times, failures, new in counted:
        on = timezone.localtime(begins[number], zone).date()
        found[source].append(Day(on=on, visits=times, failures=failures, new=new))
    rolled = SourceDay.objects.filter(source__in=sources, on__gte=timezone.localtime(begins[0], zone).date())
    for source, on, times, failures, new in rolled.values_list("source_id", "on", "visits", "failures", "new"):
        found[source].append(Day(on=on, visits=times, failures=failures, new=new))
    return {source: filled(found[source], today=today) for source in sources}


def latest_items(source: Source, count: int) -> list[Line]:
    """Return the items that came last, in three queries."""
    items = list(Item.objects.filter(source=source).order_by("-first_seen_at", "-pk")[:count])
    publications = [one.publication_id for one in items]
    revisions = ItemRevision.objects.filter(publication__in=publications).order_by("n")
    said = dict(revisions.values_list("publication_id", "snapshot__content"))
    public = Entry.objects.in_bulk(publications)
    return [
        Line(item=one, title=_title(one, said.get(one.publication_id, "{}")), entry=public.get(one.publication_id))
        for one in items
    ]


def _title(item: Item, content: str) -> str:
    return str(json.loads(content).get("title") or (item.waiting or {}).get("title") or item.url)


def rest_of(source: Source, *, at: datetime) -> HostRest | None:
    """Return the rest that the source's host asked for, while it lasts."""
    try:
        key = host_key(source.url)
    except FetchFailed:
        return None
    return HostRest.objects.filter(pk=key, until__gt=at).first()


def told(found: Collection[SourceAlarm]) -> list[tuple[SourceAlarm, list[User]]]:
    """Return alarms of one source with the people to whom letters went; one query for each day with letters."""
    known: dict[object, list[User]] = {}
    rows = []
    for alarm in found:
        people: list[User] = []
        if alarm.told_at:
            day = timezone.localtime(alarm.told_at).date()
            if day not in known:
                known[day] = alarms.concerned(alarm, alarm.told_at)
            people = known[day]
        rows.append((alarm, people))
    return rows
