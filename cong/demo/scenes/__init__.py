"""Pictures drawn by rule: the same name gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from random import Random

from PIL import Image

from cong.demo.scenes import land, quiet, rooms, town
from cong.demo.scenes.brush import HEIGHT, PALETTES, WIDTH, Canvas, Palette

__all__ = ["ALTS", "DRAWINGS", "HEIGHT", "KIN", "VARIANTS", "WIDTH", "picture"]

VARIANTS = 4
DRAWINGS: dict[str, Callable[[Canvas, Palette, Random], None]] = {
    drawing.__name__: drawing
    for drawing in (
        land.hills, land.river, land.sea, land.paddy, land.forest, land.road, land.rain, land.village, land.turbines,
        land.bridge, land.port, rooms.books, rooms.classroom, rooms.hall, town.facade, town.lanterns, town.market,
        town.schoolyard, rooms.screen, town.street, rooms.greenhouse,
        quiet.arches, quiet.lotus, quiet.meeting, quiet.desk, quiet.floats, quiet.drum,
    )
}  # fmt: skip
ALTS = {
    "hills": "núi đồi trong sương sớm", "river": "khúc sông và con thuyền nhỏ", "sea": "biển lúc mặt trời lên",
    "paddy": "ruộng bậc thang", "forest": "rừng cây buổi sáng", "road": "con đường giữa hai hàng cây",
    "rain": "ngày mưa và những chiếc ô", "village": "xóm nhỏ dưới chân núi", "turbines": "cánh quạt gió trên đồi",
    "bridge": "cầu dây văng qua sông", "port": "bến cảng và cần cẩu", "books": "giá sách", "classroom": "lớp học có nắng",
    "hall": "hội trường", "facade": "mặt tiền một tòa nhà", "lanterns": "phố đèn lồng buổi tối", "market": "quầy hàng ở chợ",
    "schoolyard": "sân trường giờ ra chơi", "screen": "màn hình máy tính và điện thoại", "street": "phố nhỏ có hàng cây",
    "greenhouse": "nhà vườn trồng rau", "arches": "hành lang vòm trong nắng", "lotus": "đầm sen", "meeting": "phòng họp",
    "desk": "bàn làm việc với giấy tờ và tách trà", "floats": "đèn hoa đăng trên sông đêm trăng",
    "drum": "hoa văn trống đồng",
}  # fmt: skip
# What may stand for a scene that many stories ask for, so that a page of news does not show it again and again.
KIN = {
    "facade": ("facade", "arches", "lotus"), "hall": ("hall", "meeting"), "screen": ("screen", "desk"),
    "books": ("books", "desk", "books"), "lanterns": ("lanterns", "floats", "drum"), "street": ("street", "bridge", "street"),
}  # fmt: skip
_GPS, _ARTIST, _SOFTWARE = 0x8825, 0x013B, 0x0131


@lru_cache(maxsize=len(DRAWINGS) * VARIANTS)
def picture(name: str) -> bytes:
    """Return the JPEG of a scene such as `hills-2`, with the EXIF of a camera that knows where it is. Raises KeyError."""
    scene, _, variant = name.partition("-")
    drawing, number = DRAWINGS[scene], int(variant)
    rng = Random(name)  # noqa: S311 (a picture, no secret)
    canvas = Canvas()
    drawing(canvas, PALETTES[number % len(PALETTES)], rng)
    out = BytesIO()
    canvas.finished().save(out, "JPEG", quality=86, exif=_exif(rng))
    return out.getvalue()


def _exif(rng: Random) -> Image.Exif:
    exif = Image.Exif()
    exif[_ARTIST], exif[_SOFTWARE] = "Mạng nguồn tin giả lập".encode().decode("latin-1"), "cong.demo"
    latitude, longitude = (rng.randint(9, 22), rng.randint(0, 59), 0), (rng.randint(104, 108), rng.randint(0, 59), 0)
    exif.get_ifd(_GPS).update({1: "N", 2: latitude, 3: "E", 4: longitude})
    return exif
