"""The promise: nobody who asks after a hard purge has finished is shown a page that was rendered before it."""

from __future__ import annotations

import multiprocessing
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, MutableSequence
from contextlib import contextmanager
from ctypes import c_int64
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cong.delivery import ground
from tests.delivery.stage import Clock, Stage

_PAGES = 3
_PATHS = [f"/kept/{number}" for number in range(_PAGES)]
_VERSION = re.compile(r"v(\d+)<")


class Truth:
    """What the database holds: a number for each page; and the newest whose purge has finished."""

    def __init__(self, held: MutableSequence[int], finished: MutableSequence[int]) -> None:
        self.held = held
        self.finished = finished

    def commit(self, page: int) -> int:
        self.held[page] += 1
        return self.held[page]

    def page_at(self, path: str) -> int:
        return self.held[_PATHS.index(path)]


def _stage(
    folder: Path, truth: Truth, *, before: Callable[[str], object], after: Callable[[str], object],
    clock: Clock | None = None,
) -> Stage:  # fmt: skip
    """Return a front whose Django reads the truth in the middle of a render."""
    stage = Stage(folder, clock=clock)

    def read(answer: Any) -> Any:
        path = stage.django.seen[-1]["PATH_INFO"]
        before(path)
        version = truth.page_at(path)
        after(path)
        answer.content = f"<p>v{version}</p>" + "x" * 600
        return answer

    stage.django.make = read
    return stage


def _seen(stage: Stage, page: int) -> int:
    found = _VERSION.search(stage.ask(_PATHS[page]).text)
    assert found
    return int(found[1])


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["read", "read", "read", "hard", "soft", "forget", "lose store", "lose all", "wait"]),
        st.integers(0, _PAGES - 1),
        st.integers(0, 1),
        st.sampled_from(["", "", "hard before", "hard after", "soft after", "lose all"]),
    ),
    min_size=4, max_size=40,
)  # fmt: skip


@given(acts=_ACTS)
@settings(max_examples=60)
def test_in_whatever_order_things_happen(acts: list[tuple[str, int, int, str]]) -> None:
    with _folder() as folder:
        truth = Truth([0] * _PAGES, [0] * _PAGES)
        meanwhile: list[str] = []

        def happens(when: str) -> Callable[[str], None]:
            def act(path: str) -> None:
                if meanwhile and meanwhile[-1].endswith(when):
                    _do(meanwhile.pop().partition(" ")[0], _PATHS.index(path), stages[0], truth)

            return act

        clock, hooks = Clock(), {"before": happens("before"), "after": happens("after")}
        stages = [_stage(folder, truth, clock=clock, **hooks) for _ in range(2)]
        for act, page, process, during in acts:
            if act != "read":
                _do(act, page, stages[process], truth)
                continue
            meanwhile[:] = [during] if during else []
            due = truth.finished[page]
            assert _seen(stages[process], page) >= due


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _do(act: str, page: int, stage: Stage, truth: Truth) -> None:
    if act == "hard":
        version = truth.commit(page)
        stage.purge(hard=[f"page:{_PATHS[page]}"])
        truth.finished[page] = max(truth.finished[page], version)
    elif act == "soft":
        stage.purge(soft=["lists"])
    elif act == "forget":
        stage.cache.memory.clear()
    elif act == "lose store":
        shutil.rmtree(stage.folder / "delivery" / "pages", ignore_errors=True)
    elif act == "wait":
        stage.clock.pass_by(ground.LOOK * 4)
    else:
        _lose(stage)


def _lose(stage: Stage) -> None:
    """Take everything away; whoever purges next waits until all have noticed, as `purging.apply` does."""
    shutil.rmtree(stage.folder / "delivery", ignore_errors=True)
    stage.clock.pass_by(ground.LOOK * 2)


_FORK = multiprocessing.get_context("fork")


@pytest.mark.parametrize("losing", [False, True], ids=["kept", "taken away again and again"])
def test_across_processes(tmp_path: Path, *, losing: bool) -> None:
    _race(tmp_path, seconds=1.0, losing=losing)


@pytest.mark.nightly
@pytest.mark.parametrize("losing", [False, True], ids=["kept", "taken away again and again"])
def test_across_processes_for_long(tmp_path: Path, *, losing: bool) -> None:
    _race(tmp_path, seconds=20.0, losing=losing)


def _race(folder: Path, *, seconds: float, losing: bool) -> None:
    held, finished = _FORK.Array(c_int64, _PAGES), _FORK.Array(c_int64, _PAGES)
    wrong, reads = _FORK.Value(c_int64, 0), _FORK.Value(c_int64, 0)
    shared: tuple[Any, ...] = (folder, held, finished, seconds)
    people = [_FORK.Process(target=_read_on, args=(*shared, wrong, reads, seed)) for seed in range(3)]
    people += [_FORK.Process(target=_purge_on, args=(*shared, seed)) for seed in (7, 8)]
    people += [_FORK.Process(target=_lose_on, args=(folder, seconds))] if losing else []
    for one in people:
        one.start()
    for one in people:
        one.join(seconds + 30)

    assert [one.exitcode for one in people] == [0] * len(people)
    assert wrong.value == 0
    assert reads.value > 50
    assert sum(finished[:]) > 10


def _read_on(
    folder: Path, held: Any, finished: Any, seconds: float, wrong: Any, reads: Any, seed: int
) -> None:  # fmt: skip
    dice, end = random.Random(seed), time.time() + seconds
    stage = _stage(
        folder, Truth(held, finished), before=lambda _: time.sleep(dice.random() / 200),
        after=lambda _: time.sleep(dice.random() / 200),
    )  # fmt: skip
    stage.front._clock = stage.flights._clock = time.time
    while time.time() < end:
        page = dice.randrange(_PAGES)
        due = finished[page]
        answer = stage.ask(_PATHS[page])
        found = _VERSION.search(answer.text)
        with reads.get_lock(), wrong.get_lock():
            reads.value += 1
            wrong.value += found is not None and int(found[1]) < due


def _purge_on(folder: Path, held: Any, finished: Any, seconds: float, seed: int) -> None:
    dice, end = random.Random(seed), time.time() + seconds
    while time.time() < end:
        page = dice.randrange(_PAGES)
        with held.get_lock():
            held[page] += 1
            version = held[page]
        one = ground.current(folder / "delivery" / "ground")
        soft = ["lists"] if dice.random() < 0.3 else []
        one.purge(hard=[f"page:{_PATHS[page]}"], soft=soft, now=time.time())
        time.sleep(one.unnoticed_for(time.time()))
        with finished.get_lock():
            finished[page] = max(finished[page], version)
        time.sleep(dice.random() / 20)


def _lose_on(folder: Path, seconds: float) -> None:
    end = time.time() + seconds
    while time.time() < end:
        time.sleep(0.15)
        shutil.rmtree(folder / "delivery", ignore_errors=True)
