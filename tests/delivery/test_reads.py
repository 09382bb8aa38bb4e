"""Tests `cong/delivery/reads.py`: what is counted as a read, what is not, and that it takes little room."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.http import HttpResponse

from cong.delivery.reads import Reads
from cong.kernel import tags
from cong.kernel.tags import tagged
from tests.delivery.stage import FakeDjango, Stage
from tests.kept import ROOT

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
READ = "/kept/tin-5"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    def as_entry(answer: HttpResponse) -> HttpResponse:
        return tagged(answer, tags.entry(5), tags.read(5)) if READ.encode() in answer.content else answer

    return Stage(tmp_path, django=FakeDjango(make=as_entry))


def reads(stage: Stage) -> Counter[int]:
    stage.reads.hand_over()
    return stage.read


def test_each_answer_with_an_entrys_page_is_a_read_whoever_rendered_it(stage: Stage) -> None:
    for _ in range(3):
        stage.ask(READ, user_agent=PERSON)

    assert reads(stage) == {5: 3}


def test_a_program_a_head_and_an_unchanged_page_are_no_reads(stage: Stage) -> None:
    etag = stage.ask(READ, user_agent="SomeBot/1.0").ETag

    stage.ask(READ)
    stage.ask(READ, user_agent=PERSON, method="HEAD")
    assert stage.ask(READ, user_agent=PERSON, if_none_match=etag).status == 304

    assert reads(stage) == {}


def test_other_pages_and_renders_behind_the_scenes_are_no_reads(stage: Stage) -> None:
    stage.ask("/kept/danh-sach", user_agent=PERSON)
    stage.flights.fetch((READ, ""), stage.route)

    assert reads(stage) == {}


def test_a_withdrawn_entry_is_not_read(stage: Stage) -> None:
    stage.django.status = 410

    assert stage.ask(READ, user_agent=PERSON).status == 410
    assert reads(stage) == {}


def test_nothing_about_the_reader_is_kept(stage: Stage) -> None:
    stage.ask(READ, user_agent=PERSON, REMOTE_ADDR="192.0.2.7", cookie="x=1")

    known = [vars(stage.reads)[name] for name in ("_waiting", "_agents", "_sums")]

    assert known == [known[0], {hash(PERSON): True}, {}]
    assert list(known[0]) == [5]


def test_a_hundred_thousand_addresses_and_agents_take_bounded_room() -> None:
    handed: Counter[int] = Counter()
    one = Reads(handed.update, bool)
    for number in range(1, 100_001):
        one.note(number, f"{PERSON} {number}")
        if number % 10_000 == 0:
            one.note(7, PERSON)
            one.add_up()

    assert len(vars(one)["_sums"]) <= 20_000
    assert len(vars(one)["_agents"]) <= 2048
    one.hand_over()
    assert handed[7] == 11


def test_what_waits_too_long_is_let_go() -> None:
    one = Reads(lambda sums: None, bool)

    for _ in range((1 << 18) + 10):
        one.note(1, PERSON)

    assert len(vars(one)["_waiting"]) <= 1 << 18


def test_sums_that_are_refused_wait_for_the_next_time() -> None:
    handed: Counter[int] = Counter()

    def refuse_once(sums: Mapping[int, int]) -> None:
        refusals.append(1)
        if len(refusals) == 1:
            raise OSError("no database")
        handed.update(sums)

    refusals: list[int] = []
    one = Reads(refuse_once, bool)
    one.note(5, PERSON)

    one.hand_over()
    one.note(5, PERSON)
    one.hand_over()

    assert handed == {5: 2}


# Counts ten reads in a process; what it hands over is printed.
_PROCESS = f"""
import os, signal, sys
from multiprocessing import get_context
from cong.delivery.reads import Reads

def serve(fall):
    one = Reads(lambda sums: os.write(1, (str(dict(sums)) + chr(10)).encode()), bool)
    for _ in range(10):
        one.note(5, {PERSON!r})
    if fall:
        one.hand_over()
        one.note(5, {PERSON!r})
        os.kill(os.getpid(), signal.SIGKILL)

for fall in (False, True):
    process = get_context("fork").Process(target=serve, args=(fall,))
    process.start()
    process.join()
    print(process.exitcode, flush=True)
"""


@pytest.mark.one_engine
def test_a_process_that_ends_hands_over_and_one_that_is_killed_loses_what_came_since() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROCESS], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == ["{5: 10}", "0", "{5: 10}", str(-signal.SIGKILL)], done.stderr
