"""Taking files in, describing, replacing and discarding them; keeping the public store in step with the shelf."""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cong.accounts.models import User
from cong.agencies.models import Agency, Role
from cong.agencies.queries import holds
from cong.journal.actions import record
from cong.media import store
from cong.media.clamd import Unreachable, virus_in
from cong.media.clean.pictures import CENTRE, cut_renditions
from cong.media.clean.traces import Refused
from cong.media.formats import AssetKind, Limits
from cong.media.inspection import Inspected, inspect, keep_master
from cong.media.models import Asset, Captions, File, Picture, Pin, Version, fresh_token
from cong.media.queries import files_behind
from cong.media.release import Missing, public_hashes, release_files, withdraw_files
from cong.media.render import NotAPicture, render

__all__ = ["NotAPicture", "Refused", "keep_picture"]
_KINDS = {
    AssetKind.PICTURE: "ảnh",
    AssetKind.VIDEO: "video",
    AssetKind.AUDIO: "âm thanh",
    AssetKind.DOCUMENT: "tài liệu",
}
logger = logging.getLogger(__name__)


class InUse(ValueError):
    """Something still needs the file; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it comes in: the name it had there, and its bytes, piece by piece."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What people say of an asset. `focal` is in hundredths from the upper left."""

    title: str
    alt: str = ""
    credit: str = ""
    transcript: str = ""
    focal: tuple[int, int] = CENTRE
    poster: Asset | None = None


@dataclass(frozen=True, kw_only=True)
class Mended:
    """What reconciling did: hashes brought back, taken away, and those that are referenced but nowhere."""

    released: tuple[str, ...]
    withdrawn: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A cleaned file in its private folder, before the database knows of it."""

    inspected: Inspected
    token: str
    frame_token: str


def keep_picture(data: bytes, *, at: datetime) -> Picture:
    """Keep a clean copy of a source's picture, once; raises NotAPicture. The files are there before the row is."""
    source = hashlib.sha256(data).hexdigest()
    known = Picture.objects.filter(source_sha256=source).first()
    if known and all(store.public_rendition(known.sha256, name).exists() for name in _names(known.widths)):
        return known
    made = render(data)
    files = {f"{width}.webp": one for width, one in made.renditions.items()}
    store.write_renditions(made.sha256, files | {f"{width}.avif": one for width, one in made.avif.items()})
    given = {
        "source_sha256": source,
        "width": made.width,
        "height": made.height,
        "widths": sorted(made.renditions),
        "at": at,
    }
    picture, _ = Picture.objects.get_or_create(sha256=made.sha256, defaults=given)
    return picture


def _names(widths: Iterable[int]) -> Iterator[str]:
    return (f"{width}.{ending}" for width in widths for ending in ("webp", "avif"))


def add(
    upload: Upload, words: Words, *, agency: Agency, by: User, at: datetime, only: AssetKind | None = None
) -> Asset:
    """Take a file in for an agency; raises Refused (what is wrong with it, and what to do) or PermissionDenied."""
    _check_right(by, agency, at=at)
    with _kept(upload) as kept:
        kind = kept.inspected.kind
        if kind is AssetKind.CAPTIONS:
            raise Refused("Đây là tệp phụ đề. Hãy mở video hoặc âm thanh rồi thêm ở mục Phụ đề.")
        if only and kind is not only:
            raise Refused(f"Tệp này không phải {_KINDS[only]}. Hãy chọn tệp khác, hoặc thêm nó ở Kho tệp.")
        _check_words(words, kind, agency)
        _cut(kept.token, kind, words.focal)
        with transaction.atomic():
            file = _file(kept, at=at)
            asset = Asset.objects.create(
                agency=agency, kind=kind.value, file=file, uploaded_by=by, at=at, **_columns(words, upload.name)
            )
            Version.objects.create(asset=asset, file=file, by=by, at=at)
            record("asset.add", f"asset:{asset.pk}", actor=by.username, at=at, sha256=file.sha256, agency=agency.pk,
                   hidden=file.hidden)  # fmt: skip
    return asset


def describe(asset: Asset, words: Words, *, by: User, at: datetime) -> Asset:
    """Change what is said of an asset; raises Refused."""
    _check_right(by, asset.agency, at=at)
    _check_words(words, AssetKind(asset.kind), asset.agency)
    _cut(asset.file.token, AssetKind(asset.kind), words.focal)
    with transaction.atomic():
        current: Asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        columns = _columns(words, asset.title)
        changed = sorted(name for name, value in columns.items() if getattr(current, name) != value)
        if changed:
            for name in changed:
                setattr(current, name, columns[name])
            current.save(update_fields=changed)
            record("asset.change", f"asset:{asset.pk}", actor=by.username, at=at, fields=changed)
    return current


def replace(asset: Asset, upload: Upload, *, by: User, at: datetime) -> Asset:
    """Let an asset show another file of its kind. What was sealed keeps the old one; raises Refused."""
    _check_right(by, asset.agency, at=at)
    with _kept(upload) as kept:
        if kept.inspected.kind.value != asset.kind:
            raise Refused("Tệp mới khác loại với tệp cũ. Hãy thêm nó thành tệp mới.")
        _cut(kept.token, kept.inspected.kind, asset.focal)
        with transaction.atomic():
            current: Asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
            before = current.file.sha256
            current.file = _file(kept, at=at)
            current.save(update_fields=["file"])
            Version.objects.create(asset=current, file=current.file, by=by, at=at)
            record("asset.replace", f"asset:{asset.pk}", actor=by.username, at=at, before=before,
                   after=current.file.sha256)  # fmt: skip
    return current


def caption(asset: Asset, upload: Upload, *, lang: str, label: str, by: User, at: datetime) -> Captions:
    """Give a video or sound its captions in a language, or better ones; raises Refused."""
    _check_right(by, asset.agency, at=at)
    if asset.kind not in (AssetKind.VIDEO, AssetKind.AUDIO):
        raise Refused("Chỉ video và âm thanh có phụ đề.")
    with _kept(upload) as kept:
        if kept.inspected.kind is not AssetKind.CAPTIONS:
            raise Refused("Tệp phụ đề phải ở dạng WebVTT (dòng đầu là WEBVTT) hoặc SRT.")
        with transaction.atomic():
            file = _file(kept, at=at)
            captions, _ = Captions.objects.update_or_create(
                asset=asset, lang=lang, defaults={"label": label, "file": file}
            )
            record("asset.caption", f"asset:{asset.pk}", actor=by.username, at=at, lang=lang, sha256=file.sha256)
    return captions


def uncaption(captions: Captions, *, by: User, at: datetime) -> None:
    """Take captions off; what was sealed keeps them."""
    _check_right(by, captions.asset.agency, at=at)
    with transaction.atomic():
        record("asset.uncaption", f"asset:{captions.asset_id}", actor=by.username, at=at, lang=captions.lang)
        captions.delete()


def discard(asset: Asset, *, by: User, at: datetime) -> None:
    """Delete an asset and its files for good; raises InUse when a snapshot or another asset needs them."""
    _check_right(by, asset.agency, at=at)
    with transaction.atomic():
        files = list(files_behind(asset))
        if Pin.objects.filter(file__in=files).exists():
            raise InUse("Tệp đang nằm trong một bản trình hoặc bài đã xuất bản nên không xóa được.")
        if Asset.objects.filter(poster=asset).exists():
            raise InUse("Ảnh đang là ảnh bìa của một video. Hãy đổi ảnh bìa trước.")
        record("asset.discard", f"asset:{asset.pk}", actor=by.username, at=at, title=asset.title,
               sha256=asset.file.sha256)  # fmt: skip
        asset.delete()
        for file in sorted(files, key=lambda one: one.frame_id is None):
            file.delete()
        for file in files:
            transaction.on_commit(partial(store.forget_folder, file.token))


def reconcile(referenced: Callable[[], Collection[str]], *, at: datetime) -> Mended:
    """Make the public store hold exactly what the live entries refer to: after a crash, by the minute, on demand.

    `referenced` returns the hashes; call this with the ledger locked, so that they stay what they are. Pictures of
    sources are brought back but never taken away here: held items need them.
    """
    wanted, public = set(referenced()), public_hashes()
    foreign = set(Picture.objects.filter(sha256__in=public).values_list("sha256", flat=True))
    withdrawn = withdraw_files(public - wanted - foreign, referenced=wanted)
    released, missing = [], []
    for sha256 in sorted(wanted):
        try:
            released += release_files([sha256])
        except Missing:
            missing.append(sha256)
    mended = Mended(released=tuple(released), withdrawn=tuple(withdrawn), missing=tuple(missing))
    if mended.released or mended.withdrawn:
        with transaction.atomic():
            record("media.reconcile", "media", actor="cong", at=at, released=released, withdrawn=withdrawn,
                   missing=missing)  # fmt: skip
    return mended


def sweep() -> int:
    """Delete private folders that no row knows of, left by a machine that stopped; returns how many.

    Only what is hours old goes: an upload gets its row within moments.
    """
    known = set(File.objects.values_list("token", flat=True))
    return store.sweep(known)


def _check_right(by: User, agency: Agency, *, at: datetime) -> None:
    if not holds(by, Role.AUTHOR, agency, on=timezone.localtime(at).date()):
        raise PermissionDenied("Chỉ người biên tập của cơ quan mới được thêm hoặc sửa tệp.")


def _check_words(words: Words, kind: AssetKind, agency: Agency) -> None:
    if kind is AssetKind.PICTURE and not words.alt.strip():
        raise Refused("Ảnh cần mô tả: viết một câu cho người không nhìn thấy ảnh.")
    if not all(0 <= part <= 100 for part in words.focal):
        raise Refused("Tâm ảnh phải nằm trong ảnh: từ 0 đến 100 phần trăm.")
    if words.poster and (words.poster.kind != AssetKind.PICTURE or words.poster.agency_id != agency.pk):
        raise Refused("Ảnh bìa phải là một ảnh trong kho của cơ quan.")


def _columns(words: Words, name: str) -> dict[str, object]:
    title = " ".join((words.title or PurePath(name.replace("\\", "/")).stem).split())
    plain = {"title": title[:200] or "Tệp", "alt": words.alt.strip(), "credit": words.credit.strip(),
             "transcript": words.transcript.strip()}  # fmt: skip
    tidy = {key: unicodedata.normalize("NFC", value) for key, value in plain.items()}
    return {**tidy, "focal_x": words.focal[0], "focal_y": words.focal[1], "poster": words.poster}


def limits() -> Limits:
    """Return how large uploads may be here."""
    million = 1_000_000
    return Limits(
        picture=settings.UPLOAD_PICTURE_MB * million,
        pixels=settings.UPLOAD_MEGAPIXELS * million,
        document=settings.UPLOAD_DOCUMENT_MB * million,
        recording=settings.UPLOAD_RECORDING_MB * million,
    )


@contextmanager
def _kept(upload: Upload) -> Iterator[_Kept]:
    """Clean a file into a private folder of its own; the folder is gone again when the block fails."""
    made: list[str] = []
    try:
        yield _received(upload, made)
    except BaseException:
        for token in made:
            store.forget_folder(token)
        raise


def _received(upload: Upload, made: list[str]) -> _Kept:
    bounds = limits()
    try:
        path = store.receive(upload.chunks, bounds.largest)
    except store.TooLarge as error:
        raise Refused(f"Tệp lớn hơn {bounds.largest // 1_000_000} MB, mức lớn nhất được nhận.") from error
    try:
        _scan(path)
        token, frame_token = fresh_token(), ""
        with store.fresh_folder(token) as folder:
            inspected = inspect(path, upload.name, folder, bounds)
        made.append(token)
    finally:
        path.unlink(missing_ok=True)
    if inspected.frame:
        frame_token = fresh_token()
        with store.fresh_folder(frame_token) as folder:
            keep_master(inspected.frame, folder)
        made.append(frame_token)
    return _Kept(inspected=inspected, token=token, frame_token=frame_token)


def _scan(path: Path) -> None:
    if not settings.CLAMD_URL:
        return
    try:
        found = virus_in(path, settings.CLAMD_URL)
    except Unreachable as error:
        logger.warning("clamd: %s", error)
        raise Refused(
            "Máy quét mã độc không trả lời nên chưa nhận được tệp. Hãy thử lại sau ít phút, hoặc báo người vận hành."
        ) from error
    if found:
        raise Refused(f"Tệp có mã độc ({found}), không được nhận. Hãy quét máy của bạn và báo người vận hành.")


def _file(kept: _Kept, *, at: datetime) -> File:
    one, frame = kept.inspected, None
    if one.frame:
        frame = File.objects.create(
            token=kept.frame_token, ending="webp", sha256=one.frame.sha256, source_sha256=one.frame.sha256,
            size=len(one.frame.data), width=one.frame.width, height=one.frame.height, at=at,
        )  # fmt: skip
    return File.objects.create(
        token=kept.token, ending=one.ending, sha256=one.sha256, source_sha256=one.source_sha256, size=one.size,
        width=one.width, height=one.height, duration=one.duration, hidden=list(one.hidden),
        dropped=list(one.dropped), frame=frame, at=at,
    )  # fmt: skip


def _cut(token: str, kind: AssetKind, focal: tuple[int, int]) -> None:
    """Make the cuts of a picture around a focal point, so that a release has nothing to compute."""
    folder = store.private_folder(token)
    if kind is not AssetKind.PICTURE or focal == CENTRE or any(folder.glob(f"*-{focal[0]}-{focal[1]}.*")):
        return
    for name, data in cut_renditions((folder / "file.webp").read_bytes(), focal):
        store.write(folder / name, data)
    store.sync_folder(folder)
