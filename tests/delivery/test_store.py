"""Tests that whatever happens to kept pages costs renders and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.delivery import encodings, pages
from cong.delivery.memory import Memory, kept
from cong.delivery.pages import Page
from cong.delivery.store import Store
from tests.scratch import ROOT

PAGE = Page(
    address=("/tin-tuc/", ""), status=200, headers=(("Content-Type", "text/html"),), body=b"<p>thu vien</p>",
    tags=frozenset({"home", "site"}), era=5, epoch=7, rendered_at=1.0, fresh_until=2.5,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "pages", size=1 << 22)


def test_what_is_put_by_one_is_read_by_another(store: Store) -> None:
    store.put(PAGE)

    assert store.get(PAGE.address) == PAGE
    assert store.get(("/tin-tuc/", "truoc=1")) is None


def test_a_form_belongs_to_exactly_one_page(store: Store) -> None:
    newer = replace(PAGE, body=b"another")

    store.put_variant(PAGE, encodings.BROTLI, b"packed")

    assert store.variant(PAGE, encodings.BROTLI) == b"packed"
    assert store.variant(PAGE, encodings.GZIP) is None
    assert store.variant(newer, encodings.BROTLI) is None


def test_a_full_store_is_emptied_and_goes_on(tmp_path: Path) -> None:
    store = Store(tmp_path / "pages", size=1 << 17)

    for number in range(60):
        store.put(replace(PAGE, address=(f"/{number}", ""), body=os.urandom(9000)))

    found = [number for number in range(60) if store.get((f"/{number}", ""))]
    assert found
    assert found[-1] == 59
    assert len(found) < 20


def test_a_page_too_large_for_the_whole_store_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "pages", size=1 << 16)

    store.put(replace(PAGE, body=os.urandom(1 << 17)))
    store.put(PAGE)

    assert store.get(PAGE.address) == PAGE


def test_taken_away_while_it_is_used(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "pages", size=1 << 22)
    store.put(PAGE)
    assert other.get(PAGE.address)

    shutil.rmtree(tmp_path / "pages")
    store.look()
    other.look()

    assert store.get(PAGE.address) is None
    store.put(PAGE)
    assert other.get(PAGE.address) == PAGE


@pytest.mark.parametrize("content", [b"", b"no database", os.urandom(1 << 16)], ids=len)
def test_a_broken_folder_is_thrown_away(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "data.mdb").write_bytes(content)
    store = Store(tmp_path / "pages", size=1 << 22)

    store.get(PAGE.address)
    store.put(PAGE)

    assert store.get(PAGE.address) == PAGE


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    store = Store(tmp_path / "pages" / "below", size=1 << 22)

    store.put(PAGE)

    assert store.get(PAGE.address) is None


def test_a_page_is_read_as_it_was_written() -> None:
    full = replace(PAGE, until=9.25, modified="Wed, 25 Nov 2026 05:00:00 GMT", address=("/x\udcff", "a=b"))

    assert pages.read(pages.written(full)) == full


@given(at=st.integers(0, 400), bit=st.integers(0, 7))
def test_a_record_with_any_bit_turned_is_no_page(at: int, bit: int) -> None:
    record = bytearray(pages.written(PAGE))
    record[at % len(record)] ^= 1 << bit

    assert pages.read(bytes(record)) is None


@given(size=st.integers(0, 400))
def test_a_record_cut_short_is_no_page(size: int) -> None:
    record = pages.written(PAGE)

    assert pages.read(record[: min(size, len(record) - 1)]) is None


def test_memory_holds_no_more_than_its_bytes_and_lets_the_idle_go_first() -> None:
    memory = Memory(size=200_000)
    for number in range(40):
        memory.put(kept(replace(PAGE, address=(f"/{number}", ""), body=b"x" * 5000)))
        busy = memory.pages[("/0", "")]
        busy.used = True

    assert memory.bytes <= 200_000
    assert memory.bytes == sum(one.size for one in memory.pages.values())
    assert ("/0", "") in memory.pages
    assert ("/39", "") in memory.pages
    assert ("/5", "") not in memory.pages


def test_memory_replaces_counts_and_forgets() -> None:
    memory = Memory(size=1_000_000)
    first, second = kept(PAGE), kept(PAGE)

    memory.put(first)
    memory.put(second)
    memory.forget(first)

    assert memory.pages[PAGE.address] is second
    memory.put(kept(replace(PAGE, address=("/big", ""), body=b"x" * 500_000)))
    assert ("/big", "") not in memory.pages
    memory.forget(second)
    assert memory.bytes == 0


_USES = """
import os, signal, sys
from pathlib import Path
from cong.delivery.store import Store
from tests.scratch import ROOT
Store(Path(sys.argv[1]), size=1 << 22).get(("/", ""))
if sys.argv[2] == "falls":
    os.kill(os.getpid(), signal.SIGBUS)
"""


@pytest.mark.parametrize(("how", "kept"), [("ends", True), ("falls", False)])
def test_what_a_process_fell_over_is_not_used_by_the_next(tmp_path: Path, how: str, *, kept: bool) -> None:
    Store(tmp_path / "pages", size=1 << 22).put(PAGE)
    # A copy, because this process holds the folder itself open.
    shutil.copytree(tmp_path / "pages", tmp_path / "other", ignore=shutil.ignore_patterns("users"))

    subprocess.run([sys.executable, "-c", _USES, str(tmp_path / "other"), how], cwd=ROOT, check=False)
    found = Store(tmp_path / "other", size=1 << 22).get(PAGE.address)

    assert (found is not None) == kept
