"""Our backend of Django's Tasks API: `enqueue` is an INSERT in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from inspect import BoundArguments, signature
from string import Formatter
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from cong.jobs import actions, process
from cong.jobs.models import Job, Status

P = ParamSpec("P")
T = TypeVar("T")

_LONGEST_KEY = 300
_STATUS = {
    Status.READY: TaskResultStatus.READY,
    Status.RUNNING: TaskResultStatus.RUNNING,
    Status.DONE: TaskResultStatus.SUCCESSFUL,
    Status.DEAD: TaskResultStatus.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedTask(Task[P, T]):
    """A task with what `@task(…)` may say besides Django's own words."""

    max_attempts: int = 25
    longest_wait: timedelta = process.LONGEST_WAIT
    """The most that a failed attempt is followed by rest."""
    unique: str = ""
    """A pattern over the parameters, like "probe:{agency}": one live job for each text it gives."""
    exactly_once: bool = False
    """Run the body in the transaction that marks it done: for short work inside the database."""


class LeasedBackend(BaseTaskBackend):
    """Keeps tasks in `Job`; SQLite and PostgreSQL."""

    task_class = LeasedTask
    supports_defer = True
    supports_get_result = True

    def validate_task(self, task: Task[..., Any]) -> None:
        super().validate_task(task)
        if isinstance(task, LeasedTask):
            _validate(task)

    def enqueue(self, task: Task[P, T], args: P.args, kwargs: P.kwargs) -> TaskResult[T]:  # type: ignore[valid-type]
        """Store the call and return its result so far; TypeError for arguments that do not fit or are no JSON."""
        self.validate_task(task)
        job = actions.put(new_job(task, args, kwargs, at=timezone.now()))
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Return the call with this id; raises TaskResultDoesNotExist."""
        try:
            job = Job.objects.get(pk=result_id)
        except (Job.DoesNotExist, ValueError, ValidationError) as missing:
            raise TaskResultDoesNotExist(result_id) from missing
        return result_of(job, task_of(job))


def _validate(task: LeasedTask[..., Any]) -> None:
    if task.max_attempts < 1:
        raise InvalidTaskError("max_attempts must be at least 1.")
    if task.unique.startswith(process.SLOTS):
        raise InvalidTaskError(f"unique must not begin with '{process.SLOTS}': such keys belong to schedules.")
    named = {name.partition(".")[0].partition("[")[0] for _, name, *_ in Formatter().parse(task.unique) if name}
    if unknown := named - set(signature(task.func).parameters):
        raise InvalidTaskError(f"unique names what is no parameter: {', '.join(sorted(unknown))}.")


def new_job(task: Task[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], *, at: datetime, **slot: Any) -> Job:
    """Return the row of a call, not stored yet; a schedule gives `unique_key`, `schedule` and `run_at` itself."""
    if not isinstance(task, LeasedTask):
        raise InvalidTaskError(f"{task.module_path} was made for another backend.")
    bound = _bound(task, args, kwargs)
    values: dict[str, Any] = {"run_at": task.run_after or at, "unique_key": _key(task, bound)} | slot
    return Job(
        task=task.module_path,
        args=process.plain(args, "args"),
        kwargs=process.plain(kwargs, "kwargs"),
        max_attempts=task.max_attempts,
        enqueued_at=at,
        **values,
    )


def _bound(task: LeasedTask[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> BoundArguments:
    """Fit the arguments to the parameters now: later nobody is there who could correct the call."""
    context = [None] if task.takes_context else []
    bound = signature(task.func).bind(*context, *args, **kwargs)
    bound.apply_defaults()
    return bound


def _key(task: LeasedTask[..., Any], bound: BoundArguments) -> str | None:
    if not task.unique:
        return None
    key = task.unique.format(**bound.arguments)
    if len(key) > _LONGEST_KEY:
        raise ValueError(f"unique key of {task.module_path} is longer than {_LONGEST_KEY} characters")
    return key


def task_of(job: Job) -> LeasedTask[..., Any]:
    """Return the task that a stored job calls; ImportError when the code has no such task any more."""
    found = import_string(job.task)
    if not isinstance(found, LeasedTask):
        raise ImportError(f"{job.task} is no task")
    return found


def result_of(job: Job, task: Task[..., Any]) -> TaskResult[Any]:
    """Return a job in the words of the Tasks API. Of earlier attempts only their number is known."""
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.pk),
        status=_STATUS[Status(job.status)],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=[TaskError(exception_class_path=job.error_class, traceback=job.error)] if job.error else [],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
