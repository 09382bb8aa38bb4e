"""Work between the visits: looking whether links still open."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from cong.harvest.links import Memory, check_links
from cong.jobs import schedules

_memory = Memory()


@task
def check_links_task() -> int:
    """Look at the links that are due of what is on its way to readers; returns how many were looked at."""
    return check_links(at=timezone.now(), memory=_memory)


schedules.register("check-links", check_links_task, every=timedelta(minutes=1))
