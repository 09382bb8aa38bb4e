"""The indexer follows the shelf: puts, corrections, withdrawals, other versions, other shelves."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from cong.entries.models import Change, Entry
from cong.search import actions
from cong.search.engines import chosen
from cong.search.engines.engine import Failed, Mark, NotReady
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.index import building, following, indexer, shelf
from cong.search.index.folder import Folder
from cong.search.index.indexer import Indexer, Stopped
from cong.search.index.reader import Reader
from cong.search.index.versions import Busy
from cong.search.meaning.rows import VERSION
from tests import makers
from tests.makers import NOON
from tests.search.asking import query

pytestmark = pytest.mark.django_db


def found(folder: Path, text: str) -> set[int]:
    page = Reader(Folder(root=folder)).search(query(text, limit=1000))
    return {hit.id for hit in page.hits}


def spoil_mark(version: Path) -> None:
    """Leave the index as another version of the program would have."""
    writer = TantivyWriter(version)
    writer.commit(Mark(seq=1, change="x", version="older"))
    writer.close()


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
    spoil_mark(search_dir / "v1")

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


def harm_directory(root: Path) -> None:
    shutil.rmtree(root)


def harm_version(root: Path) -> None:
    shutil.rmtree(root / "v1")


def harm_pointer(root: Path) -> None:
    (root / "current").write_text("v7\n")


def harm_by_foreign_files(root: Path) -> None:
    shutil.rmtree(root / "v1")
    (root / "v1").mkdir()
    (root / "v1" / "README").write_text("Thư mục của chương trình khác.")


def harm_by_truncating(root: Path, name: str) -> None:
    for path in (root / "v1").glob(name):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def harm_bytes(root: Path) -> None:
    """Spoil every other byte: the engine panics at some of them."""
    for path in (root / "v1").glob("*.store"):
        path.write_bytes(bytes(byte ^ 0xFF if place % 2 else byte for place, byte in enumerate(path.read_bytes())))


HARMS = {
    "directory": harm_directory,
    "version": harm_version,
    "pointer": harm_pointer,
    "foreign": harm_by_foreign_files,
    "bytes": harm_bytes,
    **{name: partial(harm_by_truncating, name=name) for name in ("meta.json", ".managed.json", "*.store", "*.term")},
}


@pytest.mark.one_engine
@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_lost_or_broken_index_is_not_ready_and_is_built_anew(search_dir: Path, harm: Callable[[Path], None]) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    harm(search_dir)

    with pytest.raises(NotReady):
        found(search_dir, "thư viện")
    actions.catch_up()

    assert found(search_dir, "thư viện") == {entry.pk}


@pytest.mark.one_engine
@pytest.mark.parametrize("harm", [harm_directory, harm_pointer, partial(harm_by_truncating, name="*.store")])
def test_a_running_indexer_notices_that_its_index_is_lost_or_broken(
    search_dir: Path, harm: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "_LOOK_AGAIN", 0)
    entry = makers.entry(title="Thư viện")
    running = Indexer(Folder(root=search_dir))
    running.step()
    harm(search_dir)

    running.step()
    running.step()
    running.close()

    assert found(search_dir, "thư viện") == {entry.pk}


def test_an_index_that_this_program_cannot_read_stays_until_the_new_one_is_there(search_dir: Path) -> None:
    makers.entry(title="Thư viện")
    actions.catch_up()
    spoil_mark(search_dir / "v1")
    seen: list[bool] = []

    actions.catch_up(progress=lambda _done: seen.append((search_dir / "v1" / "meta.json").exists()))

    assert seen == [True]
    assert actions.status().version == "v2"
    assert not actions.can_go_back()


def test_when_the_index_is_lost_the_one_before_goes_on(search_dir: Path) -> None:
    entry = makers.entry(title="Thư viện")
    actions.catch_up()
    actions.rebuild()
    late = makers.entry(title="Thư viện mới")
    shutil.rmtree(search_dir / "v2")

    actions.catch_up()

    assert actions.status().version == "v1"
    assert found(search_dir, "thư viện") == {entry.pk, late.pk}


def test_while_an_index_is_rebuilt_the_old_one_goes_on_following(
    search_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "_BREATH", 0)
    makers.entry(title="Thư viện")
    actions.catch_up()
    gone, seen = makers.entry(title="Thư viện cũ"), list[set[int]]()
    actions.catch_up()
    monkeypatch.setattr(building, "_CHUNK", 1)
    late: list[Entry] = []

    def meanwhile(_done: int) -> None:
        if not late:
            makers.withdraw(gone)
            late.append(makers.entry(title="Thư viện mới"))
        seen.append(found(search_dir, "thư viện"))

    actions.rebuild(progress=meanwhile)

    assert gone.pk in seen[0]
    assert late[0].pk in seen[-1]
    assert gone.pk not in seen[-1]


@pytest.mark.one_engine
def test_a_build_by_several_processes_is_the_same(search_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_CHUNK", 2)
    owner = makers.agency()
    made = makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(7)])
    several = Indexer(Folder(root=search_dir), processes=2)

    rebuilt = several.rebuild()
    several.close()

    assert (rebuilt.documents, rebuilt.trouble) == (7, ())
    assert found(search_dir, "thư viện") == {entry.pk for entry in made}


@pytest.mark.one_engine
def test_a_full_disk_is_said_in_words_and_leaves_the_old_index(search_dir: Path) -> None:
    makers.entry(title="Thư viện", html=f"<p>{'từ ngữ ' * 500}</p>")
    actions.catch_up()

    with files_no_larger_than(700), pytest.raises(Failed, match="Tệp vượt cỡ") as failed:
        actions.rebuild()

    assert str(search_dir) in str(failed.value)
    assert not (search_dir / "v2").exists()
    assert len(found(search_dir, "thư viện")) == 1
    assert actions.rebuild().swapped


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Have the system refuse what would make a file larger, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


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
    with chosen.versions().locked(), pytest.raises(Busy):
        actions.catch_up()

    with chosen.versions().locked():
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
