from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.media.addresses import sources
from cong.media.clean.pictures import clean_picture, crop_box, crop_sizes, cut_renditions, whole_renditions
from cong.media.clean.segments import without_metadata
from cong.media.clean.traces import Refused
from cong.media.formats import Limits
from tests.media.pictures import SECRET, opened, picture, telling_picture

SIZES = st.tuples(st.integers(1, 9000), st.integers(1, 9000))
FOCAL = st.tuples(st.integers(0, 100), st.integers(0, 100))


def test_the_kept_original_tells_nothing_either() -> None:
    master = clean_picture(telling_picture(6), Limits())

    assert (master.width, master.height) == (200, 300)
    assert master.sha256 == hashlib.sha256(master.data).hexdigest()
    assert SECRET.encode() not in master.data
    assert not opened(master.data).getexif()


def test_the_kept_original_is_at_most_2560_wide() -> None:
    master = clean_picture(picture(size=(4000, 1000)), Limits())

    assert (master.width, master.height) == (2560, 640)


def test_limits_are_those_of_this_house() -> None:
    with pytest.raises(Refused, match="1 MB"):
        clean_picture(picture() + bytes(1_000_000), Limits(picture=1_000_000))
    with pytest.raises(Refused, match="1 triệu"):
        clean_picture(picture(size=(2000, 1000)), Limits(pixels=1_000_000))


def test_renditions_come_in_avif_and_webp_and_tell_nothing() -> None:
    master = clean_picture(telling_picture(), Limits())

    made = dict([*whole_renditions(master.data), *cut_renditions(master.data, (30, 70))])

    assert sorted(made) == ["300.avif", "300.webp", "300x169-30-70.avif", "300x169-30-70.webp"]
    for name, data in made.items():
        assert opened(data).format == name.rpartition(".")[2].upper()
        assert SECRET.encode() not in data
        assert not opened(data).getexif()


def test_a_cut_keeps_its_focal_point() -> None:
    master = clean_picture(picture(size=(1600, 400)), Limits())

    left = opened(dict(cut_renditions(master.data, (0, 50)))["640x360-0-50.webp"])
    right = opened(dict(cut_renditions(master.data, (100, 50)))["640x360-100-50.webp"])

    assert left.getpixel((320, 180))[0] > 150  # type: ignore[index]
    assert right.getpixel((320, 180))[2] > 150  # type: ignore[index]


@given(SIZES, FOCAL)
def test_the_box_lies_in_the_picture_and_has_the_shape(size: tuple[int, int], focal: tuple[int, int]) -> None:
    left, top, right, bottom = crop_box(size, focal)

    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    if min(size) >= 16:
        assert abs((right - left) * 9 - (bottom - top) * 16) <= 16 * 9


@given(SIZES)
def test_no_cut_is_larger_than_the_picture(size: tuple[int, int]) -> None:
    assert all(width <= size[0] and height <= size[1] + 1 for width, height in crop_sizes(*size))


@pytest.mark.parametrize("size", [(300, 200), (640, 360), (2000, 500), (1300, 3000)])
def test_a_page_asks_for_just_the_renditions_that_were_made(size: tuple[int, int]) -> None:
    master = clean_picture(picture(size=size), Limits())
    made = dict([*whole_renditions(master.data), *cut_renditions(master.data, (20, 80))])

    told = sources(master.sha256, (master.width, master.height), (20, 80))

    asked = {
        one.split()[0].removeprefix(f"/tep/{master.sha256}-")
        for srcset in (told.webp, told.avif, told.cut_webp, told.cut_avif)
        for one in srcset.split(", ")
    }
    assert asked == set(made)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_photos_within_documents_lose_their_data_and_no_pixel(kind: str) -> None:
    data = telling_picture() if kind == "JPEG" else picture("PNG")

    clean = without_metadata(data + b"<script>")

    assert SECRET.encode() not in clean
    assert b"<script>" not in clean
    assert opened(clean).tobytes() == opened(data).tobytes()


@given(st.binary(max_size=300))
def test_photos_that_are_none_never_break_us(data: bytes) -> None:
    for start in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        assert isinstance(without_metadata(start + data), bytes)
