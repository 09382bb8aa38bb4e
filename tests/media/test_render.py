from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cong.design.pictures import picture_sources
from cong.media.render import NotAPicture, render, widths_for
from tests.media.pictures import SECRET, opened, picture, telling_picture

KINDS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]


def declared_png(width: int, height: int) -> bytes:
    """Return a PNG of some bytes that declares itself to be very large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", KINDS)
def test_every_usual_kind_becomes_webp_and_avif(kind: str) -> None:
    made = render(picture(kind))

    assert (made.width, made.height, list(made.renditions), list(made.avif)) == (300, 200, [300], [300])
    assert (opened(made.renditions[300]).format, opened(made.avif[300]).format) == ("WEBP", "AVIF")


@pytest.mark.parametrize(
    ("width", "kept"),
    [(1, [1]), (639, [639]), (640, [640]), (641, [640, 641]), (1280, [640, 1280]), (5000, [640, 1280])],
)
def test_a_picture_is_kept_in_two_widths_and_never_made_larger(width: int, kept: list[int]) -> None:
    assert widths_for(width) == kept


@pytest.mark.parametrize("width", [300, 640, 900, 1280, 2000])
def test_the_page_asks_for_just_the_renditions_that_exist(width: int) -> None:
    made = render(picture(size=(width, 50)))

    sources = picture_sources(made.sha256, made.width)

    for asked, ending, kept in ((sources.srcset, "webp", made.renditions), (sources.avif, "avif", made.avif)):
        assert asked.count(",") + 1 == len(kept)
        assert all(f"-{step}.{ending} {step}w" in asked for step in kept)
    assert all(opened(data).width == step for step, data in made.renditions.items())


def test_a_very_tall_picture_still_fits_into_webp() -> None:
    made = render(picture("PNG", size=(40, 20_000)))

    assert made.height == 16_000
    assert made.width == 32


def test_nothing_but_pixels_gets_through() -> None:
    data = telling_picture()
    assert SECRET.encode() in data

    made = render(data)

    for rendition in (*made.renditions.values(), *made.avif.values()):
        assert SECRET.encode() not in rendition
        assert not opened(rendition).getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(rendition).info)


@pytest.mark.parametrize(("orientation", "size"), [(1, (300, 200)), (3, (300, 200)), (6, (200, 300)), (8, (200, 300))])
def test_a_photo_taken_sideways_stands_upright(orientation: int, size: tuple[int, int]) -> None:
    made = render(telling_picture(orientation))

    assert (made.width, made.height) == size


def test_turning_moves_the_right_corner() -> None:
    upside_down = opened(render(telling_picture(3)).renditions[300])
    clockwise = opened(render(telling_picture(6)).renditions[200])

    assert _is_blue(upside_down.getpixel((5, 100)))
    assert _is_blue(clockwise.getpixel((100, 295)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_unusual_colour_modes_are_taken(mode: str) -> None:
    assert render(picture("PNG", mode=mode)).width == 300


def test_a_printers_jpeg_is_taken() -> None:
    assert render(picture("JPEG", mode="CMYK")).width == 300


def test_transparency_stays() -> None:
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    with_hole = picture("PNG", mode="RGBA")

    made = render(_png(clear))

    assert opened(made.renditions[10]).mode == "RGBA"
    assert opened(render(with_hole).renditions[300]).mode in {"RGB", "RGBA"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><img src=x onerror=alert(1)>",
        b"%PDF-1.7",
        b"II*\0" + bytes(100),
        b"\x89PNG\r\n\x1a\n",
        picture("PNG")[:-200],
        picture("JPEG")[: len(picture("JPEG")) // 2],
        picture("BMP"),
    ],
)
def test_what_is_no_whole_picture_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotAPicture) as caught:
        render(data)

    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("side", [7_100, 9_500, 14_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head(side: int) -> None:
    with pytest.raises(NotAPicture, match="50 triệu"):
        render(declared_png(side, side))


def test_more_than_eight_megabytes_are_refused_unread() -> None:
    with pytest.raises(NotAPicture, match="8 MB"):
        render(picture() + bytes(8_000_000))


def test_code_hidden_behind_a_picture_stays_behind() -> None:
    made = render(picture("GIF") + b"<script>alert(1)</script>")

    assert b"script" not in made.renditions[300]


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(KINDS), places=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1))
def test_damaged_bytes_are_a_picture_or_refused_but_never_break_us(kind: str, places: list[tuple[int, int]]) -> None:
    data = bytearray(picture(kind, size=(64, 48)))
    for place, value in places:
        data[place % len(data)] = value

    try:
        made = render(bytes(data))
    except NotAPicture:
        return

    assert made.renditions


def _is_blue(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return bool(pixel[2] > 150 and pixel[0] < 80)


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
