"""Pure: tell what a file is from its bytes alone, or refuse it by what it is; names and declared types do not count."""

from __future__ import annotations

from enum import StrEnum

import puremagic

from cong.media.clean.traces import Refused
from cong.media.formats import TAKEN

HEAD = 4096


class Family(StrEnum):
    """What has to be cleaned in the same way."""

    PICTURE = "picture"
    PDF = "pdf"
    ZIP = "zip"
    MP4 = "mp4"
    WEBM = "webm"
    MP3 = "mp3"
    OGG = "ogg"
    WAV = "wav"
    TEXT = "text"


_STARTS = (
    (b"\xff\xd8\xff", Family.PICTURE),
    (b"\x89PNG\r\n\x1a\n", Family.PICTURE),
    (b"GIF87a", Family.PICTURE),
    (b"GIF89a", Family.PICTURE),
    (b"%PDF-", Family.PDF),
    (b"PK\x03\x04", Family.ZIP),
    (b"\x1a\x45\xdf\xa3", Family.WEBM),
    (b"OggS", Family.OGG),
    (b"ID3", Family.MP3),
)
_RIFF = {b"WEBP": Family.PICTURE, b"WAVE": Family.WAV}
_STILL = {b"avif", b"avis"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXECUTABLE = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
_ARCHIVES = (
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"PK\x05\x06",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
)
_MARKUP = (b"<svg", b"<html", b"<!doctype", b"<script", b"<?php", b"<body", b"<iframe", b"<!--", b"<?xml", b"<xsl:")


def recognise(head: bytes) -> Family:
    """Return the family of a file by its first bytes (`HEAD` of them are enough); raises Refused."""
    for start, family in _STARTS:
        if head.startswith(start):
            return family
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp":
        return Family.PICTURE if head[8:12] in _STILL else Family.MP4
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # MPEG audio, layer III
        return Family.MP3
    _refuse_known(head)
    if looks_like_text(head):
        return Family.TEXT
    raise Refused(f"Tệp này {_said(head)}không thuộc các loại được nhận: {TAKEN}.")


def _refuse_known(head: bytes) -> None:
    if not head:
        raise Refused("Tệp trống, không có nội dung. Hãy chọn lại tệp.")
    if head.startswith(_OLD_OFFICE):
        raise Refused("Tệp Office đời cũ hoặc có mật khẩu. Hãy lưu lại thành DOCX, XLSX hoặc PPTX không đặt mật khẩu.")
    if head.startswith(_EXECUTABLE):
        raise Refused("Tệp này là chương trình chạy được, không được nhận.")
    if head.startswith(_ARCHIVES):
        raise Refused("Tệp này là tệp nén. Hãy tải lên từng tệp bên trong.")
    if any(mark in head.lower() for mark in _MARKUP):
        raise Refused("Tệp này là trang HTML, SVG, XML hoặc mã lệnh, không được nhận. Hãy xuất ra ảnh hoặc PDF.")


def looks_like_text(head: bytes) -> bool:
    """Tell whether the bytes can be plain text: no control signs but those of lines and tabs."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 0x20 and byte not in b"\t\n\r\f" for byte in head)


def _said(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return f"có nội dung là “{found[0].name}”, " if found and found[0].name else ""
