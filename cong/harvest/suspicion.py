"""Sources that may be in other hands: what is new there waits for a person until a keeper has looked and says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.harvest import health
from cong.harvest.habits import DAYS, Remembered, Trait, trait
from cong.harvest.models import Item, ItemRevision, Source, SourceAlarm
from cong.harvest.roles import KEEPERS
from cong.journal.actions import record
from cong.publishing.process import Content
from cong.publishing.rights import must

# So many items tell what a source is like when nothing was counted yet.
_LOOKED_BACK = 60
_MOST_DAYS_ITEMS = 5_000


def look(source: Source, contents: Sequence[Content], *, at: datetime, is_backlog: bool = False) -> bool:
    """Note what new items are like, and tell whether they wait for a person. Call it before they are stored.

    `is_backlog`: they were there at the first visit already, so that they show what the source is like. Of a source
    without history nothing is said.
    """
    if source.first_ok_at is None or not contents:
        return bool(source.suspicion)
    mine = Source.objects.filter(pk=source.pk)
    habits, signs = mine.select_for_update().values_list("habits", "suspicion").get()
    known, today = Remembered.load(habits) if habits else _remembered(source, at), _day(at)
    new = [trait(one, source.url) for one in contents]
    found: tuple[health.Suspicion, ...] = ()
    if not is_backlog:
        found = health.suspicions(known.usual(today), known.latest(new, today))
    fresh = [one for one in found if one.code not in signs]
    signs = signs | {one.code: _sign(one, known, new, at) for one in fresh}
    for one in fresh:
        SourceAlarm.objects.create(source=source, at=at, message=one.message)
    learnt = known.learn(new, today, are_usual=not signs, count=not is_backlog)
    mine.update(habits=learnt.dump(), **({"suspicion": signs} if fresh else {}))
    return bool(signs)


def _sign(found: health.Suspicion, known: Remembered, new: Sequence[Trait], at: datetime) -> dict[str, Any]:
    """Return a sign with what a person accepts who finds it in order."""
    seen = known.latest(new, _day(at))
    own = known.usual(_day(at))
    main = max(own.langs, key=lambda lang: own.langs[lang], default="")
    accepted: dict[str, dict[str, Any]] = {
        "language": {"langs": sorted(set(seen.langs) - {main, ""})},
        "volume": {"day": sum(seen.days)},
        "domains": {"hosts": sorted(set(seen.domains) - set(own.domains))},
    }
    return {"message": found.message, "at": at.isoformat()} | accepted[found.code]


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _remembered(source: Source, at: datetime) -> Remembered:
    """Return what the latest items of a source are like, when nothing was counted yet."""
    mine = Item.objects.filter(source=source)
    numbers = list(mine.order_by("-pk").values_list("publication", flat=True)[:_LOOKED_BACK])
    revisions = ItemRevision.objects.filter(publication__in=numbers, n=1).select_related("snapshot").order_by("pk")
    contents = [Content.parse(one.snapshot.content, one.snapshot.html) for one in revisions]
    since, first = at - timedelta(days=DAYS), source.first_ok_at or at
    seen = mine.filter(first_seen_at__gt=max(since, first)).values_list("first_seen_at", flat=True)
    days = {_day(max(since, first)): 0}
    for moment in seen[:_MOST_DAYS_ITEMS]:
        days[_day(moment)] = days.get(_day(moment), 0) + 1
    traits = [trait(one, source.url) for one in contents]
    return Remembered(days=days).learn(traits, _day(at), are_usual=True, count=False)


def sentences(source: Source) -> tuple[str, ...]:
    """Return why the source's new items wait for a person, in words; nothing when they do not."""
    return tuple(str(one["message"]) for one in source.suspicion.values())


def clear_suspicion(source: Source, *, by: User, at: datetime) -> bool:
    """Say that all signs were looked at and are in order: what is new goes its way again, what is held stays held.

    What was strange is usual from now on. False when there was no sign. Raises PermissionDenied.
    """
    must(by, source.agency, *KEEPERS, at=at)
    with transaction.atomic():
        held = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        if not held.suspicion:
            return False
        signs = held.suspicion.values()
        known = Remembered.load(held.habits).accept(
            [lang for one in signs for lang in one.get("langs", ())],
            [host for one in signs for host in one.get("hosts", ())],
            max(one.get("day", 0) for one in signs),
        )
        Source.objects.filter(pk=held.pk).update(habits=known.dump(), suspicion={})
        record("source.cleared", f"source:{held.slug}", actor=by.username, at=at, agency=held.agency_id,
               signs=sorted(held.suspicion))  # fmt: skip
    return True
