"""From text to comparable syllables, the same way for documents and queries. Pure: no database, no index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from cong.kernel.text import fold, nfc

VERSION = 3
"""Raise it with every change that makes other tokens; indexes of another version are rebuilt."""

LONGEST = 64
"""Characters of a syllable that count."""

_REMEMBERED = 100_000
_LONGEST_CHUNK = 40

# What Python's \w leaves out although it belongs inside a word: combining and vowel signs.
_SIGNS = "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
# Scripts written without spaces: every character (with its signs) counts as a syllable.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Japanese, Chinese
)
_UNSPACED_SIGNS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd"
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u17b4-\u17d3\u17dd"
)
_END = r"[.!?…][\"”’»)\]]*(?=\s)|[。！？\n\r\u2028\u2029]"

_BREAK = re.compile("[\n\r\u2028\u2029]")
_PLAIN = re.compile(rf"[\w{_SIGNS}]+|{_END}")
_MIXED = re.compile(rf"[{_UNSPACED}][{_UNSPACED_SIGNS}]*|(?:(?![{_UNSPACED}])[\w{_SIGNS}])+|{_END}")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_FIRST_UNSPACED = "\u0e00"

# Typed for đ and ư by old keyboards and fonts; letters and digits of full width, as Chinese pages have them.
_LOOKALIKES = str.maketrans(
    {"ð": "đ", "ƣ": "ư"} | {chr(wide): chr(wide - 0xFEE0) for wide in (*range(0xFF10, 0xFF1A), *range(0xFF41, 0xFF5B))}
)
# Marks of these scripts are vowels and tones that nobody leaves out, or make another letter (Japanese).
_KEEPS_MARKS = re.compile("[\u0900-\u1cff\u3000-\ud7ff\uf900-\ufaff\U00010000-\U0010ffff]")
# Letters that no decomposition makes plain, as they are typed where a keyboard lacks them.
_PLAIN_LATIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "ħ": "h", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MOVED = {
    nfc(first + tone) + second: first + nfc(second + tone) for first, second in ("oa", "oe", "uy") for tone in _TONES
}
_TONE_ON_FIRST = re.compile("|".join(_MOVED))
_FINAL_Y = re.compile("(?:[hklmstvbdđr]|qu)[yỳýỷỹỵ]")
_I_FOR_Y = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))


class Form(NamedTuple):
    """A syllable in canonical spelling, and its folded twin."""

    accented: str
    folded: str


END = Form("", "")
"""Stands between sentences; no bigram crosses it."""


class Span(NamedTuple):
    """Where a form stands in a text."""

    form: Form
    start: int
    end: int


class _Forms(dict[str, Form]):
    """Forms by syllable as written; remembers the common ones."""

    def __missing__(self, written: str) -> Form:
        form = _form(written)
        if len(self) < _REMEMBERED:
            self[written] = form
        return form


def canonical(syllable: str) -> str:
    """Spell a syllable the one way we compare: lower case, tone on the second vowel of oa, oe, uy; i for a final y.

    `hòa` and `hoà`, `thủy` and `thuỷ`, `kỹ` and `kĩ` become equal.
    """
    low = nfc(nfc(syllable).lower()).translate(_LOOKALIKES)
    if low.isascii() and not low.endswith("y"):
        return low
    moved = _TONE_ON_FIRST.sub(lambda found: _MOVED[found[0]], low)
    return moved[:-1] + _I_FOR_Y[moved[-1]] if _FINAL_Y.fullmatch(moved) else moved


def unmarked(syllable: str) -> str:
    """Return a lower-case syllable as people type it who leave marks out; Thai, Hindi, Japanese … stay as they are."""
    if syllable.isascii() or _KEEPS_MARKS.search(syllable):
        return syllable
    return fold(syllable).translate(_PLAIN_LATIN) or syllable


def _form(written: str) -> Form:
    if not _is_word(written[0]):
        return END
    accented = canonical(written[:LONGEST])
    return Form(accented, unmarked(accented))


def _is_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


_forms = _Forms()


class _Chunks(dict[str, tuple[Form, ...]]):
    """Forms of what stands between two spaces; remembers the common ones, so that most of a text is only looked up."""

    def __missing__(self, chunk: str) -> tuple[Form, ...]:
        read = tuple(_cut(chunk + " "))
        if len(self) < _REMEMBERED and len(chunk) <= _LONGEST_CHUNK:
            self[chunk] = read
        return read


_chunks = _Chunks()


def _cut(plain: str) -> list[Form]:
    return [_forms[written] for written in _pattern(plain).findall(plain)]


def forms(text: str) -> list[Form]:
    """Return the syllables of a text in order, with END between sentences."""
    plain = nfc(text).replace("_", " ")
    read: list[Form] = []
    chunks: list[str] = []
    for place, line in enumerate(_BREAK.split(plain)):
        if place:
            read.append(END)
        chunks = line.split()
        read.extend(chain.from_iterable(map(_chunks.__getitem__, chunks)))
    if chunks and not plain[-1].isspace() and _chunks[chunks[-1]][-1:] == (END,):
        # No space follows, so that it may be no end.
        del read[-len(_chunks[chunks[-1]]) :]
        read += _cut(chunks[-1])
    return read


def spans(text: str) -> Iterator[Span]:
    """Yield the syllables of a text that is in NFC with their places, without the sentence ends."""
    return (span for _, span in numbered_spans(text))


def numbered_spans(text: str, among: Container[str] | None = None) -> Iterator[tuple[int, Span]]:
    """Yield the same with their numbers, from 0; `among`: only those that are one of these without marks."""
    plain, number = text.replace("_", " "), 0
    for found in _pattern(plain).finditer(plain):
        form = _forms[found[0]]
        if form is not END:
            if among is None or form.folded in among:
                yield number, Span(form, found.start(), found.end())
            number += 1


def _pattern(text: str) -> re.Pattern[str]:
    return _MIXED if not text.isascii() and _HAS_UNSPACED.search(text) else _PLAIN


def accented(read: Sequence[Form]) -> list[str]:
    """Return the syllables with their marks, `""` for a sentence end."""
    return [form.accented for form in read]


def folded(read: Sequence[Form]) -> list[str]:
    """Return the syllables without marks, `""` for a sentence end."""
    return [form.folded for form in read]


def bigrams(syllables: Sequence[str]) -> list[str]:
    """Return neighbours as `one_two`; pairs around a sentence end are none."""
    return [f"{one}_{two}" for one, two in pairwise(syllables) if one and two]


def terms(syllables: Sequence[str]) -> list[str]:
    """Return syllables and bigrams: what ranking compares."""
    return [syllable for syllable in syllables if syllable] + bigrams(syllables)


class _Pieces(dict[str, str]):
    """What a syllable adds between two others: it ends a bigram, stands alone, begins a bigram."""

    def __missing__(self, syllable: str) -> str:
        piece = f"{syllable} {syllable} {syllable}_"
        if len(self) < _REMEMBERED:
            self[syllable] = piece
        return piece


_pieces = _Pieces()


def terms_text(syllables: list[str]) -> str:
    """Return the same terms as one text, tokens separated by spaces, in whatever order: what engines take."""
    sentences: list[str] = []
    first = 0
    while first < len(syllables):
        end = _end_of_sentence(syllables, first)
        if end > first:
            sentences.append(_sentence(syllables[first:end]))
        first = end + 1
    return " ".join(sentences)


def _end_of_sentence(syllables: list[str], first: int) -> int:
    try:
        return syllables.index("", first)
    except ValueError:
        return len(syllables)


def _sentence(syllables: list[str]) -> str:
    first, last = syllables[0], syllables[-1]
    if len(syllables) == 1:
        return first
    pieces = [_pieces[one] for one in syllables]
    pieces[0], pieces[-1] = f"{first} {first}_", f"{last} {last}"
    return "".join(pieces)


def required(read: Sequence[Form]) -> list[str]:
    """Return, without marks and once each, the terms that a full match holds.

    In scripts without spaces a lone character says nothing, so its pairs are asked for instead.
    """
    needed: dict[str, None] = {}
    joined = False
    for form, after in pairwise([*read, END]):
        pair = is_unspaced(form) and is_unspaced(after)
        if pair:
            needed[f"{form.folded}_{after.folded}"] = None
        elif form is not END and not joined:
            needed[form.folded] = None
        joined = pair
    return list(needed)


def is_unspaced(form: Form) -> bool:
    """Tell whether the form is a character of a script that is written without spaces."""
    return form.folded >= _FIRST_UNSPACED and bool(_HAS_UNSPACED.match(form.folded))
