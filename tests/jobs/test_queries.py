from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from cong.jobs import actions
from cong.jobs.queries import Backlog, backlog, dead, is_due
from tests.jobs import tasks
from tests.jobs.makers import LEASE, Clock, claimed, drain
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def test_nothing_is_due_when_nothing_is_there() -> None:
    assert not is_due(NOON)
    assert backlog(NOON) == Backlog(ready=0, running=0, lapsed=0, dead=0, late=timedelta())


def test_what_is_due_is_what_could_be_claimed(clock: Clock) -> None:
    tasks.note.using(run_after=NOON + timedelta(minutes=1)).enqueue("x")
    early, in_time = is_due(NOON), is_due(NOON + timedelta(minutes=1))
    claimed(NOON + timedelta(minutes=1))
    taken, lapsed = is_due(NOON + timedelta(minutes=1)), is_due(NOON + timedelta(minutes=2))

    assert (early, in_time, taken, lapsed) == (False, True, False, True)


def test_the_backlog_is_counted_in_one_query(clock: Clock, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tasks.note.enqueue("done")
    drain(clock)
    for word in ("dead", "lapsed", "waiting", "waiting"):
        tasks.note.enqueue(word)
    actions.die(claimed(), error="x", at=NOON)
    claimed()
    clock.forward(minutes=2)
    tasks.note.enqueue("new")
    tasks.note.using(run_after=clock.at + timedelta(hours=1)).enqueue("later")

    with django_assert_num_queries(1):
        found = backlog(clock.at)

    assert found == Backlog(ready=4, running=1, lapsed=1, dead=1, late=timedelta(minutes=2))
    assert timedelta(minutes=2) > LEASE


def test_the_dead_are_listed_latest_first(clock: Clock) -> None:
    for word in ("a", "b"):
        tasks.note.enqueue(word)
        actions.die(claimed(clock.at), error="x", at=clock.at)
        clock.forward(minutes=1)

    assert [job.args for job in dead()] == [["b"], ["a"]]
