"""Events as auditors look for them, and an event with its neighbours in the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from cong.journal.models import Event


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for; empty fields leave everything in.

    `verb` ending in a dot takes all that begin so (`membership.`). `agencies`: whose events may be seen (None: all);
    `agency`: one of them. Both days count.
    """

    actor: str = ""
    verb: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    agency: int | None = None
    agencies: frozenset[int] | None = None


def events(search: Search) -> QuerySet[Event]:
    """Return what was looked for and may be seen, in no order yet."""
    rows = Event.objects.all()
    if search.agencies is not None:
        rows = rows.filter(agency__in=search.agencies)
    if search.agency is not None:
        rows = rows.filter(agency=search.agency)
    if search.actor:
        rows = rows.filter(actor=search.actor)
    if search.subject:
        rows = rows.filter(subject=search.subject)
    if search.verb:
        rows = rows.filter(**{"verb__startswith" if search.verb.endswith(".") else "verb": search.verb})
    if search.since:
        rows = rows.filter(at__gte=_midnight(search.since))
    if search.until:
        rows = rows.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def neighbours(event: Event) -> tuple[Event | None, Event | None]:
    """Return the events before and after in the chain."""
    near = Event.objects.in_bulk([event.id - 1, event.id + 1])
    return near.get(event.id - 1), near.get(event.id + 1)
