"""Put, claim, extend, finish, fail, run again, prune: every change of a job is one statement that names its attempt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from cong.jobs import process
from cong.jobs.models import Job, Status

CHANNEL = "cong_jobs"
KEEP = timedelta(days=14)
_TRIES = 10
_ERROR_LENGTH = 4000
_PRUNE_AT_ONCE = 2000

# Each branch reads one end of the index (status, run_at); an OR of both would sort the whole backlog for every claim.
_CLAIM = """
UPDATE jobs_job SET status = 'running', attempts = attempts + 1, worker = %s, started_at = %s, lease_until = %s
WHERE id = (
  SELECT id FROM (
    SELECT id FROM (SELECT id FROM jobs_job WHERE status = 'running' AND lease_until < %s
                    ORDER BY run_at LIMIT 1) AS lapsed
    UNION ALL
    SELECT id FROM (SELECT id FROM jobs_job WHERE status = 'ready' AND run_at <= %s
                    ORDER BY run_at LIMIT 1) AS due
  ) AS found LIMIT 1
) RETURNING *
"""
# Workers on PostgreSQL pass over rows that another one is just taking; on SQLite one writer excludes all others.
_CLAIMS = {"sqlite": _CLAIM, "postgresql": _CLAIM.replace("run_at LIMIT 1)", "run_at LIMIT 1 FOR UPDATE SKIP LOCKED)")}


class LeaseLost(Exception):
    """Another worker has the job; nothing that this one says about it counts."""


class NotDead(Exception):
    """Only a dead job can be run again."""


class AlreadyWaiting(Exception):
    """A live job holds the same key, so the same work is going to be done anyway."""


def put(job: Job) -> Job:
    """Store a new job in the caller's transaction, or return the live one that holds its key."""
    if job.unique_key is None:
        job.save(force_insert=True)
    else:
        job = _one_live(job)
    tell()
    return job


def _one_live(job: Job) -> Job:
    # The one that stood in the way may end between the two statements: then there is room for ours.
    for _ in range(_TRIES):
        Job.objects.bulk_create([job], ignore_conflicts=True)
        live = Job.objects.live().filter(unique_key=job.unique_key).first()
        if live:
            return live
    raise IntegrityError(f"no job could be stored under {job.unique_key}")


def put_slot(job: Job) -> bool:
    """Store the job of a schedule's slot unless an earlier one is still live. Tells if the slot has its job."""
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.filter(unique_key=job.unique_key).exists()


def tell() -> None:
    """Wake the workers when this transaction commits (PostgreSQL; on SQLite they look often)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def claim(*, worker: str, lease: timedelta, at: datetime) -> Job | None:
    """Lease the job that is due longest to `worker`, one whose lease ran out before any other; None: nothing is due."""
    found = list(Job.objects.raw(_CLAIMS[connection.vendor], [worker, at, at + lease, at, at]))
    return found[0] if found else None


def extend(job: Job, *, until: datetime) -> bool:
    """Hold the job longer; tells if it is still ours."""
    return bool(_mine(job).update(lease_until=until))


def finish(job: Job, *, at: datetime, result: object = None) -> None:
    """Close a job that ran; raises LeaseLost when another worker has it."""
    _close(job, status=Status.DONE, finished_at=at, result=result)


def keep_result(job: Job, *, result: object) -> None:
    """Add what a job returned that was finished before it ran (`exactly_once`)."""
    Job.objects.filter(pk=job.pk, attempts=job.attempts, status=Status.DONE).update(result=result)


def fail(job: Job, *, error_class: str, error: str, longest_wait: timedelta, at: datetime) -> None:
    """Let the job rest before its next attempt, or die after its last; raises LeaseLost when another worker has it."""
    if job.attempts >= job.max_attempts:
        die(job, error_class=error_class, error=error, at=at)
        return
    rest = process.wait_after(job.attempts, longest_wait)
    _close(job, status=Status.READY, run_at=at + rest, error_class=error_class[:200], error=_end(error))


def die(job: Job, *, error_class: str = "", error: str, at: datetime) -> None:
    """Give the job up until a person runs it again; raises LeaseLost when another worker has it."""
    _close(job, status=Status.DEAD, finished_at=at, error_class=error_class[:200], error=_end(error))


def run_again(job: Job, *, at: datetime) -> None:
    """Give a dead job one more attempt; raises NotDead or AlreadyWaiting. Rights and journal are the caller's."""
    dead = Job.objects.filter(pk=job.pk, status=Status.DEAD)
    # The count goes on: starting it anew would let a worker that froze long ago pass the fence.
    fresh = {"status": Status.READY, "run_at": at, "finished_at": None, "max_attempts": F("attempts") + 1}
    try:
        with transaction.atomic():
            done = dead.update(**fresh)
    except IntegrityError as clash:
        raise AlreadyWaiting(job.unique_key) from clash
    if not done:
        raise NotDead(str(job))
    tell()


def prune(*, frequent: list[str], at: datetime) -> int:
    """Take away jobs done 14 days ago, of `frequent` schedules an hour ago, and tell how many; dead ones stay."""
    done = Job.objects.filter(status=Status.DONE)
    old = done.filter(run_at__lt=at - KEEP, finished_at__lt=at - KEEP)
    hour = at - timedelta(hours=1)
    return _delete(old) + _delete(done.filter(schedule__in=frequent, run_at__lt=hour, finished_at__lt=hour))


def _delete(rows: QuerySet[Job]) -> int:
    """Delete in pieces, so that no other writer waits long."""
    gone = 0
    while found := list(rows.values_list("pk", flat=True)[:_PRUNE_AT_ONCE]):
        gone += Job.objects.filter(pk__in=found).delete()[0]
    return gone


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, status=Status.RUNNING)


def _close(job: Job, **values: Any) -> None:
    if not _mine(job).update(lease_until=None, **values):
        raise LeaseLost(str(job))


def _end(error: str) -> str:
    # A traceback says the most at its end. NUL is what PostgreSQL refuses in text.
    return error.replace("\0", "�")[-_ERROR_LENGTH:]
