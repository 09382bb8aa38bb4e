"""An index as the fake OpenSearch keeps it: strict fields, BM25 as Lucene computes it, and the queries that we send.

Whatever it does not know is refused, so that a wrong query fails.
"""

from __future__ import annotations

import math
import re
import struct
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Dsl = Mapping[str, Any]
Scores = dict[int, float]

_SPACE = re.compile(r"[ \t\n\x0b\f\r]+")
_LONGEST_TOKEN = 255
_OPTIONS = ("docs", "freqs", "positions")


class Bad(Exception):
    """A request that OpenSearch refuses, or that the fake does not know."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A document as it was sent."""

    id: str
    source: Mapping[str, Any]


@dataclass(kw_only=True)
class Postings:
    """Where each term of a field stands: by term, by document, at which places."""

    places: defaultdict[Any, dict[int, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    lengths: dict[int, int] = field(default_factory=dict)


def only(given: Mapping[str, Any], *known: str) -> None:
    """Refuse what is not known."""
    if unknown := set(given) - set(known):
        raise Bad(f"unknown {sorted(unknown)} among {sorted(given)}")


def one(given: Any) -> tuple[str, Any]:
    """Return the only key of an object with what it holds."""
    if not isinstance(given, Mapping) or len(given) != 1:
        raise Bad(f"expected one key: {given!r}")
    return next(iter(given.items()))


def as_float(number: float) -> float:
    """Return the number as a float of Java has it."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


def norm(length: int) -> int:
    """Return the length of a text as Lucene keeps it: in one byte, exact to 40 terms."""
    if length < 24:
        return length
    rest = length - 24
    bits = max(0, rest.bit_length() - 4)
    return 24 + (rest >> bits << bits)


def tokens(text: str) -> list[str]:
    words = [word for word in _SPACE.split(text) if word]
    return [word[first : first + _LONGEST_TOKEN] for word in words for first in range(0, len(word), _LONGEST_TOKEN)]


class Fields:
    """A mapping, read strictly."""

    def __init__(self, mappings: Mapping[str, Any]) -> None:
        only(mappings, "dynamic", "_source", "properties")
        if mappings.get("dynamic") != "strict":
            raise Bad("the fake keeps strict mappings only")
        self.kept: list[str] | None = mappings.get("_source", {}).get("includes")
        self._fields: dict[str, Mapping[str, Any]] = dict(mappings["properties"])
        for name, about in self._fields.items():
            only(about, "type", "analyzer", "index_options", "norms", "index", "doc_values")
            if about["type"] == "text" and (about["analyzer"], about["index_options"] in _OPTIONS) != (
                "whitespace",
                True,
            ):
                raise Bad(f"{name}: {about}")
            if about["type"] not in ("text", "keyword", "long", "percolator"):
                raise Bad(f"{name}: {about}")

    def of(self, name: str, *types: str) -> Mapping[str, Any]:
        about = self._fields.get(name)
        if about is None or about["type"] not in types or about.get("index") is False:
            raise Bad(f"field {name!r} is {about}, not one of {types}")
        return about

    def columns(self, names: Iterable[str]) -> None:
        """Refuse fields whose values cannot be listed, sorted or counted."""
        for name in names:
            about = self._fields.get(name, {})
            if about.get("type") not in ("keyword", "long") or about.get("doc_values") is False:
                raise Bad(f"no doc values: {name!r}")

    def check(self, source: Mapping[str, Any]) -> None:
        """Refuse a document that does not fit."""
        for name, value in source.items():
            about = self._fields.get(name)
            if about is None:
                raise Bad(f"strict_dynamic_mapping_exception: {name!r}")
            kinds = {"long": int, "text": str, "keyword": str, "percolator": dict}
            values = value if isinstance(value, list) else [value]
            if not all(type(each) is kinds[about["type"]] for each in values):
                raise Bad(f"mapper_parsing_exception: {name}={value!r}")
            if about["type"] == "percolator":
                Snapshot(self, []).run(value, scored=False)


class Snapshot:
    """The documents that searches see, since a refresh."""

    def __init__(self, fields: Fields, documents: Iterable[Stored], *, legacy: bool = True) -> None:
        self.fields = fields
        self.documents = list(documents)
        self.slots: dict[int, list[int]] = {}
        self._legacy = legacy
        self._postings: dict[str, Postings] = {}
        self._columns: dict[str, list[list[Any]]] = {}

    @cached_property
    def everything(self) -> range:
        return range(len(self.documents))

    def values(self, number: int, name: str) -> list[Any]:
        if name not in self._columns:
            held = [stored.source.get(name, []) for stored in self.documents]
            self._columns[name] = [value if isinstance(value, list) else [value] for value in held]
        return self._columns[name][number]

    def postings(self, name: str) -> Postings:
        if name not in self._postings:
            about, found = self.fields.of(name, "text", "keyword", "long"), Postings()
            for number in self.everything:
                terms = [term for value in self.values(number, name) for term in self._terms(about, value)]
                for place, term in enumerate(terms):
                    found.places[term].setdefault(number, []).append(place)
                if terms:
                    found.lengths[number] = len(terms)
            self._postings[name] = found
        return self._postings[name]

    def run(self, query: Dsl, *, scored: bool = True) -> Scores:
        """Return the documents a query finds, with their scores."""
        kind, given = one(query)
        known: Mapping[str, Callable[[Any, bool], Scores]] = {
            "match_all": self._match_all, "match_none": lambda given, scored: {}, "term": self._term,
            "terms": self._oneof, "prefix": self._prefix, "range": self._range, "match_phrase": self._phrase,
            "bool": self._bool, "dis_max": self._dis_max, "constant_score": self._constant,
            "percolate": self._percolate,
        }  # fmt: skip
        if kind not in known:
            raise Bad(f"unknown query {kind!r}")
        return known[kind](given, scored)

    def _terms(self, about: Mapping[str, Any], value: Any) -> list[Any]:
        return tokens(value) if about["type"] == "text" else [value]

    def _match_all(self, given: Dsl, scored: bool) -> Scores:
        only(given)
        return dict.fromkeys(self.everything, 1.0)

    def _term(self, given: Dsl, scored: bool) -> Scores:
        name, value = one(given)
        about, boost = self.fields.of(name, "text", "keyword", "long"), 1.0
        if isinstance(value, Mapping):
            only(value, "value", "boost")
            value, boost = value["value"], value.get("boost", 1.0)
        places = self.postings(name).places.get(value, {})
        if about["type"] != "text" or not scored:
            return dict.fromkeys(places, boost)
        weigh = self._bm25(name, about, within=len(places))
        return {number: boost * weigh(number, len(at)) for number, at in places.items()}

    def _bm25(self, name: str, about: Mapping[str, Any], *, within: int) -> Callable[[int, int], float]:
        """Return what gives a document's score by how often it has a term that stands in so many."""
        lengths, k1, b = self.postings(name).lengths, 1.2, 0.75
        if about["index_options"] == "docs":
            raise Bad(f"the fake does not score {name!r}: it keeps no frequencies")
        idf = math.log(1 + (len(lengths) - within + 0.5) / (within + 0.5)) * (k1 + 1 if self._legacy else 1)
        mean = sum(lengths.values()) / max(len(lengths), 1)

        def weigh(number: int, times: int) -> float:
            length = norm(lengths[number]) if about["norms"] else mean
            return idf * times / (times + k1 * (1 - b + b * length / mean))

        return weigh

    def _oneof(self, given: Dsl, scored: bool) -> Scores:
        name, values = one(given)
        self.fields.of(name, "text", "keyword", "long")
        places = self.postings(name).places
        return {number: 1.0 for value in values for number in places.get(value, {})}

    def _prefix(self, given: Dsl, scored: bool) -> Scores:
        name, begun = one(given)
        self.fields.of(name, "text", "keyword")
        if not isinstance(begun, str):
            raise Bad(f"prefix {begun!r}")
        places = self.postings(name).places
        return {number: 1.0 for term in places if term.startswith(begun) for number in places[term]}

    def _range(self, given: Dsl, scored: bool) -> Scores:
        name, bounds = one(given)
        self.fields.of(name, "long")
        only(bounds, "gte", "gt", "lte", "lt")
        first = max(bounds.get("gte", -math.inf), bounds.get("gt", -math.inf) + 1)
        last = min(bounds.get("lte", math.inf), bounds.get("lt", math.inf) - 1)
        return {number: 1.0 for number in self.everything if any(first <= v <= last for v in self.values(number, name))}

    def _phrase(self, given: Dsl, scored: bool) -> Scores:
        name, about = one(given)
        only(about, "query", "slop")
        if scored or self.fields.of(name, "text")["index_options"] != "positions":
            raise Bad(f"phrase in {name!r}: no positions, or the fake does not score it")
        words = tokens(about["query"])
        places = [self.postings(name).places.get(word, {}) for word in words]
        both = set.intersection(*(set(some) for some in places)) if places else set()
        slop = about.get("slop", 0)
        return {number: 1.0 for number in both if _near([some[number] for some in places], slop)}

    def _bool(self, given: Dsl, scored: bool) -> Scores:
        only(given, "must", "filter", "should", "must_not", "minimum_should_match", "boost")
        must = [self.run(query, scored=scored) for query in given.get("must", [])]
        silent = [self.run(query, scored=False) for query in given.get("filter", [])]
        should = [self.run(query, scored=scored) for query in given.get("should", [])]
        least = given.get("minimum_should_match", 0 if must or silent or not should else 1)
        met = Counter(number for found in should for number in found)
        numbers = set.intersection(*map(set, [*must, *silent])) if must or silent else set(met or self.everything)
        numbers -= {number for query in given.get("must_not", []) for number in self.run(query, scored=False)}
        return {
            number: given.get("boost", 1.0) * sum(found.get(number, 0.0) for found in [*must, *should])
            for number in numbers
            if met[number] >= least
        }

    def _dis_max(self, given: Dsl, scored: bool) -> Scores:
        only(given, "queries")
        best: Scores = {}
        for query in given["queries"]:
            for number, score in self.run(query, scored=scored).items():
                best[number] = max(score, best.get(number, score))
        return best

    def _constant(self, given: Dsl, scored: bool) -> Scores:
        only(given, "filter", "boost")
        boost: float = given.get("boost", 1.0)
        return dict.fromkeys(self.run(given["filter"], scored=False), boost)

    def _percolate(self, given: Dsl, scored: bool) -> Scores:
        """Return which kept queries find any of some documents; `slots` says which."""
        only(given, "field", "documents")
        self.fields.of(given["field"], "percolator")
        for source in given["documents"]:
            self.fields.check(source)
        held = Snapshot(self.fields, (Stored(id=str(at), source=one) for at, one in enumerate(given["documents"])))
        for number in self.everything:
            for query in self.values(number, given["field"]):
                if met := sorted(held.run(query, scored=False)):
                    self.slots[number] = met
        return dict.fromkeys(self.slots, 1.0)


def _near(places: list[list[int]], slop: int, used: tuple[int, ...] = ()) -> bool:
    """Tell whether terms stand in order with so many moves, as Lucene's sloppy phrases count them."""
    shifted = [place - offset for offset, place in enumerate(used)]
    if used and (max(shifted) - min(shifted) > slop or used[-1] in used[:-1]):
        return False
    if len(used) == len(places):
        return True
    return any(_near(places, slop, (*used, place)) for place in places[len(used)])
