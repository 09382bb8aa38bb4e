"""What waits, what runs, what died."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from cong.jobs.models import Job, Jobs, Status


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How the table stands. `late` is how long the job that has waited longest has been due."""

    ready: int
    running: int
    lapsed: int
    dead: int
    late: timedelta


def is_due(at: datetime) -> bool:
    """Tell whether a worker would find something; only reads, so that asking often disturbs no writer."""
    ready = Q(status=Status.READY, run_at__lte=at)
    return Job.objects.filter(ready | Q(status=Status.RUNNING, lease_until__lt=at)).exists()


def dead() -> Jobs:
    """Return the jobs that will not run again by themselves, the latest first."""
    return Job.objects.filter(status=Status.DEAD).order_by("-finished_at", "-pk")


def backlog(at: datetime) -> Backlog:
    """Count the jobs that are not done, in one query."""
    due = Q(status=Status.READY, run_at__lte=at)
    found = Job.objects.filter(status__in=(Status.READY, Status.RUNNING, Status.DEAD)).aggregate(
        ready=Count("pk", filter=Q(status=Status.READY)),
        running=Count("pk", filter=Q(status=Status.RUNNING)),
        lapsed=Count("pk", filter=Q(status=Status.RUNNING, lease_until__lt=at)),
        dead=Count("pk", filter=Q(status=Status.DEAD)),
        oldest=Min("run_at", filter=due),
    )
    oldest = found.pop("oldest")
    return Backlog(**found, late=at - oldest if oldest else timedelta())
