"""From what was typed to what an engine is asked, with everything that the portal knows: the one way to search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from cong.entries.models import Entry, Kind, Section
from cong.search.agency_names import agency_names
from cong.search.engines import chosen
from cong.search.engines.engine import Document, Facet, Query, Sort
from cong.search.index import shelf
from cong.search.language import grammar, values
from cong.search.language.clauses import Asked, Clause, Field, Sign, Term, Word
from cong.search.language.limits import MOST_TERMS
from cong.search.language.writing import written
from cong.search.meaning import wording
from cong.search.meaning.dictionary import Dictionary
from cong.search.teaching import dictionary_now
from cong.search.text import analysis
from cong.search.text.repair import Repair

_CODES = values.codes_of({
    Field.KIND: [(code, str(label)) for code, label in Kind.choices],
    Field.SECTION: [(code, str(label)) for code, label in Section.choices],
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A search as it was understood: `asked` as it can be written again, `query` for the engine."""

    asked: Asked
    query: Query
    repairs: tuple[Repair, ...] = ()

    @property
    def text(self) -> str:
        """Return the search in canonical spelling: what stands in addresses."""
        return written(self.asked)

    def repaired(self, repair: Repair) -> str:
        """Return the search with its plain words read another way."""
        rest = (one for one in self.asked.clauses if not (one.sign is Sign.PLAIN and isinstance(one.unit, Word)))
        words = (Clause(unit=Word(text=word)) for word in repair.text.split())
        return written(Asked(clauses=(*words, *rest)))


def understood(
    text: str, *, lang: str, at: datetime, sort: Sort = Sort.BEST, limit: int = 20, offset: int = 0,
    facets: tuple[Facet, ...] = (), repairing: bool = True,
) -> Understood:  # fmt: skip
    """Understand what was typed on a page in that language; every text is understood as something.

    `repairing`: look for other readings too. What holds one of them whole is a hit beside the hits of what was typed.
    """
    read = grammar.read(text, today=timezone.localdate(at))
    asked = values.spelled(read, codes=_CODES, slug_of=agency_names().slug_of)
    dictionary = dictionary_now()
    repairs = tuple(one for one in _repairs(asked.words) if not dictionary.denies(one.text)) if repairing else ()
    return Understood(
        asked=asked,
        query=Query(
            asked=_for_engine(asked),
            words=_wording(asked.words, lang, dictionary, repairs),
            at=at,
            sort=sort,
            limit=limit,
            offset=offset,
            facets=facets,
            pinned=dictionary.pinned(written(asked)),
            like=_like(asked),
        ),
        repairs=repairs,
    )


def asked_query(text: str, *, lang: str, at: datetime, repairing: bool = True) -> Query:
    """Return what an engine is asked for a text."""
    return understood(text, lang=lang, at=at, repairing=repairing).query


def _wording(text: str, lang: str, dictionary: Dictionary, repairs: tuple[Repair, ...]) -> wording.Wording:
    return wording.read(
        text,
        lang=lang,
        alternatives=dictionary.alternatives(analysis.forms(text)[:MOST_TERMS]),
        repairs=[one.text for one in repairs if one.ranks],
    )


def _repairs(words: str) -> tuple[Repair, ...]:
    return chosen.repairer().repairs(words) if words else ()


def _for_engine(asked: Asked) -> Asked:
    """Return the conditions with codes instead of words, without the text that hits are to be like."""
    resolved = values.resolved(asked, codes=_CODES, agencies=agency_names().called)
    return replace(resolved, clauses=tuple(one for one in resolved.clauses if not _is_like(one)))


def _is_like(clause: Clause) -> bool:
    return clause.sign is Sign.PLAIN and isinstance(clause.unit, Term) and clause.unit.field is Field.LIKE


def _like(asked: Asked) -> Document | None:
    """Return the text that hits are to be like: an entry named by its number, or the end of its address."""
    for clause in asked.clauses:
        if _is_like(clause) and isinstance(clause.unit, Term):
            number = clause.unit.values[0].rpartition("-")[2]
            if number.isascii() and number.isdecimal() and len(number) < 19:
                entry = Entry.objects.select_related("agency").filter(pk=int(number)).first()
                return shelf.document(entry) if entry else None
    return None
