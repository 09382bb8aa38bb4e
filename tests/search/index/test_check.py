"""The index is compared with the shelf, entry by entry, and what differs is put right by whoever may write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from cong.entries.models import Entry
from cong.search import actions
from cong.search.engines import chosen
from cong.search.engines.engine import Document, NotReady
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.index import check, records, requests, shelf
from cong.search.index.check import SLICES, Range, slice_of
from cong.search.index.folder import Folder
from cong.search.index.indexer import Indexer
from cong.search.index.records import Checked
from cong.search.index.requests import Wish
from cong.search.jobs import check_index, count_spellings
from tests import makers
from tests.makers import NOON

pytestmark = pytest.mark.django_db


def spoil(version: Path, *, remove: list[int] | None = None, put: list[Document] | None = None) -> None:
    """Change a version behind everybody's back."""
    mark = Folder(root=version.parent).engine(version.name).mark()
    writer = TantivyWriter(version)
    writer.remove(remove or [])
    writer.put(put or [])
    writer.commit(mark)
    writer.close()


def differences(checked: Checked) -> tuple[int, int, int, int]:
    return checked.missing, checked.stale, checked.extra, checked.unfound


@pytest.fixture
def spoilt(search_dir: Path) -> list[Entry]:
    """Have an index that lacks an entry, holds an old one and one of nobody, and cannot find a fourth."""
    made = [makers.entry(title=f"Thư viện {word}") for word in ("xã", "huyện", "tỉnh", "lưu động", "tư nhân")]
    actions.catch_up()
    documents = [shelf.document(entry) for entry in made]
    stale, unfound = replace(documents[1], release=0), replace(documents[3], title="", summary="", body="")
    spoil(search_dir / "v1", remove=[made[0].pk], put=[stale, unfound, replace(documents[2], id=10**12)])
    return made


def whole() -> Checked:
    return actions.check(Range(), at=NOON)


def test_an_index_that_is_as_the_shelf_differs_in_nothing() -> None:
    for word in ("xã", "huyện"):
        makers.entry(title=f"Thư viện {word}")
    actions.catch_up()

    checked = whole()

    assert differences(checked) == (0, 0, 0, 0)
    assert (checked.entries, checked.mending, checked.last) == (2, False, None)
    assert actions.status().checked == checked


def test_missing_stale_extra_and_unfound_entries_are_found(spoilt: list[Entry]) -> None:
    checked = whole()

    assert differences(checked) == (1, 1, 1, 1)
    assert checked.ids == (spoilt[0].pk, spoilt[1].pk, 10**12, spoilt[3].pk)


def test_without_an_indexer_the_repair_is_done_at_once(spoilt: list[Entry]) -> None:
    checked, asked = actions.repair(Range(), at=NOON)

    assert differences(checked)[:3] == (1, 1, 1)
    assert asked == []
    assert differences(whole()) == (0, 0, 0, 0)
    assert actions.status().documents == len(spoilt)
    found = actions.status().found
    assert found is not None
    assert (found.mending, found.differences) == (True, checked.differences)


def test_the_running_indexer_repairs_between_two_batches(search_dir: Path, spoilt: list[Entry]) -> None:
    with chosen.versions().locked():
        checked, asked = actions.repair(Range(), at=NOON)
        running = Indexer(Folder(root=search_dir))
        try:
            before = actions.is_carried_out(asked, within=0)
            running.step()
        finally:
            running.close()

    assert differences(checked) == (1, 1, 1, 1)
    assert (before, actions.is_carried_out(asked, within=0)) == (False, True)
    assert differences(whole()) == (0, 0, 0, 0)
    assert actions.status().documents == len(spoilt)


def test_what_is_on_its_way_is_no_difference(search_dir: Path) -> None:
    kept, gone = makers.entry(title="Thư viện xã"), makers.entry(title="Thư viện huyện")
    actions.catch_up()
    makers.withdraw(gone)
    makers.correct(kept, title="Thư viện tỉnh")
    makers.entry(title="Thư viện lưu động")

    assert differences(whole()) == (0, 0, 0, 0)


def test_an_entry_that_changes_while_it_is_repaired_is_indexed_as_it_then_is(search_dir: Path) -> None:
    changed, gone = makers.entry(title="Thư viện xã"), makers.entry(title="Thư viện huyện")
    actions.catch_up()
    spoil(search_dir / "v1", remove=[changed.pk, gone.pk])
    with chosen.versions().locked():
        _, asked = actions.repair(Range(), at=NOON)
    makers.correct(changed, title="Bảo tàng")
    makers.withdraw(gone)

    actions.catch_up()

    assert actions.is_carried_out(asked, within=0)
    assert differences(whole()) == (0, 0, 0, 0)
    assert actions.status().documents == 1


def test_long_ranges_are_compared_part_by_part(spoilt: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "CHUNK", 2)
    seen: list[int] = []

    checked = actions.check(Range(), at=NOON, progress=seen.append)

    assert differences(checked) == (1, 1, 1, 1)
    assert seen == [2, 2, 1]


def test_many_differences_become_several_files(search_dir: Path) -> None:
    left = requests.leave(search_dir, Wish.LOOK, range(12_000))
    requests.leave(search_dir, Wish.LOOK, [7, 12_000])

    (asked,) = requests.waiting(search_dir)

    assert len(left.paths) == 3
    assert sorted(asked.ids) == list(range(12_001))


def test_what_is_asked_for_twice_is_done_once_and_what_comes_meanwhile_stays(search_dir: Path) -> None:
    requests.leave(search_dir, Wish.REBUILD)
    requests.leave(search_dir, Wish.REBUILD)
    (asked,) = requests.waiting(search_dir)
    late = requests.leave(search_dir, Wish.REBUILD)

    asked.done()

    assert (asked.waits, late.waits) == (False, True)
    assert [one.paths for one in requests.waiting(search_dir)] == [late.paths]


def test_what_is_no_request_is_taken_away(search_dir: Path) -> None:
    folder = search_dir / "requests"
    folder.mkdir(parents=True)
    (folder / "look.1").write_text("một hai")
    (folder / "mua-sach.2").write_text("")
    (folder / "look.3").write_bytes(b"\xff\xfe")

    assert requests.waiting(search_dir) == []
    assert list(folder.iterdir()) == []


def test_the_slices_of_a_day_are_the_whole_shelf_once() -> None:
    owner = makers.agency()
    made = makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(15)])
    slices = [slice_of(hour) for hour in range(SLICES)]

    assert [one.first for one in slices[1:]] == [one.last for one in slices[:-1]]
    assert (slices[0].first, slices[-1].last) == (1, None)
    held = [number for one in slices for number in shelf.releases(one.first, one.last)]
    assert held == [entry.pk for entry in made]


def test_the_hourly_job_repairs_its_slice_and_the_day_everything(
    spoilt: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "SLICES", 4)
    hours = iter(range(4))
    monkeypatch.setattr("cong.search.jobs.slice_of", lambda _hour: slice_of(next(hours)))

    mended = sum(check_index.call() for _ in range(4))

    assert mended >= 4
    assert differences(whole()) == (0, 0, 0, 0)
    assert len(records.checks(chosen.versions().root)) == 4 + 1
    assert len(spoilt) == actions.status().documents


def test_while_there_is_no_index_there_is_nothing_to_check() -> None:
    with pytest.raises(NotReady):
        whole()
    with chosen.versions().locked():
        assert check_index.call() == 0
        assert count_spellings.call() == 0


def test_without_an_indexer_a_repair_builds_what_is_not_there() -> None:
    makers.entry(title="Thư viện xã")

    checked, _ = actions.repair(Range(), at=NOON)

    assert differences(checked) == (0, 0, 0, 0)
    assert actions.status().documents == 1


@pytest.fixture
def common_words() -> None:
    for number in range(4):
        makers.entry(title=f"Khai mạc phiên chợ sách lần {number}")


@pytest.mark.usefixtures("common_words")
def test_spellings_are_counted_with_every_build_and_anew_every_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cong.search.index.counted._LOOK_AGAIN", 0)
    actions.catch_up()
    built = [one.text for one in chosen.repairer().repairs("phien cho sach")]
    for number in range(4):
        makers.entry(title=f"Trưng bày tranh khắc gỗ lần {number}")
    before = [one.text for one in chosen.repairer().repairs("tranh khac go")]

    counted = count_spellings.call()
    after = [one.text for one in chosen.repairer().repairs("tranh khac go")]

    assert built == ["phiên chợ sách"]
    assert counted == 8
    assert ("tranh khắc gỗ" in before, "tranh khắc gỗ" in after) == (False, True)


@pytest.mark.usefixtures("common_words")
def test_a_file_of_counts_that_is_spoilt_is_as_none(search_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cong.search.index.counted._LOOK_AGAIN", 0)
    actions.catch_up()
    assert chosen.repairer().repairs("phien cho sach")
    path = search_dir / "v1" / "spelling"
    path.write_bytes(path.read_bytes()[:100])

    assert chosen.repairer().repairs("phien cho sach") == ()


def test_a_large_shelf_is_sampled_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_RUN", 3)
    owner = makers.agency()
    made = makers.entries([makers.content(owner, f"Thư viện {number}") for number in range(20)])

    some = list(shelf.some(12, Random(7)))

    assert 3 < len(some) <= 12
    assert len({one.id for one in some}) == len(some)
    assert {one.id for one in some} < {entry.pk for entry in made}
