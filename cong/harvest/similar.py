"""Pure: which texts tell one story, and which of a story's copies stands for all.

A text's signature is a one-permutation MinHash of its shingles of four syllables: of the hashes that fall into each of
64 bins the least one stays. Two texts share about as many bins as their shingles overlap (Jaccard). Marks are kept:
folding costs as much again and finds nothing more (`bench/duplicates.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import eq
from struct import Struct

from xxhash import xxh3_64_intdigest

from cong.kernel.text import nfc

SAME_FULL, SAME_SHORT, SAME_SOURCE = 0.20, 0.30, 0.90
DAYS = 7

_BINS = 64
_FEWEST = 20
_NOTHING = 1 << 64
_VALUES, _BANDS = Struct(f"<{_BINS}I"), Struct(f"<{_BINS // 2}q")
_SPACES = bytes(byte if byte > 127 or chr(byte).isalnum() else 0x20 for byte in range(256))
# The marks beyond ASCII that one desk types and the next one replaces.
_TYPED = tuple(mark.encode() for mark in "“”‘’«»–—…•\u00a0\u200b")
# Where an empty bin looks for a value: the other bins in an order of its own, so that neighbours do not follow one.
_ELSEWHERE = tuple(
    tuple(other for _, other in sorted((xxh3_64_intdigest(bytes((empty, other))), other) for other in range(_BINS)))
    for empty in range(_BINS)
)


def syllables(text: str) -> list[bytes]:
    """Return the syllables in order, lower-cased, with their marks, without punctuation."""
    plain = nfc(text).lower().encode("utf-8", "replace").translate(_SPACES)
    for mark in _TYPED:
        plain = plain.replace(mark, b" ")
    return plain.split()


def signature(text: str) -> bytes:
    """Return 256 bytes that never change for one text, b"" when it has under 20 syllables: a frame, not a story."""
    words = syllables(text)
    if len(words) < _FEWEST:
        return b""
    least = [_NOTHING] * _BINS
    for value in map(xxh3_64_intdigest, map(b" ".join, zip(words, words[1:], words[2:], words[3:], strict=False))):
        if value < least[value & 63]:
            least[value & 63] = value
    if _NOTHING in least:
        least = [_filled(least, place) for place in range(_BINS)]
    return _VALUES.pack(*(value >> 32 for value in least))


def _filled(least: Sequence[int], place: int) -> int:
    if least[place] != _NOTHING:
        return least[place]
    return next(least[other] for other in _ELSEWHERE[place] if least[other] != _NOTHING)


def bands(signed: bytes) -> tuple[int, ...]:
    """Return 32 signed 64-bit keys, two bins each, () for no signature. Texts that share none are not compared."""
    return _BANDS.unpack(signed) if signed else ()


def likeness(a: bytes, b: bytes) -> float:
    """Return the share of equal bins, 0.0 to 1.0; a text without signature is like none."""
    if not a or not b:
        return 0.0
    equal: int = sum(map(eq, _VALUES.unpack(a), _VALUES.unpack(b)))
    return equal / _BINS


def are_same(a: bytes, b: bytes, *, short: bool) -> bool:
    """Tell whether two texts are one story. `short`: at least one of them is only title and summary."""
    return likeness(a, b) >= (SAME_SHORT if short else SAME_FULL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One source's copy of a story. The lower category and order, the higher the agency's authority.

    `cluster` is 0 as long as the copy is in none; clusters are numbered in the order in which they were opened.
    """

    id: int
    source: int
    category: int
    order: int
    published_at: datetime
    signature: bytes
    short: bool = False
    cluster: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Joining:
    """Where a copy belongs: in `cluster` (0: in one of its own), which takes in the `absorbed` ones.

    `like` is the id of the copy that it resembles most.
    """

    cluster: int = 0
    absorbed: tuple[int, ...] = ()
    like: int = 0
    likeness: float = 0.0


def canonical(copies: Iterable[Copy]) -> Copy:
    """Return the copy that stands for the story: of the highest authority, then the earliest, then the lowest id."""
    return min(copies, key=lambda one: (one.category, one.order, one.published_at, one.id))


def decide(new: Copy, candidates: Iterable[Copy], *, days: int = DAYS) -> Joining:
    """Find the cluster of a copy: the one with the likest member; other clusters that it links merge into the oldest.

    `candidates` are the copies that share a band with the new one **and all other members of their clusters**: no
    cluster spans more than `days`, and none holds two texts of one source that are not nearly identical (a daily
    bulletin has the same frame every day and is a new story every day).
    """
    clusters: dict[int, list[Copy]] = {}
    for one in candidates:
        if one.cluster and one.id != new.id:
            clusters.setdefault(one.cluster, []).append(one)
    likest = {number: _likest(new, copies) for number, copies in clusters.items()}
    links = sorted((-likeness(new.signature, one.signature), number) for number, one in likest.items() if one)
    joined: list[int] = []
    together = [new]
    for _, number in links:
        if _fit(together, clusters[number], timedelta(days=days)):
            joined.append(number)
            together += clusters[number]
    like = likest[joined[0]] if joined else None
    if like is None:
        return Joining()
    oldest, *absorbed = sorted(joined)
    found = likeness(new.signature, like.signature)
    return Joining(cluster=oldest, absorbed=tuple(absorbed), like=like.id, likeness=found)


def _likest(new: Copy, copies: Iterable[Copy]) -> Copy | None:
    """Return the likest copy that tells the same story, the first of several, None when none does."""
    same = [one for one in copies if are_same(new.signature, one.signature, short=new.short or one.short)]
    return min(same, key=lambda one: (-likeness(new.signature, one.signature), one.id), default=None)


def _fit(these: Sequence[Copy], those: Sequence[Copy], span: timedelta) -> bool:
    """Tell whether two groups may become one cluster."""
    dates = [one.published_at for one in (*these, *those)]
    return max(dates) - min(dates) <= span and all(
        likeness(one.signature, other.signature) >= SAME_SOURCE
        for one in these
        for other in those
        if one.source == other.source
    )
