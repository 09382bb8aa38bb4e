"""Tests what all processes share: purges, leases, and what happens when the file goes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from cong.delivery import ground
from cong.delivery.ground import GRACE, Ground, Standing, Unusable, slots

_AT = 1_790_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "delivery" / "ground"


@pytest.fixture
def one(path: Path) -> Ground:
    return ground.opened(path)


def test_a_purge_reaches_pages_from_before_it_and_none_from_after(one: Ground) -> None:
    page = slots(["entry:5", "home"])
    before = one.epoch

    after = one.purge(hard=["entry:5"], soft=[], now=_AT)

    assert one.epoch == after == before + 1
    assert one.judge(page, before, _AT) is Standing.GONE
    assert one.judge(page, after, _AT) is Standing.FRESH
    assert one.judge(slots(["entry:6"]), before, _AT) is Standing.FRESH


def test_a_soft_purge_lets_a_page_be_shown_for_a_moment(one: Ground) -> None:
    page, before = slots(["home"]), one.epoch

    one.purge(hard=[], soft=["home"], now=_AT)

    assert one.judge(page, before, _AT + GRACE - 0.1) is Standing.STALE
    assert one.judge(page, before, _AT + GRACE) is Standing.OLD
    assert one.judge(page, before, _AT - 1) is Standing.OLD  # a clock that was set back


def test_purge_upon_purge_does_not_lengthen_the_moment(one: Ground) -> None:
    page, before = slots(["home"]), one.epoch

    for step in range(8):
        one.purge(hard=[], soft=["home"], now=_AT + step / 2)

    assert one.judge(page, before, _AT + 3.5) is Standing.OLD
    assert one.judge(page, one.epoch - 1, _AT + 3.5) is Standing.STALE


def test_a_hard_purge_outweighs_a_soft_one(one: Ground) -> None:
    before = one.epoch

    one.purge(hard=["entry:5"], soft=["home", "entry:5"], now=_AT)

    assert one.judge(slots(["entry:5", "home"]), before, _AT) is Standing.GONE


def test_it_is_known_which_changes_were_answered_for(one: Ground) -> None:
    one.purge(hard=[], soft=[], seqs=[7, 8], now=_AT)

    assert [one.answered_for(seq) for seq in (6, 7, 8, 9, 7 + 4096)] == [False, True, True, False, False]


def test_all_who_open_the_file_stand_on_one_ground(path: Path, one: Ground) -> None:
    other, before = ground.opened(path), one.epoch

    one.purge(hard=["a"], soft=[], now=_AT)

    assert (other.era, other.epoch) == (one.era, one.epoch)
    assert other.judge(slots(["a"]), before, _AT) is Standing.GONE


def test_a_file_that_was_taken_away_is_noticed_and_the_new_one_is_another_era(path: Path, one: Ground) -> None:
    shutil.rmtree(path.parent)

    assert not one.is_here()
    other = ground.opened(path)

    assert other.era != one.era
    assert other.epoch != one.epoch
    assert not one.is_here()
    one.purge(hard=["a"], soft=[], now=_AT)  # the old one still bears whoever stands on it


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * (1 << 20), os.urandom(4096)], ids=len)
def test_a_broken_file_is_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    one = ground.opened(path)

    assert ground.opened(path).era == one.era


def test_where_nothing_can_be_kept_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "delivery").write_text("a file where the folder should be")

    with pytest.raises(Unusable):
        ground.opened(tmp_path / "delivery" / "ground")


def test_a_process_has_one_ground(path: Path) -> None:
    first, again = ground.current(path), ground.current(path)
    shutil.rmtree(path.parent)
    other = ground.current(path)

    assert first is again
    assert first is not other


def test_a_new_file_is_noticed_by_all_within_a_moment(one: Ground) -> None:
    now = time.time()

    assert 0 < one.unnoticed_for(now) <= 2 * ground.LOOK
    assert one.unnoticed_for(now + 2 * ground.LOOK) == 0
    assert one.unnoticed_for(now - 60) == 0


_SPAWN = multiprocessing.get_context("fork")


def _purge_often(path: Path, times: int) -> list[int]:
    one = ground.opened(path)
    return [one.purge(hard=[f"t{os.getpid()}"], soft=["home"], now=_AT) for _ in range(times)]


def test_purges_of_many_processes_never_share_a_number(path: Path) -> None:
    before = ground.opened(path).epoch

    with ProcessPoolExecutor(4, mp_context=_SPAWN) as pool:
        numbers = [number for made in pool.map(_purge_often, [path] * 8, [250] * 8) for number in made]

    assert sorted(numbers) == list(range(before + 1, before + 2001))
    assert ground.opened(path).epoch == before + 2000


def _hold(path: Path, told: str) -> None:
    one = ground.opened(path)
    assert one.take(b"abcdefgh")
    Path(told).touch()
    time.sleep(60)


def test_a_lease_is_for_one_process_and_falls_back_when_that_ends(path: Path, tmp_path: Path, one: Ground) -> None:
    told = tmp_path / "told"
    holder = _SPAWN.Process(target=_hold, args=(path, str(told)))
    holder.start()
    while not told.exists():
        time.sleep(0.01)

    while_held = one.take(b"abcdefgh"), one.take(b"other...")
    holder.kill()
    holder.join()

    assert while_held == (False, True)
    assert one.take(b"abcdefgh")
    one.give_back(b"abcdefgh")
