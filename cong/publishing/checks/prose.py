"""How a text reads: length of sentences and paragraphs in syllables, doubled signs. For Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cong.kernel.text import clip
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import LEAD, TITLE, WHOLE, Reading
from cong.publishing.checks.rules import Code

_I = re.IGNORECASE
_LONGEST_SENTENCE, _LONGEST_PARAGRAPH, _HARD, _ENOUGH = 40, 150, 28, 5
# A full stop ends a sentence when what follows begins one; `TP. Mẫu`, `PGS. TS. Mẫu` go on.
_END = re.compile(
    r"(?:[!?…]+|(?<!\bTP)(?<!\bTS)(?<!\bGS)(?<!\bThS)(?<!\bBS)(?<!\bTr)(?<!\bSt)(?<!\b[A-ZĐ])\.+)[”\"')\]]*(?:\s+|$)|\n+|;\s"
)
_SPACING = (
    (re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)"), "thừa dấu cách"),
    (re.compile(r"(?<=\w)[ \u00a0]+[,;:!?](?=\s|$)"), "có dấu cách trước dấu câu"),
    (re.compile(r"([,;:])\1+|(?<!\.)\.\.(?!\.)|\.{4,}"), "lặp dấu câu"),
    (re.compile(r"\b(của|và|là|các|những|được|cho|với|trong|tại|để|đã|sẽ|theo|về|này|một) \1\b", _I),
     "lặp chữ"),
)  # fmt: skip


def sentences(text: str) -> list[str]:
    """Return the sentences of a stretch of text."""
    ends = [match.end() for match in _END.finditer(text)]
    begins = [0, *ends]
    return [one for begin, end in zip(begins, [*ends, len(text)], strict=True) if (one := text[begin:end].strip())]


def syllables(text: str) -> int:
    """Return how many syllables a text has: in Vietnamese each stands between blanks."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def reading_level(reading: Reading) -> Iterator[Hit]:
    """Check the longest sentence of every stretch, its length, and the mean over the whole text."""
    if reading.content.lang != "vi":
        return
    total = count = 0
    for where, text in reading.prose:
        if where == TITLE:
            continue
        counted = [(syllables(one), one) for one in sentences(text)]
        longest, said = max(counted, default=(0, ""))
        whole = sum(length for length, _ in counted)
        total, count = total + whole, count + sum(1 for length, _ in counted if length)
        if longest > _LONGEST_SENTENCE:
            advice = f"có câu dài {longest} âm tiết, nên không quá {_LONGEST_SENTENCE}: “{clip(said, 60)}”"
            yield Hit(code=Code.SENTENCE_LONG, where=where, text=advice)
        if whole > _LONGEST_PARAGRAPH and where != LEAD:
            yield Hit(code=Code.PARAGRAPH_LONG, where=where,
                      text=f"dài {whole} âm tiết, nên không quá {_LONGEST_PARAGRAPH}; hãy tách đoạn.")  # fmt: skip
    if count >= _ENOUGH and total / count > _HARD:
        yield Hit(code=Code.READING_HARD, where=WHOLE,
                  text=f"khó đọc: câu trung bình {total / count:.0f} âm tiết, nên dưới {_HARD}.")  # fmt: skip


def spacing(reading: Reading) -> Iterator[Hit]:
    """Look for doubled blanks, signs and small words; one finding of a kind for every stretch."""
    if reading.content.lang != "vi":
        return
    for where, text in reading.prose:
        for pattern, what in _SPACING:
            if match := pattern.search(text):
                around = text[max(0, match.start() - 15) : match.end() + 15].strip()
                yield Hit(code=Code.SPACING, where=where, text=f"{what}: “…{around}…”")
