"""Files become public and cease to be: a second name in the public store, nothing more. Called by `publishing`.

A release calls `release_files` as the last thing before its commit, a withdrawal `withdraw_files`; both hold the
ledger locked, so that no other release stands between what is referenced and what is done. When the commit does not
come, `actions.reconcile` brings the two sets together again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from django.conf import settings

from cong.agencies.models import Agency
from cong.kernel import bulk
from cong.media.formats import AssetKind
from cong.media.models import File, Picture, Pin
from cong.media.queries import files_of
from cong.media.store import (
    private_folder,
    public_file,
    public_rendition,
    publish,
    set_aside,
    sync_folder,
)


class Missing(Exception):
    """A file that is to be public is in no store. The message names its hash."""


class NotOurs(ValueError):
    """A file belongs to another agency, or is none of ours. The message is for the person who submits."""


def pin_files(hashes: Collection[str], *, agency: Agency, snapshot: int) -> None:
    """Keep the files that a sealed snapshot needs from ever being deleted; raises NotOurs.

    An agency may show its own files and those of the centre. Call it in the transaction that seals.
    """
    wanted = set(hashes)
    allowed = [agency.pk, *Agency.objects.filter(is_centre=True).values_list("pk", flat=True)]
    found = list(files_of(allowed).filter(sha256__in=wanted))
    if lacking := wanted - {file.sha256 for file in found}:
        raise NotOurs(
            f"Có {len(lacking)} tệp không thuộc cơ quan của bài hoặc đã bị xóa. Hãy chọn lại tệp trong kho của cơ quan."
        )
    if gone := [file for file in found if not private_folder(file.token).is_dir()]:
        raise Missing(", ".join(file.sha256 for file in gone))
    kept = set(Pin.objects.filter(snapshot=snapshot).values_list("file_id", flat=True))
    bulk.insert(Pin, ("file_id", "snapshot"), [(file.pk, snapshot) for file in found if file.pk not in kept])


def release_files(hashes: Iterable[str]) -> list[str]:
    """Give the files their public names; returns the hashes that were not public before. Raises Missing.

    Everything was made when the file came in, so this links names and waits for the disk, no more.
    """
    wanted, fresh, folders = set(hashes), [], set[Path]()
    ready = dict(_pairs(wanted))
    for sha256 in sorted(wanted):
        pairs = [(source, target) for source, target in ready.get(sha256, ()) if not target.exists()]
        for source, target in pairs:
            publish(source, target)
            folders |= {target.parent, target.parent.parent}
        if pairs:
            fresh.append(sha256)
        elif not is_public(sha256):
            raise Missing(sha256)
    for folder in folders:
        sync_folder(folder)
    return fresh


def withdraw_files(hashes: Iterable[str], *, referenced: Collection[str]) -> list[str]:
    """Take from the public store what none of the live entries refers to any more; returns the hashes taken."""
    gone = [sha256 for sha256 in sorted(set(hashes) - set(referenced)) if is_public(sha256)]
    foreign = set(Picture.objects.filter(sha256__in=gone).values_list("sha256", flat=True))
    for sha256 in gone:
        for path in public_paths(sha256):
            if sha256 in foreign:
                _set_aside(sha256, path)
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
    return gone


def is_public(sha256: str) -> bool:
    return any(True for _ in public_paths(sha256))


def public_paths(sha256: str) -> Iterator[Path]:
    """Yield what the public store holds of a file: its one form, or its renditions."""
    yield from public_file(sha256, "x").parent.glob(f"{sha256}.*")
    yield from public_rendition(sha256, "x").parent.glob(f"{sha256}-*")


def public_hashes() -> set[str]:
    """Return the hashes of everything in the public store."""
    root = Path(settings.MEDIA_ROOT)
    return {path.name[:64] for kind in ("files", "pictures") for path in root.glob(f"{kind}/??/[0-9a-f]*")}


def _pairs(hashes: set[str]) -> Iterator[tuple[str, list[tuple[Path, Path]]]]:
    """Yield hash → (private, public) paths for what the private store holds."""
    for file in File.objects.filter(sha256__in=hashes).order_by("pk"):
        folder = private_folder(file.token)
        if not folder.is_dir():
            continue
        if file.kind is AssetKind.PICTURE:
            names = [path.name for path in folder.iterdir() if not path.name.startswith(("file.", "."))]
            yield file.sha256, [(folder / name, public_rendition(file.sha256, name)) for name in names]
        else:
            yield file.sha256, [(folder / f"file.{file.ending}", public_file(file.sha256, file.ending))]
    for sha256 in hashes:
        if (aside := set_aside(sha256)).is_dir():
            yield sha256, [(path, public_rendition(sha256, path.name)) for path in aside.iterdir()]


def _set_aside(sha256: str, path: Path) -> None:
    kept = set_aside(sha256) / path.name.removeprefix(f"{sha256}-")
    if not kept.exists():
        publish(path, kept)
