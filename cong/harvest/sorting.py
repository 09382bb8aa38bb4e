"""Pure: which section an item belongs to, why, and how sure that is.

In order: the source's map, the agency's rules, the look of a document, word weights learned from editors, the source's
default. What is less sure than `SURE` is held for a person. The weights are multinomial naive Bayes over hashed
syllables and syllable pairs (rarer ones count more, texts count alike whatever their length); the probabilities are
stretched until they fit texts that were not learned.
"""

from __future__ import annotations

import base64
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from xxhash import xxh3_64_intdigest

from cong.harvest.decide import Place, place_named
from cong.harvest.parse import RawItem, clean
from cong.kernel.text import clip, fold, nfc, one_line

SURE, FEWEST, VERSION = 0.7, 20, 1
Rules = Sequence[Mapping[str, str]]

_NUMBERED, _OPENED, _ATTACHED, _PERHAPS, _REASON = 0.99, 0.95, 0.9, 0.5, 120
_ACT = (
    "nghị định|thông tư(?: liên tịch)?|quyết định|chỉ thị|nghị quyết|kết luận|hướng dẫn|công văn|công điện|kế hoạch|"
    "quy định|quy chế|tờ trình|báo cáo|thông báo|thông tri|luật|pháp lệnh|lệnh|văn bản hợp nhất|dự thảo"
)
_NUMBER = (
    r"(?<![\w/.-])\d{1,5}(?:/\d{4})?[-/](?:(?:QĐ|CT|NQ|KL|HD|TT|TTLT|NĐ|CV|CĐ|KH|QC|TB|BC|TTr|VBHN|QH\d\d|L|PL)(?![\w])"
    r"(?:[-/][\w-]{1,20})?|[A-ZĐ]{2,10}-[A-ZĐ0-9]{2,15})(?![\w/])"
)
_HAS_NUMBER = re.compile(_NUMBER)
# News has the number too (“Nghị quyết 57-NQ/TW đi vào cuộc sống”): a document goes on with its date or its subject.
_OPENS = re.compile(
    rf"\W{{0,5}}(?:(?i:toàn văn)\W{{1,5}})?(?i:{_ACT})?\s?(?i:số)?\W{{0,5}}(?:{_NUMBER})"
    r"\W{0,5}(?:$|(?i:ngày|v/v|về|của|quy định|ban hành|sửa đổi|bổ sung|phê duyệt|hướng dẫn)\b)"
)
_OPENS_AS_ACT = re.compile(rf"\W{{0,5}}(?:{_ACT})\b", re.IGNORECASE)
_FILE = re.compile(r"\.(?:pdf|docx?|odt|rtf)$", re.IGNORECASE)
_FILE_TYPES = ("application/pdf", "application/msword", "application/rtf", "application/vnd.o")
_LINKED_FILE = re.compile(r"""href=["'][^"'?#<>]{1,500}\.(?:pdf|docx?|odt|rtf)["'?#]""", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Where an item goes (the place tells why), how sure that is, and whether a person must look first."""

    place: Place
    confidence: float
    hold: bool


def choose(
    item: RawItem,
    default: Place,
    *,
    rules: Rules,
    agency_rules: Rules = (),
    sections: Collection[str],
    model: Model | None = None,
) -> Choice:
    """Choose the place of an item.

    Without a model, and for sources of documents or introductions, the source's default stands without a second
    opinion. A model that is unsure and sees another section than the default has the item held there.
    """
    mapped = _mapped(item, rules, sections, "") or _mapped(item, agency_rules, sections, "agency:")
    if mapped:
        return Choice(place=mapped, confidence=1.0, hold=False)
    sure, why = _document(item)
    document = _placed("van-ban", sections, f"document:{why}")
    if document and sure >= SURE:
        return Choice(place=document, confidence=sure, hold=False)
    chances = model.chances(reading(item.title, item.summary, item.html)) if model and default.kind == "news" else {}
    learned = _learned(chances, default, sections)
    if learned and not learned.hold:
        return learned
    if document and sure and default.kind != "document":
        return Choice(place=document, confidence=sure, hold=True)
    return learned or Choice(place=default, confidence=SURE, hold=False)


def _mapped(item: RawItem, rules: Rules, sections: Collection[str], whose: str) -> Place | None:
    """Return the place of the first rule that names the item's path or one of its tags, and a known section."""
    path, tags = _path(item.url), {fold(tag) for tag in item.tags}
    for rule in rules:
        by_path = bool(rule.get("path")) and path.startswith(rule["path"])
        by_tag = bool(rule.get("tag")) and fold(rule["tag"]) in tags
        why = f"{whose}path:{rule['path']}" if by_path else f"{whose}tag:{rule.get('tag', '')}"
        found = _placed(rule.get("section", ""), sections, why) if by_path or by_tag else None
        if found:
            return found
    return None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _placed(word: str, sections: Collection[str], why: str) -> Place | None:
    found = place_named(word, sections)
    return replace(found, reason=clip(why, _REASON)) if found else None


def _document(item: RawItem) -> tuple[float, str]:
    """Return how sure it is that the item is a document, and the sign of it; (0, "") without any sign."""
    title = nfc(one_line(item.title))
    said, attached = number[0] if (number := _HAS_NUMBER.search(title)) else "", _is_attached(item)
    signs = (
        (bool(item.number), _NUMBERED, f"number {item.number}"),
        (bool(said) and bool(_OPENS.match(title)), _OPENED, f"number {said}"),
        (bool(_FILE.search(_path(item.url))), _ATTACHED, "file"),
        (attached and bool(said), _ATTACHED, f"file, number {said}"),
        (attached and bool(_OPENS_AS_ACT.match(title)), _ATTACHED, "file, title"),
        (bool(said), _PERHAPS, f"perhaps number {said}"),
        (attached, _PERHAPS, "perhaps file"),
    )
    return next(((sure, why) for holds, sure, why in signs if holds), (0.0, ""))


def _is_attached(item: RawItem) -> bool:
    return bool(_LINKED_FILE.search(item.html) or _LINKED_FILE.search(item.summary)) or any(
        one.type.lower().startswith(_FILE_TYPES) or _FILE.search(_path(one.url)) for one in item.enclosures
    )


def _learned(chances: Mapping[str, float], default: Place, sections: Collection[str]) -> Choice | None:
    """Return what the words say, None when they say nothing that there is a place for."""
    word = max(chances, key=lambda one: chances[one], default="")
    chance = chances.get(word, 0.0)
    found = _placed(word, sections, f"words:{word} {chance:.2f}")
    if found is None:
        return None
    if (found.part, found.section) == (default.part, default.section):
        return Choice(place=found, confidence=max(chance, SURE), hold=False)
    if chance >= SURE:
        return Choice(place=found, confidence=chance, hold=False)
    rest = chances.get(word_for(default.part, default.section), 0.0)
    unsure = replace(default, reason=clip(f"{default.reason}, words:{word} {chance:.2f}", _REASON))
    return Choice(place=unsure, confidence=rest, hold=True)


# ---- what is learned ------------------------------------------------------------------------------------------------

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


def word_for(part: str, section: str) -> str:
    """Return the word under which a place is learned: the one that names it in a registry."""
    return section if part == "tin-hoat-dong" else part


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
