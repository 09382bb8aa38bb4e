"""The heart of a worker: one thread that holds on to the leases of all jobs that run in it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType

from django.db import Error, connections

from cong.jobs import actions
from cong.jobs.models import Job

logger = logging.getLogger("cong.jobs")

PATIENCE_SECONDS = 0.2


class Heart:
    """Extends the leases of held jobs, three times in the length of one."""

    def __init__(self, *, lease: timedelta, clock: Callable[[], datetime]) -> None:
        self._lease, self._clock = lease, clock
        self._held: dict[int, Job] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs-heart", daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_SECONDS)

    @contextmanager
    def holding(self, job: Job) -> Iterator[None]:
        """Keep the job's lease from running out as long as this process is alive and awake."""
        self._held[job.pk] = job
        try:
            yield
        finally:
            self._held.pop(job.pk, None)

    def held(self) -> list[Job]:
        return list(self._held.values())

    def beat(self) -> None:
        """Extend every lease once."""
        for job in self.held():
            if not actions.extend(job, until=self._clock() + self._lease) and job.pk in self._held:
                logger.warning("lease lost while running: %s, attempt %s", job, job.attempts)

    def _run(self) -> None:
        try:
            while not self._stop.wait(self._lease.total_seconds() / 3):
                self._try_beat()
        finally:
            connections.close_all()

    def _try_beat(self) -> None:
        try:
            self.beat()
        except Error:
            logger.exception("leases could not be extended")
            connections.close_all()
