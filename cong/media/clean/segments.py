"""Pure: drop what a JPEG or PNG tells about its making, without touching a pixel; for pictures inside documents."""

from __future__ import annotations

import struct

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_START_OF_SCAN, _COMMENT, _ADOBE = 0xDA, 0xFE, 0xEE
_TELLING_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"iCCP", b"dSIG"}


def without_metadata(data: bytes) -> bytes:
    """Return the picture without camera data, places, comments and profiles; other bytes come back as they are."""
    if data.startswith(_JPEG):
        return _jpeg(data)
    return _png(data) if data.startswith(_PNG) else data


def _jpeg(data: bytes) -> bytes:
    kept, place = [data[:2]], 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == _START_OF_SCAN:
            break
        end = place + 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
        if not _tells(marker):
            kept.append(data[place:end])
        place = end
    # What stands behind the last end mark belongs to no picture.
    end = data.rfind(b"\xff\xd9")
    return b"".join(kept) + (data[place : end + 2] if end >= place else data[place:])


def _tells(marker: int) -> bool:
    # APP0 is JFIF, APP14 says how the colours are meant.
    return marker == _COMMENT or (0xE1 <= marker <= 0xEF and marker != _ADOBE)


def _png(data: bytes) -> bytes:
    kept, place = [_PNG], len(_PNG)
    while place + 12 <= len(data):
        end = place + 12 + struct.unpack(">I", data[place : place + 4])[0]
        name = data[place + 4 : place + 8]
        if name not in _TELLING_CHUNKS:
            kept.append(data[place:end])
        place = end
        if name == b"IEND":
            break
    return b"".join(kept)
