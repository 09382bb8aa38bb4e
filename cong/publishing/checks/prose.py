"""How a text reads: length of sentences and paragraphs in syllables, doubled signs. For Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cong.kernel.text import clip
from cong.publishing.checks.findings import Hit
from cong.publishing.checks.reading import LEAD, TITLE, WHOLE, Reading
from cong.publishing.checks.rules import Code

_LONGEST_SENTENCE, _LONGEST_PARAGRAPH, _HARD, _ENOUGH = 40, 150, 28, 5
_END = re.compile(r"[.!?…;]+[”\"')\]]*(?=\s|$)|\n+")
# A full stop after these goes on: `TP. Mẫu`, `PGS. TS. Mẫu`, `A. Mẫu`.
_ABBREVIATED = re.compile(r"(?:\b(?:TP|TS|PGS|GS|ThS|BS|Tr|St|TX|TT)|\b[A-ZĐ])$")
_SYLLABLE = re.compile(r"\w\S*")
_SIGNS = (
    (re.compile(r"[ \u00a0]{2,}\S"), "thừa dấu cách"),
    (re.compile(r"[ \u00a0][,;:!?](?=\s|$)"), "có dấu cách trước dấu câu"),
    (re.compile(r"([,;:])\1+|(?<!\.)\.\.(?!\.)|\.{4,}"), "lặp dấu câu"),
)
# Vietnamese doubles many words on purpose; these never.
_NEVER_TWICE = frozenset({"của", "và", "là", "các", "những", "được", "cho", "với", "trong", "tại", "để", "đã", "sẽ",
                          "theo", "về", "này", "một"})  # fmt: skip


def sentences(text: str) -> list[str]:
    """Return the sentences of a stretch of text."""
    found, begin = [], 0
    for match in _END.finditer(text):
        if match[0][0] == "." and _ABBREVIATED.search(text, max(0, match.start() - 4), match.start()):
            continue
        found.append(text[begin : match.end()].strip())
        begin = match.end()
    return [one for one in (*found, text[begin:].strip()) if one]


def syllables(text: str) -> int:
    """Return how many syllables a text has: in Vietnamese each stands between blanks."""
    return len(_SYLLABLE.findall(text))


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
        for pattern, what in _SIGNS:
            if match := pattern.search(text):
                around = text[max(0, match.start() - 15) : match.end() + 15].strip()
                yield Hit(code=Code.SPACING, where=where, text=f"{what}: “…{around}…”")
        words = text.lower().split()
        twice = next((one for one, other in pairwise(words) if one == other and one in _NEVER_TWICE), "")
        if twice:
            yield Hit(code=Code.SPACING, where=where, text=f"lặp chữ: “{twice} {twice}”")
