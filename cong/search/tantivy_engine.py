"""The embedded engine: tantivy, fed with our own tokens."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import tantivy
from tantivy import Occur

from cong.search import analysis, wording
from cong.search.engine import DEEPEST, FEW, Document, Hit, Mark, NotReady, Page, Query
from cong.search.numbers import number_keys
from cong.search.wording import Wording

# Ranking fields hold syllables and bigrams of title, summary and body in one field (three fields summed rank
# worse); `a` and `f` keep positions for phrases and prefixes.
_TOKENS = {"ax": "freq", "fx": "freq", "a": "position", "f": "position", "t": "position", "num": "basic"}
_CODES = ("kind", "section", "part", "lang")
_NUMBERS = ("id", "agency")
_TITLE_COUNTS, _SUMMARY_COUNTS = 3, 2
_LONGEST_BODY = 400_000

_MARK_ID = 0
_HEAP = 50_000_000
_RERANKED = 500
_OTHER_TWIN = 0.5
_PAIR_IN_A_QUESTION = 0.6
_LARGE = 20_000
_TOO_COMMON = 0.3
_FEWEST_TELLING = 3
_FIRM, _LOOSE = 1000.0, 20.0
_FRESH_BONUS, _FRESH_DAYS = 0.25, 90.0
_DAY = 86_400

_MAKING = (analysis.VERSION, _TOKENS, _CODES, _NUMBERS, _TITLE_COUNTS, _SUMMARY_COUNTS, 1)
VERSION = sha256(repr(_MAKING).encode()).hexdigest()[:16]
"""Changes whenever an index written by an older program would answer differently."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _NUMBERS:
        # Signed: deleting by term silently matches nothing in an unsigned field.
        builder.add_integer_field(name, stored=name == "id", indexed=True, fast=True)
    for name, option in _TOKENS.items():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in _CODES:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", indexed=True, fast=True)
    builder.add_float_field("authority", fast=True)
    builder.add_integer_field("seq", stored=True)
    builder.add_text_field("change", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _row(document: Document) -> tantivy.Document:
    title, summary = analysis.forms(document.title), analysis.forms(document.summary)
    body = analysis.forms(document.body[:_LONGEST_BODY])
    weighed = [*[*title, analysis.END] * _TITLE_COUNTS, *[*summary, analysis.END] * _SUMMARY_COUNTS, *body]
    once = [*title, *summary, *body]
    row = tantivy.Document()
    row.add_text("ax", " ".join(analysis.terms(analysis.accented(weighed))))
    row.add_text("fx", " ".join(analysis.terms(analysis.folded(weighed))))
    row.add_text("a", " ".join(analysis.accented(once)))
    row.add_text("f", " ".join(analysis.folded(once)))
    row.add_text("t", " ".join(analysis.folded(title)))
    row.add_text("num", " ".join(number_keys(document.number)))
    for name in _CODES:
        row.add_text(name, getattr(document, name))
    row.add_integer("id", document.id)
    row.add_integer("agency", document.agency)
    row.add_integer("published", int(document.published_at.timestamp()))
    row.add_float("authority", document.authority)
    return row


class TantivyWriter:
    """Writes one index directory. A second writer of the same directory is refused by tantivy itself."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        fresh = not tantivy.Index.exists(str(path))
        self._index = tantivy.Index(_schema(), path=str(path)) if fresh else tantivy.Index.open(str(path))
        self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)

    def add(self, documents: Iterable[Document]) -> None:
        """Add documents that are not there yet."""
        for document in documents:
            self._writer.add_document(_row(document))

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, or replace them."""
        for document in documents:
            self._writer.delete_documents_by_term("id", document.id)
            self._writer.add_document(_row(document))

    def remove(self, ids: Iterable[int]) -> None:
        for number in ids:
            self._writer.delete_documents_by_term("id", number)

    def commit(self, mark: Mark) -> None:
        """Make everything since the last commit durable together with how far it goes."""
        row = tantivy.Document()
        row.add_integer("id", _MARK_ID)
        row.add_integer("seq", mark.seq)
        row.add_text("change", mark.change)
        row.add_text("version", mark.version)
        self._writer.delete_documents_by_term("id", _MARK_ID)
        self._writer.add_document(row)
        self._writer.commit()

    def close(self) -> None:
        """Give up what was not committed and let merges end."""
        self._writer.wait_merging_threads()


@dataclass(frozen=True, kw_only=True)
class _Found:
    id: int
    score: float
    address: tantivy.DocAddress


class TantivyEngine:
    """Reads one index directory; `reload` shows the last commit."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir() or not tantivy.Index.exists(str(path)):
            raise NotReady(path)
        self._index = tantivy.Index.open(str(path))
        self._index.config_reader(reload_policy="manual")
        self._schema = self._index.schema

    def reload(self) -> None:
        self._index.reload()

    @property
    def size(self) -> int:
        """How many documents there are, without the mark."""
        return max(0, self._index.searcher().num_docs - 1)

    def mark(self) -> Mark | None:
        """Return how far the index has read, None before its first commit."""
        searcher = self._index.searcher()
        found = searcher.search(self._term("id", _MARK_ID), limit=1).hits
        if not found:
            return None
        row = searcher.doc(found[0][1])
        return Mark(seq=row["seq"][0], change=row["change"][0], version=row["version"][0])

    def search(self, query: Query) -> Page:
        words = wording.read(query.text)
        if not words.forms or query.offset >= DEEPEST:
            return Page()
        searcher = self._index.searcher()
        ranking = self._ranking(searcher, words)
        exact = self._exact(words, ranking)
        hits, total = self._best(searcher, exact, query)
        near: tuple[Hit, ...] = ()
        if total < FEW and query.offset == 0:
            near = self._near(searcher, ranking, query, without={hit.id for hit in hits})
        return Page(hits=hits, total=total, near=near)

    def _term(self, field: str, value: str | int) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, index_option=_TOKENS.get(field, "basic"))

    def _exact(self, words: Wording, ranking: list[tantivy.Query]) -> tantivy.Query:
        """Every syllable, whatever its marks; or the number that was meant."""
        every = [(Occur.Must, self._term("fx", one)) for one in analysis.required(words.forms)]
        told = tantivy.Query.const_score_query(tantivy.Query.boolean_query(every), 0.0)
        either = [(Occur.Should, told), *((Occur.Should, one) for one in self._numbers(words))]
        must = tantivy.Query.boolean_query(either) if len(either) > 1 else told
        return tantivy.Query.boolean_query([(Occur.Must, must), *((Occur.Should, one) for one in ranking)])

    def _numbers(self, words: Wording) -> list[tantivy.Query]:
        if not words.guesses:
            return []
        scores = [(guess.key, guess.parts * (_FIRM if guess.firm else _LOOSE)) for guess in words.guesses]
        found = [tantivy.Query.const_score_query(self._term("num", key), score) for key, score in scores]
        return [tantivy.Query.disjunction_max_query(found)]

    def _ranking(self, searcher: tantivy.Searcher, words: Wording) -> list[tantivy.Query]:
        """Return what orders the hits: both twins, of which the one that the query is typed in counts double."""
        pair = 1.0 if words.is_short else _PAIR_IN_A_QUESTION
        accented = self._telling(searcher, "ax", analysis.accented(words.forms))
        folded = self._telling(searcher, "fx", analysis.folded(words.forms))
        if not words.is_accented:
            return self._weighed("fx", folded, 1.0, pair)
        bare = words.looks_half_typed(partial(searcher.doc_freq, "ax"), partial(searcher.doc_freq, "fx"))
        marks, none = (_OTHER_TWIN, 1.0) if bare else (1.0, _OTHER_TWIN)
        return self._weighed("ax", accented, marks, pair) + self._weighed("fx", folded, none, pair)

    def _telling(self, searcher: tantivy.Searcher, field: str, syllables: list[str]) -> list[str]:
        """Return the terms worth ranking by: in a large index those in a third of all documents only cost time."""
        terms = list(dict.fromkeys(analysis.terms(syllables)))
        if searcher.num_docs < _LARGE:
            return terms
        limit = searcher.num_docs * _TOO_COMMON
        rare = [term for term in terms if searcher.doc_freq(field, term) <= limit]
        return rare if len(rare) >= _FEWEST_TELLING else terms

    def _weighed(self, field: str, terms: list[str], weight: float, pair: float) -> list[tantivy.Query]:
        return [
            tantivy.Query.boost_query(self._term(field, term), weight * pair if "_" in term else weight)
            for term in terms
        ]

    def _best(self, searcher: tantivy.Searcher, exact: tantivy.Query, query: Query) -> tuple[tuple[Hit, ...], int]:
        end = min(query.offset + query.limit, DEEPEST)
        if query.offset >= _RERANKED:
            answer = searcher.search(exact, limit=end - query.offset, offset=query.offset)
            return _hits(self._read(searcher, answer)), _count(answer)
        answer = searcher.search(exact, limit=max(_RERANKED, end))
        found = self._read(searcher, answer)
        ordered = self._reranked(searcher, found[:_RERANKED], query.at) + found[_RERANKED:]
        return _hits(ordered[query.offset : end]), _count(answer)

    def _near(
        self, searcher: tantivy.Searcher, ranking: list[tantivy.Query], query: Query, *, without: set[int]
    ) -> tuple[Hit, ...]:
        anything = tantivy.Query.boolean_query([(Occur.Should, one) for one in ranking])
        answer = searcher.search(anything, limit=query.limit + len(without), count=False)
        found = [one for one in self._read(searcher, answer) if one.id not in without]
        return _hits(self._reranked(searcher, found, query.at))[: query.limit]

    def _read(self, searcher: tantivy.Searcher, answer: tantivy.SearchResult) -> list[_Found]:
        addresses = [address for _, address in answer.hits]
        ids = searcher.fast_field_values("id", addresses)
        return [
            _Found(id=int(number or 0), score=score, address=address)
            for number, (score, address) in zip(ids, answer.hits, strict=True)
        ]

    def _reranked(self, searcher: tantivy.Searcher, found: list[_Found], at: datetime) -> list[_Found]:
        """Order by score × freshness × authority; equal ones newest first."""
        addresses = [one.address for one in found]
        published = [int(value or 0) for value in searcher.fast_field_values("published", addresses)]
        authority = [float(value or 1) for value in searcher.fast_field_values("authority", addresses)]
        now = at.timestamp()
        weighed = [
            (one.score * weight * _freshness(now - moment), moment, one)
            for one, moment, weight in zip(found, published, authority, strict=True)
        ]
        weighed.sort(key=lambda row: (-row[0], -row[1], row[2].id))
        return [_Found(id=one.id, score=score, address=one.address) for score, _, one in weighed]


def _freshness(age: float) -> float:
    return 1 + _FRESH_BONUS * math.exp(-max(0.0, age) / _DAY / _FRESH_DAYS)


def _count(answer: tantivy.SearchResult) -> int:
    return int(answer.count or 0)  # type: ignore[attr-defined]  # tantivy's own stub leaves it out


def _hits(found: list[_Found]) -> tuple[Hit, ...]:
    return tuple(Hit(id=one.id, score=one.score) for one in found)
