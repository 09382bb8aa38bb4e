"""Tasks for tests: what they did stands in `calls`, or in the table `effect` of a scratch database."""

from __future__ import annotations

import sys
import time

from django.db import connection
from django_tasks import TaskContext, task

calls: list[object] = []


@task
def note(text: str) -> str:
    calls.append(text)
    return text.upper()


@task(max_attempts=3)
def stumble() -> None:
    calls.append("stumble")
    raise OSError("no reply\0")


@task(exactly_once=True, max_attempts=2)
def begin_and_drop() -> None:
    note.enqueue("from inside")
    raise OSError("no reply")


@task(exactly_once=True)
def answer(number: int) -> int:
    return number * 2


@task(unique="look:{agency}")
def look(agency: int, *, closely: bool = False) -> None:
    calls.append((agency, closely))


@task(takes_context=True)
def which_attempt(context: TaskContext, base: int) -> int:
    return base + context.attempt


@task
def return_what_is_no_json() -> object:
    calls.append("returned")
    return object()


@task
def leave() -> None:
    sys.exit(3)


@task
def rest(seconds: float) -> None:
    time.sleep(seconds)


@task(exactly_once=True)
def write(number: int) -> None:
    """Leave a line in the same transaction."""
    _leave(number)


@task
def write_at_least_once(number: int) -> None:
    """Leave a line in a transaction of its own."""
    _leave(number)


@task(exactly_once=True)
def write_slowly(number: int) -> None:
    _leave(number)
    time.sleep(0.2)


def _leave(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (number) VALUES (%s)", [number])
    time.sleep(0.01)


@task
def tick() -> None:
    calls.append("tick")
