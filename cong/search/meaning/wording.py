"""What plain words say: syllables, whether their marks can be trusted, numbers, other wordings. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cong.search.language.limits import LONGEST_QUERY, MOST_TERMS
from cong.search.text import analysis
from cong.search.text.analysis import Form
from cong.search.text.numbers import Guess, number_guesses

_RARELY_BARE = 0.1
"""A syllable that stands without marks in fewer than this share of its documents looks half typed."""

_SHORT = 5
"""Syllables."""


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Syllables `first` to `last` (excluded) may as well read like this: an acronym, its long form, a synonym."""

    first: int
    last: int
    forms: tuple[Form, ...]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Plain words as they were understood. `repairs`: whole other readings (typos, Telex), extra to the words."""

    forms: tuple[Form, ...] = ()
    guesses: tuple[Guess, ...] = ()
    lang: str = "vi"
    alternatives: tuple[Alternative, ...] = ()
    repairs: tuple[tuple[Form, ...], ...] = ()

    @property
    def is_accented(self) -> bool:
        return any(form.accented != form.folded for form in self.forms)

    @property
    def is_short(self) -> bool:
        """Tell a few words, which mean a phrase, from a sentence, which means a question."""
        return len(self.forms) <= _SHORT

    @property
    def readings(self) -> tuple[Alternative, ...]:
        """Return all that may stand for the words or a stretch of them."""
        whole = (Alternative(first=0, last=len(self.forms), forms=one) for one in self.repairs)
        return (*self.alternatives, *whole)

    def looks_half_typed(self, bare: Callable[[str], int], any_marks: Callable[[str], int]) -> bool:
        """Tell whether marks were typed on some syllables and left out on others, by document counts.

        `bare` counts documents with exactly this spelling, `any_marks` those with whatever marks.
        """
        unmarked = {form.folded for form in self.forms if form.accented == form.folded and form.folded.isalpha()}
        return self.is_accented and any(bare(one) < _RARELY_BARE * any_marks(one) for one in unmarked)


def read(
    text: str, *, lang: str = "vi", alternatives: Iterable[Alternative] = (), repairs: Iterable[str] = ()
) -> Wording:
    """Understand plain words; what is too long is cut. `lang`: the language of the reader."""
    short = text[:LONGEST_QUERY]
    return Wording(
        forms=tuple(analysis.forms(short)[:MOST_TERMS]),
        guesses=tuple(number_guesses(short)[:MOST_TERMS]),
        lang=lang,
        alternatives=tuple(alternatives),
        repairs=tuple(tuple(analysis.forms(one)[:MOST_TERMS]) for one in repairs),
    )
