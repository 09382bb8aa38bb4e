"""Files follow the ledger: pinned when a snapshot is sealed, public exactly while a live entry refers to them (I7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from cong.agencies.models import Agency
from cong.entries.models import Entry
from cong.media import actions as media
from cong.media.models import File, Picture, Pin
from cong.media.release import Missing, NotOurs, pin_files, public_hashes, release_files, withdraw_files
from cong.publishing.models import Snapshot
from cong.publishing.process import NotAllowed

_MISSING = "Thiếu tệp mà bài cần ({0}…); hãy chọn lại tệp đó rồi trình lại."


def pin(hashes: Sequence[str], *, agency: Agency, snapshot: int) -> None:
    """Keep what a sealed snapshot needs; raises NotAllowed when it is not the agency's to show, or not there."""
    try:
        if hashes:
            pin_files(hashes, agency=agency, snapshot=snapshot)
    except NotOurs as refusal:
        raise NotAllowed(str(refusal)) from refusal
    except Missing as missing:
        raise NotAllowed(_MISSING.format(str(missing)[:12])) from missing


def follow(*, shown: Iterable[str], dropped: Iterable[str] = ()) -> None:
    """Make public what entries show now, and private again what none shows any more.

    The last thing before the commit, with the ledger locked and the shelf written. Raises NotAllowed.
    """
    wanted = set(shown)
    try:
        if wanted:
            release_files(wanted)
    except Missing as missing:
        raise NotAllowed(_MISSING.format(str(missing)[:12])) from missing
    if gone := set(dropped) - wanted:
        withdraw_files(gone, referenced=_still_shown(gone))


def _still_shown(hashes: Collection[str]) -> set[str]:
    """Return which of the files some live entry refers to: by way of the pins, for there is no index of hashes."""
    pinned = Pin.objects.filter(file__sha256__in=hashes).values("snapshot")
    publications = Snapshot.objects.filter(pk__in=pinned).values("publication")
    shown = {sha256 for names in Entry.objects.filter(pk__in=publications).values_list("media", flat=True)
             for sha256 in names}  # fmt: skip
    foreign = list(Picture.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    if foreign:
        shown |= set(Entry.objects.filter(picture__in=foreign).values_list("picture", flat=True))
    return shown & set(hashes)


def referenced() -> set[str]:
    """Return the hashes of all files that live entries refer to."""
    rows = Entry.objects.exclude(media=[]).values_list("media", flat=True)
    return {sha256 for names in rows.iterator(chunk_size=2000) for sha256 in names}


def reconcile(*, at: datetime) -> media.Mended:
    """Bring the public store and the shelf together, after a stop at the worst moment. The ledger must be locked."""
    return media.reconcile(referenced, at=at)


def wrong_files() -> Iterator[str]:
    """Yield a sentence for each file that is public and should not be, or should be and is not."""
    wanted, ours = referenced(), set(File.objects.values_list("sha256", flat=True))
    if not wanted and not ours:
        return
    public = public_hashes()
    for sha256 in sorted(wanted - public):
        yield f"Tệp {sha256[:16]}: bài đang công khai cần mà kho công khai không có."
    foreign = set(Picture.objects.filter(sha256__in=ours).values_list("sha256", flat=True))
    for sha256 in sorted((public & ours) - wanted - foreign):
        yield f"Tệp {sha256[:16]}: đang công khai mà không bài công khai nào nhắc tới."
