"""The index directory: pointer, sweeping, and one writer at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from cong.search.folder import Busy, Folder


def build(folder: Folder) -> Path:
    path = folder.fresh()
    path.mkdir(parents=True)
    return path


def test_without_a_pointer_there_is_no_current_version(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")

    assert folder.current() is None
    assert folder.fresh().name == "v1"


def test_the_pointer_names_what_is_read(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    one, two = build(folder), build(folder)

    folder.point_at(one)
    folder.point_at(two)

    assert folder.current() == two
    assert folder.fresh().name == "v3"


@pytest.mark.parametrize("written", ["", "../elsewhere", "v9", "v1\nv2", "\x00"])
def test_a_pointer_to_nothing_of_ours_counts_as_none(tmp_path: Path, written: str) -> None:
    folder = Folder(root=tmp_path / "search")
    build(folder)
    (tmp_path / "elsewhere").mkdir()

    folder.pointer.write_text(written)

    assert folder.current() is None


def test_sweeping_keeps_the_current_version_and_the_one_before(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    paths = [build(folder) for _ in range(4)]
    folder.point_at(paths[2])

    folder.sweep()

    assert [path.exists() for path in paths] == [False, True, True, False]


def test_a_second_writer_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")

    with folder.locked(), pytest.raises(Busy), folder.locked():
        pass

    with folder.locked():
        assert folder.lock_file.exists()
