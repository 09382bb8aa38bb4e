"""Pure: the kinds of files that we take, under which name and content type they are kept and served."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AssetKind(StrEnum):
    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    CAPTIONS = "captions"


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format: its ending, its kind, what is told to browsers, whether they may show it in place."""

    ending: str
    kind: AssetKind
    content_type: str
    is_inline: bool


def _row(ending: str, kind: AssetKind, content_type: str, *, is_inline: bool = True) -> tuple[str, Format]:
    return ending, Format(ending=ending, kind=kind, content_type=content_type, is_inline=is_inline)


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

# Cleaned files have one of these endings; the name that a file came with counts for nothing.
FORMATS = dict(
    (
        _row("webp", AssetKind.PICTURE, "image/webp"),
        _row("avif", AssetKind.PICTURE, "image/avif"),
        _row("mp4", AssetKind.VIDEO, "video/mp4"),
        _row("webm", AssetKind.VIDEO, "video/webm"),
        _row("mp3", AssetKind.AUDIO, "audio/mpeg"),
        _row("m4a", AssetKind.AUDIO, "audio/mp4"),
        _row("ogg", AssetKind.AUDIO, "audio/ogg"),
        _row("wav", AssetKind.AUDIO, "audio/wav"),
        _row("vtt", AssetKind.CAPTIONS, "text/vtt; charset=utf-8"),
        _row("pdf", AssetKind.DOCUMENT, "application/pdf"),
        _row("docx", AssetKind.DOCUMENT, f"{_OOXML}wordprocessingml.document", is_inline=False),
        _row("xlsx", AssetKind.DOCUMENT, f"{_OOXML}spreadsheetml.sheet", is_inline=False),
        _row("pptx", AssetKind.DOCUMENT, f"{_OOXML}presentationml.presentation", is_inline=False),
        _row("odt", AssetKind.DOCUMENT, f"{_ODF}text", is_inline=False),
        _row("ods", AssetKind.DOCUMENT, f"{_ODF}spreadsheet", is_inline=False),
        _row("txt", AssetKind.DOCUMENT, "text/plain; charset=utf-8", is_inline=False),
        _row("csv", AssetKind.DOCUMENT, "text/csv; charset=utf-8", is_inline=False),
    )
)
# What lies in the public store as one file under its hash; pictures lie there as renditions.
SERVED = tuple(ending for ending, one in FORMATS.items() if one.kind is not AssetKind.PICTURE)
TAKEN = (
    "ảnh JPEG, PNG, WebP, GIF, AVIF; video MP4, WebM; âm thanh MP3, M4A, OGG, WAV; "
    "PDF, DOCX, XLSX, PPTX, ODT, ODS, TXT, CSV"
)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a file of each kind may be, in bytes, and how many pixels a picture may have."""

    picture: int = 25_000_000
    pixels: int = 50_000_000
    document: int = 50_000_000
    recording: int = 500_000_000

    @property
    def largest(self) -> int:
        return max(self.picture, self.document, self.recording)

    def of(self, kind: AssetKind) -> int:
        return {AssetKind.PICTURE: self.picture, AssetKind.VIDEO: self.recording, AssetKind.AUDIO: self.recording}.get(
            kind, self.document
        )
