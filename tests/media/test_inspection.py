"""Every hostile upload that we thought of: refused, or harmless afterwards, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cong.media.clean.traces import Refused
from cong.media.formats import FORMATS, AssetKind, Limits
from cong.media.inspection import Inspected, inspect
from tests.media import pdfs
from tests.media.packages import docx, docx_parts, ods, odt, pptx, xlsx, zipped
from tests.media.pictures import SECRET, picture, telling_picture
from tests.media.recordings import recording

_SCRIPT = b"<script>alert(1)</script>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

REFUSED = {
    "empty.jpg": b"",
    "svg.svg": _SVG,
    "svg.jpg": _SVG,
    "svg-utf16.png": _SVG.decode().encode("utf-16"),
    "svg-late.txt": b" " * 5000 + _SVG,
    "page.html": b"<!doctype html><p>a</p>",
    "page.txt": b"xin chao\n" * 700 + _SCRIPT,
    "page.pdf": b"<html><body>" + _SCRIPT,
    "xml.xml": b"<?xml version='1.0'?><a/>",
    "script.sh": b"#!/bin/sh\nrm -rf /\n",
    "program.pdf": b"MZ\x90\x00" + bytes(200),
    "program.png": b"\x7fELF" + bytes(200),
    "class.mp4": b"\xca\xfe\xba\xbe" + bytes(200),
    "php.gif": b"<?php system($_GET[0]);",
    "archive.zip": zipped({"a.txt": "a"}),
    "archive.docx": zipped({"a.txt": "a"}),
    "archive.rar": b"Rar!\x1a\x07" + bytes(50),
    "archive.gz": b"\x1f\x8b\x08" + bytes(50),
    "java.jar": zipped({"META-INF/MANIFEST.MF": "a", "A.class": b"\xca\xfe\xba\xbe"}),
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "macro.docx": docx(extra={"word/vbaProject.bin": b"a"}),
    "bomb.xlsx": zipped({"[Content_Types].xml": bytes(30_000_000)}),
    "locked.pdf": pdfs.locked(),
    "cut.pdf": pdfs.telling_pdf()[:40],
    "cut.jpg": telling_picture()[:90],
    "bmp.jpg": picture("BMP"),
    "tiff.jpg": b"II*\0" + bytes(100),
    "icon.png": b"\0\0\1\0" + bytes(100),
    "playlist.m3u8": b"#EXTM3U\nfile:///etc/passwd\0",
    "zeros.mp3": bytes(5000),
    "noise.mp4": b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 8,
    "mpeg4.mp4": recording("mp4", video="mpeg4"),
    "mkv.webm": recording("mp4", layout="matroska"),
    "latin.txt": "Thư".encode("utf-16-le")[:3] + b"\xe9\xff\x80",
    "control.csv": b"a,b\x08\x08,c",
}
HARMLESS = {
    "photo.exe": (telling_picture() + _SCRIPT, "webp"),
    "gifar.gif": (picture("GIF") + zipped({"A.class": b"\xca\xfe"}), "webp"),
    "photo.pdf": (picture("PNG") + pdfs.telling_pdf(), "webp"),
    "pdf-script.pdf": (pdfs.telling_pdf() + _SCRIPT, "pdf"),
    "pdf.html": (pdfs.telling_pdf(), "pdf"),
    "docx.html": (zipped(docx_parts(), behind=_SCRIPT), "docx"),
    "a.xlsx": (xlsx(comment=True), "xlsx"),
    "a.pptx": (pptx(), "pptx"),
    "a.odt": (odt(), "odt"),
    "a.ods": (ods(), "ods"),
    "video.mp4": (recording("mp4") + _SCRIPT, "mp4"),
    "video.html": (recording("webm"), "webm"),
    "sound.svg": (recording("mp3"), "mp3"),
    "sound.m4a": (recording("m4a"), "m4a"),
    "sound.ogg": (recording("ogg"), "ogg"),
    "sound.wav": (recording("wav"), "wav"),
    "notes.html": ("Ghi chú của thư viện".encode(), "txt"),
    "table.csv": (b"a,b\n1,2\n", "csv"),
    "a.vtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nA\n", "vtt"),
}


def inspected(data: bytes, name: str, tmp_path: Path, limits: Limits | None = None) -> tuple[Inspected, Path]:
    source, folder = tmp_path / "source", tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    source.write_bytes(data)
    return inspect(source, name, folder, limits or Limits()), folder


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_hurt_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        inspected(REFUSED[name], name, tmp_path)

    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_taken_is_what_it_is_and_keeps_no_secret(name: str, tmp_path: Path) -> None:
    data, ending = HARMLESS[name]

    made, folder = inspected(data, name, tmp_path)

    assert made.ending == ending
    assert made.size == (folder / f"file.{ending}").stat().st_size
    for path in folder.iterdir():
        kept = path.read_bytes()
        for told in (SECRET.encode(), _SCRIPT, b"SO-NHA-12-NGO-3", b"PK\x03\x04A.class"):
            assert told not in kept, (path.name, told)


def test_a_video_brings_its_poster_and_a_picture_all_its_renditions(tmp_path: Path) -> None:
    film, _ = inspected(recording("mp4"), "a.mp4", tmp_path)

    assert film.frame
    assert (film.kind, film.width, film.height) == (AssetKind.VIDEO, 160, 120)


@pytest.mark.parametrize("name", ["photo.exe", "pdf.html", "video.mp4"])
def test_a_file_above_its_kinds_limit_is_refused_before_it_is_read(name: str, tmp_path: Path) -> None:
    small = Limits(picture=900, document=900, recording=900)

    with pytest.raises(Refused, match="MB"):
        inspected(HARMLESS[name][0] + bytes(1000), name, tmp_path, small)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), name=st.text(max_size=20))
def test_any_bytes_are_taken_or_refused(data: bytes, name: str, tmp_path: Path) -> None:
    try:
        made, _ = inspected(data, name, tmp_path)
    except Refused:
        return

    assert made.ending in FORMATS
