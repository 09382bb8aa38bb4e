"""What a query means in the terms of the index: which entries are hits, what orders them, what is near. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from cong.search.engines.engine import NARROWED_BY, Document, Facet, Query
from cong.search.language.clauses import Asked, Clause, Either, Field, Phrase, Sign, Span, Term
from cong.search.meaning.conditions import condition, every
from cong.search.meaning.nodes import (
    AnyOf,
    Best,
    Every,
    Everything,
    Flat,
    Has,
    Node,
    Nothing,
    OneOf,
    Ranked,
    Weighed,
    Without,
)
from cong.search.meaning.ranking import Weights
from cong.search.meaning.wording import Alternative, Wording
from cong.search.text import analysis, chains
from cong.search.text.analysis import Form
from cong.search.text.chains import Reading

# Ten times apart: no factor of a hit turns two pins round.
_PIN, _APART, _MOST_PINS = 1e6, 10.0, 12
_MOST_RANKING = 160
# Similar texts: this much of a body is read, so many of its terms are looked up, the most telling ones ask.
_LIKE_BODY, _LIKE_ASKED, _LIKE_TERMS, _LIKE_TIMES, _LIKE_COMMON = 20_000, 400, 25, 8, 0.2


class Statistics(Protocol):
    """What an index knows of its terms."""

    @property
    def size(self) -> int: ...

    def frequency(self, field: str, term: str) -> int:
        """Return in how many entries a term stands."""
        ...


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`hits`: what is found, with its score; `near`: what comes close, None when nothing could.

    `wanted`: the scoring leaves alone, which an explanation is made of.
    """

    hits: Node
    near: Node | None
    wanted: tuple[Node, ...]


def plan(query: Query, statistics: Statistics, weights: Weights) -> Plan:
    """Decide what a query means. Always gives a plan; one without anything to look for finds nothing."""
    conditions = _conditions(query)
    if query.like is not None:
        return _like(query.like, conditions, statistics)
    wanted = tuple(_ranking(query, statistics, weights))
    told = _words(query, weights)
    if not conditions and told is None:
        return Plan(hits=Nothing(), near=None, wanted=())
    hits = _joined([*conditions, *([told] if told else [])], wanted)
    near = _joined([*_conditions(query, near=True), AnyOf(nodes=wanted)], ()) if wanted else None
    return Plan(hits=_with_pins(hits, conditions, query.pinned), near=near, wanted=wanted)


def _like(document: Document, conditions: tuple[Node, ...], statistics: Statistics) -> Plan:
    """Plan for what is similar to a text: any of its most telling terms, never the text itself."""
    wanted = tuple(_leaf("fx", term, weight) for term, weight in telling_terms(document, statistics))
    if not wanted:
        return Plan(hits=Nothing(), near=None, wanted=())
    whole = _joined([*conditions, AnyOf(nodes=wanted)], ())
    return Plan(hits=Without(node=whole, others=(OneOf(field="id", values=(document.id,)),)), near=None, wanted=wanted)


def telling_terms(document: Document, statistics: Statistics) -> list[tuple[str, float]]:
    """Return the terms that tell a text from all others, by tf·idf, with their weights; a term of two texts or more."""
    forms = [*analysis.forms(document.title), analysis.END, *analysis.forms(document.summary), analysis.END,
             *analysis.forms(document.body[:_LIKE_BODY])]  # fmt: skip
    _, folded = chains.ranking(forms, document.lang)
    counted = Counter(folded)
    total = max(statistics.size, 1)
    weighed: list[tuple[float, str]] = []
    for term, times in counted.most_common(_LIKE_ASKED):
        within = statistics.frequency("fx", term)
        if 1 < within <= max(total * _LIKE_COMMON, 2):
            weighed.append((min(times, _LIKE_TIMES) * math.log(total / within + 1), term))
    weighed.sort(reverse=True)
    top = weighed[0][0] if weighed else 1.0
    return [(term, score / top) for score, term in weighed[:_LIKE_TERMS]]


def needed(query: Query, weights: Weights) -> tuple[Node, ...]:
    """Return what an entry must meet to be a hit, nothing when the query asks for nothing."""
    told = _words(query, weights)
    return (*_conditions(query), *([told] if told else []))


def _conditions(query: Query, *, near: bool = False) -> tuple[Node, ...]:
    """Return what hits must meet; what is `near` may lack a phrase, as it may lack a word."""
    asked = (one for one in query.asked.conditions if not (near and _is_phrase(one)))
    return tuple(condition(clause, query.words.lang) for clause in asked)


def _is_phrase(clause: Clause) -> bool:
    return clause.sign is Sign.PLAIN and isinstance(clause.unit, Phrase)


def without(query: Query, facet: Facet, weights: Weights) -> Node:
    """Return what the query finds when its own narrowing of a facet is left out, for counting."""
    kept = tuple(one for one in query.asked.clauses if not _narrows(one, NARROWED_BY[facet]))
    parts = needed(replace(query, asked=Asked(clauses=kept)), weights)
    return _joined(parts, ()) if parts else Everything()


def is_narrowed(query: Query, facet: Facet) -> bool:
    """Tell whether the query itself narrows a facet."""
    return any(_narrows(one, NARROWED_BY[facet]) for one in query.asked.clauses)


def _narrows(clause: Clause, field: Field) -> bool:
    """Tell whether a clause asks for values of a field, or for days of one list."""
    units = clause.unit.units if isinstance(clause.unit, Either) else (clause.unit,)
    return clause.sign is Sign.PLAIN and all(isinstance(one, Term | Span) and one.field is field for one in units)


def _joined(needed: Sequence[Node], wanted: tuple[Node, ...]) -> Node:
    whole: Node = needed[0] if len(needed) == 1 else Every(nodes=tuple(needed))
    return Ranked(needed=whole, wanted=wanted) if wanted else whole


def _with_pins(hits: Node, conditions: tuple[Node, ...], pinned: tuple[int, ...]) -> Node:
    if not pinned:
        return hits
    first_ones = pinned[:_MOST_PINS]
    ranked = [
        Flat(node=OneOf(field="id", values=(one,)), score=_PIN * _APART ** (len(first_ones) - place))
        for place, one in enumerate(first_ones)
    ]
    first: Node = Best(nodes=tuple(ranked))
    return AnyOf(nodes=(hits, Every(nodes=(first, *conditions)) if conditions else first))


def _words(query: Query, weights: Weights) -> Node | None:
    """Return what a hit holds of the plain words: every syllable as typed or as it may be meant, or the number."""
    words = query.words
    if not words.forms:
        return None
    told_by = [every(reading.required) for reading in chains.readings(words.forms, words.lang)]
    told_by += [every(analysis.required(forms)) for forms in words.repairs]
    if words.alternatives:
        told_by.append(_with_alternatives(words))
    told: Node = Flat(node=told_by[0] if len(told_by) == 1 else AnyOf(nodes=tuple(told_by)))
    numbers = _numbers(words, weights)
    return AnyOf(nodes=(told, numbers)) if numbers else told


def _with_alternatives(words: Wording) -> Node:
    """Return the words in which stretches may read otherwise: the stretch, or any of its other wordings."""
    parts: list[Node] = []
    place = 0
    for first, last, others in _stretches(words.alternatives):
        if first > place:
            parts.append(every(analysis.required(words.forms[place:first])))
        own = every(analysis.required(words.forms[first:last]))
        parts.append(AnyOf(nodes=(own, *(_as_phrase(one.forms) for one in others))))
        place = last
    if place < len(words.forms):
        parts.append(every(analysis.required(words.forms[place:])))
    kept = tuple(part for part in parts if not isinstance(part, Nothing))
    return kept[0] if len(kept) == 1 else Every(nodes=kept)


def _stretches(alternatives: Iterable[Alternative]) -> list[tuple[int, int, list[Alternative]]]:
    found: dict[tuple[int, int], list[Alternative]] = {}
    for one in alternatives:
        found.setdefault((one.first, one.last), []).append(one)
    return [(first, last, others) for (first, last), others in sorted(found.items())]


def _as_phrase(forms: Sequence[Form]) -> Node:
    """Return what says that syllables stand together: their pairs, which cost no positions."""
    folded = analysis.folded(forms)
    return every(dict.fromkeys(analysis.bigrams(folded) or [one for one in folded if one]))


def _numbers(words: Wording, weights: Weights) -> Node | None:
    if not words.guesses:
        return None
    firm, loose = weights.terms.number_firm, weights.terms.number_loose
    scored = [
        Flat(node=OneOf(field="num", values=(guess.key,)), score=guess.parts * (firm if guess.firm else loose))
        for guess in words.guesses
    ]
    return Best(nodes=tuple(scored))


def _ranking(query: Query, statistics: Statistics, weights: Weights) -> list[Node]:
    """Return what orders the hits: terms of the words and phrases, of their other wordings and repairs."""
    words = query.words
    whole = [*words.forms, *_others(query)]
    if not whole:
        return []
    pair = 1.0 if words.is_short else weights.terms.pair_in_a_question
    found = dict[tuple[str, str], float]()
    for field, terms, weight in _twins(whole, words, statistics, weights):
        for term in _telling(field, terms, statistics, weights):
            found.setdefault((field, term), weight * (pair if "_" in term else 1.0))
    extra = [(one.forms, weights.terms.alternative) for one in words.alternatives]
    extra += [(forms, weights.terms.repair) for forms in words.repairs]
    for forms, weight in extra:
        for field, term, share in _extra(forms, weights):
            found.setdefault((field, term), weight * share)
    return [_leaf(field, term, weight) for (field, term), weight in list(found.items())[:_MOST_RANKING]]


def _leaf(field: str, term: str, weight: float) -> Node:
    leaf = Has(field=field, term=term)
    return leaf if weight == 1.0 else Weighed(node=leaf, weight=weight)


def _others(query: Query) -> list[Form]:
    """Return the syllables of phrases and signed words, which order hits as plain words do."""
    plain = set(query.asked.words.split())
    found: list[Form] = []
    for text in query.asked.texts:
        if text not in plain:
            found += [analysis.END, *analysis.forms(text)]
    return found[: _MOST_RANKING // 4]


def _twins(
    forms: Sequence[Form], words: Wording, statistics: Statistics, weights: Weights
) -> list[tuple[str, Sequence[str], float]]:
    """Return (field, terms, weight): both twins, of which the one that the query is typed in counts whole."""
    other, found = weights.terms.other_twin, list[tuple[str, Sequence[str], float]]()
    for reading in chains.readings(forms, words.lang):
        if not _is_marked(reading):
            found.append(("fx", reading.folded, 1.0))
            continue
        half = words.looks_half_typed(partial(statistics.frequency, "ax"), partial(statistics.frequency, "fx"))
        found.append(("ax", reading.accented, other if half else 1.0))
        found.append(("fx", reading.folded, 1.0 if half else other))
    return found


def _is_marked(reading: Reading) -> bool:
    """Tell whether marks tell something: only Vietnamese is ranked by its marked twin."""
    return reading.lang == "vi" and reading.accented != reading.folded


def _telling(field: str, terms: Iterable[str], statistics: Statistics, weights: Weights) -> list[str]:
    """Return the terms worth ranking by: in a large index those in a third of all entries only cost time."""
    distinct = list(dict.fromkeys(terms))
    if statistics.size < weights.terms.large:
        return distinct
    limit = statistics.size * weights.terms.too_common
    rare = [term for term in distinct if statistics.frequency(field, term) <= limit]
    return rare if len(rare) >= weights.terms.fewest_telling else distinct


def _extra(forms: Sequence[Form], weights: Weights) -> list[tuple[str, str, float]]:
    """Return (field, term, share of the weight) of another wording."""
    accented, folded = analysis.terms(analysis.accented(forms)), analysis.terms(analysis.folded(forms))
    found = [("fx", term, 1.0) for term in dict.fromkeys(folded)]
    if accented != folded:
        found = [("ax", term, 1.0) for term in dict.fromkeys(accented)]
        found += [("fx", term, weights.terms.other_twin) for term in dict.fromkeys(folded)]
    return found
