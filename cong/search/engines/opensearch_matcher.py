"""Which of many kept queries a few new entries meet: the server keeps the queries, and entries are held against them.

A kept query is named by what it asks, so it is sent once; it is renewed while it is in use and swept away after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from cong.search.engines.engine import Document, Query
from cong.search.engines.opensearch_mapping import PROGRAM, Source, properties, source
from cong.search.engines.opensearch_nodes import Dsl, matching
from cong.search.engines.opensearch_server import Server
from cong.search.engines.opensearch_writer import send
from cong.search.meaning import ranking
from cong.search.meaning.conditions import ordinal
from cong.search.meaning.nodes import Every
from cong.search.meaning.plan import needed
from cong.search.meaning.rows import parts

_QUERY, _KEY, _DAY = "kept_query", "kept_key", "kept_on"
# Renewed long before it is swept, so that nobody sweeps what somebody else uses.
_RENEWED_AFTER, _SWEPT_AFTER = 10, 40
"""Days."""

_KEYS, _DOCUMENTS, _CHARACTERS = 2_000, 100, 4_000_000
_SLOTS = "_percolator_document_slot"


class OpenSearchMatcher:
    """A Matcher by the percolator of OpenSearch."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._index = f"{server.base}-kept-{PROGRAM}"
        self._alias = f"{self._index}-writer"

    def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
        """Return for each query the ids of the documents that are hits. Raises Failed."""
        if not documents or not queries:
            return [()] * len(queries)
        asked = [_kept(query) for query in queries]
        kept = {key: dsl for key, dsl in asked if dsl}
        met: dict[str, set[int]] = {key: set() for key in kept}
        self._keep(kept, today=ordinal(max(query.at for query in queries).date()))
        for keys in _chunks(kept, _KEYS):
            for sources in _batches(documents):
                for key, ids in self._met(keys, sources):
                    met[key].update(ids)
        return [tuple(sorted(met.get(key, ()))) for key, _ in asked]

    def _met(self, keys: list[str], sources: list[Source]) -> Iterator[tuple[str, list[int]]]:
        """Yield which queries which of the documents meet."""
        asked = [{"terms": {_KEY: keys}}, {"percolate": {"field": _QUERY, "documents": sources}}]
        for hit in self._found({"bool": {"filter": asked}}, len(keys)):
            yield hit["fields"][_KEY][0], [sources[slot]["id"] for slot in hit["fields"][_SLOTS]]

    def _keep(self, kept: Mapping[str, Dsl], *, today: int) -> None:
        """Send the queries that the server does not have, or has not been asked about for long."""
        self._made()
        missing = dict(kept)
        for keys in _chunks(kept, _KEYS):
            fresh = [{"terms": {_KEY: keys}}, {"range": {_DAY: {"gt": today - _RENEWED_AFTER}}}]
            for hit in self._found({"bool": {"filter": fresh}}, len(keys)):
                del missing[hit["fields"][_KEY][0]]
        if missing:
            send(self._server, self._alias, (_action(key, dsl, today) for key, dsl in missing.items()))
            self._sweep(today - _SWEPT_AFTER)

    def _sweep(self, before: int) -> None:
        """Take away queries that nobody has asked about since a day, and let what was sent be found."""
        with self._server.failing():
            client = self._server.writing
            client.indices.refresh(index=self._index)
            body = {"query": {"range": {_DAY: {"lt": before}}}}
            client.delete_by_query(index=self._index, body=body, params={"conflicts": "proceed"})

    def _found(self, query: Dsl, most: int) -> list[dict[str, Any]]:
        body = {
            "query": query, "size": most, "_source": False, "docvalue_fields": [_KEY], "track_total_hits": False,
        }  # fmt: skip
        with self._server.failing():
            params = {"allow_partial_search_results": "false"}
            told = self._server.writing.search(index=self._index, body=body, params=params)
        hits: list[dict[str, Any]] = told["hits"]["hits"]
        return hits

    def _made(self) -> None:
        """Make the index of kept queries, and take away those of older programs."""
        with self._server.failing():
            indices = self._server.writing.indices
            if indices.exists(index=self._index):
                return
            old = [name for name in indices.get_alias(index=f"{self._server.base}-kept-*") if name != self._index]
            indices.create(index=self._index, body=_body(self._alias))
            if old:
                indices.delete(index=",".join(old), params={"ignore_unavailable": "true"})


def _body(alias: str) -> dict[str, Any]:
    own = {_QUERY: {"type": "percolator"}, _KEY: {"type": "keyword"}, _DAY: {"type": "long"}}
    settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}
    mappings = {"dynamic": "strict", "properties": properties() | own}
    return {"settings": {"index": settings}, "mappings": mappings, "aliases": {alias: {}}}


def _kept(query: Query) -> tuple[str, Dsl | None]:
    """Return a query's name and what it asks; one that asks for nothing is not kept."""
    nodes = needed(query, ranking.DEFAULT)
    if not nodes:
        return "", None
    dsl = matching(Every(nodes=nodes))
    return sha256(json.dumps(dsl, sort_keys=True).encode()).hexdigest()[:32], dsl


def _action(key: str, dsl: Dsl, today: int) -> dict[str, Any]:
    return {"_op_type": "index", "_id": key, "_source": {_QUERY: dsl, _KEY: key, _DAY: today}}


def _chunks(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(keys)
    while chunk := list(islice(left, size)):
        yield chunk


def _batches(documents: Iterable[Document]) -> Iterator[list[Source]]:
    """Yield the documents as they are sent, as many as fit into a request."""
    held: list[Source] = []
    characters = 0
    for document in documents:
        held.append(source(parts(document)))
        characters += sum(len(text) for text in held[-1].values() if isinstance(text, str))
        if len(held) >= _DOCUMENTS or characters >= _CHARACTERS:
            yield held
            held, characters = [], 0
    if held:
        yield held
