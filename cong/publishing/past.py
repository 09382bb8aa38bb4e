"""What was public at a past moment, and how it was corrected: rebuilt from the ledger alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from cong.agencies.models import Agency
from cong.entries.models import Entry, Mode, Tombstone
from cong.publishing.actions import shelf_row
from cong.publishing.differences import Block, differences
from cong.publishing.models import Origin, Publication, Release
from cong.publishing.process import Content, ReleaseKind

_CHUNK = 500


def entry_at(publication_id: int, moment: datetime) -> Entry | Tombstone | None:
    """Return what stood at an address at a moment: an entry, a grave or nothing. Neither is saved anywhere."""
    history = _histories([publication_id], moment).get(publication_id)
    return _standing(history) if history else None


def _histories(publications: Sequence[int], moment: datetime) -> dict[int, list[Release]]:
    found = Release.objects.filter(publication__in=publications, at__lte=moment)
    histories: dict[int, list[Release]] = defaultdict(list)
    for release in found.select_related("snapshot", "publication__agency").order_by("id"):
        histories[release.publication_id].append(release)
    return histories


def snapshot_public_at(moment: datetime, *, agency: Agency | None = None) -> Iterator[Entry]:
    """Yield every entry that was public at a moment, of one agency or of all, in the order of their numbers."""
    publications = Publication.objects.order_by("pk").values_list("pk", flat=True)
    if agency is not None:
        publications = publications.filter(agency=agency)
    last = 0
    while chunk := list(publications.filter(pk__gt=last)[:_CHUNK]):
        for _, history in sorted(_histories(chunk, moment).items()):
            standing = _standing(history)
            if isinstance(standing, Entry):
                yield standing
        last = chunk[-1]


def _standing(history: list[Release]) -> Entry | Tombstone | None:
    last = history[-1]
    if last.publication.origin == Origin.FRONTPAGE:
        return None
    content = Content.parse(last.snapshot.content, last.snapshot.html)
    if last.kind == ReleaseKind.WITHDRAW:
        return Tombstone(
            id=last.publication_id, release_id=last.pk, mode=Mode(last.mode), target=last.target, title=content.title,
            note=last.note, at=last.at,
        )  # fmt: skip
    first = _first_of_this_life(history)
    life = [one for one in history if one.pk >= first.pk]
    row = shelf_row(
        content, publication=last.publication_id, release=last.pk, sha256=last.sha256, note=last.note,
        released_at=first.at, corrected_at=last.at if len(life) > 1 else None, corrections=len(life) - 1,
    )  # fmt: skip
    entry = Entry(**row)
    entry.agency = last.publication.agency
    return entry


def _first_of_this_life(history: list[Release]) -> Release:
    """Return the release with which it last became public; a withdrawal ends a life."""
    return next(one for one in reversed(history) if one.kind == ReleaseKind.PUBLISH)


class Correction(NamedTuple):
    """One correction as readers see it."""

    at: datetime
    note: str
    diff: list[Block]


def corrections_of(publication_id: int) -> list[Correction]:
    """Return the corrections of what is public now, the newest first; empty when nothing is."""
    history = list(Release.objects.filter(publication=publication_id).select_related("snapshot").order_by("id"))
    if not history or history[-1].kind == ReleaseKind.WITHDRAW:
        return []
    life = [one for one in history if one.pk >= _first_of_this_life(history).pk]
    contents = [Content.parse(one.snapshot.content, one.snapshot.html) for one in life]
    pairs = zip(life[1:], contents, contents[1:], strict=False)
    return [Correction(one.at, one.note, differences(old, new)) for one, old, new in pairs][::-1]
