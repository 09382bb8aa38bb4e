"""Document numbers made comparable however they are typed. Pure.

`54/2017/NĐ-CP`, `54 2017 nd cp`, `54/2017/NDCP`, `nghị định 54/2017`, `nghị định 54 năm 2017` meet in a common key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from cong.kernel.text import fold

_PIECE = re.compile(r"[0-9]+[a-z]?(?![^\W_])|[0-9]+|[^\W\d_]+")
_JOINED = re.compile(r"\s*[/\-–—.]\s*")
_APART = re.compile(r"[\s/\-–—._&]*")
_LETTERS = r"[A-ZĐÐƯ][A-Za-zĐđÐðƯư]{0,11}[0-9]{0,2}"
# 54/2017/NĐ-CP, 128/2025/QH15, 1234/BC-UBND; 27-QĐ/TW. Every quantifier is bounded or possessive: linear time.
_CITED = re.compile(
    rf"(?<![\w/.\-])(?<![0-9]:)[0-9]{{1,6}}[a-zđ]?"
    rf"(?:(?: ?/\s?[0-9]{{4}})? ?/\s?{_LETTERS}| ?- ?{_LETTERS} ?/ ?{_LETTERS})"
    rf"(?:(?:/\s?|-\s?|[&.,]){_LETTERS}| - [A-ZĐƯ]{{2,12}}(?![a-zđ])){{0,6}}+(?![\w/])"
)
# As documents really spell their numbers: `TT-BTС` with a Cyrillic С, `NÐ` with an Icelandic Ð.
_LOOKALIKES = str.maketrans("авекмнорстухіαεικνορτυχð", "abekmhopctyxiaeiknoptyxd")
_CAPITAL_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХІΑΒΕΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIABEHIKMNOPTYX")
_GREEK_OR_CYRILLIC = re.compile("[\u0370-\u04ff]")
_MOST_PIECES = 8
_MOST_CITED = 200
_LONGEST_NUMBER = 6
_MOST_LETTERS = 4
_FEWEST_CAPITALS = 2
_YEARS = range(1930, 2100)
# Before a number these say that it is a day, not a document.
_NOT_A_DOCUMENT = frozenset({"thang", "ngay", "quy", "khoa", "lan"})
_TYPES = {
    "luat": "qh", "nghi dinh": "nd", "nghi quyet": "nq ubtvqh qh", "quyet dinh": "qd", "quy dinh": "qd",
    "quy che": "qc", "chi thi": "ct", "ket luan": "kl", "thong tu": "tt", "thong bao": "tb", "thong tri": "tt",
    "huong dan": "hd", "ke hoach": "kh", "bao cao": "bc", "to trinh": "ttr", "cong van": "cv", "chuong trinh": "ctr",
    "phap lenh": "pl ubtvqh", "lien tich": "ttlt", "nghi quyet lien tich": "nqlt", "lien bo": "ttlb", "lenh": "l",
    "sac lenh": "sl", "cong dien": "cd", "de an": "da", "phuong an": "pa", "bien ban": "bb", "van ban hop nhat": "vbhn",
    "hop nhat": "vbhn", "law": "qh", "decree": "nd", "resolution": "nq ubtvqh qh", "decision": "qd", "directive": "ct",
    "circular": "tt", "joint circular": "ttlt", "ordinance": "pl ubtvqh", "regulation": "qd", "conclusion": "kl",
}  # fmt: skip
_ABBREVIATIONS = frozenset(kind for kinds in _TYPES.values() for kind in kinds.split()) - {"l"}
_BEFORE_A_NUMBER = frozenset({"so", "no"})
_BEFORE_A_YEAR = frozenset({"nam", "of"})
_LONGEST_TYPE = 4
"""Words."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A key that a query may mean; the more parts agree, the surer. `firm`: typed as a number, not as loose words."""

    key: str
    parts: int
    firm: bool


class _Piece(NamedTuple):
    text: str
    gap: str  # what stands before it

    @property
    def is_number(self) -> bool:
        return self.text[0].isdecimal()

    @property
    def is_year(self) -> bool:
        return len(self.text) == 4 and self.text.isdecimal() and int(self.text) in _YEARS


def number_keys(number: str) -> list[str]:
    """Return every key under which a document's own number is found, the whole one first."""
    texts = [piece.text for piece in _pieces(number)]
    first = next((place for place, text in enumerate(texts) if text[0].isdecimal()), len(texts))
    parts = texts[first:][:_MOST_PIECES]
    if len(parts) < 2:
        return parts
    lead, rest = _split(parts)
    keys = ["-".join(parts[:size]) for size in range(len(parts), 1, -1)]
    keys += [_key(lead, ["".join(rest[:size])]) for size in range(len(rest), 1, -1)]
    if rest:
        keys.append(_key(lead[:1], rest[:1]) if len(lead) > 1 else _yearless(lead, rest[0]))
    return list(dict.fromkeys(keys))


def cited_numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of documents that a text names, as written and once each, at most 200; in linear time."""
    if "/" not in text:
        return ()
    plain = text.replace("\xa0", " ")
    spelled = plain.translate(_CAPITAL_LOOKALIKES) if _GREEK_OR_CYRILLIC.search(plain) else plain
    found: dict[str, str] = {}
    for match in _CITED.finditer(spelled):
        key = "-".join(piece.text for piece in _pieces(match[0]))
        if sum(map(str.isupper, match[0])) >= _FEWEST_CAPITALS and key not in found:
            found[key] = plain[match.start() : match.end()]
            if len(found) == _MOST_CITED:
                break
    return tuple(found.values())


def number_guesses(query: str) -> list[Guess]:
    """Return the keys that a query may mean, the most telling first."""
    pieces = _pieces(query)
    found: dict[str, Guess] = {}
    place = 0
    while place < len(pieces):
        after = place + 1
        if pieces[place].is_number and len(pieces[place].text) <= _LONGEST_NUMBER:
            kinds = _types_before(pieces, place)
            lead, after = _lead(pieces, place, typed=bool(kinds))
            for guess in _guesses(pieces, place, after, kinds=kinds, lead=lead):
                found.setdefault(guess.key, guess)
        place = after
    return sorted(found.values(), key=lambda guess: (-guess.firm, -guess.parts))


def _pieces(text: str) -> list[_Piece]:
    low, pieces, end = fold(text).translate(_LOOKALIKES), [], 0
    for found in _PIECE.finditer(low):
        word = found[0]
        pieces.append(_Piece(word.lstrip("0") or "0", low[end : found.start()]))
        end = found.end()
    return pieces


def _split(parts: list[str]) -> tuple[list[str], list[str]]:
    """Part number (and year) from the letters that follow."""
    size = 2 if len(parts) > 1 and _Piece(parts[1], "").is_year else 1
    return parts[:size], parts[size:]


def _key(lead: list[str], rest: list[str]) -> str:
    return "-".join([*lead, *rest])


def _yearless(lead: list[str], kind: str) -> str:
    """Return the key of a number that names no year, for queries that do (`nghị quyết 57 năm 2024`, `57-NQ/TW`)."""
    return f"{lead[0]}--{kind}"


def _guesses(pieces: list[_Piece], place: int, after: int, *, kinds: tuple[str, ...], lead: list[str]) -> list[Guess]:
    rest = _letters(pieces, after)
    firm = bool(kinds) or _is_joined(pieces, place + 1)
    guesses = [guess for size in range(len(rest), 0, -1) for guess in _lettered(lead, rest[:size], firm=firm)]
    dated = len(lead) > 1
    for kind in kinds:
        guesses.append(Guess(key=_key(lead, [kind]), parts=len(lead) + 1, firm=dated))
        if dated:
            guesses.append(Guess(key=_yearless(lead, kind), parts=2, firm=False))
    if not kinds and dated and firm and not _is_a_day(pieces, place):
        guesses.append(Guess(key=_key(lead, []), parts=2, firm=False))
    return guesses


def _lead(pieces: list[_Piece], place: int, *, typed: bool) -> tuple[list[str], int]:
    """Return the number with its year when one follows, and the place after them."""
    number, after = pieces[place].text, place + 1
    if typed and after < len(pieces) and pieces[after].text in _BEFORE_A_YEAR:
        after += 1
    if after < len(pieces) and pieces[after].is_year and (after > place + 1 or _APART.fullmatch(pieces[after].gap)):
        return [number, pieces[after].text], after + 1
    return [number], place + 1


def _letters(pieces: list[_Piece], after: int) -> list[str]:
    rest: list[str] = []
    for piece in pieces[after : after + _MOST_LETTERS]:
        if not _APART.fullmatch(piece.gap) or (piece.is_number and not rest):
            break
        rest.append(piece.text)
    return rest


def _lettered(lead: list[str], rest: list[str], *, firm: bool) -> list[Guess]:
    sure = firm or (rest[0] in _ABBREVIATIONS and len(lead) + len(rest) > 2)
    keys = dict.fromkeys([_key(lead, rest), _key(lead, ["".join(rest)])])
    return [Guess(key=key, parts=len(lead) + len(rest), firm=sure) for key in keys]


def _types_before(pieces: list[_Piece], place: int) -> tuple[str, ...]:
    end = place - 1 if place and pieces[place - 1].text in _BEFORE_A_NUMBER else place
    words = [piece.text for piece in pieces[max(0, end - _LONGEST_TYPE) : end]]
    for size in range(len(words), 0, -1):
        if kinds := _TYPES.get(" ".join(words[-size:])):
            return tuple(kinds.split())
    return tuple(words[-1:]) if words and words[-1] in _ABBREVIATIONS else ()


def _is_joined(pieces: list[_Piece], place: int) -> bool:
    return place < len(pieces) and bool(_JOINED.fullmatch(pieces[place].gap) or not pieces[place].gap)


def _is_a_day(pieces: list[_Piece], place: int) -> bool:
    return place > 0 and pieces[place - 1].text in _NOT_A_DOCUMENT
