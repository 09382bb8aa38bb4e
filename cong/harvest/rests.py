"""Hosts that rest, and those whose robots.txt could not be had, kept over a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cong.harvest import fetch
from cong.harvest.models import HostRest, RobotsDoubt

# A host that nobody asked for so long is doubted anew.
_DOUBTS_KEPT = timedelta(days=30)


def known(*, at: datetime) -> list[fetch.HostRest]:
    """Return the rests that go on, and forget those that are over."""
    HostRest.objects.filter(until__lte=at).delete()
    return going_on(at=at)


def going_on(*, at: datetime) -> list[fetch.HostRest]:
    """Return the rests that go on; writes nothing."""
    rows = HostRest.objects.filter(until__gt=at).values_list("key", "until", "reason", "times")
    return [fetch.HostRest(key=key, until=until, reason=reason, times=times) for key, until, reason, times in rows]


def keep(rests: Sequence[fetch.HostRest]) -> None:
    """Keep rests that began just now."""
    for one in rests:
        told = {"until": one.until, "reason": one.reason, "times": one.times}
        HostRest.objects.update_or_create(key=one.key[:260], defaults=told)


def doubts(*, at: datetime) -> dict[str, datetime]:
    """Return since when the robots.txt of hosts could not be had, and forget what is old."""
    RobotsDoubt.objects.filter(since__lte=at - _DOUBTS_KEPT).delete()
    return dict(RobotsDoubt.objects.values_list("key", "since"))


def keep_doubts(changed: Mapping[str, datetime | None]) -> None:
    """Keep doubts that began, and forget those that ended (None)."""
    for key, since in changed.items():
        if since is None:
            RobotsDoubt.objects.filter(key=key[:260]).delete()
        else:
            RobotsDoubt.objects.update_or_create(key=key[:260], defaults={"since": since})
