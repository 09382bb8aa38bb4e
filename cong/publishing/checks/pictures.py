"""Pictures: described for those who cannot see them, and credited to who took them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cong.kernel.text import fold, one_line
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import LEAD_PICTURE, Reading
from cong.publishing.checks.rules import Code

_SHA = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(
    r"\.(?:jpe?g|png|webp|avif|heic|gif|tiff?|bmp)$|^(?:img|dsc|dscn|image|photo|screenshot)[\W_]*\d+", re.IGNORECASE
)
_VAGUE = {"anh", "hinh", "hinh anh", "image", "picture", "photo", "anh minh hoa", "minh hoa", "logo", "anh 1", "alt"}
_CREDIT = re.compile(
    r"(?:ảnh|nguồn|hình|tác giả|minh họa|đồ họa|photo|credit)\s*(?:ảnh)?\s*[:：]|©|\(c\)", re.IGNORECASE
)


def pictures(reading: Reading) -> Iterator[Hit]:
    """Check descriptions and credits of the lead picture and of those in the text, galleries included."""
    content = reading.content
    if content.picture:
        yield from _described(LEAD_PICTURE, content.picture_alt, _offer(content.picture, reading))
        if reading.known.credits is not None and not reading.known.credits.get(content.picture):
            yield Hit(code=Code.CREDIT_MISSING, where=LEAD_PICTURE, text="chưa ghi nguồn ảnh hoặc người chụp.")
    for one in reading.body.pictures:
        sha256 = _sha(one.src)
        if not one.decorative:
            yield from _described(one.where, one.alt, _offer(sha256, reading))
        credited = sha256 and (reading.known.credits or {}).get(sha256)
        if not one.decorative and not credited and not _CREDIT.search(one.caption):
            yield Hit(code=Code.CREDIT_MISSING, where=one.where, text="chưa ghi nguồn ảnh hoặc người chụp (“Ảnh: …”).")


def _sha(address: str) -> str:
    found = _SHA.search(address)
    return found[0] if found else ""


def _offer(sha256: str, reading: Reading) -> str:
    said = reading.known.alts.get(sha256, "") if sha256 else ""
    return f" Kho ảnh có sẵn mô tả “{said}”." if said else ""


def _described(where: str, alt: str | None, offer: str) -> Iterator[Hit]:
    said = one_line(alt or "")
    if not said:
        what = "không có mô tả" if alt is None else "mô tả để trống"
        yield Hit(code=Code.ALT_MISSING, where=where,
                  text=f"{what}; hãy viết một câu cho người không nhìn thấy ảnh.{offer}")  # fmt: skip
    elif _FILE.search(said) or fold(said).strip(" .:") in _VAGUE:
        yield Hit(code=Code.ALT_POOR, where=where,
                  text=f"mô tả “{said[:80]}” không cho biết trong ảnh có gì.{offer}")  # fmt: skip
