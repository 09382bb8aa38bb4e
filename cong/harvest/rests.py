"""Hosts that rest, kept over a restart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cong.harvest import fetch
from cong.harvest.models import HostRest


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
