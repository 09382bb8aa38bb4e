"""Pure: a staff's picture in, one clean master out; from the master its renditions, AVIF and WebP, whole and cut."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from cong.media.clean.traces import Refused
from cong.media.formats import Limits
from cong.media.render import NotAPicture, encoded, normalised, scaled, widths_for

MASTER_WIDTH = 2560
RATIO = (16, 9)
_MASTER_QUALITY = 92
CENTRE = (50, 50)
ENDINGS = ("webp", "avif")


@dataclass(frozen=True, kw_only=True)
class Master:
    """The cleaned picture: what is kept of the file that came. `sha256` names it and all its renditions."""

    data: bytes
    sha256: str
    width: int
    height: int


def clean_picture(data: bytes, limits: Limits) -> Master:
    """Decode and encode anew, upright and at most `MASTER_WIDTH` wide; raises Refused."""
    try:
        image = normalised(data, MASTER_WIDTH, most_bytes=limits.picture, most_pixels=limits.pixels)
    except NotAPicture as refused:
        raise Refused(str(refused)) from refused
    return master_of(image)


def master_of(image: Image.Image) -> Master:
    """Return a decoded picture (a frame of a video, too) as a master."""
    image = scaled(image, min(image.width, MASTER_WIDTH))
    data = encoded(image, quality=_MASTER_QUALITY)
    return Master(data=data, sha256=hashlib.sha256(data).hexdigest(), width=image.width, height=image.height)


def crop_name(size: tuple[int, int], focal: tuple[int, int]) -> str:
    """Return how a cut rendition is called: its size and the point it keeps, in hundredths from the upper left."""
    return f"{size[0]}x{size[1]}-{focal[0]}-{focal[1]}"


def crop_sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Return the sizes in which a picture is cut to 16:9; none for one that has the shape already."""
    across = min(width, height * RATIO[0] // RATIO[1])
    if across < 1 or abs(width * RATIO[1] - height * RATIO[0]) <= RATIO[0]:
        return []
    return [(step, max(round(step * RATIO[1] / RATIO[0]), 1)) for step in widths_for(across)]


def crop_box(size: tuple[int, int], focal: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the largest 16:9 box (left, top, right, bottom) within a picture, as near to the focal point as can be."""
    width, height = size
    across, down = min(width, height * RATIO[0] // RATIO[1]), min(height, max(width * RATIO[1] // RATIO[0], 1))
    left = min(max(width * focal[0] // 100 - across // 2, 0), width - across)
    top = min(max(height * focal[1] // 100 - down // 2, 0), height - down)
    return left, top, left + across, top + down


def whole_renditions(master: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name → bytes of the uncut renditions: `640.webp`, `640.avif`, and so on."""
    image = _decoded(master)
    for width in widths_for(image.width):
        yield from _in_every_format(str(width), scaled(image, width))


def cut_renditions(master: bytes, focal: tuple[int, int]) -> Iterator[tuple[str, bytes]]:
    """Yield name → bytes of the renditions cut around the focal point: `640x360-50-40.webp`, and so on."""
    image = _decoded(master)
    sizes = crop_sizes(image.width, image.height)
    cut = image.crop(crop_box(image.size, focal)) if sizes else image
    for size in sizes:
        yield from _in_every_format(crop_name(size, focal), cut.resize(size, Image.Resampling.BICUBIC))


def _decoded(master: bytes) -> Image.Image:
    image = Image.open(BytesIO(master), formats=("WEBP",))
    image.load()
    return image


def _in_every_format(name: str, image: Image.Image) -> Iterator[tuple[str, bytes]]:
    for ending in ENDINGS:
        yield f"{name}.{ending}", encoded(image, ending=ending)
