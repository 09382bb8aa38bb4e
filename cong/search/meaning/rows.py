"""An entry as a row of finished tokens, codes and numbers: the same for every engine. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from cong.search.engines.engine import Document
from cong.search.meaning.conditions import ordinal
from cong.search.meaning.traits import traits
from cong.search.text import analysis, chains
from cong.search.text.analysis import Form
from cong.search.text.numbers import number_keys

# Ranking fields hold syllables and bigrams of title, summary and body in one field (three fields summed rank
# worse); `a` and `f` keep positions for phrases and prefixes.
TOKENS = {
    "ax": "freq", "fx": "freq", "a": "position", "f": "position", "t": "position", "num": "basic", "cites": "basic",
    "topic": "position", "signer": "position", "source": "position",
}  # fmt: skip
CODES = ("kind", "section", "part", "lang", "status", "has")
# Signed: deleting by term silently matches nothing in an unsigned field.
NUMBERS = ("id", "agency", "year", "day", "effective", "published", "traits", "release")
_TITLE_COUNTS, _SUMMARY_COUNTS = 3, 2
_LONGEST_BODY = 400_000
_MOST_CITED = 200
_STOP = "."

_MAKING = (analysis.VERSION, TOKENS, CODES, NUMBERS, _TITLE_COUNTS, _SUMMARY_COUNTS, 2)
VERSION = sha256(repr(_MAKING).encode()).hexdigest()[:16]
"""Changes whenever an index written by an older program would answer differently."""

Tokens = dict[str, str]
Row = tuple[Tokens, dict[str, tuple[str, ...]], dict[str, int]]
"""Tokens, codes and numbers of one entry: what analysing processes give to the writer."""


def parts(document: Document) -> Row:
    """Return what is kept of an entry."""
    return tokens(document), codes(document), numbers(document)


def tokens(document: Document) -> Tokens:
    """Return the token fields of an entry, tokens separated by spaces: the same for every engine."""
    read = [analysis.forms(text) for text in (document.title, document.summary, document.body[:_LONGEST_BODY])]
    ranking = [_ranking(one, document.lang) for one in read]
    folded = [_spaced(analysis.folded(one)) for one in read]
    return {
        "ax": _weighed([terms for terms, _ in ranking]),
        "fx": _weighed([terms for _, terms in ranking]),
        "a": _joined(_spaced(analysis.accented(one)) for one in read),
        "f": _joined(folded),
        "t": folded[0],
        "num": " ".join(number_keys(document.number)),
        "cites": " ".join(_cited(document)),
        "topic": _words(document.topics),
        "signer": _words((document.signer,)),
        "source": _words((document.source,)),
    }


def codes(document: Document) -> dict[str, tuple[str, ...]]:
    """Return the code fields of an entry; a code that it lacks is left out."""
    single = {
        "kind": document.kind, "section": document.section, "part": document.part,
        "lang": document.lang.partition("-")[0].lower(), "status": document.status,
    }  # fmt: skip
    return {name: (code,) for name, code in single.items() if code} | {"has": document.has}


def numbers(document: Document) -> dict[str, int]:
    """Return the integer fields of an entry."""
    found = {
        "id": document.id, "agency": document.agency, "year": document.published_on.year,
        "day": ordinal(document.published_on), "published": int(document.published_at.timestamp()),
        "traits": traits(document), "release": document.release,
    }  # fmt: skip
    return found | ({"effective": ordinal(document.effective_on)} if document.effective_on else {})


def _cited(document: Document) -> list[str]:
    own = set(number_keys(document.number))
    keys = (key for number in document.cites[:_MOST_CITED] for key in number_keys(number))
    return [key for key in dict.fromkeys(keys) if key not in own]


def _ranking(read: Sequence[Form], lang: str) -> tuple[str, str]:
    """Return what `chains.ranking` does, each as one text; in Vietnamese a shorter way."""
    if chains.language(lang) == chains.VIETNAMESE:
        return analysis.terms_text(analysis.accented(read)), analysis.terms_text(analysis.folded(read))
    accented, folded = chains.ranking(read, lang)
    return " ".join(accented), " ".join(folded)


def _weighed(texts: Sequence[str]) -> str:
    """Count title, summary and body; in which order their terms stand does not count."""
    title, summary, body = texts
    return _joined([*[title] * _TITLE_COUNTS, *[summary] * _SUMMARY_COUNTS, body])


def _joined(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


def _spaced(syllables: Sequence[str]) -> str:
    """Join syllables; a mark no query holds stands at a sentence's end, so that no phrase crosses it."""
    return " ".join([one or _STOP for one in syllables])


def _words(texts: Iterable[str]) -> str:
    return f" {_STOP} ".join(
        " ".join(one for one in analysis.folded(analysis.forms(text)) if one) for text in texts if text
    )
