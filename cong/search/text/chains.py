"""Which terms a text and a query become, by family of languages. Pure.

Vietnamese, and what is not known better: syllables and their bigrams, with marks and without. Languages with a Snowball
stemmer: words, and without marks their stems too; bigrams lose there. Scripts without spaces are cut by character
everywhere, whatever the language of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

import Stemmer

from cong.search.text import analysis
from cong.search.text.analysis import Form

VIETNAMESE = "vi"

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Languages of scripts other than Latin; the first is meant when the reader's page says nothing.
_SCRIPTS = (
    (re.compile("[\u0400-\u052f]"), ("ru", "sr")),
    (re.compile("[\u0370-\u03ff\u1f00-\u1fff]"), ("el",)),
    (re.compile("[\u0600-\u06ff\u0750-\u077f]"), ("ar", "fa")),
    (re.compile("[\u0900-\u097f]"), ("hi", "ne")),
    (re.compile("[\u0530-\u058f]"), ("hy",)),
    (re.compile("[\u0590-\u05ff]"), ("yi",)),
    (re.compile("[\u0b80-\u0bff]"), ("ta",)),
)
_OTHER_SCRIPTS = frozenset(language for _, languages in _SCRIPTS for language in languages) - {"sr"}
# Letters of Latin alphabets that neither Vietnamese nor English has, and who writes them most.
_FOREIGN = (
    (re.compile("ñ"), "es"), (re.compile("[äöüß]"), "de"), (re.compile("[ëîïûœç]"), "fr"),
    (re.compile("[șțşţ]"), "ro"), (re.compile("[ğı]"), "tr"), (re.compile("[łśźżęą]"), "pl"),
    (re.compile("[åøæ]"), "da"), (re.compile("[ěščřžůňťď]"), "cs"),
)  # fmt: skip
_ONLY_VIETNAMESE = re.compile("[đơưảẻỉỏủỷạẹịọụỵẽĩũỹỳấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]")
# What an apostrophe parts from a word (`people's`, `l'eau`): a hit need not hold it.
_ELIDED = frozenset({"s", "t", "d", "l", "m", "n", "j", "qu"})

_REMEMBERED = 100_000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a query may mean: the folded terms that a full match holds, and the terms of both twins to rank by."""

    lang: str
    required: tuple[str, ...]
    accented: tuple[str, ...]
    folded: tuple[str, ...]


class _Stems(dict[str, str]):
    """Stems without marks by word, of one language; remembers the common ones."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer(algorithm, 0)
        self._alone = Lock()  # a stemmer has a buffer of its own

    def __missing__(self, word: str) -> str:
        with self._alone:
            stem = analysis.unmarked(self._stemmer.stemWord(word)) or word
        if len(self) < _REMEMBERED:
            self[word] = stem
        return stem


class _Languages(dict[str, _Stems]):
    """Stems by language, made when a language is first met."""

    def __missing__(self, language: str) -> _Stems:
        made = self[language] = _Stems(_ALGORITHMS[language])
        return made


_stems: Mapping[str, _Stems] = _Languages()


def language(lang: str) -> str:
    """Return the language whose chain reads texts of this one: `en` for `en-GB`, `vi` for what has no chain."""
    primary = lang.replace("_", "-").partition("-")[0].lower()
    return primary if primary in _ALGORITHMS else VIETNAMESE


def stem(form: Form, lang: str) -> Form:
    """Return what two forms of a word share in a text of that language; in Vietnamese the form itself."""
    chain = language(lang)
    if chain == VIETNAMESE or form is analysis.END:
        return form
    found = _stems[chain][form.accented]
    return Form(found, found)


def ranking(read: Sequence[Form], lang: str) -> tuple[list[str], list[str]]:
    """Return the terms of a document in that language: with marks, and folded (words, and stems that differ)."""
    chain = language(lang)
    if chain == VIETNAMESE:
        return analysis.terms(analysis.accented(read)), analysis.terms(analysis.folded(read))
    words, pairs = [form for form in read if form is not analysis.END], _unspaced_pairs(read)
    stems = [_stems[chain][form.accented] for form in words]
    # Whoever searches from a page in another language types the word itself, which no stem of that language meets.
    unstemmed = [form.folded for form, stemmed in zip(words, stems, strict=True) if form.folded != stemmed]
    return [form.accented for form in words] + pairs, stems + unstemmed + pairs


def readings(forms: Sequence[Form], lang: str) -> tuple[Reading, ...]:
    """Return what a query may mean, the most probable first; `lang` is the language of the reader's page.

    A reading that asks for the same terms as one before it is left out unless it ranks by more.
    """
    found: list[Reading] = []
    for chain in _meant("".join(form.accented for form in forms), language(lang)):
        reading = _reading(forms, chain)
        if not any(_adds_nothing(reading, earlier) for earlier in found):
            found.append(reading)
    return tuple(found)


def _meant(text: str, hint: str) -> tuple[str, ...]:
    if _ONLY_VIETNAMESE.search(text):
        return (VIETNAMESE,)
    for script, languages in _SCRIPTS:
        if script.search(text):
            return (hint if hint in languages else languages[0], VIETNAMESE)
    own = (hint,) if hint != VIETNAMESE and hint not in _OTHER_SCRIPTS else ()
    foreign = tuple(language for letters, language in _FOREIGN if letters.search(text))[:1]
    if own or foreign:
        return tuple(dict.fromkeys((*own, *foreign, VIETNAMESE)))
    return (VIETNAMESE, "en")


def _reading(forms: Sequence[Form], chain: str) -> Reading:
    accented, folded = ranking(forms, chain)
    required = analysis.required(forms) if chain == VIETNAMESE else _required_stems(forms, _stems[chain])
    return Reading(lang=chain, required=tuple(required), accented=tuple(accented), folded=tuple(folded))


def _required_stems(forms: Sequence[Form], stems: Mapping[str, str]) -> list[str]:
    stemmed = [form if form is analysis.END else Form(form.accented, stems[form.accented]) for form in forms]
    required = analysis.required(stemmed)
    return [term for term in required if term not in _ELIDED] or required


def _adds_nothing(reading: Reading, earlier: Reading) -> bool:
    return (
        set(reading.required) == set(earlier.required)
        and set(reading.accented) <= set(earlier.accented)
        and set(reading.folded) <= set(earlier.folded)
    )


def _unspaced_pairs(read: Sequence[Form]) -> list[str]:
    return [
        f"{one.folded}_{two.folded}"
        for one, two in pairwise(read)
        if analysis.is_unspaced(one) and analysis.is_unspaced(two)
    ]
