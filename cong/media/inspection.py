"""Pure: a file that came in, and what is kept of it: judged by content, cleaned, described. No database, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cong.media.clean import odf, ooxml
from cong.media.clean.captions import clean_captions, is_captions
from cong.media.clean.package import unpack
from cong.media.clean.pdf import clean_pdf
from cong.media.clean.pictures import CENTRE, Master, clean_picture, cut_renditions, master_of, whole_renditions
from cong.media.clean.recordings import clean_recording
from cong.media.clean.texts import clean_text, find_formulas, table_ending
from cong.media.clean.traces import Findings, Refused
from cong.media.formats import FORMATS, AssetKind, Limits
from cong.media.sniff import HEAD, Family, recognise

_BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What is kept of a file: `folder/file.<ending>` with this hash, its size, and what was found and dropped.

    `frame` is the poster of a video: a picture of its own.
    """

    ending: str
    sha256: str
    source_sha256: str
    size: int
    width: int = 0
    height: int = 0
    duration: float = 0.0
    hidden: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    frame: Master | None = None

    @property
    def kind(self) -> AssetKind:
        return FORMATS[self.ending].kind


def inspect(source: Path, name: str, folder: Path, limits: Limits) -> Inspected:
    """Clean `source`, which came under `name`, into the empty `folder`; raises Refused with a sentence for people."""
    with source.open("rb") as file:
        family = recognise(file.read(HEAD))
    _check_size(source.stat().st_size, family, limits)
    if family is Family.PICTURE:
        return keep_master(clean_picture(source.read_bytes(), limits), folder, source=source)
    if family in _DOCUMENTS:
        return _document(source, name, folder, family)
    return _recording(source, folder, family)


def _check_size(size: int, family: Family, limits: Limits) -> None:
    kind = {Family.PICTURE: AssetKind.PICTURE}.get(
        family, AssetKind.DOCUMENT if family in _DOCUMENTS else AssetKind.VIDEO
    )
    if size > limits.of(kind):
        raise Refused(f"Tệp lớn hơn {limits.of(kind) // 1_000_000} MB, mức lớn nhất cho loại này. Hãy thu nhỏ tệp.")


def keep_master(master: Master, folder: Path, *, source: Path | None = None) -> Inspected:
    """Write a picture's master and its renditions into `folder`."""
    (folder / "file.webp").write_bytes(master.data)
    for renditions in (whole_renditions(master.data), cut_renditions(master.data, CENTRE)):
        for name, data in renditions:
            (folder / name).write_bytes(data)
    return Inspected(
        ending="webp", sha256=master.sha256, source_sha256=_sha256(source) if source else master.sha256,
        size=len(master.data), width=master.width, height=master.height,
    )  # fmt: skip


def _document(source: Path, name: str, folder: Path, family: Family) -> Inspected:
    findings = Findings()
    ending, data = _DOCUMENTS[family](source.read_bytes(), name, findings)
    target = folder / f"file.{ending}"
    target.write_bytes(data)
    return Inspected(
        ending=ending, sha256=hashlib.sha256(data).hexdigest(), source_sha256=_sha256(source), size=len(data),
        hidden=tuple(findings.hidden), dropped=tuple(findings.dropped),
    )  # fmt: skip


def _pdf(data: bytes, name: str, findings: Findings) -> tuple[str, bytes]:
    return "pdf", clean_pdf(data, findings)


def _package(data: bytes, name: str, findings: Findings) -> tuple[str, bytes]:
    parts = unpack(data)
    if "[Content_Types].xml" in parts:
        return ooxml.ending_of(parts), ooxml.clean_ooxml(parts, findings)
    if "mimetype" in parts:
        return odf.ending_of(parts), odf.clean_odf(parts, findings)
    raise Refused("Tệp này là tệp nén. Hãy tải lên từng tệp bên trong.")


def _text(data: bytes, name: str, findings: Findings) -> tuple[str, bytes]:
    if is_captions(data):
        return "vtt", clean_captions(data)
    text = clean_text(data)
    ending = table_ending(text, name)
    if ending == "csv":
        find_formulas(text, findings)
    return ending, text


_DOCUMENTS: dict[Family, Callable[[bytes, str, Findings], tuple[str, bytes]]] = {
    Family.PDF: _pdf,
    Family.ZIP: _package,
    Family.TEXT: _text,
}


def _recording(source: Path, folder: Path, family: Family) -> Inspected:
    findings = Findings()
    made = clean_recording(source, folder, family.value, findings)
    target = folder / f"file.{made.ending}"
    return Inspected(
        ending=made.ending, sha256=_sha256(target), source_sha256=_sha256(source), size=target.stat().st_size,
        width=made.width, height=made.height, duration=made.duration, dropped=tuple(findings.dropped),
        frame=master_of(made.frame) if made.frame else None,
    )  # fmt: skip


def _sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole.update(block)
    return whole.hexdigest()
