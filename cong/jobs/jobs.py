"""The room's own work: taking away what is long done."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from cong.jobs import actions, schedules


@task
def prune() -> int:
    """Take away finished jobs that nobody will ask about any more."""
    return actions.prune(frequent=schedules.frequent(), at=timezone.now())


schedules.register("prune-jobs", prune, every=timedelta(hours=1))
