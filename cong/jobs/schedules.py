"""Schedules: named in code, kept as jobs. Whichever worker comes first stores a slot's job; no process is the clock."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from cong.jobs import actions, process
from cong.jobs.backend import LeasedTask, new_job

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_SHORTEST = timedelta(seconds=1)
_OFTEN = timedelta(minutes=1)
_TRY_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A task without arguments that is due at every multiple of `every` (UTC) or daily `at` a local time."""

    name: str
    task: LeasedTask[[], Any]
    every: timedelta | None = None
    at: time | None = None

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or len(self.name) > 60:
            raise ValueError(f"{self.name!r} is no name for a schedule: small letters, digits and hyphens")
        if (self.every is None) == (self.at is None):
            raise ValueError(f"schedule {self.name}: say either every or at")
        if self.every is not None and self.every < _SHORTEST:
            raise ValueError(f"schedule {self.name}: every second is often enough")
        if self.at is not None and self.at.tzinfo is not None:
            raise ValueError(f"schedule {self.name}: at is local time")

    def slot(self, now: datetime) -> datetime:
        """Return the last moment at which it was due."""
        zone = timezone.get_default_timezone()
        return process.latest_slot(now, every=self.every, at=self.at, zone=zone)


_registered: dict[str, Schedule] = {}


def register(name: str, task: Any, *, every: timedelta | None = None, at: str = "") -> Schedule:
    """Make a schedule known; `at` is local time as "HH:MM". Call it in the `jobs.py` of the room it belongs to."""
    new = Schedule(name=name, task=task, every=every, at=time.fromisoformat(at) if at else None)
    new_job(task, (), {}, at=timezone.now())
    if _registered.setdefault(name, new) != new:
        raise ValueError(f"schedule {name}: there is another one of this name")
    return new


def registered() -> list[Schedule]:
    """Return all schedules of all rooms."""
    autodiscover_modules("jobs")
    return list(_registered.values())


def frequent() -> list[str]:
    """Return the names of those whose finished jobs would soon be most of the table."""
    return [one.name for one in registered() if one.every is not None and one.every < _OFTEN]


class Timetable:
    """Stores the jobs of slots that have come; remembers which it need not ask the database about."""

    def __init__(self, schedules: list[Schedule]) -> None:
        self._schedules = schedules
        self._settled: dict[str, datetime] = {}
        self._tried: dict[str, datetime] = {}
        self._busy = threading.Lock()

    def waiting(self, at: datetime) -> list[tuple[Schedule, datetime]]:
        """Return the schedules whose latest slot is not known to have its job; asks no database."""
        slots = [(one, one.slot(at)) for one in self._schedules]
        return [(one, slot) for one, slot in slots if self._settled.get(one.name) != slot and self._rested(one, at)]

    def _rested(self, one: Schedule, at: datetime) -> bool:
        tried = self._tried.get(one.name)
        return tried is None or not tried <= at < tried + _TRY_AGAIN

    def put_due(self, at: datetime) -> None:
        """Store the job of each schedule's latest slot; missed slots are left out, for one run makes up for them.

        While the job of an earlier slot is live, the slot waits: two runs of one schedule never overlap.
        """
        if not self._busy.acquire(blocking=False):
            return
        try:
            for one, slot in self.waiting(at):
                self._put(one, slot, at)
        finally:
            self._busy.release()

    def _put(self, one: Schedule, slot: datetime, at: datetime) -> None:
        key = process.slot_key(one.name, slot)
        job = new_job(one.task, (), {}, at=at, unique_key=key, schedule=one.name, run_at=slot)
        if actions.put_slot(job):
            self._settled[one.name] = slot
            self._tried.pop(one.name, None)
        else:
            self._tried[one.name] = at
