"""What a reader may have meant to type: left-over Telex keys, typing errors, marks that were left out.

Told by how often syllables stand beside each other in the corpus itself (a noisy channel, searched with a beam).
Numbers, acronyms, addresses and what stands in quotes stay as they are; nothing is replaced silently. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from heapq import nlargest
from itertools import pairwise
from math import log
from operator import itemgetter
from typing import NamedTuple

from cong.kernel.text import nfc
from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.text import analysis
from cong.search.text.spelling import Counts
from cong.search.text.telex import untelex

_BEAM = 8
_MOST_NEAR, _MOST_CHOICES, _MOST_FORMS = 24, 16, 8
_FEWEST_LETTERS, _MOST_LETTERS = 2, 10
# Costs and margins are natural logarithms of probabilities.
_EDIT, _OTHER_MARKS, _HOOK_FOR_TILDE, _MARKS_LEFT_OUT = -9.0, -12.0, -7.0, -6.0
_MARK_MORE, _MARKS_LOST = -0.5, -3.0
_UNKNOWN, _RARE = -20.0, -14.0
_MARGIN_SPELLING, _MARGIN_MARKS = 2.0, 4.0
# How much the share of a syllable in the whole corpus counts beside the neighbours that were seen.
_SHARE, _DAMPED = 40.0, 40.0
_FEWEST_BESIDE, _CHANCE = 2, 0.1
_LIKELIER, _FEWEST_TELEX = 5, 5

_QUOTED = re.compile(r"\"[^\"]*\"?|“[^”]*”?|«[^»]*»?")
_CHUNK = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|www\.|@|\w\.\w")
_DIGIT, _JOINT = re.compile(r"[0-9]"), re.compile(r"[/\-–]")
_HOOK, _TILDE = "\u0309", "\u0303"
_WORDY_Y = {
    "lí": "lý", "kĩ": "kỹ", "kì": "kỳ", "kí": "ký", "kỉ": "kỷ", "mĩ": "mỹ", "tỉ": "tỷ", "hi": "hy", "li": "ly",
    "quí": "quý", "quì": "quỳ", "quỉ": "quỷ", "quĩ": "quỹ", "qui": "quy", "quị": "quỵ",
}  # fmt: skip
_OPEN = re.compile("(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])$")


class Reason(StrEnum):
    """Why something else may have been meant."""

    TELEX = "telex"
    SPELLING = "spelling"
    MARKS = "marks"


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Another reading of a query, as it is shown; `ranks`: it is also searched for, as an addition."""

    text: str
    reason: Reason
    ranks: bool


@dataclass(frozen=True, kw_only=True)
class _Syllable:
    """A syllable of a query and its place there. A `firm` one stays; only a `plain` one may be spelled otherwise."""

    start: int
    end: int
    accented: str
    firm: bool
    plain: bool

    @property
    def folded(self) -> str:
        return analysis.unmarked(self.accented)

    @property
    def is_marked(self) -> bool:
        return not self.accented.isascii()


class _Choice(NamedTuple):
    """One way to read a syllable: its number in the counts (-1: none), its text, what reading it so costs."""

    number: int
    text: str
    cost: float = 0.0
    is_rare: bool = False


_Step = Callable[["_Choice | None", "_Choice"], float]


class Repairer:
    """Offers repairs by the counts of a corpus; without counts only Telex is undone."""

    def __init__(self, counts: Counts | None) -> None:
        self._counts = counts

    def repairs(self, words: str) -> tuple[Repair, ...]:
        """Return what the plain words of a query may have been meant to be, at most three; any text is answered."""
        text = nfc(words[:LONGEST_QUERY])
        typed = _syllables(text)
        found: list[Repair] = []
        untelexed = self._untelexed(text, typed)
        if untelexed:
            found.append(Repair(text=_written(text, untelexed), reason=Reason.TELEX, ranks=True))
        best = untelexed or typed
        if self._counts is not None and best:
            for reason, syllables in _Reading(self._counts, best).others():
                found.append(Repair(text=_written(text, syllables), reason=reason, ranks=reason is Reason.SPELLING))
        return tuple(found)

    def _untelexed(self, text: str, typed: Sequence[_Syllable]) -> list[_Syllable]:
        """Return the syllables with Telex keys made into marks, none when there were none."""
        made: list[_Syllable] = []
        altered: list[_Syllable] = []
        digits = 0
        for one in typed:
            keys = text[one.start : one.end]
            meant = None if one.firm else untelex(keys)
            if meant is None or not self._is_likelier(meant, one):
                made.append(one)
                continue
            made.append(replace(one, accented=meant))
            altered.append(one)
            digits += not keys.isalpha()
        # A digit behind a lone syllable is rather a number; a word that texts have, amid others, rather a name.
        most = 2 * len(altered) >= len(typed)
        strange = self._counts is not None and not all(map(self._is_known, altered))
        return made if altered and digits != 1 and (most or strange) else []

    def _is_known(self, one: _Syllable) -> bool:
        return self._counts is not None and (self._counts.word(one.folded) >= 0 or self._counts.is_rare(one.folded))

    def _is_likelier(self, meant: str, typed: _Syllable) -> bool:
        if self._counts is None:
            return True
        found = _form(self._counts, meant)
        if found < 0:
            return not self._is_known(typed) and self._counts.word(analysis.unmarked(meant)) >= 0
        word = self._counts.word(typed.folded)
        often = self._counts.form_count(found)
        return often >= max(_FEWEST_TELEX, _LIKELIER * (self._counts.count(word) if word >= 0 else 0))


@dataclass(frozen=True, kw_only=True)
class _Model:
    """How probable a syllable is behind another: of words without marks, or of their spellings with marks."""

    count: Callable[[int], int]
    pair: Callable[[int, int], int]
    total: int

    def step(self, before: _Choice | None, here: _Choice) -> float:
        """Return the logarithm of the probability of `here` behind `before`."""
        if here.number < 0:
            return _RARE if here.is_rare else _UNKNOWN
        share = self.count(here.number) / self.total
        if before is None or before.number < 0:
            return log(share)
        seen = self.pair(before.number, here.number)
        return log((seen + _SHARE * share) / (self.count(before.number) + _DAMPED))

    def is_seen(self, one: _Choice, two: _Choice) -> bool:
        """Tell whether two syllables stand beside each other more often than not by chance."""
        if one.number < 0 or two.number < 0:
            return False
        seen = self.pair(one.number, two.number)
        return seen >= _FEWEST_BESIDE and seen * self.total >= _CHANCE * self.count(one.number) * self.count(two.number)


class _Reading:
    """Reads the syllables of one query by the counts. Spellings with marks tell most, also where none were typed."""

    def __init__(self, counts: Counts, syllables: Sequence[_Syllable]) -> None:
        self._counts = counts
        self._syllables = syllables
        self._is_bare = not any(one.is_marked for one in syllables)
        self._words = _Model(count=counts.count, pair=counts.pair, total=counts.total)
        self._forms = _Model(count=counts.form_count, pair=counts.form_pair, total=counts.total)

    def others(self) -> list[tuple[Reason, list[_Syllable]]]:
        """Return the most probable other readings, at most two, none when what was typed is about as probable."""
        typed = [self._form(one) for one in self._syllables]
        same = [self._same_words(one, choice) for one, choice in zip(self._syllables, typed, strict=True)]
        kept, marked = _most_probable(same, self._forms.step)
        doubtful = self._doubtful(typed)
        if any(doubtful):
            wider = [
                [*column, *self._near(one)] if errs else column
                for one, column, errs in zip(self._syllables, same, doubtful, strict=True)
            ]
            if spelled := self._spelled(wider, kept):
                return [(Reason.SPELLING, self._respelled(one)) for one in spelled]
        if marked != typed and kept - _score(typed, self._forms.step) >= _MARGIN_MARKS * _differing(marked, typed):
            return [(self._reason(marked), self._respelled(marked))]
        return []

    def _spelled(self, columns: list[list[_Choice]], kept: float) -> list[list[_Choice]]:
        """Return the best reading that undoes errors, and the next one when it undoes the only error otherwise."""
        best, spelled = _most_probable(columns, self._forms.step)
        errors = [place for place, choice in enumerate(spelled) if choice.cost <= _EDIT]
        if not errors or best - kept < _MARGIN_SPELLING * len(errors):
            return []
        if len(errors) > 1:
            return [spelled]
        (place,) = errors
        word = analysis.unmarked(spelled[place].text)
        columns[place] = [choice for choice in columns[place] if analysis.unmarked(choice.text) != word]
        if not columns[place]:
            return [spelled]
        next_best, otherwise = _most_probable(columns, self._forms.step)
        is_error = otherwise[place].cost <= _EDIT and next_best - kept >= _MARGIN_SPELLING
        return [spelled, otherwise] if is_error else [spelled]

    def _reason(self, choices: Sequence[_Choice]) -> Reason:
        """Tell marks that were left out from marks that were wrong."""
        wrong = any(
            one.is_marked and one.accented != choice.text for one, choice in zip(self._syllables, choices, strict=True)
        )
        return Reason.SPELLING if wrong else Reason.MARKS

    def _doubtful(self, typed: Sequence[_Choice]) -> list[bool]:
        """Tell which syllables may be typing errors: those that are not usual beside either neighbour."""
        model = self._words if self._is_bare else self._forms
        told = [self._word(one) for one in self._syllables] if self._is_bare else typed
        usual = [model.is_seen(one, two) for one, two in pairwise(told)]
        beside = zip([False, *usual], [*usual, False], strict=True)
        return [
            one.plain and not any(near) and _FEWEST_LETTERS <= len(one.folded) <= _MOST_LETTERS
            for one, near in zip(self._syllables, beside, strict=True)
        ]

    def _word(self, one: _Syllable) -> _Choice:
        return _Choice(self._counts.word(one.folded), one.folded)

    def _form(self, one: _Syllable) -> _Choice:
        number = _form(self._counts, one.accented)
        return _Choice(number, one.accented, is_rare=number < 0 and self._counts.is_rare(one.folded))

    def _same_words(self, one: _Syllable, typed: _Choice) -> list[_Choice]:
        """Return the syllable as typed, and with other marks."""
        word = self._counts.word(one.folded) if one.plain else -1
        if word < 0:
            return [typed]
        marks = _marks(one.accented)
        texts = [(form, self._counts.form_text(form)) for form in self._counts.forms(word)[:_MOST_FORMS]]
        cost = 0.0 if self._is_bare else None
        return [
            typed,
            *(
                _Choice(form, text, _cost_of_other_marks(marks, _marks(text)) if cost is None else cost)
                for form, text in texts
                if text != typed.text
            ),
        ]

    def _near(self, one: _Syllable) -> list[_Choice]:
        """Return spellings of words one edit away, the likeliest ones; marks that were typed are meant."""
        counts, marks = self._counts, _marks(one.accented)
        found: list[_Choice] = []
        for word in nlargest(_MOST_NEAR, counts.near(one.folded), key=counts.count):
            for form in counts.forms(word)[:_MOST_FORMS]:
                text = counts.form_text(form)
                cost = 0.0 if self._is_bare else _cost_of_marks(marks, _marks(text))
                found.append(_Choice(form, text, _EDIT + cost))
        return nlargest(_MOST_CHOICES, found, key=lambda choice: log(counts.form_count(choice.number)) + choice.cost)

    def _respelled(self, choices: Sequence[_Choice]) -> list[_Syllable]:
        return [replace(one, accented=choice.text) for one, choice in zip(self._syllables, choices, strict=True)]


def _cost_of_marks(typed: Counter[str], meant: Counter[str]) -> float:
    """Return what it costs that an error took marks with it, or that some of those typed are not meant."""
    return _MARK_MORE * (meant - typed).total() + _MARKS_LOST * (typed - meant).total()


def _cost_of_other_marks(typed: Counter[str], meant: Counter[str]) -> float:
    if not typed:
        return _MARKS_LEFT_OUT
    parted = set((typed - meant) + (meant - typed))
    return _HOOK_FOR_TILDE if parted == {_HOOK, _TILDE} else _OTHER_MARKS


def _syllables(text: str) -> list[_Syllable]:
    kept = list(_kept(text))
    letters = [char for char in text if char.isalpha()]
    shouted = all(map(str.isupper, letters)) and " " in text.strip()
    found: list[_Syllable] = []
    for span in analysis.spans(text):
        written = text[span.start : span.end]
        firm = any(start < span.end and span.start < end for start, end in kept)
        acronym = not shouted and not written[1:].islower() and len(written) > 1 and written[1:] != written[1:].lower()
        plain = not firm and not acronym and span.form.folded.isascii() and span.form.folded.isalpha()
        found.append(_Syllable(start=span.start, end=span.end, accented=span.form.accented, firm=firm, plain=plain))
        if len(found) == MOST_TERMS:
            break
    return found


def _kept(text: str) -> Iterator[tuple[int, int]]:
    """Yield where nothing is to be changed: in quotes, in addresses and in the numbers of documents."""
    yield from (found.span() for found in _QUOTED.finditer(text))
    for found in _CHUNK.finditer(text):
        chunk = found[0]
        if _ADDRESS.search(chunk) or (_DIGIT.search(chunk) and _JOINT.search(chunk)):
            yield found.span()


def _form(counts: Counts, accented: str) -> int:
    """Return the number of a spelling, -1 when it is not among the counts."""
    word = counts.word(analysis.unmarked(accented))
    forms = counts.forms(word) if word >= 0 else range(0)
    return next((form for form in forms if counts.form_text(form) == accented), -1)


def _marks(text: str) -> Counter[str]:
    """Return the marks of a syllable, that of đ counted as one, whatever letters they stand on."""
    return Counter(char for char in unicodedata.normalize("NFD", text) if not char.isascii())


def _differing(some: Sequence[_Choice], others: Sequence[_Choice]) -> int:
    return sum(one.text != other.text for one, other in zip(some, others, strict=True))


def _score(choices: Sequence[_Choice], step: _Step) -> float:
    pairs = zip([None, *choices], choices, strict=False)
    return sum(step(before, here) + here.cost for before, here in pairs)


def _most_probable(columns: Sequence[Sequence[_Choice]], step: _Step) -> tuple[float, list[_Choice]]:
    """Return the score and the choices of the most probable way through the columns, searched with a beam."""
    beam: list[tuple[float, int, _Choice | None]] = [(0.0, -1, None)]
    trail: list[list[tuple[float, int, _Choice | None]]] = []
    for column in columns:
        grown: list[tuple[float, int, _Choice | None]] = []
        for here in column:
            score, place = max((score + step(before, here), place) for place, (score, _, before) in enumerate(beam))
            grown.append((score + here.cost, place, here))
        beam = nlargest(_BEAM, grown, key=itemgetter(0))
        trail.append(beam)
    return beam[0][0], _walked(trail)


def _walked(trail: Sequence[Sequence[tuple[float, int, _Choice | None]]]) -> list[_Choice]:
    place, back = 0, list[_Choice]()
    for beam in reversed(trail):
        _, place, choice = beam[place]
        if choice is not None:
            back.append(choice)
    return back[::-1]


def _written(text: str, syllables: Sequence[_Syllable]) -> str:
    """Return the query with its changed syllables put in, everything else as it was typed."""
    parts: list[str] = []
    end = 0
    for one in syllables:
        typed = text[one.start : one.end]
        parts += [text[end : one.start], typed if analysis.canonical(typed) == one.accented else _cased(one, typed)]
        end = one.end
    return "".join([*parts, text[end:]])


def _cased(one: _Syllable, typed: str) -> str:
    shown = _customary(one.accented)
    if len(typed) > 1 and typed.isupper():
        return shown.upper()
    return shown[:1].upper() + shown[1:] if typed[:1].isupper() else shown


def _customary(syllable: str) -> str:
    """Return a canonical syllable as most people write it: `lý`, `hòa`, `thủy`."""
    if syllable in _WORDY_Y:
        return _WORDY_Y[syllable]
    if not _OPEN.search(syllable):
        return syllable
    head, first, second = syllable[:-2], syllable[-2], unicodedata.normalize("NFD", syllable[-1])
    return head + nfc(first + second[1:]) + second[0]
