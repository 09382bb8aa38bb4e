"""The index directory: pointer, sweeping, and one writer at a time."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from cong.search.engines.engine import Failed
from cong.search.index.folder import Folder
from cong.search.index.trouble import failing
from cong.search.index.versions import Busy


def build(folder: Folder) -> str:
    name = folder.fresh()
    folder.path(name).mkdir(parents=True)
    return name


def test_without_a_pointer_there_is_no_current_version(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")

    assert folder.current() is None
    assert folder.fresh() == "v1"


def test_the_pointer_names_what_is_read(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    one, two = build(folder), build(folder)

    folder.point_at(one)
    folder.point_at(two)

    assert folder.current() == two
    assert folder.fresh() == "v3"


@pytest.mark.parametrize("written", ["", "../elsewhere", "v9", "v1\nv2", "\x00"])
def test_a_pointer_to_nothing_of_ours_counts_as_none(tmp_path: Path, written: str) -> None:
    folder = Folder(root=tmp_path / "search")
    build(folder)
    (tmp_path / "elsewhere").mkdir()

    folder.pointer.write_text(written)

    assert folder.current() is None


def test_sweeping_keeps_the_current_version_the_one_before_and_the_one_set_aside(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    names = [build(folder) for _ in range(5)]
    for name in names[:3]:
        folder.point_at(name)
    folder.set_aside(names[3])

    folder.sweep()

    assert [folder.exists(name) for name in names] == [False, True, True, True, False]
    assert (folder.current(), folder.previous(), folder.aside()) == ("v3", "v2", "v4")


def test_a_new_build_gives_up_what_was_set_aside(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    one, two = build(folder), build(folder)
    folder.point_at(one)
    folder.set_aside(two)

    folder.sweep(keep_aside=False)

    assert (folder.current(), folder.aside(), folder.exists(two)) == (one, None, False)


def test_going_back_makes_the_version_left_the_previous_one(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    one, two = build(folder), build(folder)
    folder.point_at(one)
    folder.point_at(two)

    folder.point_at(one)
    folder.sweep()

    assert (folder.current(), folder.previous()) == (one, two)
    assert folder.exists(two)


def test_foreign_files_are_no_versions_and_stay_in_nobodys_way(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    folder.pointer.mkdir(parents=True)
    (folder.root / "v999999999").write_text("ghi chú")
    (folder.root / "v0").mkdir()
    (folder.root / "doc.txt").touch()

    name = build(folder)
    folder.point_at(name)
    folder.sweep()

    assert folder.current() == name == "v1"
    assert not (folder.root / "v999999999").exists()
    assert (folder.root / "doc.txt").exists()


def test_a_root_that_is_a_file_is_said_in_words(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")
    folder.root.write_text("không phải thư mục")

    assert folder.current() is None
    with pytest.raises(Failed, match="Không ghi được chỉ mục"):
        folder.writer("v1")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Hết chỗ trên đĩa"),
        (PermissionError(errno.EACCES, "Permission denied"), "Không có quyền ghi"),
        (ValueError("Failed to write: No space left on device (os error 28)"), "Hết chỗ trên đĩa"),
        (ValueError("something else"), "Không ghi được chỉ mục"),
    ],
)
def test_what_a_disk_refuses_is_said_in_words(tmp_path: Path, error: Exception, words: str) -> None:
    with pytest.raises(Failed, match=words), failing(tmp_path):
        raise error


def test_a_second_writer_is_refused_until_the_first_is_done_and_told_who_that_is(tmp_path: Path) -> None:
    folder = Folder(root=tmp_path / "search")

    with folder.locked(), pytest.raises(Busy, match=str(os.getpid())), folder.locked():
        pass

    with folder.locked():
        assert folder.writing() == os.getpid()
    assert folder.writing() is None
