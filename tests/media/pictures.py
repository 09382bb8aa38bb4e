"""Makes small pictures, and secrets hidden in them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

SECRET = "Số nhà 12 ngõ 3"


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any) -> bytes:
    """Return an encoded picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, (200, 20, 20))
    image.paste((20, 20, 200), (size[0] // 2, 0, *size))
    out = BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def telling_picture(orientation: int = 1) -> bytes:
    """Return a photo that knows where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET
    exif[0x013B] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (21.0, 1.0, 42.0), 3: "E", 4: (105.0, 51.0, 12.0)})
    return picture(exif=exif, comment=SECRET, icc_profile=b"profile " + SECRET.encode())


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))
