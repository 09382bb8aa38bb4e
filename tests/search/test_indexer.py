"""The indexer follows the shelf: puts, corrections, withdrawals, other versions, other shelves."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from cong.entries.models import Change, Entry
from cong.search import actions, engines, following, shelf
from cong.search.engine import Mark, NotReady
from cong.search.folder import Folder
from cong.search.indexer import Indexer, Stopped
from cong.search.reader import Reader
from cong.search.rows import VERSION
from cong.search.tantivy_writer import TantivyWriter
from cong.search.versions import Busy
from tests import makers
from tests.makers import NOON
from tests.search.asking import query

pytestmark = pytest.mark.django_db


def found(folder: Path, text: str) -> set[int]:
    page = Reader(Folder(root=folder)).search(query(text, limit=1000))
    return {hit.id for hit in page.hits}


def test_the_first_start_builds_the_index_from_the_shelf(search_dir: Path) -> None:
    entry = makers.entry(title="Mạng thư viện mượn sách liên thông")

    seq = actions.catch_up()

    assert found(search_dir, "muon sach lien thong") == {entry.pk}
    assert seq == shelf.last_seq() == 1


def test_an_empty_shelf_has_an_empty_index(search_dir: Path) -> None:
    actions.catch_up()

    assert found(search_dir, "thư viện") == set()
    state = actions.status()
    assert (state.ready, state.running, state.version) == (True, False, "v1")
    assert (state.documents, state.seq, state.behind) == (0, 0, 0)


def test_puts_corrections_and_withdrawals_are_followed_in_order(search_dir: Path) -> None:
    kept, changed, gone = (makers.entry(title=f"Thư viện số {number}") for number in (1, 2, 3))
    actions.catch_up()
    makers.correct(changed, title="Bảo tàng tỉnh", summary="", html="")
    makers.withdraw(gone)
    new = makers.entry(title="Thư viện lưu động")

    actions.catch_up()

    assert found(search_dir, "thư viện") == {kept.pk, new.pk}
    assert found(search_dir, "bảo tàng") == {changed.pk}
    assert actions.status().behind == 0
    assert actions.status().documents == 3


def test_an_entry_put_and_withdrawn_in_one_batch_never_shows(search_dir: Path) -> None:
    entry = makers.entry(title="Nhầm")
    makers.withdraw(entry)

    actions.catch_up()

    assert found(search_dir, "nhầm") == set()


def test_reading_the_same_changes_again_changes_nothing(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    writer = TantivyWriter(search_dir / "v1")
    writer.commit(Mark(seq=0, change="", version=VERSION))
    writer.close()

    actions.catch_up()

    assert found(search_dir, "thư viện") == {entry.pk}
    assert actions.status().documents == 1


def test_long_streams_are_read_in_batches(search_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.catch_up()
    monkeypatch.setattr(following, "BATCH", 2)
    made = {makers.entry(title=f"Thư viện {number}").pk for number in range(5)}
    steps: list[int] = []

    actions.catch_up(progress=steps.append)

    assert steps == [2, 2, 1]
    assert found(search_dir, "thư viện") == made


def test_an_index_written_by_another_version_is_built_anew(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    writer = TantivyWriter(search_dir / "v1")
    writer.commit(Mark(seq=1, change="x", version="older"))
    writer.close()

    with pytest.raises(NotReady):
        found(search_dir, "thư viện")
    actions.catch_up()

    assert found(search_dir, "thư viện") == {entry.pk}
    assert actions.status().version == "v2"


def test_an_index_of_another_shelf_is_built_anew(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    Change.objects.update(at=NOON + timedelta(days=1))

    actions.catch_up()

    assert actions.status().version == "v2"
    assert found(search_dir, "thư viện") == {entry.pk}


@pytest.mark.parametrize("harm", ["directory", "files", "garbage"])
def test_a_lost_or_broken_index_is_built_anew(search_dir: Path, harm: str) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    if harm == "directory":
        shutil.rmtree(search_dir)
    elif harm == "files":
        shutil.rmtree(search_dir / "v1")
    else:
        (search_dir / "v1" / "meta.json").write_text("{}")

    actions.catch_up()

    assert found(search_dir, "thư viện") == {entry.pk}


def test_a_running_indexer_notices_that_its_index_is_gone(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện")
    running = Indexer(Folder(root=search_dir))
    running.step()
    shutil.rmtree(search_dir)

    running.step()
    running.close()

    assert found(search_dir, "thư viện") == {entry.pk}


def test_while_an_index_is_rebuilt_the_old_one_answers(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    reader = Reader(Folder(root=search_dir))
    seen: list[int] = []

    def look(_done: int) -> None:
        seen.append(reader.search(query("thư viện")).total)

    actions.rebuild(progress=look)

    assert seen == [1]
    assert reader.search(query("thư viện")).hits[0].id == entry.pk
    assert actions.status().version == "v2"


def test_what_changes_during_a_rebuild_is_replayed(search_dir: Path) -> None:
    gone = makers.entry(title="Thư viện cũ")
    late: list[Entry] = []

    def meanwhile(_done: int) -> None:
        if not late:
            makers.withdraw(gone)
            late.append(makers.entry(title="Thư viện mới"))

    actions.rebuild(progress=meanwhile)

    assert found(search_dir, "thư viện") == {late[0].pk}
    assert actions.status().behind == 0


def test_a_rebuild_that_is_stopped_leaves_the_old_index(search_dir: Path) -> None:
    makers.entry(title="Thư viện")
    actions.catch_up()
    stop = Event()
    stop.set()

    with pytest.raises(Stopped):
        actions.rebuild(stop=stop)

    assert actions.status().version == "v1"
    assert len(found(search_dir, "thư viện")) == 1


def test_a_second_indexer_is_refused(search_dir: Path) -> None:
    with engines.versions().locked(), pytest.raises(Busy):
        actions.catch_up()

    with engines.versions().locked():
        assert actions.status().running


def test_a_reader_sees_the_next_commit_without_being_told(search_dir: Path) -> None:
    actions.catch_up()
    reader = Reader(Folder(root=search_dir))
    before = reader.search(query("thư viện")).total
    makers.entry(title="Thư viện")

    actions.catch_up()

    assert (before, reader.search(query("thư viện")).total) == (0, 1)


def test_many_threads_may_read_while_the_index_moves_on(search_dir: Path) -> None:
    makers.entry(title="Thư viện")
    actions.catch_up()
    reader, totals = Reader(Folder(root=search_dir)), list[int]()

    def read() -> None:
        totals.extend(reader.search(query("thư viện")).total for _ in range(50))

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    actions.rebuild()
    actions.rebuild()
    for thread in threads:
        thread.join()

    assert totals == [1] * 200
