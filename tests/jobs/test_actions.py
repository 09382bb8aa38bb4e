from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cong.jobs import actions
from cong.jobs.models import Job, Status
from tests.jobs import tasks
from tests.jobs.makers import LEASE, Clock, claimed, drain, run_until_dead
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def test_claiming_takes_the_job_that_is_due_longest(clock: Clock) -> None:
    for minutes in (1, 3, 2):
        tasks.note.using(run_after=NOON - timedelta(minutes=minutes)).enqueue(str(minutes))
    tasks.note.using(run_after=NOON + timedelta(seconds=1)).enqueue("not yet")

    taken = [claimed().args[0] for _ in range(3)]

    assert taken == ["3", "2", "1"]
    assert actions.claim(worker="a:1", lease=LEASE, at=NOON) is None


def test_a_claimed_job_is_nobody_elses_until_its_lease_runs_out(clock: Clock) -> None:
    tasks.note.enqueue("x")
    first = claimed(by="a:1")

    during = actions.claim(worker="b:2", lease=LEASE, at=NOON + LEASE)
    second = claimed(NOON + LEASE + timedelta(milliseconds=1), by="b:2")

    assert during is None
    assert (second.pk, first.attempts, second.attempts) == (first.pk, 1, 2)
    assert second.worker == "b:2"


def test_a_lapsed_job_goes_before_new_ones(clock: Clock) -> None:
    tasks.note.enqueue("old")
    claimed()
    tasks.note.using(run_after=NOON - timedelta(days=1)).enqueue("new")

    assert claimed(NOON + timedelta(minutes=1)).args == ["old"]


def test_a_worker_that_froze_longer_than_its_lease_can_neither_finish_nor_fail_nor_hold(clock: Clock) -> None:
    tasks.note.enqueue("x")
    frozen = claimed(by="a:1")
    later = NOON + timedelta(minutes=1)
    awake = claimed(later, by="b:2")

    with pytest.raises(actions.LeaseLost):
        actions.finish(frozen, at=later)
    with pytest.raises(actions.LeaseLost):
        actions.fail(frozen, error_class="", error="", longest_wait=LEASE, at=later)
    with pytest.raises(actions.LeaseLost):
        actions.die(frozen, error="", at=later)
    held = actions.extend(frozen, until=later + LEASE)
    actions.finish(awake, at=later, result=5)

    job = Job.objects.get()
    assert not held
    assert (job.status, job.result, job.worker) == (Status.DONE, 5, "b:2")


def test_a_finished_job_cannot_be_finished_again(clock: Clock) -> None:
    tasks.note.enqueue("x")
    job = claimed()
    actions.finish(job, at=NOON)

    with pytest.raises(actions.LeaseLost):
        actions.finish(job, at=NOON)


def test_holding_on_keeps_others_away(clock: Clock) -> None:
    tasks.note.enqueue("x")
    job = claimed()

    held = actions.extend(job, until=NOON + timedelta(minutes=5))

    assert held
    assert actions.claim(worker="b:2", lease=LEASE, at=NOON + timedelta(minutes=4)) is None


def test_failures_rest_longer_and_longer_and_then_the_job_is_dead(clock: Clock) -> None:
    tasks.stumble.enqueue()
    rests = []
    for _ in range(2):
        drain(clock)
        job = Job.objects.get()
        rests.append(job.run_at - clock.at)
        clock.at = job.run_at
    drain(clock)

    job.refresh_from_db()
    assert rests == [timedelta(seconds=2), timedelta(seconds=4)]
    assert (job.status, job.attempts, job.finished_at) == (Status.DEAD, 3, clock.at)
    assert job.error_class == "builtins.OSError"
    assert "no reply\N{REPLACEMENT CHARACTER}" in job.error
    assert tasks.calls == ["stumble"] * 3


def test_a_dead_job_runs_again_once_and_the_count_goes_on(clock: Clock) -> None:
    tasks.stumble.enqueue()
    run_until_dead(clock)
    job = Job.objects.get()

    actions.run_again(job, at=clock.at)
    again = run_until_dead(clock)

    job.refresh_from_db()
    assert again == 1
    assert (job.status, job.attempts) == (Status.DEAD, 4)


def test_what_is_not_dead_is_not_run_again(clock: Clock) -> None:
    tasks.note.enqueue("x")
    job = Job.objects.get()
    with pytest.raises(actions.NotDead):
        actions.run_again(job, at=NOON)
    drain(clock)

    with pytest.raises(actions.NotDead):
        actions.run_again(job, at=NOON)


def test_a_dead_job_waits_while_the_same_work_is_on_its_way(clock: Clock) -> None:
    tasks.look.enqueue(7)
    dead = claimed()
    actions.die(dead, error="x", at=NOON)
    tasks.look.enqueue(7)

    with pytest.raises(actions.AlreadyWaiting):
        actions.run_again(dead, at=NOON)

    assert Job.objects.get(pk=dead.pk).status == Status.DEAD


def test_what_is_long_done_is_pruned_and_the_dead_stay(clock: Clock) -> None:
    tasks.note.enqueue("old")
    tasks.look.enqueue(1)
    old, dead = claimed(), claimed()
    actions.finish(old, at=NOON)
    actions.die(dead, error="x", at=NOON)
    clock.forward(days=14, seconds=1)
    tasks.note.enqueue("new")
    drain(clock)
    tasks.note.enqueue("waiting")

    gone = actions.prune(frequent=[], at=clock.at)

    assert gone == 1
    assert sorted(Job.objects.values_list("status", flat=True)) == [Status.DEAD, Status.DONE, Status.READY]


def test_the_table_refuses_a_job_that_contradicts_itself(clock: Clock) -> None:
    tasks.note.enqueue("x")

    for broken in ({"status": "done"}, {"status": "running"}, {"lease_until": NOON}, {"status": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.update(**broken)


def test_claiming_reads_ends_of_the_index_and_sorts_nothing(clock: Clock) -> None:
    tasks.note.enqueue("x")
    with CaptureQueriesContext(connection) as asked:
        claimed()

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"])
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(str(row) for row in cursor.fetchall())

    assert len(asked) == 1
    assert plan.count("job_claim") == 2
    assert "B-TREE" not in plan
    assert "Sort" not in plan
