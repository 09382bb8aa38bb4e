"""Raw bodies: kept once, given back whole or not at all, forgotten only when old and unwanted."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cong.harvest import raw_store
from cong.harvest.raw_store import NotKept

_LATER = datetime(2100, 1, 1, tzinfo=UTC)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(st.binary(max_size=5_000))
def test_what_is_kept_is_given_back(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    folder = tmp_path_factory.mktemp("raw")

    name = raw_store.keep(folder, body)

    assert raw_store.load(folder, name) == body


def test_the_same_body_is_one_small_file(tmp_path: Path) -> None:
    body = "<p>Thư viện xã mở cửa buổi tối</p>".encode() * 1_000

    names = {raw_store.keep(tmp_path, body) for _ in range(3)}

    (file,) = _files(tmp_path)
    assert len(names) == 1
    assert file.stat().st_size < len(body) / 50
    assert file.relative_to(tmp_path).parts[:2] == (file.name[:2], file.name[2:4])


@pytest.mark.parametrize("name", ["", "a" * 64, "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_not_there_is_not_kept(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotKept):
        raw_store.load(tmp_path, name)


@pytest.mark.parametrize("damage", [b"", b"x", b"\x28\xb5\x2f\xfd" + b"\xff" * 40])
def test_a_damaged_file_gives_nothing(tmp_path: Path, damage: bytes) -> None:
    name = raw_store.keep(tmp_path, b"than bai" * 100)
    (file,) = _files(tmp_path)
    file.write_bytes(damage)

    with pytest.raises(NotKept):
        raw_store.load(tmp_path, name)


def test_an_empty_file_of_a_power_cut_is_written_again(tmp_path: Path) -> None:
    name = raw_store.keep(tmp_path, b"than bai")
    (file,) = _files(tmp_path)
    file.write_bytes(b"")

    raw_store.keep(tmp_path, b"than bai")

    assert raw_store.load(tmp_path, name) == b"than bai"


def test_a_body_that_unpacks_to_too_much_is_refused_early(tmp_path: Path) -> None:
    name = raw_store.keep(tmp_path, b"x")
    (file,) = _files(tmp_path)
    file.write_bytes(zstandard.ZstdCompressor().compress(b"\0" * 200_000_000))

    with pytest.raises(NotKept):
        raw_store.load(tmp_path, name, limit=1_000_000)


def test_only_what_is_old_and_unwanted_is_forgotten(tmp_path: Path) -> None:
    wanted, unwanted, fresh = (raw_store.keep(tmp_path, body) for body in (b"mot", b"hai", b"ba"))
    noon = datetime(2026, 11, 25, 5, tzinfo=UTC)
    for file in _files(tmp_path):
        at = noon + timedelta(hours=1 if file.name.startswith(fresh) else -1)
        os.utime(file, (at.timestamp(), at.timestamp()))

    count = raw_store.forget(tmp_path, {wanted}, before=noon)

    assert count == 1
    assert raw_store.load(tmp_path, wanted) + raw_store.load(tmp_path, fresh) == b"motba"
    with pytest.raises(NotKept):
        raw_store.load(tmp_path, unwanted)


def test_what_is_kept_again_is_new_again(tmp_path: Path) -> None:
    name = raw_store.keep(tmp_path, b"mot")
    (file,) = _files(tmp_path)
    os.utime(file, (0, 0))

    raw_store.keep(tmp_path, b"mot")

    assert raw_store.forget(tmp_path, set(), before=datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert raw_store.load(tmp_path, name) == b"mot"


def test_half_written_files_go_and_are_not_counted(tmp_path: Path) -> None:
    name = raw_store.keep(tmp_path, b"mot")
    (file,) = _files(tmp_path)
    file.with_name(f".{name}.1.ab").write_bytes(b"half")

    assert raw_store.forget(tmp_path, {name}, before=_LATER) == 0
    assert _files(tmp_path) == [file]
