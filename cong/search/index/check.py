"""Compares the index with the shelf, entry by entry: what is missing, stale, too much, not found by its title."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from cong.entries.models import Entry
from cong.search.engines.engine import Engine
from cong.search.index import records, sampling, shelf
from cong.search.index.records import Checked

CHUNK = 5_000
"""Entries that are compared at a time."""

SLICES = 24
_SAMPLE = 100
_LAST = 2**62


@dataclass(kw_only=True)
class Findings:
    """What differs, by id. `stale`: the index holds another release; `extra`: the shelf does not hold it."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    unfound: list[int] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [*self.missing, *self.stale, *self.extra, *self.unfound]


@dataclass(frozen=True, kw_only=True)
class Range:
    """Entries with first <= id < last; None: to the end."""

    first: int = 1
    last: int | None = None


def slice_of(hour: int) -> Range:
    """Return the 24th of the shelf that is checked in an hour, 0 to 23; all of them together are everything."""
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    edges = [1 + newest * one // SLICES for one in (hour, hour + 1)]
    return Range(first=edges[0] if hour else 1, last=edges[1] if hour < SLICES - 1 else None)


def check(
    engine: Callable[[], Engine],
    within: Range,
    *,
    at: datetime,
    progress: Callable[[int], None],
    mend: Callable[[list[int]], None] | None = None,
) -> Checked:
    """Compare a range of the shelf with what `engine` gives, asked anew for each part of it.

    `mend` is given the ids that differ, part by part. Raises NotReady, and what `mend` raises.
    """
    began, compared, found = monotonic(), 0, Findings()
    for part in _parts(within):
        held, differing = _compared(engine(), part)
        compared += held
        _add(found, differing)
        if mend and differing.ids:
            mend(differing.ids)
        progress(held)
    known = set(found.ids)
    lost = [number for number in _unfound(engine(), within, at) if number not in known]
    if mend and lost:
        mend(lost)
    found.unfound += lost
    return Checked(
        at=at, first=within.first, last=within.last, entries=compared, seconds=round(monotonic() - began, 3),
        missing=len(found.missing), stale=len(found.stale), extra=len(found.extra), unfound=len(found.unfound),
        ids=records.named(found.ids), mending=mend is not None,
    )  # fmt: skip


def _parts(within: Range) -> Iterator[Range]:
    first = within.first
    while True:
        edge = shelf.bound(first, CHUNK)
        if edge is None or (within.last is not None and edge >= within.last):
            yield Range(first=first, last=within.last)
            return
        yield Range(first=first, last=edge)
        first = edge


def _compared(engine: Engine, part: Range) -> tuple[int, Findings]:
    """Return how many entries a part of the shelf holds, and what differs for other reasons than being on its way."""
    seq = engine.mark().seq
    held = engine.releases(part.first, _LAST if part.last is None else part.last)
    # Read after the index: what the shelf has and the index lacks is a difference, unless its change is newer.
    public = shelf.releases(part.first, part.last)
    differing = [number for number in held.keys() | public.keys() if held.get(number) != public.get(number)]
    settled = sorted(set(differing) - shelf.changed_after(seq, differing))
    return len(public), Findings(
        missing=[number for number in settled if number not in held],
        extra=[number for number in settled if number not in public],
        stale=[number for number in settled if number in held and number in public],
    )


def _unfound(engine: Engine, within: Range, at: datetime) -> list[int]:
    entries = sampling.sampled(_SAMPLE, first=within.first, last=within.last, chance=random.SystemRandom())
    seq = engine.mark().seq
    lost = sampling.unfound(engine, entries, at=at)
    return sorted(set(lost) - shelf.changed_after(seq, lost))


def _add(found: Findings, more: Findings) -> None:
    found.missing += more.missing
    found.stale += more.stale
    found.extra += more.extra
