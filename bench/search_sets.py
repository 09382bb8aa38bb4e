"""Judged sets for search: which entries a query should find, from folders of texts that the environment names.

SEARCH_FOLDER holds folders with `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv`; what
stands behind the last hyphen of a folder's name is its language. NEWS_FOLDER holds `*.jsonl` with `text` (its first
line the title) and `date`; DOCUMENTS_FOLDER `*.jsonl.gz` with `title` and `blocks`. All sets come out the same every
time.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from cong.kernel.text import fold, nfc
from cong.search.engines.engine import Document
from cong.search.text import analysis
from cong.search.text.numbers import cited_numbers, number_keys

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
VARIANTS = ("clean", "none", "half", "typo", "typo+none", "telex", "old tones")
SPELLINGS = (
    "54/2017/NĐ-CP", "54/2017/nd-cp", "54 2017 nd cp", "54-2017-nd-cp", "nghị định 54/2017", "nghị định 54 năm 2017",
    "54/2017/NDCP",
)  # fmt: skip

_SEED, _PHRASE, _PAIRS, _FEWEST_TEXTS = 17, 4, 300, 3
_LETTERS = "abcdeghiklmnopqrstuvxy"
_NUMBER = re.compile(r"([0-9]+[a-zđ]?)(?:/([0-9]{4}))?[/-](\S+)")
_TYPE = re.compile(r"\s*(?:số|[0-9]).*", re.IGNORECASE)
_LONGEST_TYPE = 5
# Letters of other alphabets that documents' numbers are really written with, as people type them.
_LATIN = str.maketrans("авекмнорстух", "abekmhopctyx")
_TELEX = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_OPEN = re.compile("(?<!q)(?P<first>[ou])(?P<second>[àáảãạèéẻẽẹỳýỷỹỵ])$")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A query with the ids of what it should find."""

    text: str
    relevant: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class JudgedSet:
    """Queries of one kind over one corpus; `lang`: the language of the page on which they are asked."""

    name: str
    lang: str
    queries: tuple[Judged, ...]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Entries, and the sets that are asked of them."""

    name: str
    documents: tuple[Document, ...]
    sets: tuple[JudgedSet, ...]


def document(place: int, title: str, body: str, **other: Any) -> Document:
    """Return an entry of which only what is told is known; `place` is its id."""
    known: dict[str, Any] = {
        "id": place, "title": title, "summary": "", "body": body, "number": "", "kind": "page", "section": "",
        "part": "", "agency": 1, "lang": "vi", "published_at": NOON, "published_on": NOON.date(),
    }  # fmt: skip
    return Document(**known | other)


def judged_folders(folder: Path) -> Iterator[Corpus]:
    """Yield every judged set of a folder, each with its own corpus."""
    for place in sorted(path.parent for path in folder.glob("*/qrels.tsv")):
        lang = place.name.rpartition("-")[2]
        rows = _rows(place / "corpus.jsonl")
        numbers = {row["id"]: number for number, row in enumerate(rows, 1)}
        relevant: defaultdict[str, set[int]] = defaultdict(set)
        for line in (place / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            query, found, grade = line.split("\t")
            if int(grade) > 0 and found in numbers:
                relevant[query].add(numbers[found])
        asked = tuple(
            Judged(text=row["text"], relevant=frozenset(relevant[row["id"]]))
            for row in _rows(place / "queries.jsonl")
            if relevant[row["id"]]
        )
        documents = tuple(document(numbers[row["id"]], row["title"], row["text"], lang=lang) for row in rows)
        yield Corpus(name=place.name, documents=documents, sets=(JudgedSet(name=place.name, lang=lang, queries=asked),))


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def news(folder: Path) -> Corpus:
    """Make the known-item set in all its variants and the accent pairs, of news texts."""
    documents = tuple(_news(folder))
    known = _known(documents)
    writers = _variants(random.Random(_SEED))
    sets = [
        JudgedSet(name=name, lang="vi", queries=tuple(replace(one, text=write(one.text)) for one in known))
        for name, write in writers.items()
    ]
    return Corpus(name="news", documents=documents, sets=(*sets, _accents(documents)))


def _news(folder: Path) -> Iterator[Document]:
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in _rows(path)]
    for number, row in enumerate(rows, 1):
        title, _, body = nfc(row["text"]).strip().partition("\n")
        at = datetime.strptime(row["date"], "%Y%m%d").replace(tzinfo=UTC) if row.get("date") else NOON
        yield document(number, title, body, kind="news", published_at=min(at, NOON - timedelta(days=1)))


def _known(documents: Sequence[Document]) -> list[Judged]:
    """Return for each text the four successive syllables of its first line that fewest texts hold, and all of those.

    Only plain words count: a phrase with digits, in capitals or with hardly any marks says nothing about typing.
    """
    told = [list(_phrases(one.title)) for one in documents]
    holders: dict[tuple[str, ...], set[int]] = {phrase: set() for several in told for phrase, _ in several}
    for one in documents:
        read = analysis.accented(analysis.forms(f"{one.title}\n{one.body}"))
        for phrase in zip(*(read[start:] for start in range(_PHRASE)), strict=False):
            if phrase in holders:
                holders[phrase].add(one.id)
    known: list[Judged] = []
    for several in told:
        if several:
            phrase, written = min(several, key=lambda one: len(holders[one[0]]))
            known.append(Judged(text=written, relevant=frozenset(holders[phrase])))
    return known


def _phrases(title: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the phrases that may be asked for: canonical syllables, and as they are written."""
    spans = list(analysis.spans(title))
    for place in range(len(spans) - _PHRASE + 1):
        part = spans[place : place + _PHRASE]
        words = title[part[0].start : part[-1].end].split(" ")
        marked = sum(span.form.accented != span.form.folded for span in part)
        if len(words) == _PHRASE and marked > 1 and all(word.isalpha() and not word.isupper() for word in words):
            yield tuple(span.form.accented for span in part), " ".join(words)


def _variants(dice: random.Random) -> dict[str, Callable[[str], str]]:
    return dict(
        zip(
            VARIANTS,
            (str, fold, lambda text: _half(text, dice), lambda text: _typo(text, dice),
             lambda text: fold(_typo(text, dice)), telex, old_tones),
            strict=True,
        )
    )  # fmt: skip


def _half(text: str, dice: random.Random) -> str:
    """Leave the marks of about half of the syllables out, of one at least."""
    words = text.split()
    bare = {place for place in range(len(words)) if dice.random() < 0.5} or {dice.randrange(len(words))}
    return " ".join(fold(word) if place in bare else word for place, word in enumerate(words))


def _typo(text: str, dice: random.Random) -> str:
    """Make one typing error in one syllable, which shows without marks too: a letter more, less, other, two swapped."""
    words = text.split()
    for _ in range(100):
        place = dice.randrange(len(words))
        word = words[place]
        at = dice.randrange(len(word))
        head, tail = word[:at], word[at:]
        edited = dice.choice(
            (head + tail[1:], head + dice.choice(_LETTERS) + tail, head + dice.choice(_LETTERS) + tail[1:],
             head + tail[1:2] + tail[:1] + tail[2:])
        )  # fmt: skip
        if len(word) > 2 and fold(edited) != fold(word):
            return " ".join((*words[:place], edited, *words[place + 1 :]))
    return text


def telex(text: str) -> str:
    """Write a text in the keys of Telex, the tone last."""
    return " ".join(map(_keys, text.split()))


def _keys(word: str) -> str:
    typed, tone = "", ""
    for char in word.lower():
        apart = unicodedata.normalize("NFD", char.replace("đ", "dd"))
        typed += apart[0] * (2 if "\u0302" in apart or char == "đ" else 1)
        typed += "w" if "\u0306" in apart or "\u031b" in apart else ""
        tone = next((_TELEX[mark] for mark in apart if mark in _TELEX), tone)
    return typed + tone


def old_tones(text: str) -> str:
    """Move the tone of oa, oe, uy to the other vowel than the one where it is written."""
    return " ".join(map(_other_tone, text.split()))


def _other_tone(word: str) -> str:
    if found := _OPEN.search(word):
        mark = unicodedata.normalize("NFD", found["second"])
        return word[: found.start()] + nfc(found["first"] + mark[1:]) + mark[0]
    return analysis.canonical(word) if len(word) > 2 and word.islower() else word


def _accents(documents: Sequence[Document]) -> JudgedSet:
    """Make pairs of phrases that differ in nothing but marks, each in three texts at least; what holds one is right."""
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for one in documents:
        read = analysis.forms(f"{one.title}\n{one.body}")
        for pair in pairwise(read):
            if all(form.accented.isalpha() and form.accented != form.folded for form in pair):
                holders[f"{pair[0].accented} {pair[1].accented}"].add(one.id)
    common = {phrase: found for phrase, found in holders.items() if len(found) >= _FEWEST_TEXTS}
    twins = Counter(map(fold, common))
    alike = sorted(phrase for phrase in common if twins[fold(phrase)] > 1)
    chosen = random.Random(_SEED).sample(alike, min(_PAIRS, len(alike)))
    asked = tuple(Judged(text=phrase, relevant=frozenset(common[phrase])) for phrase in chosen)
    return JudgedSet(name="accent pairs", lang="vi", queries=asked)


def legal(folder: Path) -> Corpus:
    """Make the set of document numbers in seven spellings; what has the number that a spelling tells is right."""
    documents = tuple(_legal(folder))
    asked: dict[str, list[Judged]] = {spelling: [] for spelling in SPELLINGS}
    parted = [(one, _parted(one)) for one in documents if one.number]
    for one, own in parted:
        whole = frozenset(other.id for other, told in parted if told.key == own.key)
        typed = frozenset(other.id for other, told in parted if told.may_be(own))
        for spelling, text in _spelled(one.number, own):
            asked[spelling].append(Judged(text=text, relevant=typed if spelling in SPELLINGS[4:6] else whole))
    sets = (JudgedSet(name=spelling, lang="vi", queries=tuple(queries)) for spelling, queries in asked.items())
    return Corpus(name="numbers", documents=documents, sets=tuple(sets))


@dataclass(frozen=True, kw_only=True)
class _Number:
    """A document's number in parts, in Latin letters without marks; `kind`: the type that its title begins with."""

    key: str
    number: str
    year: str
    letters: str
    kind: str

    def may_be(self, asked: _Number) -> bool:
        """Tell whether type, number and year of another one are this one's."""
        same = (self.number.lstrip("0"), self.year) == (asked.number.lstrip("0"), asked.year)
        return same and (self.kind == asked.kind or self.letters.split("-")[0] == asked.letters.split("-")[0])


def _parted(one: Document) -> _Number:
    found = _NUMBER.match(fold(one.number).translate(_LATIN))
    number, year, letters = found.groups("") if found else ("", "", "")
    kind = _TYPE.sub("", one.title).strip().lower()
    return _Number(key=number_keys(one.number)[0], number=number, year=year, letters=letters,
                   kind=kind if len(kind.split()) <= _LONGEST_TYPE else "")  # fmt: skip


def _spelled(number: str, own: _Number) -> Iterator[tuple[str, str]]:
    """Yield the spellings of a number; those by type only where the title tells one, by year where it has one."""
    low = fold(number).translate(_LATIN)
    yield from zip(SPELLINGS[:4], (number, low, re.sub("[/-]", " ", low), low.replace("/", "-")), strict=True)
    lead = f"{own.number}/{own.year}" if own.year else own.number
    if own.kind:
        yield SPELLINGS[4], f"{own.kind} {lead}"
    if own.kind and own.year:
        yield SPELLINGS[5], f"{own.kind} {own.number} năm {own.year}"
    yield SPELLINGS[6], f"{lead}/{''.join(char for char in own.letters.upper() if char.isalnum())}"


def _legal(folder: Path) -> Iterator[Document]:
    place = 0
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        for row in rows:
            body = nfc("\n".join(block["t"] for block in row["blocks"]))
            title = nfc(row["title"] or body[:200])
            own = nfc((row.get("att") or {}).get("Số hiệu") or next(iter(cited_numbers(title)), ""))
            place += 1
            yield document(
                place, title, body, kind="document", lang=row["lang"] or "vi", cites=cited_numbers(body),
                number=own if _NUMBER.match(own) and " " not in own else "",
            )  # fmt: skip
