from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from pytest_django import Settings

from cong.media import actions
from cong.media.actions import NotAPicture, keep_picture
from cong.media.models import Picture, picture_address
from tests.makers import NOON
from tests.media.pictures import picture, telling_picture

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.media.urls")]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "pictures"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_picture_is_kept_under_the_hash_of_its_bytes(folder: Path) -> None:
    kept = keep_picture(picture(size=(1600, 900)), at=NOON)

    widest = folder / kept.sha256[:2] / f"{kept.sha256}-1280.webp"
    assert hashlib.sha256(widest.read_bytes()).hexdigest() == kept.sha256
    assert (kept.width, kept.height, kept.widths, kept.at) == (1280, 720, [640, 1280], NOON)
    assert files(folder) == [f"{kept.sha256}-{name}" for name in ("1280.avif", "1280.webp", "640.avif", "640.webp")]


def test_the_same_bytes_are_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = keep_picture(picture(), at=NOON)
    monkeypatch.setattr(actions, "render", None)

    assert keep_picture(picture(), at=NOON) == first
    assert Picture.objects.count() == 1


def test_two_files_with_the_same_pixels_are_one_picture() -> None:
    data = picture("PNG")

    first = keep_picture(data, at=NOON)
    second = keep_picture(data + b"trailing", at=NOON)

    assert first == second
    assert Picture.objects.count() == 1


def test_what_is_refused_leaves_nothing_behind(folder: Path) -> None:
    with pytest.raises(NotAPicture):
        keep_picture(b"<svg/>", at=NOON)

    assert not Picture.objects.exists()
    assert not folder.exists()


def test_a_failing_disk_leaves_no_half_file_and_the_next_run_completes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = picture(size=(1600, 900))
    sync, calls = os.fsync, []

    def fail_at_the_second(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.EIO, "I/O error")
        sync(handle)

    monkeypatch.setattr("cong.media.store.os.fsync", fail_at_the_second)
    with pytest.raises(OSError, match="I/O error"):
        keep_picture(data, at=NOON)

    assert not Picture.objects.exists()
    assert [name.endswith("-640.webp") for name in files(folder)] == [True]

    kept = keep_picture(data, at=NOON)

    assert len(files(folder)) == 4
    assert kept.widths == [640, 1280]


def test_no_file_tells_where_the_photo_was_taken(folder: Path) -> None:
    keep_picture(telling_picture(), at=NOON)

    (kept,) = list(folder.rglob("*.webp"))
    assert b"Exif" not in kept.read_bytes()


def test_an_address_names_the_smallest_rendition_that_is_wide_enough() -> None:
    kept = keep_picture(picture(size=(1600, 900)), at=NOON)

    assert kept.address(320) == f"/tep/{kept.sha256}-640.webp"
    assert kept.address(641) == kept.address(5000) == picture_address(kept.sha256, 1280)
