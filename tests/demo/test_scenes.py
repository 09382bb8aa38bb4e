"""Drawn pictures: the same bytes every time, with the metadata that the portal must take away."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from cong.demo.scenes import ALTS, DRAWINGS, HEIGHT, VARIANTS, WIDTH, picture
from cong.demo.stories import stories


def test_every_scene_of_every_story_can_be_drawn_and_described() -> None:
    wanted = {scene for story in stories() for scene in story.scenes}

    assert wanted <= set(DRAWINGS) == set(ALTS)
    assert len(DRAWINGS) * VARIANTS >= 40


@pytest.mark.parametrize("scene", DRAWINGS)
def test_a_picture_is_a_large_jpeg_with_a_place_in_its_exif(scene: str) -> None:
    image = Image.open(BytesIO(picture(f"{scene}-1")))

    assert (image.format, image.size) == ("JPEG", (WIDTH, HEIGHT))
    assert set(image.getexif().get_ifd(0x8825)) == {1, 2, 3, 4}


def test_a_picture_is_drawn_the_same_way_twice() -> None:
    first = picture("hills-3")
    picture.cache_clear()

    assert picture("hills-3") == first


def test_variants_differ() -> None:
    assert len({picture(f"sea-{number}") for number in range(1, VARIANTS + 1)}) == VARIANTS
