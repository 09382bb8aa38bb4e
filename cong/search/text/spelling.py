"""How often syllables and their neighbours stand in a corpus: counted once, kept in a file that all processes map.

Syllables are told apart with their marks; their folded twins sum them up. Whatever stands in fewer than three texts is
not in the file, so that nothing can be offered that only a withdrawn text held; of such a syllable only a hash is
kept, which says that it is no typing error. Pure: no Django, no clock; the file's path comes in.
"""

from __future__ import annotations

import mmap
import os
import struct
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal
from zlib import crc32

from xxhash import xxh3_64_intdigest

from cong.search.text import analysis

FEWEST_TEXTS = 3
"""Texts that must hold a syllable before it is offered to anybody."""

_MAGIC = b"CONGCNT\n"
_VERSION = 1
_ORDER = 0x01020304
_HEAD = struct.Struct("=8sIIIIQ")
"""Magic, version, byte order, CRC-32 of all that follows, number of sections, syllables counted."""

_LONGEST_WORD, _LONGEST_TEXT = 20, 100_000
_MOST_WORDS, _MOST_FORMS, _MOST_RARE, _MOST_PAIRS = 100_000, 12, 500_000, 2_000_000
_FEWEST_PAIRS = 2
_SECTIONS: tuple[Literal["Q", "I", "B"], ...] = (
    "Q", "I", "I", "B",  # words: hash, count, where the text ends, texts
    "I", "I", "I", "B",  # forms: where a word's begin, count, where the text ends, texts
    "I", "I", "I", "I", "I", "I",  # pairs of words, then of forms: where a first one's begin, second ones, counts
    "Q", "I", "Q",  # words by hashes of their deletions; hashes of rare words
)  # fmt: skip
_LOW = (1 << 32) - 1

Pairs = dict[int, int]
"""Counts of neighbours by both their numbers, the first one in the upper 32 bits."""


class Damaged(Exception):
    """A file of counts is not whole, not one at all, or of another version or machine; count anew."""


def _hash(text: str) -> int:
    return xxh3_64_intdigest(text.encode())


def deletions(word: str) -> set[str]:
    """Return a word and every text that lacks one of its letters: two words a letter apart share one of these."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def are_near(one: str, other: str) -> bool:
    """Tell whether one edit parts two different words: a letter more, less or other, or two neighbours swapped."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    first = next((place for place, char in enumerate(one) if char != other[place]), len(one))
    if len(one) < len(other):
        return one[first:] == other[first + 1 :]
    same_rest = one[first + 1 :] == other[first + 1 :]
    swapped = one[first : first + 2] == other[first : first + 2][::-1] and one[first + 2 :] == other[first + 2 :]
    return same_rest or swapped


class _Numbers(dict[str, int]):
    """Numbers of syllables that are counted; 0 for what is none: sentence ends, numbers, other scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.last = 0

    def __missing__(self, syllable: str) -> int:
        if not syllable.isalpha() or len(syllable) > _LONGEST_WORD or not analysis.unmarked(syllable).isascii():
            return 0
        self.last += 1
        self[syllable] = self.last
        return self.last


class CountsBuilder:
    """Counts texts. Memory is bounded: rare pairs, then rare syllables are forgotten when there are too many."""

    def __init__(self, *, most_syllables: int = 300_000, most_pairs: int = 1_500_000) -> None:
        self._most_syllables, self._most_pairs = most_syllables, most_pairs
        self._numbers = _Numbers()
        self._counts: Counter[int] = Counter()
        self._texts: Counter[int] = Counter()
        self._pairs: Counter[int] = Counter()

    def add(self, text: str) -> None:
        """Count one text; how many texts hold a syllable decides whether it may ever be offered."""
        told = list(map(self._numbers.__getitem__, analysis.accented(analysis.forms(text[:_LONGEST_TEXT]))))
        self._counts.update(told)
        self._texts.update(set(told))
        self._pairs.update([one << 32 | two for one, two in pairwise(told) if one and two])
        if len(self._pairs) > self._most_pairs:
            self._pairs = _without_rare(self._pairs, self._most_pairs)
        if len(self._numbers) > self._most_syllables:
            self._forget_syllables()

    @property
    def size(self) -> tuple[int, int]:
        """Return how many syllables and pairs are remembered."""
        return len(self._numbers), len(self._pairs)

    @property
    def total(self) -> int:
        """Return how many syllables were counted."""
        return self._counts.total() - self._counts[0]

    def write(self, path: Path) -> None:
        """Put the counts into a file; whoever reads the path sees the old one or the whole new one."""
        sections = _Table(self._numbers, self._counts, self._texts, self._pairs).sections()
        body = b"".join(_padded(section) for section in sections)
        head = _HEAD.pack(_MAGIC, _VERSION, _ORDER, crc32(body), len(sections), self.total)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            with part.open("wb") as file:
                file.write(head)
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(path.parent)

    def _forget_syllables(self) -> None:
        kept = _without_rare(Counter({number: self._texts[number] for number in self._numbers.values()}),
                             self._most_syllables)  # fmt: skip
        for syllable in [syllable for syllable, number in self._numbers.items() if number not in kept]:
            number = self._numbers.pop(syllable)
            del self._counts[number], self._texts[number]


def _without_rare(counts: Counter[int], most: int) -> Counter[int]:
    """Return the counts without the smallest, at most two thirds of what is allowed."""
    floor = 1
    while True:
        kept = Counter({key: count for key, count in counts.items() if count > floor})
        if len(kept) <= most * 2 // 3:
            return kept
        floor *= 2


def _padded(section: array[int]) -> bytes:
    data = section.tobytes()
    return struct.pack("=Q", len(data)) + data + bytes(-len(data) % 8)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Table:
    """What a builder counted, in the order of the file."""

    def __init__(self, numbers: dict[str, int], counts: Counter[int], texts: Counter[int], pairs: Pairs) -> None:
        offered: defaultdict[str, list[str]] = defaultdict(list)
        told: Counter[str] = Counter()
        for syllable, number in numbers.items():
            twin = analysis.unmarked(syllable)
            told[twin] += counts[number]
            if texts[number] >= FEWEST_TEXTS:
                offered[twin].append(syllable)
        common = sorted(offered, key=lambda twin: (-told[twin], twin))[:_MOST_WORDS]
        self.words = sorted(common, key=_hash)
        self.forms = [
            sorted(offered[word], key=lambda syllable: (-counts[numbers[syllable]], syllable))[:_MOST_FORMS]
            for word in self.words
        ]
        known = set(common)
        self.rare = sorted(map(_hash, [twin for twin in told if twin not in known][:_MOST_RARE]))
        self._numbers, self._counts, self._told, self._pairs = numbers, counts, told, pairs

    def sections(self) -> list[array[int]]:
        forms = [form for several in self.forms for form in several]
        starts = [0]
        for several in self.forms:
            starts.append(starts[-1] + len(several))
        shortened = sorted((_hash(text), place) for place, word in enumerate(self.words) for text in deletions(word))
        return [
            array("Q", map(_hash, self.words)),
            array("I", [min(self._told[word], _LOW) for word in self.words]),
            *_texts(self.words),
            array("I", starts),
            array("I", [min(self._counts[self._numbers[form]], _LOW) for form in forms]),
            *_texts(forms),
            *_rows(self._folded_pairs(), len(self.words)),
            *_rows(self._marked_pairs(forms), len(forms)),
            array("Q", [key for key, _ in shortened]),
            array("I", [place for _, place in shortened]),
            array("Q", self.rare),
        ]

    def _folded_pairs(self) -> Pairs:
        places = {word: place for place, word in enumerate(self.words)}
        twins = {number: places.get(analysis.unmarked(syllable), -1) for syllable, number in self._numbers.items()}
        return _renumbered(self._pairs, twins)

    def _marked_pairs(self, forms: Sequence[str]) -> Pairs:
        return _renumbered(self._pairs, {self._numbers[form]: place for place, form in enumerate(forms)})


def _renumbered(pairs: Pairs, places: dict[int, int]) -> Pairs:
    """Return the commonest pairs by places instead of numbers; what has no place is left out."""
    summed: defaultdict[int, int] = defaultdict(int)
    for pair, count in pairs.items():
        one, two = places.get(pair >> 32, -1), places.get(pair & _LOW, -1)
        if one >= 0 and two >= 0:
            summed[one << 32 | two] += count
    kept = {pair: count for pair, count in summed.items() if count >= _FEWEST_PAIRS}
    if len(kept) <= _MOST_PAIRS:
        return kept
    return dict(sorted(kept.items(), key=lambda item: -item[1])[:_MOST_PAIRS])


def _texts(texts: Iterable[str]) -> tuple[array[int], array[int]]:
    """Return where each text ends, from 0 on, and all of them joined."""
    joined, ends = bytearray(), array("I", [0])
    for text in texts:
        joined += text.encode()
        ends.append(len(joined))
    return ends, array("B", joined)


def _rows(pairs: Pairs, size: int) -> tuple[array[int], array[int], array[int]]:
    """Return where each first one's row begins, the second ones in order, and the counts."""
    ordered = sorted(pairs)
    begins = array("I", [0]) * (size + 1)
    for pair in ordered:
        begins[(pair >> 32) + 1] += 1
    for place in range(size):
        begins[place + 1] += begins[place]
    return (
        begins,
        array("I", [pair & _LOW for pair in ordered]),
        array("I", [min(pairs[pair], _LOW) for pair in ordered]),
    )


class Counts:
    """The counts in a file, mapped read-only: processes share its pages. Words and forms go by small numbers."""

    def __init__(self, views: Sequence[memoryview], total: int) -> None:
        (
            self._hashes, self._word_counts, self._word_ends, self._words, self._form_starts, self._form_counts,
            self._form_ends, self._forms, *rows, self._shortened, self._shortened_words, self._rare,
        ) = views  # fmt: skip
        self._pair_rows, self._marked_rows = tuple(rows[:3]), tuple(rows[3:])
        self.total = max(total, 1)
        """Syllables counted."""

    @classmethod
    def open(cls, path: Path) -> Counts:
        """Map a file. Raises Damaged, or OSError when there is none."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEAD.size:
                raise Damaged(path)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, version, order, checksum, sections, total = _HEAD.unpack_from(mapped)
        if (magic, version, order, sections) != (_MAGIC, _VERSION, _ORDER, len(_SECTIONS)):
            raise Damaged(path)
        whole = memoryview(mapped)
        if crc32(whole[_HEAD.size :]) != checksum:
            raise Damaged(path)
        return cls(list(_views(whole)), total)

    def __len__(self) -> int:
        """Return how many words, that is folded syllables, there are."""
        return len(self._hashes)

    def word(self, folded: str) -> int:
        """Return the number of a folded syllable, -1 when it is not to be offered."""
        if not folded.isascii():
            return -1
        place = bisect_left(self._hashes, key := _hash(folded))
        return place if place < len(self._hashes) and self._hashes[place] == key and self.text(place) == folded else -1

    def is_rare(self, folded: str) -> bool:
        """Tell whether a syllable that is not to be offered stands in some text all the same."""
        if not folded.isascii():
            return False
        place = bisect_left(self._rare, key := _hash(folded))
        return place < len(self._rare) and self._rare[place] == key

    def text(self, word: int) -> str:
        return bytes(self._words[self._word_ends[word] : self._word_ends[word + 1]]).decode()

    def count(self, word: int) -> int:
        return int(self._word_counts[word])

    def pair(self, one: int, two: int) -> int:
        """Return how often one word stands right before the other."""
        return _of(self._pair_rows, one, two)

    def forms(self, word: int) -> range:
        """Return the numbers of a word's spellings with marks, the commonest first."""
        return range(self._form_starts[word], self._form_starts[word + 1])

    def form_text(self, form: int) -> str:
        return bytes(self._forms[self._form_ends[form] : self._form_ends[form + 1]]).decode()

    def form_count(self, form: int) -> int:
        return int(self._form_counts[form])

    def form_pair(self, one: int, two: int) -> int:
        """Return how often one spelling stands right before the other."""
        return _of(self._marked_rows, one, two)

    def near(self, folded: str) -> Iterator[int]:
        """Yield the words that are one edit away: a letter more, less or other, two neighbours swapped."""
        seen: set[int] = set()
        for text in deletions(folded) if folded.isascii() else ():
            place = bisect_left(self._shortened, key := _hash(text))
            while place < len(self._shortened) and self._shortened[place] == key:
                word = self._shortened_words[place]
                place += 1
                if word not in seen:
                    seen.add(word)
                    if are_near(folded, self.text(word)):
                        yield word


def _of(rows: Sequence[memoryview], one: int, two: int) -> int:
    begins, seconds, counts = rows
    last = begins[one + 1]
    place = bisect_left(seconds, two, begins[one], last)
    return int(counts[place]) if place < last and seconds[place] == two else 0


def _views(whole: memoryview) -> Iterator[memoryview]:
    place = _HEAD.size
    for kind in _SECTIONS:
        (size,) = struct.unpack_from("=Q", whole, place)
        place += 8
        yield whole[place : place + size].cast(kind)
        place += size + -size % 8
