"""Which of many kept queries a few new entries meet: the entries become a small index in memory."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from cong.search.engines.engine import Document, Query
from cong.search.engines.tantivy_nodes import Translator
from cong.search.engines.tantivy_schema import row, schema
from cong.search.meaning import ranking
from cong.search.meaning.nodes import Every, Flat
from cong.search.meaning.plan import needed

_HEAP = 15_000_000


class TantivyMatcher:
    """A Matcher without a server, and without a trace on disk."""

    def matches(self, documents: Sequence[Document], queries: Sequence[Query]) -> list[tuple[int, ...]]:
        if not documents or not queries:
            return [()] * len(queries)
        index = tantivy.Index(schema())
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for document in documents:
            writer.add_document(row(document))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        translator = Translator(index.schema, searcher)
        return [self._met(searcher, translator, query, len(documents)) for query in queries]

    def _met(self, searcher: tantivy.Searcher, translator: Translator, query: Query, most: int) -> tuple[int, ...]:
        nodes = needed(query, ranking.DEFAULT)
        if not nodes:
            return ()
        whole = Flat(node=Every(nodes=nodes))
        answer = searcher.search(translator.query(whole), most, count=False)
        ids = searcher.fast_field_values("id", [address for _, address in answer.hits])
        return tuple(sorted(int(one or 0) for one in ids))
