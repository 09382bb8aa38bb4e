"""Tests that many who ask at once cost one render, in one process and in several, and that none gets what is purged."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.delivery.stage import FakeDjango, Stage

_FORK = multiprocessing.get_context("fork")


def test_whoever_asks_during_a_render_waits_for_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.django.during = lambda path: time.sleep(0.1)

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: stage.ask("/kept/a").body, range(64)))

    assert len(set(answers)) == 1
    assert stage.django.renders["/kept/a"] == 1


def test_a_missing_page_is_looked_for_once_by_all_who_wait(tmp_path: Path) -> None:
    stage = Stage(tmp_path, django=FakeDjango(status=404))
    stage.django.during = lambda path: time.sleep(0.1)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: stage.ask("/kept/a").status, range(16)))

    assert set(answers) == {404}
    assert stage.django.renders["/kept/a"] <= 2


def test_sixty_four_clients_of_two_processes_cost_exactly_one_render(tmp_path: Path) -> None:
    Stage(tmp_path).ask("/kept/a")
    Stage(tmp_path).purge(hard=["page:/kept/a"])
    ready, go = _FORK.Barrier(3), _FORK.Event()

    processes = [
        _FORK.Process(target=_crowd, args=(tmp_path, str(tmp_path / f"renders-{number}"), ready, go))
        for number in range(2)
    ]
    for process in processes:
        process.start()
    ready.wait(20)
    go.set()
    for process in processes:
        process.join(20)

    assert [process.exitcode for process in processes] == [0, 0]
    assert sum(int((tmp_path / f"renders-{number}").read_text()) for number in range(2)) == 1


def _crowd(folder: Path, told: str, ready: object, go: threading.Event) -> None:
    stage = Stage(folder)
    stage.django.during = lambda path: time.sleep(0.3)
    ready.wait(20)  # type: ignore[attr-defined]
    go.wait(20)
    with ThreadPoolExecutor(32) as pool:
        answers = set(pool.map(lambda _: stage.ask("/kept/a").body, range(32)))
    Path(told).write_text(str(stage.django.renders["/kept/a"]))
    assert len(answers) == 1


def test_the_death_of_who_renders_leaves_the_lease_to_others(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    process = _FORK.Process(target=_never_ends, args=(tmp_path, str(begun)))
    process.start()
    while not begun.exists():
        time.sleep(0.01)
    stage = Stage(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stage.ask, "/kept/a")
        time.sleep(0.05)
        assert not waiting.done()

        process.kill()
        process.join()

        assert waiting.result(5).status == 200
    assert stage.django.renders["/kept/a"] == 1


def _never_ends(folder: Path, begun: str) -> None:
    stage = Stage(folder)

    def sleep(path: str) -> None:
        Path(begun).touch()
        time.sleep(60)

    stage.django.during = sleep
    stage.ask("/kept/a")


def test_a_render_that_raced_with_a_purge_is_shown_to_nobody_who_came_after_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    inside, purged = threading.Event(), threading.Event()
    stage.django.during = _once(lambda: _wait(inside, purged))

    with ThreadPoolExecutor(2) as pool:
        before = pool.submit(stage.ask, "/kept/a")
        inside.wait(5)
        stage.purge(hard=["page:/kept/a"])
        after = pool.submit(stage.ask, "/kept/a")
        time.sleep(0.05)
        purged.set()

        assert "lần 2" in before.result(5).text
        assert "lần 2" in after.result(5).text
    assert "lần 2" in stage.ask("/kept/a").text


def test_what_was_not_there_before_a_release_is_found_by_who_comes_after_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, django=FakeDjango(status=404))
    inside, released = threading.Event(), threading.Event()

    stage.django.during = _once(lambda: _wait(inside, released))

    with ThreadPoolExecutor(2) as pool:
        pool.submit(stage.ask, "/kept/a")
        inside.wait(5)
        stage.purge(hard=["page:/kept/a"])
        after = pool.submit(stage.ask, "/kept/a")
        time.sleep(0.05)
        stage.django.status = 200
        released.set()

        assert after.result(5).status == 200


def _wait(inside: threading.Event, until: threading.Event) -> None:
    inside.set()
    until.wait(5)


def _once(act: Callable[[], object]) -> Callable[[str], object]:
    left = [act]
    return lambda path: left.pop()() if left else None


def test_a_page_whose_purges_never_end_is_not_rendered_for_ever(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.django.during = lambda path: stage.purge(hard=["page:/kept/a"])

    assert stage.ask("/kept/a").status == 503
    assert stage.django.renders["/kept/a"] < 20


def test_who_cannot_wait_for_the_queue_renders_at_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.ask("/kept/a"), stage.ask("/kept/b")
    held = threading.Event()
    stage.django.during = lambda path: held.wait(5) if path == "/kept/a" else None
    stage.purge(soft=["lists"])
    stage.ask("/kept/a"), stage.ask("/kept/b")  # both are to be renewed, one after the other

    stage.clock.pass_by(5)
    answer = stage.ask("/kept/b")

    held.set()
    assert "lần 2" in answer.text


def test_an_error_in_the_renewing_thread_ends_only_that_renewal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stage = Stage(tmp_path)
    stage.ask("/kept/a")
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise ValueError("broken view")

    stage.django.during = _once(fail)
    stage.purge(soft=["lists"])
    stage.ask("/kept/a")
    assert failed.wait(5)

    for _ in range(200):
        if "lần 3" in stage.ask("/kept/a").text:
            break
        time.sleep(0.01)

    assert "lần 3" in stage.ask("/kept/a").text
    assert "not_renewed" in caplog.text
