"""Turns left-over Telex or VNI keys (`nghij`, `quye6t1`) into the syllable they were to make. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from cong.kernel.text import fold, nfc
from cong.search.text import analysis

_LONGEST = 14
"""Keys: `nghieengwsz` and a few mistakes."""

_WORDS = re.compile(r"[^ ]+")
_INITIALS = {"", *_WORDS.findall("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")}
_RIMES = _WORDS.findall(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êc êch êm ên êng ênh êp êt êu "
    "i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y ych yn ynh yp yt yu yêm yên yêng yêt yêu "
    "o oc oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt oa oac oach oai oam oan oang oanh "
    "oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet u ua uc ui um un ung up ut uân uâng uât uây "
    "uê uêch uên uênh uơ uôc uôi uôm uôn uông uôt uy uya uych uyn uynh uyp uyt uyu uyên uyêt "
    "ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu"
)
_STOPS = ("c", "ch", "p", "t")
_FRONT = "ieêy"
_VOWELS = "aeiouy"
_ON_THE_SECOND = frozenset({"oa", "oe", "uy"})

_CIRCUMFLEX, _HORN, _BREVE = "\u0302", "\u031b", "\u0306"
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TELEX_TONES = {"s": _ACUTE, "f": _GRAVE, "r": _HOOK, "x": _TILDE, "j": _DOT}
_VNI_TONES = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT}
_VNI_SHAPES = {"6": _CIRCUMFLEX, "7": _HORN, "8": _BREVE}
_TONES = frozenset(_TELEX_TONES.values())
_SHAPES = frozenset({_CIRCUMFLEX, _HORN, _BREVE})
_MARKS = _TONES | _SHAPES
_HOOKED = frozenset({_HORN, _BREVE})
_VNI_KEYS = _VNI_TONES | _VNI_SHAPES
_LETTERS = re.compile(r"[a-z0-9]+")
# Without one of these there is no key; `tr` begins syllables.
_MAY_HOLD_KEYS = re.compile(r"[0-9wđ]|.[sfxj]|[^t]r|d.*d|a.*a|e.*e|o.*o|ii")
_FIRST_VOWEL = re.compile(r"[aeiouyw]")
_SEMIVOWEL = re.compile(r"qu|gi(?=[aeouyw])")


def _shape(rime: str) -> str:
    return next((mark for mark in unicodedata.normalize("NFD", rime) if mark in _SHAPES), "")


def _by_letters() -> dict[str, dict[str, str]]:
    table: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for rime in _RIMES:
        table[fold(rime)][_shape(rime)] = rime
    return dict(table)


_TABLE = _by_letters()
"""Rimes by their letters without marks, then by the one kind of mark that they have."""


@dataclass(frozen=True, kw_only=True)
class _Keys:
    """A syllable taken apart: letters that are none of the keys for a tone or đ, and the marks already told."""

    initial: str
    rest: str
    tone: str
    shapes: frozenset[str]
    barred: bool


def untelex(syllable: str) -> str | None:
    """Return the canonical syllable that these keys were to make, None when they make none or hold no key at all.

    Tone and shape keys may stand anywhere after their vowel; marks that are there already are kept.
    """
    low = syllable.lower()
    if not 1 < len(low) <= _LONGEST or not _MAY_HOLD_KEYS.search(low):
        return None
    keys = _taken_apart(unicodedata.normalize("NFD", low.replace("đ", "dd")))
    if keys is None:
        return None
    rime = _rime(keys)
    made = _assembled(keys, rime) if rime else None
    return None if made is None or made == analysis.canonical(low) else made


def _taken_apart(marked: str) -> _Keys | None:
    letters = "".join(char for char in marked if not unicodedata.combining(char))
    marks = [char for char in marked if unicodedata.combining(char)]
    if not _LETTERS.fullmatch(letters) or not _MARKS.issuperset(marks):
        return None
    vni = not letters.isalpha()
    taken = _vni(letters, marks) if vni else _telex(letters, marks)
    if taken is None or len([mark for mark in taken[1] if mark in _TONES]) > 1:
        return None
    letters, marks, barred = taken
    initial, rest = _parted(letters)
    tone = next((mark for mark in marks if mark in _TONES), "")
    return _Keys(initial=initial, rest=rest, tone=tone, shapes=frozenset(marks) & _SHAPES, barred=barred)


def _vni(letters: str, marks: list[str]) -> tuple[str, list[str], bool] | None:
    """Take the digits out; a syllable begins with a letter, and its number is no key when it has no vowel."""
    if letters[0].isdecimal() or letters.count("9") > 1 or "0" in letters:
        return None
    told = [_VNI_KEYS[char] for char in letters if char in _VNI_KEYS]
    barred = "9" in letters
    rest = "".join(char for char in letters if not char.isdecimal())
    return rest, [*marks, *told], barred


def _telex(letters: str, marks: list[str]) -> tuple[str, list[str], bool] | None:
    """Take out the tone, which stands after a vowel, and the second d."""
    first = _FIRST_VOWEL.search(letters)
    if first is None or letters.count("d") > 2:
        return None
    head, tail = letters[: first.start()], letters[first.start() :]
    told = [_TELEX_TONES[char] for char in tail if char in _TELEX_TONES]
    tail = "".join(char for char in tail if char not in _TELEX_TONES)
    barred = letters.startswith("d") and letters.count("d") == 2
    if barred:
        head, tail = "d", head.replace("d", "") + tail.replace("d", "")
    return head + tail, [*marks, *told], barred


def _parted(letters: str) -> tuple[str, str]:
    """Part the initial consonants from the rest; u after q, and i after g before another vowel, are of the initial."""
    found = _SEMIVOWEL.match(letters)
    vowel = _FIRST_VOWEL.search(letters)
    size = found.end() if found else vowel.start() if vowel else len(letters)
    return letters[:size], letters[size:]


def _rime(keys: _Keys) -> str | None:
    """Return the rime that the rest of the keys spells, with its shape marks."""
    if len(keys.shapes) > 1:
        return None
    told = next(iter(keys.shapes), "")
    if "w" not in keys.rest:
        return _circumflexed(keys.rest, told) or _unhooked(keys, told)
    return _hooked(keys.rest, has_initial=bool(keys.initial)) if not told or told in _HOOKED else None


def _unhooked(keys: _Keys, told: str) -> str | None:
    """Read a rime as it stands; a forgotten shape is put in where there is but one (`nguyenx`)."""
    found = _TABLE.get(keys.rest.replace("ii", "i") if keys.tone else keys.rest, {})
    if told or "" in found or not keys.tone:
        return found.get(told)
    return next(iter(found.values())) if len(found) == 1 else None


def _circumflexed(rest: str, told: str) -> str | None:
    """Read the second of two a, e or o as the key for a circumflex."""
    if told:
        return None
    for vowel in "aeo":
        head, found, tail = rest.rpartition(vowel)
        if found and vowel in head and rest not in _TABLE:
            rime = _TABLE.get(head + tail, {}).get(_CIRCUMFLEX)
            if rime and fold(rime).count(vowel) == head.count(vowel):
                return rime
    return None


def _hooked(rest: str, *, has_initial: bool) -> str | None:
    """Read w as the key for ơ, ư, ă after the vowel; without a vowel before it, it is ư itself."""
    if rest.startswith("w"):
        if not has_initial:
            return None
        rest = "u" + rest
    letters, times = rest.replace("w", ""), rest.count("w")
    found = _TABLE.get(letters, {})
    rime = found.get(_HORN) or found.get(_BREVE)
    if rime is None or times > (2 if "ươ" in rime else 1):
        return None
    return rime


def _assembled(keys: _Keys, rime: str) -> str | None:
    """Put the syllable together; None when Vietnamese has no such one."""
    if rime.endswith(_STOPS) and keys.tone not in (_ACUTE, _DOT):
        return None
    initial = _initial(keys)
    if initial is None or not _fits(initial, rime):
        return None
    place = _place(rime)
    toned = nfc(rime[: place + 1] + keys.tone) + rime[place + 1 :] if keys.tone else rime
    return analysis.canonical(initial + toned)


def _initial(keys: _Keys) -> str | None:
    initial = "đ" if keys.barred and keys.initial == "d" else keys.initial
    return initial if initial in _INITIALS and keys.barred == (initial == "đ") else None


def _fits(initial: str, rime: str) -> bool:
    front = rime[0] in _FRONT
    if initial in ("k", "gh", "ngh"):
        return front
    if initial in ("c", "ng"):
        return not front
    if initial == "g":
        return not front or (rime[0] == "i" and rime != "ia" and not rime.startswith("iê"))
    if initial == "qu":
        return rime[0] not in "uưo"
    if initial == "gi":
        return rime[0] not in "iy"
    return True


def _place(rime: str) -> int:
    """Return where the tone stands: on the marked vowel, else on the second of three or before a consonant."""
    marked = [place for place, char in enumerate(rime) if not char.isascii()]
    if marked:
        return marked[-1]
    vowels = [place for place, char in enumerate(rime) if char in _VOWELS]
    is_second = len(vowels) > 2 or (len(vowels) == 2 and (len(rime) > 2 or rime in _ON_THE_SECOND))
    return vowels[1] if is_second else vowels[0]
