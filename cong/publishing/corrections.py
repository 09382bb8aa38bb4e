"""What readers are told beside an entry of the newsroom: when it was judged, and how it was corrected.

Reader code sees the shelf alone, never the ledger with its drafts: so it is written there with the release or the
judgement that it tells of, and it goes with the entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from cong.entries import actions as shelf
from cong.entries.models import Correction, Entry, Judged, Judgement, Op
from cong.publishing.differences import Mark, Run, differences
from cong.publishing.models import Decision, Origin, Publication, Release, Snapshot, Step
from cong.publishing.process import Content, ReleaseKind

# A page of ten corrections stays a page.
_MOST_BLOCKS, _MOST_LETTERS, _MOST_OF_A_RUN = 40, 8_000, 1_500
# What a run costs beside its letters.
_MARKUP = 20
# Unchanged words are shown this far around a change.
_AROUND = 80
_TOLD = (Step.APPRAISE, Step.APPROVE)
_ALSO = {
    "picture": ("picture", "picture_alt"),
    "tags": ("tags",),
    "place": ("kind", "part", "section"),
    "source": ("author", "source_name", "source_url"),
    "number": ("number",),
    "event": ("event_on",),
    "expiry": ("expires_at",),
    "language": ("lang", "translation_of"),
}
_CHUNK = 500


def tell(numbers: Collection[int]) -> None:
    """Tell of releases that people made just now; the ledger is locked and the shelf written."""
    released = _of_newsroom(numbers)
    shelf.tell_judgements([one.publication_id for one in released], judgements(released))
    shelf.tell_corrections(_correction(_before(one), one) for one in released if one.kind == ReleaseKind.CORRECT)


def tell_judged(snapshot: Snapshot, *, at: datetime) -> None:
    """Tell of a judgement of what is public already: an emergency release is judged while it is read."""
    shown = Entry.objects.filter(pk=snapshot.publication_id, sha256=snapshot.sha256).values_list(
        "release_id", flat=True
    )
    numbers = list(shown)
    if numbers and (released := _of_newsroom(numbers)):
        shelf.tell_judgements([snapshot.publication_id], judgements(released))
        shelf.announce([(snapshot.publication_id, Op.PUT)], at=at)


def _of_newsroom(numbers: Collection[int]) -> list[Release]:
    found = Release.objects.filter(pk__in=numbers, publication__origin=Origin.NEWSROOM)
    return list(found.select_related("snapshot").order_by("pk"))


def _before(release: Release) -> Release:
    earlier = Release.objects.filter(publication=release.publication_id, pk__lt=release.pk)
    return earlier.select_related("snapshot").latest("pk")


def judgements(released: Sequence[Release]) -> list[tuple[int, str, datetime]]:
    """Return (entry, step, moment) of all that is told of what these releases show, in one query."""
    shown = {one.snapshot_id: one.publication_id for one in released}
    decisions = Decision.objects.filter(snapshot__in=shown, step__in=_TOLD).order_by("at", "pk")
    rows = decisions.values_list("snapshot_id", "step", "at")
    keys = [(one.publication_id, Judged.EMERGENCY.value, one.at) for one in released if one.provisional]
    return keys + [(shown[snapshot], step, at) for snapshot, step, at in rows]


def corrections(publications: Collection[int]) -> Iterator[Correction]:
    """Make what is told of all corrections of those of them that are on the shelf, anew from the ledger."""
    last = dict(Entry.objects.filter(pk__in=publications).values_list("pk", "release_id"))
    found = Release.objects.filter(publication__in=last, publication__origin=Origin.NEWSROOM)
    lives: dict[int, list[Release]] = defaultdict(list)
    for one in found.select_related("snapshot").order_by("pk"):
        if one.pk > last[one.publication_id]:
            continue
        if one.kind == ReleaseKind.PUBLISH:
            lives[one.publication_id].clear()
        if one.kind != ReleaseKind.WITHDRAW:
            lives[one.publication_id].append(one)
    for life in lives.values():
        yield from (_correction(old, new) for old, new in pairwise(life))


def _correction(old: Release, new: Release) -> Correction:
    diff = difference(_content(old), _content(new))
    return Correction(release_id=new.pk, entry_id=new.publication_id, at=new.at, note=new.note, diff=diff)


def _content(release: Release) -> Content:
    return Content.parse(release.snapshot.content, release.snapshot.html)


def difference(old: Content, new: Content) -> dict[str, Any]:
    """Return what changed, as readers see it: words with a little around them, never more than a page of it."""
    changed, left = differences(old, new), _MOST_LETTERS
    blocks: list[dict[str, Any]] = []
    for block in changed[:_MOST_BLOCKS]:
        runs = _bounded(_near(_readable(block.runs)))
        left -= _size(runs)
        if left < 0 and blocks:
            break
        blocks.append({"where": block.where, "runs": runs})
    also = [word for word, names in _ALSO.items() if any(getattr(old, name) != getattr(new, name) for name in names)]
    if old.html != new.html and not any(block.where == "text" for block in changed):
        also.insert(0, "body")
    return {"blocks": blocks, "left_out": len(changed) - len(blocks), "also": also}


def _readable(runs: Iterable[Run]) -> list[list[str]]:
    """Join changes that only a space keeps apart: two words changed read better than twice one."""
    made: list[list[str]] = []
    gone = came = ""
    for run in runs:
        if run.mark is Mark.SAME and not (run.text.isspace() and (gone or came)):
            made += [*_change(gone, came), [Mark.SAME.value, run.text]]
            gone = came = ""
            continue
        gone += run.text if run.mark is not Mark.INSERTED else ""
        came += run.text if run.mark is not Mark.DELETED else ""
    return made + _change(gone, came)


def _change(gone: str, came: str) -> list[list[str]]:
    return [[mark.value, text] for mark, text in ((Mark.DELETED, gone), (Mark.INSERTED, came)) if text]


def _near(runs: list[list[str]]) -> list[list[str]]:
    last = len(runs) - 1
    return [
        [mark, _context(text, first=place == 0, last=place == last) if mark == Mark.SAME else _cut(text)]
        for place, (mark, text) in enumerate(runs)
    ]


def _context(text: str, *, first: bool, last: bool) -> str:
    """Keep what stands next to a change: the end of what comes before it, the beginning of what follows."""
    before, after = "" if first else text[:_AROUND], "" if last else text[-_AROUND:]
    if len(text) <= len(before) + len(after) + 1:
        return text
    head, tail = before.rpartition(" ")[0] or before, after.partition(" ")[2] or after
    return (f"{head} " if head else "") + "…" + (f" {tail}" if tail else "")


def _size(runs: Iterable[list[str]]) -> int:
    return sum(len(text) + _MARKUP for _, text in runs)


def _bounded(runs: list[list[str]]) -> list[list[str]]:
    """Keep as many runs as make a page."""
    room = _MOST_LETTERS
    for place, run in enumerate(runs):
        room -= _size([run])
        if room < 0:
            return [*runs[:place], [Mark.SAME.value, " …"]]
    return runs


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_OF_A_RUN else text[:_MOST_OF_A_RUN] + "…"


def wrong_tellings() -> Iterator[str]:
    """Yield a sentence for each entry beside which something else is told than the ledger says."""
    ours, last = Release.objects.filter(pk__in=Entry.objects.values("release_id")).order_by("pk"), 0
    while released := list(ours.filter(pk__gt=last, publication__origin=Origin.NEWSROOM)[:_CHUNK]):
        last, numbers = released[-1].pk, [one.publication_id for one in released]
        yield from _wrong(numbers, "thời điểm thẩm định, duyệt", _judged(numbers), judgements(released))
        told = map(_row, Correction.objects.filter(entry_id__in=numbers))
        yield from _wrong(numbers, "nội dung đính chính", told, map(_row, corrections(numbers)))
    yield from _stray()


def _judged(numbers: Collection[int]) -> list[tuple[int, str, datetime]]:
    return list(Judgement.objects.filter(entry_id__in=numbers).values_list("entry_id", "step", "at"))


def _row(one: Correction) -> tuple[Any, ...]:
    return (one.entry_id, one.release_id, one.at, one.note, one.diff)


def _wrong(numbers: Iterable[int], what: str, told: Iterable[Any], expected: Iterable[Any]) -> Iterator[str]:
    said, due = _by_entry(told), _by_entry(expected)
    for number in numbers:
        if said[number] != due[number]:
            yield f"Mục {number}: {what} ghi trên giá khác với sổ xuất bản."


def _by_entry(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[:3]):
        found[row[0]].append(row)
    return found


def _stray() -> Iterator[str]:
    on_shelf = Publication.objects.filter(origin=Origin.NEWSROOM, pk__in=Entry.objects.values("pk")).values("pk")
    for model in (Judgement, Correction):
        strays = model.objects.exclude(entry_id__in=on_shelf).values_list("entry_id", flat=True)
        for number in sorted(set(strays)):
            yield f"Mục {number}: còn lời kèm theo một bài không có trên giá."
