"""Housekeeping: visits older than 30 days become one row a day, old bands and bodies nobody needs go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from cong.harvest import raw_store, stories
from cong.harvest.models import Delivery, Fetch, Outcome, RawBody, SourceAlarm, SourceDay

VISITS_KEPT = timedelta(days=30)
_ALARMS_KEPT = timedelta(days=365)
# So long the same idempotency key gets the same answer.
_DELIVERIES_KEPT = timedelta(days=30)
# What is being kept while the list of wanted bodies is read must not be taken for unwanted.
_FRESH = timedelta(hours=1)


def tidy(*, at: datetime) -> dict[str, int]:
    """Do all of it; returns how much went of each."""
    return {
        "visits": roll_up(at=at),
        "bands": stories.forget_old_bands(at=at),
        "deliveries": Delivery.objects.filter(at__lt=at - _DELIVERIES_KEPT, result__isnull=False).delete()[0],
        "bodies": forget_bodies(at=at),
        "alarms": SourceAlarm.objects.filter(at__lt=at - _ALARMS_KEPT, told_at__isnull=False).delete()[0],
    }


@transaction.atomic
def roll_up(*, at: datetime) -> int:
    """Add old visits to their source's days and drop them; returns how many."""
    old = Fetch.objects.filter(at__lt=at - VISITS_KEPT)
    days = (
        old.annotate(on=TruncDate("at"))
        .order_by()
        .values("source_id", "on")
        .annotate(
            visits=Count("pk"), failures=Count("pk", filter=Q(outcome=Outcome.FAILED)), new_=Sum("new"),
            changed_=Sum("changed"), gone_=Sum("gone"),
        )
    )  # fmt: skip
    for day in list(days):
        row, _ = SourceDay.objects.get_or_create(source_id=day["source_id"], on=day["on"])
        for name, value in (
            ("visits", day["visits"]), ("failures", day["failures"]), ("new", day["new_"]),
            ("changed", day["changed_"]), ("gone", day["gone_"]),
        ):  # fmt: skip
            setattr(row, name, getattr(row, name) + value)
        row.save()
    return old.delete()[0]


def forget_bodies(*, at: datetime) -> int:
    """Take away the kept bodies that no row names any more; what was pushed stays until it has been read."""
    wanted = set(RawBody.objects.values_list("sha256", flat=True).distinct())
    wanted |= set(Delivery.objects.filter(result__isnull=True).values_list("sha256", flat=True))
    return raw_store.forget(settings.HARVEST_DIR, wanted, before=at - _FRESH)
