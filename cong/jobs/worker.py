"""The worker: threads that run due jobs one by one, while the main thread watches the clock, the table and signals."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import Error, close_old_connections, connection, connections, transaction
from django_tasks.base import TaskContext
from django_tasks.utils import get_module_path

from cong.jobs import actions, process, queries, schedules
from cong.jobs.backend import LeasedTask, result_of, task_of
from cong.jobs.heart import Heart
from cong.jobs.models import Job

logger = logging.getLogger("cong.jobs")

LEASE = timedelta(seconds=30)
THREADS = 4
# SQLite has to be asked; PostgreSQL tells when a job comes, so that only what becomes due by time has to be looked for.
_POLL = {"sqlite": 0.1, "postgresql": 0.25}
_TROUBLE_SECONDS = 1.0
# Together with the poll it stays below the two seconds in which a worker ends.
_GRACE_SECONDS = 1.5


def now() -> datetime:
    return datetime.now(UTC)


class Runner:
    """Claims and runs jobs in the thread that calls it."""

    def __init__(self, heart: Heart, *, lease: timedelta, clock: Callable[[], datetime]) -> None:
        self._heart, self._lease, self._clock = heart, lease, clock
        self._name = f"{socket.gethostname()[:30]}:{os.getpid()}"

    def run_next(self) -> bool:
        """Run the next due job, if there is one; whatever the job raises is kept with it."""
        job = actions.claim(worker=self._name, lease=self._lease, at=self._clock())
        if job is None:
            return False
        try:
            self._run(job)
        except actions.LeaseLost:
            logger.warning("lease lost, another worker has it: %s, attempt %s", job, job.attempts)
        return True

    def _run(self, job: Job) -> None:
        if job.attempts > job.max_attempts:
            text = f"Tiến trình chạy việc này bị ngắt giữa chừng {job.max_attempts} lần; hãy xem nhật ký máy chủ."
            actions.die(job, error_class=get_module_path(actions.LeaseLost), error=text, at=self._clock())
            return
        longest = process.LONGEST_WAIT
        try:
            task = task_of(job)
            longest = task.longest_wait
            self._perform(task, job)
        except actions.LeaseLost:
            raise
        except (Exception, SystemExit) as error:
            logger.exception("job failed: %s, attempt %s of %s", job, job.attempts, job.max_attempts)
            actions.fail(
                job, error_class=get_module_path(type(error)), error="".join(traceback.format_exception(error)),
                longest_wait=longest, at=self._clock(),
            )  # fmt: skip

    def _perform(self, task: LeasedTask[..., Any], job: Job) -> None:
        if task.exactly_once:
            # No heartbeat: until the transaction ends, nobody can take the row, lease or no lease.
            with transaction.atomic():
                actions.finish(job, at=self._clock())
                result = _kept(_call(task, job), job)
                if result is not None:
                    actions.keep_result(job, result=result)
            return
        with self._heart.holding(job):
            result = _kept(_call(task, job), job)
        actions.finish(job, at=self._clock(), result=result)


def _call(task: LeasedTask[..., Any], job: Job) -> object:
    context = [TaskContext(task_result=result_of(job, task))] if task.takes_context else []
    return task.call(*context, *job.args, **job.kwargs)


def _kept(result: object, job: Job) -> object:
    """Return what can be stored of a result; work that is done is not done again because of what it returned."""
    try:
        return process.plain(result, "result")
    except (TypeError, ValueError):
        logger.exception("result not kept: %s", job)
        return None


def drain(*, clock: Callable[[], datetime] = now, lease: timedelta = LEASE) -> int:
    """Run in this thread all jobs that are due, and tell how many that were; schedules are left alone."""
    done = 0
    with Heart(lease=lease, clock=clock) as heart:
        runner = Runner(heart, lease=lease, clock=clock)
        while runner.run_next():
            done += 1
    return done


class Worker:
    """Runs jobs in several threads until stopped."""

    def __init__(
        self, *, threads: int = THREADS, lease: timedelta = LEASE, clock: Callable[[], datetime] = now
    ) -> None:
        self._heart = Heart(lease=lease, clock=clock)
        self._runner = Runner(self._heart, lease=lease, clock=clock)
        self._clock = clock
        self._timetable = schedules.Timetable(schedules.registered())
        self._bell = threading.Condition()
        self._ear = Ear()
        # A plain flag: a signal handler must not wait for a lock that the interrupted thread may hold.
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"jobs-{number}", daemon=True) for number in range(threads)
        ]

    def stop(self, *_: object) -> None:
        """Make `run` come to its end; also serves as a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Run until `stop`, then end within two seconds; a job that takes longer is left to its lease."""
        with self._heart:
            for thread in self._threads:
                thread.start()
            while not self._stopping:
                self._watch()
            self._end()
        connections.close_all()

    def _watch(self) -> None:
        """Look once for what has become due, then wait for the next look."""
        try:
            close_old_connections()
            at = self._clock()
            # The main thread only reads: writing can mean waiting for another writer, and signals would wait with it.
            if self._timetable.waiting(at) or queries.is_due(at):
                self._ring()
            self._ear.listen(_POLL[connection.vendor])
        except Error as error:
            self._rest(error)

    def _end(self) -> None:
        with self._bell:
            self._bell.notify_all()
        deadline = time.monotonic() + _GRACE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for job in self._heart.held():
            logger.warning("left running, its lease will run out: %s", job)

    def _ring(self) -> None:
        with self._bell:
            self._bell.notify()

    def _work(self) -> None:
        try:
            while not self._stopping:
                if self._try_next():
                    # Where one job was, there may be more: one idle thread wakes the next.
                    self._ring()
                else:
                    self._sleep()
        finally:
            connections.close_all()

    def _sleep(self) -> None:
        with self._bell:
            if not self._stopping:
                self._bell.wait()

    def _try_next(self) -> bool:
        try:
            # Not where jobs are run one by one in a caller's thread: that may be inside a transaction.
            close_old_connections()
            self._timetable.put_due(self._clock())
            return self._runner.run_next()
        except Error as error:
            self._rest(error)
            return False

    def _rest(self, error: Error) -> None:
        logger.error("the database does not answer as it should", exc_info=error)
        connections.close_all()
        time.sleep(_TROUBLE_SECONDS)


class Ear:
    """Waits until somebody enqueues: PostgreSQL tells, SQLite does not, so there the time runs out."""

    def __init__(self) -> None:
        self._heard: object = None

    def listen(self, seconds: float) -> None:
        """Return when a job may have come, and at the latest after the time."""
        if connection.vendor != "postgresql":
            time.sleep(seconds)
            return
        connection.ensure_connection()
        if self._heard is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {actions.CHANNEL}")
            self._heard = connection.connection
            return
        server: Any = connection.connection
        with connection.wrap_database_errors:
            for _ in server.notifies(timeout=seconds, stop_after=1):
                pass


def once(*, lease: timedelta) -> int:
    """Run all that is due now, schedules included, and tell how many jobs that were."""
    schedules.Timetable(schedules.registered()).put_due(now())
    return drain(lease=lease)


def work(*, threads: int, lease: timedelta) -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    worker = Worker(threads=threads, lease=lease)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, worker.stop)
    worker.run()
