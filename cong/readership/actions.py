"""Adds up reads, and makes the order of what was read most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from cong.entries.models import Entry
from cong.readership.models import MostRead, Read

DAYS = 7
"""What counts: today and the six days before."""
_PLACES = 20
_LOOKED_AT = 1000
_ADD = """
INSERT INTO readership_read ("on", entry_id, count) VALUES (%s, %s, %s)
ON CONFLICT ("on", entry_id) DO UPDATE SET count = readership_read.count + excluded.count
"""


def add(reads: Mapping[int, int], *, on: date) -> None:
    """Add reads by entry to the sums of a day, all or none. Raises django.db.Error."""
    # In one order: processes that add at the same moment must not wait for each other in a circle.
    day = connection.ops.adapt_datefield_value(on)
    rows = [(day, entry, count) for entry, count in sorted(reads.items())]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


@transaction.atomic
def rank(*, at: datetime) -> int:
    """Make the order of the last seven days anew from entries that are public; return how many hold a place."""
    today = timezone.localdate(at)
    first = today - timedelta(days=DAYS - 1)
    Read.objects.filter(on__lt=first - timedelta(days=1)).delete()
    sums = Read.objects.filter(on__gte=first, on__lte=today).values("entry_id").annotate(sum=Sum("count"))
    ids = list(sums.order_by("-sum", "-entry_id").values_list("entry_id", flat=True)[:_LOOKED_AT])
    places = _places(ids, at)
    MostRead.objects.all().delete()
    MostRead.objects.bulk_create(places)
    return len(places)


def _places(ids: list[int], at: datetime) -> list[MostRead]:
    """Give the entries their places, each language for itself."""
    public = Entry.objects.only("lang", "expires_at").in_bulk(ids)
    found: dict[str, list[int]] = defaultdict(list)
    for number in ids:
        entry = public.get(number)
        if entry is not None and not entry.has_expired(at) and len(found[entry.lang]) < _PLACES:
            found[entry.lang].append(number)
    return [
        MostRead(lang=lang, place=place, entry_id=number)
        for lang, numbers in found.items()
        for place, number in enumerate(numbers, start=1)
    ]
