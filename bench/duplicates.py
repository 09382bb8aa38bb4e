"""Near-duplicates benchmark: which rewritten copies of news texts are found again, which wrongly, and what it costs.

`python -m bench.duplicates [FOLDER]` reads the texts of *.jsonl (`text`, its first line the title) and *.txt of the
folder, or of NEWS_FOLDER, and rewrites each of them in each way, the same every time. It prints recall a way, the share
of unrelated pairs (their shingles overlap by less than .3 of the smaller text), CPU milliseconds a text, also as ratios
to the target and to merely cutting the texts into syllables with a regular expression in the same run, and machine
load. Exit status 1 when a target is missed.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cong.harvest import similar

_SEED, _ROUNDS, _RELATED, _FEWEST_LINES = 7, 3, 0.3, 5
_SYLLABLES = re.compile(r"\w+")
_SIGNATURE_MS, _UNRELATED_PERCENT = 0.4, 0.5
_TARGETS = {"repost": 100.0, "light edit": 100.0, "medium rewrite": 97.0, "first half": 99.0, "heavy rewrite": 0.0}


@dataclass(frozen=True, kw_only=True)
class News:
    """A title and its sentences."""

    title: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.title, *self.sentences))


class Rewriter:
    """Makes copies as other desks make them; the words it puts in come from the texts themselves."""

    def __init__(self, texts: Sequence[News]) -> None:
        self.dice = random.Random(_SEED)
        self.words = [word for one in texts[:500] for word in str(one).split()]
        self.ways: dict[str, Callable[[News], News]] = {
            "repost": self.repost, "light edit": self.light, "medium rewrite": self.medium, "first half": self.half,
            "heavy rewrite": self.heavy,
        }  # fmt: skip

    def repost(self, one: News) -> News:
        first, *others = one.sentences
        return News(title=one.title, sentences=(f"Tin tổng hợp - {first}", *others, "Nguồn: cổng. In bài, gửi thư."))

    def light(self, one: News) -> News:
        return self._rewritten(one, title=0.3, dropped=0.12, words=0.02)

    def medium(self, one: News) -> News:
        return self._rewritten(one, title=0.5, dropped=0.3, words=0.05)

    def heavy(self, one: News) -> News:
        mixed = self.dice.sample(one.sentences, len(one.sentences))
        return self._rewritten(News(title=one.title, sentences=tuple(mixed)), title=0.6, dropped=0.3, words=0.15)

    def half(self, one: News) -> News:
        return News(title=one.title, sentences=one.sentences[: max(3, len(one.sentences) // 2)])

    def _rewritten(self, one: News, *, title: float, dropped: float, words: float) -> News:
        kept = [sentence for sentence in one.sentences if self.dice.random() > dropped] or one.sentences
        return News(title=self._edited(one.title, title), sentences=tuple(self._edited(each, words) for each in kept))

    def _edited(self, sentence: str, share: float) -> str:
        """Replace, leave out or add a word, so that the given share of places is touched."""
        edited: list[str] = []
        for word in sentence.split():
            drawn = self.dice.random() / share
            if drawn < 0.5:
                edited.append(self.dice.choice(self.words))
            elif drawn >= 1:
                edited.append(word)
            elif drawn >= 0.75:
                edited += [word, self.dice.choice(self.words)]
        return " ".join(edited)


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A text with the number of its origin and the way in which it was made, "" for an origin itself."""

    origin: int
    way: str
    text: str


def main(folder: str = "") -> None:
    texts = read(Path(folder or os.environ.get("NEWS_FOLDER", "") or "."))
    everything = copied(texts)
    print(f"load {os.getloadavg()[0]:.1f}, {len(texts)} texts, {len(everything) - len(texts)} copies")
    in_time = costs([one.text for one in everything])
    print("full text, likeness >= .20")
    good = judge(everything, short=False)
    print("title and first paragraph, likeness >= .30 (no targets)")
    judge(copied([News(title=one.title, sentences=one.sentences[:1]) for one in texts]), short=True)
    sys.exit(0 if in_time and good else 1)


def read(folder: Path) -> list[News]:
    """Return the texts of the folder that are long enough to be rewritten."""
    raw = [json.loads(line)["text"] for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")]
    raw += [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    texts = [[line.strip() for line in text.splitlines() if line.strip()] for text in raw]
    found = [News(title=lines[0], sentences=tuple(lines[1:])) for lines in texts if len(lines) > _FEWEST_LINES]
    if not found:
        sys.exit(
            f"Không có bài nào trong {folder}. Hãy chỉ thư mục có tệp *.jsonl (mỗi dòng một bài, trường “text”) hoặc "
            "*.txt: python -m bench.duplicates THƯ_MỤC, hoặc đặt biến NEWS_FOLDER."
        )
    return found


def copied(texts: Sequence[News]) -> list[Copied]:
    """Return the texts and behind them every text rewritten in every way."""
    rewriter = Rewriter(texts)
    return [Copied(origin=number, way="", text=str(one)) for number, one in enumerate(texts)] + [
        Copied(origin=number, way=way, text=str(rewrite(one)))
        for way, rewrite in rewriter.ways.items()
        for number, one in enumerate(texts)
    ]


def costs(said: Sequence[str]) -> bool:
    """Print what a signature and its place in the index cost; tell whether the target is met."""
    sign, cut = _fastest(similar.signature, said), _fastest(_SYLLABLES.findall, said)
    signed = [similar.signature(text) for text in said]
    started = time.process_time()
    pairs = found(signed, short=False)
    index = (time.process_time() - started) * 1000 / len(said)
    print(f"signature {sign:.3f} ms CPU a text, {sign / _SIGNATURE_MS:.2f} of the target, {sign / cut:.2f} of cutting")
    print(f"index and comparison in memory {index:.3f} ms CPU a text, {len(pairs) / len(said):.1f} pairs a text")
    return sign <= _SIGNATURE_MS


def _fastest(step: Callable[[str], object], said: Sequence[str]) -> float:
    """Return the milliseconds of CPU a text in the best of several rounds, since others use the machine."""
    rounds = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for text in said:
            step(text)
        rounds.append((time.process_time() - started) * 1000 / len(said))
    return min(rounds)


def found(signed: Sequence[bytes], *, short: bool) -> set[tuple[int, int]]:
    """Return the pairs (earlier, later) that share a band and are the same story."""
    index: defaultdict[int, list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for later, one in enumerate(signed):
        keys = similar.bands(one)
        near = {earlier for key in keys for earlier in index[key]}
        pairs |= {(earlier, later) for earlier in near if similar.are_same(signed[earlier], one, short=short)}
        for key in keys:
            index[key].append(later)
    return pairs


def judge(everything: Sequence[Copied], *, short: bool) -> bool:
    """Print recall a way and the share of unrelated pairs; tell whether the targets are met."""
    pairs = found([similar.signature(one.text) for one in everything], short=short)
    again: Counter[str] = Counter()
    for number, one in enumerate(everything):
        again[one.way] += (one.origin, number) in pairs
    total = Counter(one.way for one in everything)
    recall = {way: 100 * again[way] / total[way] for way in _TARGETS}
    wrong = 100 * len(unrelated(everything, pairs)) / max(1, len(pairs))
    for way, percent in recall.items():
        print(f"  {way:16} {percent:6.2f} % found again   target {_TARGETS[way]:5.1f}")
    print(f"  unrelated        {wrong:6.2f} % of {len(pairs)} pairs   target {_UNRELATED_PERCENT:5.1f} at most")
    return wrong <= _UNRELATED_PERCENT and all(recall[way] >= target for way, target in _TARGETS.items())


def unrelated(everything: Sequence[Copied], pairs: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs of different origins whose shingles hardly overlap."""
    different = [pair for pair in pairs if everything[pair[0]].origin != everything[pair[1]].origin]
    return [pair for pair in different if _overlap(*(everything[number].text for number in pair)) < _RELATED]


def _overlap(*texts: str) -> float:
    shingles = [
        set(zip(*(words[start:] for start in range(4)), strict=False)) for words in map(similar.syllables, texts)
    ]
    return len(set.intersection(*shingles)) / max(1, min(map(len, shingles)))


if __name__ == "__main__":
    main(*sys.argv[1:])
