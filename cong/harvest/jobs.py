"""Work between the visits: looking whether links open, letters about sources, what was sent to us, housekeeping."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task

from cong.harvest import alarms, hubs, pages, pushing, upkeep
from cong.harvest.links import Memory, check_links
from cong.harvest.models import Delivery
from cong.jobs import schedules

_memory = Memory()


@task
def check_links_task() -> int:
    """Look at the links that are due of what is on its way to readers; returns how many were looked at."""
    return check_links(at=timezone.now(), memory=_memory)


@task
def take_delivery(delivery: int, charset: str) -> dict[str, Any]:
    """Read what a partner sent; returns what is answered under the delivery's address."""
    found = Delivery.objects.get(pk=delivery)
    return pushing.take(found, charset=charset or None, at=timezone.now())


@task
def compare_stories() -> int:
    """Find the stories of what a source's first visit brought; returns how many items were compared."""
    return pages.compare_due(at=timezone.now())


@task
def tell_alarms() -> int:
    """Tell people of sources in trouble, or well again; returns how many alarms."""
    return alarms.tell(at=timezone.now())


@task
def tidy_harvest() -> dict[str, int]:
    """Roll up old visits and throw away what is not needed; returns how much of each."""
    return upkeep.tidy(at=timezone.now())


@task
def keep_subscriptions() -> int:
    """Ask hubs for what is to be subscribed, renewed or left; returns how many were asked."""
    return hubs.keep_up(at=timezone.now())


schedules.register("check-links", check_links_task, every=timedelta(minutes=1))
schedules.register("compare-stories", compare_stories, every=timedelta(minutes=1))
schedules.register("keep-subscriptions", keep_subscriptions, every=timedelta(minutes=1))
schedules.register("tell-source-alarms", tell_alarms, every=timedelta(minutes=5))
schedules.register("tidy-harvest", tidy_harvest, at="03:20")
