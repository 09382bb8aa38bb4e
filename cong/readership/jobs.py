"""Makes the order of what was read most anew every five minutes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from cong.jobs import schedules
from cong.readership import actions


@task
def rank_reads() -> int:
    """Return how many entries hold a place."""
    return actions.rank(at=timezone.now())


schedules.register("rank-reads", rank_reads, every=timedelta(minutes=5))
