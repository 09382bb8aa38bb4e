"""Reads across the tables of files: whose a file is, what needs it, what a page shows of an asset."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cong.agencies.models import Agency
from cong.media.addresses import Sources, file_address, sources
from cong.media.clean.captions import read, spoken
from cong.media.formats import FORMATS, AssetKind
from cong.media.models import Asset, Captions, File, Pin
from cong.media.store import private_folder


@dataclass(frozen=True, kw_only=True)
class Track:
    """Captions in one language, as `<track>` needs them."""

    lang: str
    label: str
    src: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that a page says of an asset. `hashes` are the files that it needs to be public, its own first.

    `src` is empty for a picture, which has `sources`; `poster` is there for a video; `duration` is in seconds.
    """

    kind: AssetKind
    sha256: str
    hashes: tuple[str, ...]
    title: str
    alt: str
    credit: str
    ending: str
    content_type: str
    size: int
    width: int
    height: int
    duration: float
    src: str
    sources: Sources | None
    poster: Sources | None
    tracks: tuple[Track, ...]
    transcript: str
    hidden: tuple[str, ...]


def shown(asset: Asset, *, lang: str = "") -> Shown:
    """Return what a sealed page says of the asset as it stands now; three queries at most.

    Where nobody wrote a transcript, it is what the captions in the language of the page say.
    """
    file, poster = asset.file, _poster(asset)
    captions = list(asset.captions.select_related("file").order_by("lang")) if asset.kind != AssetKind.PICTURE else []
    is_picture = asset.kind == AssetKind.PICTURE
    needed = [file.sha256, *([poster[0].sha256] if poster else []), *(one.file.sha256 for one in captions)]
    return Shown(
        kind=AssetKind(asset.kind),
        sha256=file.sha256,
        hashes=tuple(dict.fromkeys(needed)),
        title=asset.title,
        alt=asset.alt,
        credit=asset.credit,
        ending=file.ending,
        content_type=FORMATS[file.ending].content_type,
        size=file.size,
        width=file.width,
        height=file.height,
        duration=file.duration,
        src="" if is_picture else file_address(file.sha256, file.ending),
        sources=sources(file.sha256, (file.width, file.height), asset.focal) if is_picture else None,
        poster=sources(poster[0].sha256, (poster[0].width, poster[0].height), poster[1]) if poster else None,
        tracks=tuple(
            Track(lang=one.lang, label=one.label, src=file_address(one.file.sha256, "vtt")) for one in captions
        ),
        transcript=asset.transcript or _said(captions, lang),
        hidden=tuple(file.hidden),
    )


def _said(captions: Iterable[Captions], lang: str) -> str:
    one = next((one for one in captions if one.lang == lang), None)
    path = private_folder(one.file.token) / "file.vtt" if one else None
    return "\n".join(spoken(read(path.read_text()))) if path and path.exists() else ""


def _poster(asset: Asset) -> tuple[File, tuple[int, int]] | None:
    if asset.kind == AssetKind.PICTURE:
        return None
    if asset.poster:
        return asset.poster.file, asset.poster.focal
    return (asset.file.frame, (50, 50)) if asset.file.frame else None


def files_of(agencies: Collection[Agency | int]) -> QuerySet[File]:
    """Return all files that assets of these agencies show or showed, with their posters and captions."""
    mine = Q(versions__asset__agency__in=agencies) | Q(captions__asset__agency__in=agencies)
    return File.objects.filter(mine | Q(films__versions__asset__agency__in=agencies)).distinct()


def files_behind(asset: Asset) -> QuerySet[File]:
    """Return every file that exists because of this asset."""
    mine = Q(versions__asset=asset) | Q(captions__asset=asset) | Q(films__versions__asset=asset)
    return File.objects.filter(mine).distinct()


def snapshots_with(asset: Asset) -> list[int]:
    """Return the ids of the snapshots that need a file of this asset, newest first."""
    pins = Pin.objects.filter(file__in=files_behind(asset).values("pk"))
    return list(pins.order_by("-snapshot").values_list("snapshot", flat=True).distinct())


def findings_in(hashes: Iterable[str]) -> dict[str, list[str]]:
    """Return hash → what the file was found to hide (codes), for the checks before submitting. Unknown ones lack."""
    rows = File.objects.filter(sha256__in=set(hashes)).values_list("sha256", "hidden")
    return {sha256: list(hidden) for sha256, hidden in rows}
