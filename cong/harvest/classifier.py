"""Pure: word weights learned from where people put things, and how far they can be believed.

Multinomial naive Bayes over hashed syllables and syllable pairs (rarer ones count more, texts count alike whatever
their length); the probabilities are stretched until they fit texts that were not learned.
"""

from __future__ import annotations

import base64
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from xxhash import xxh3_64_intdigest

from cong.harvest.parse import clean
from cong.kernel.text import nfc

# How sure a choice must be that nobody looks at.
SURE, FEWEST, VERSION = 0.7, 20, 1
_READ, _LETTERS, _KNOWN = 300, 4000, 5
_MOST_BUCKETS, _TABLE = 1 << 15, 720_000
_SMOOTH, _BYTE, _CALIBRATION_FOLDS = 0.1, 127, 3
_SYLLABLE = re.compile(r"[^\W_]+")


class BadModel(ValueError):
    """A stored model that this version cannot read; the message (Vietnamese) is for an operator."""

    def __str__(self) -> str:
        return "Bộ phân loại bị hỏng hoặc do phiên bản khác ghi. Hãy huấn luyện lại: cong harvest train."


def reading(title: str, summary: str, html: str) -> str:
    """Return what the model reads of an item, as plain text: the same for learning and for choosing."""
    return " . ".join((clean.text(title), clean.text(summary), clean.text(html[: 5 * _LETTERS])[:_LETTERS]))


@dataclass(frozen=True, kw_only=True)
class Model:
    """Learned word weights. `table` has a row of `buckets` signed bytes for rarity, one for every section."""

    sections: tuple[str, ...]
    buckets: int
    step: float
    stretch: float
    table: bytes

    def chances(self, text: str) -> dict[str, float]:
        """Return the probability of every learned section, {} when the model knows too little to say anything."""
        return self.weigh(_buckets(text, self.buckets))

    def weigh(self, buckets: Sequence[int]) -> dict[str, float]:
        """Return the probability of every learned section for hashed words."""
        scores = self.scores(buckets)
        top = max(scores, default=0.0)
        raised = [math.exp((score - top) * self.stretch) for score in scores]
        return {section: one / sum(raised) for section, one in zip(self.sections, raised, strict=False)}

    def scores(self, buckets: Sequence[int]) -> list[float]:
        """Return how much hashed words speak for each section, before stretching; [] when too few are known."""
        table = memoryview(self.table).cast("b")
        known = [(bucket, rarity) for bucket in buckets if (rarity := table[bucket])]
        if len(known) < _KNOWN:
            return []
        scale = self.step / math.sqrt(sum(rarity * rarity for _, rarity in known))
        rows = range(self.buckets, len(self.table), self.buckets)
        return [scale * sum(table[row + bucket] * rarity for bucket, rarity in known) for row in rows]

    def dump(self) -> dict[str, Any]:
        """Return the model as a JSON value of at most 1 MB."""
        return {**vars(self), "table": base64.b64encode(self.table).decode(), "version": VERSION}

    @classmethod
    def load(cls, value: Mapping[str, Any]) -> Model:
        """Read what `dump` wrote."""
        try:
            model = cls(
                sections=tuple(map(str, value["sections"])), buckets=int(value["buckets"]), step=float(value["step"]),
                stretch=float(value["stretch"]), table=base64.b64decode(value["table"], validate=True),
            )  # fmt: skip
            whole = len(model.table) == model.buckets * (len(model.sections) + 1) and model.buckets > 0
        except (KeyError, TypeError, ValueError) as error:
            raise BadModel from error
        if value.get("version") != VERSION or not whole:
            raise BadModel
        return model


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lesson:
    section: str
    buckets: tuple[int, ...]


def train(pairs: Iterable[tuple[str, str]]) -> Model:
    """Learn from (text, section word); of one text's several sections the last one counts.

    A section with fewer than `FEWEST` texts is not learned; with fewer than two sections the model says nothing.
    """
    return _calibrated(*_lessons(pairs))


def _lessons(pairs: Iterable[tuple[str, str]]) -> tuple[list[_Lesson], int]:
    """Return the lessons in an order that depends on nothing but themselves, and the number of buckets."""
    last = dict(pairs)
    learned = {section for section, count in Counter(last.values()).items() if count >= FEWEST}
    buckets = _MOST_BUCKETS
    while buckets * (len(learned) + 1) > _TABLE:
        buckets //= 2
    texts = sorted((_hash(text), text) for text in last if last[text] in learned and len(learned) > 1)
    return [_Lesson(section=last[text], buckets=_buckets(text, buckets)) for _, text in texts], buckets


def _hash(text: str) -> int:
    return xxh3_64_intdigest(text.encode("utf-8", "replace"))


def _buckets(text: str, buckets: int) -> tuple[int, ...]:
    """Return the places of the text's first syllables and neighbouring pairs of them."""
    words = _SYLLABLE.findall(nfc(text[: 2 * _LETTERS]).lower())[:_READ]
    return tuple(sorted({_hash(said) % buckets for said in {*words, *map(" ".join, pairwise(words))}}))


def _calibrated(lessons: Sequence[_Lesson], buckets: int) -> Model:
    """Fit all lessons; stretch the scores so that lessons that were left out are as likely as they should be."""
    model = _fitted(lessons, buckets)
    judged = [
        (scores, part.sections.index(one.section))
        for kept, left_out in _parted(lessons, _CALIBRATION_FOLDS)
        for part in [_fitted(kept, buckets)]
        for one in left_out
        if (scores := part.scores(one.buckets))
    ]
    return replace(model, stretch=_stretch(judged)) if judged else model


def _parted(lessons: Iterable[_Lesson], folds: int) -> list[tuple[list[_Lesson], list[_Lesson]]]:
    """Return (kept, left out) for each fold; every section is spread evenly over the folds."""
    spread = sorted(lessons, key=lambda one: one.section)
    return [
        ([one for number, one in enumerate(spread) if number % folds != fold], spread[fold::folds])
        for fold in range(folds if spread else 0)
    ]


def _fitted(lessons: Sequence[_Lesson], buckets: int) -> Model:
    """Weigh every bucket that at least two lessons share; weights say how far a section differs from the average."""
    sections = tuple(sorted({one.section for one in lessons}))
    shared = Counter(bucket for one in lessons for bucket in one.buckets)
    rarity = {bucket: math.log(1 + len(lessons) / count) for bucket, count in shared.items() if count > 1}
    sums = {section: dict.fromkeys(rarity, _SMOOTH) for section in sections}
    for one in lessons:
        known = [bucket for bucket in one.buckets if bucket in rarity]
        length = math.sqrt(sum(rarity[bucket] ** 2 for bucket in known))
        row = sums[one.section]
        for bucket in known:
            row[bucket] += rarity[bucket] / length
    totals = [(row, sum(row.values())) for row in sums.values()]
    weights = {}
    for bucket in rarity:
        logs = [math.log(row[bucket] / total) for row, total in totals]
        weights[bucket] = [one - sum(logs) / len(logs) for one in logs]
    return _packed(sections, rarity, weights, buckets)


def _packed(
    sections: tuple[str, ...], rarity: Mapping[int, float], weights: Mapping[int, Sequence[float]], buckets: int
) -> Model:
    """Round everything to signed bytes: the hundredth part of a weight decides nothing."""
    rarest = max(rarity.values(), default=1.0)
    step = max((abs(one) for row in weights.values() for one in row), default=0.0) / _BYTE or 1.0
    table = memoryview(bytearray(buckets * (len(sections) + 1))).cast("b")
    for bucket, rare in rarity.items():
        table[bucket] = max(1, round(rare / rarest * _BYTE))
        for place, one in enumerate(weights[bucket], 1):
            table[place * buckets + bucket] = round(one / step)
    return Model(sections=sections, buckets=buckets, step=step, stretch=1.0, table=bytes(table))


def _stretch(judged: Sequence[tuple[Sequence[float], int]]) -> float:
    """Return the factor, .05 to 50, under which the right sections are likeliest; the loss has one minimum."""
    low, high = math.log(0.05), math.log(50)
    for _ in range(24):
        a, b = low + (high - low) * 0.382, low + (high - low) * 0.618
        low, high = (low, b) if _loss(judged, math.exp(a)) < _loss(judged, math.exp(b)) else (a, high)
    return math.exp((low + high) / 2)


def _loss(judged: Sequence[tuple[Sequence[float], int]], stretch: float) -> float:
    loss = 0.0
    for scores, right in judged:
        # A few lessons that all come out right are no proof of certainty: some doubt goes to every section.
        top, doubt = max(scores), len(scores) / (len(judged) + len(scores))
        aim = (1 - doubt) * scores[right] + doubt * sum(scores) / len(scores)
        loss += (top - aim) * stretch + math.log(sum(math.exp((score - top) * stretch) for score in scores))
    return loss


# ---- how good it is -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """One section: its texts, the share of guesses for it that were right, the share of its texts that were found."""

    section: str
    texts: int
    precision: float
    recall: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What cross-validation found; all shares 0.0 to 1.0, 0.0 when there was nothing to judge.

    `confusion`: (true section, guessed one, texts), "" for no guess. `coverage` is the share of texts whose guess is at
    least `SURE`, `sure_accuracy` how many of those are right. `too_few`: sections that were not learned, with texts.
    """

    texts: int
    accuracy: float
    coverage: float
    sure_accuracy: float
    sections: tuple[Quality, ...]
    confusion: tuple[tuple[str, str, int], ...]
    too_few: tuple[tuple[str, int], ...]


def cross_validate(pairs: Iterable[tuple[str, str]], folds: int = 5) -> Report:
    """Judge every text by a model that learned (and was calibrated) without it."""
    last = dict(pairs)
    counts = Counter(last.values())
    lessons, buckets = _lessons(last.items())
    guesses = [
        (one.section, *max(((chance, word) for word, chance in model.weigh(one.buckets).items()), default=(0.0, "")))
        for kept, left_out in _parted(lessons, folds)
        for model in [_calibrated(kept, buckets)]
        for one in left_out
    ]
    table = Counter((true, word) for true, _, word in guesses)
    sure = [true == word for true, chance, word in guesses if chance >= SURE]
    names = sorted({one.section for one in lessons})
    return Report(
        texts=len(guesses), accuracy=_share(sum(table[name, name] for name in names), len(guesses)),
        coverage=_share(len(sure), len(guesses)), sure_accuracy=_share(sum(sure), len(sure)),
        sections=tuple(_quality(name, table) for name in names),
        confusion=tuple((true, word, count) for (true, word), count in sorted(table.items())),
        too_few=tuple(sorted((name, count) for name, count in counts.items() if name not in names)),
    )  # fmt: skip


def _quality(name: str, table: Mapping[tuple[str, str], int]) -> Quality:
    texts = sum(count for (true, _), count in table.items() if true == name)
    guessed = sum(count for (_, word), count in table.items() if word == name)
    right = table.get((name, name), 0)
    return Quality(section=name, texts=texts, precision=_share(right, guessed), recall=_share(right, texts))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
