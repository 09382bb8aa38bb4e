"""The writing side of the embedded engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tantivy

from cong.search.engines.engine import Document, Mark
from cong.search.engines.tantivy_nodes import MARK_ID
from cong.search.engines.tantivy_schema import made, row, schema
from cong.search.meaning.rows import Row

_HEAP = 50_000_000


class TantivyWriter:
    """Writes one index directory. A second writer of the same directory is refused by tantivy itself."""

    def __init__(self, path: Path, *, heap: int = _HEAP, threads: int = 1) -> None:
        path.mkdir(parents=True, exist_ok=True)
        fresh = not tantivy.Index.exists(str(path))
        self._index = tantivy.Index(schema(), path=str(path)) if fresh else tantivy.Index.open(str(path))
        self._writer = self._index.writer(heap_size=heap, num_threads=threads)

    def add(self, documents: Iterable[Document]) -> None:
        """Add documents that are not there yet."""
        for document in documents:
            self._writer.add_document(row(document))

    def fill(self, rows: Iterable[Row]) -> None:
        """Add what was analysed elsewhere and is not there yet."""
        for one in rows:
            self._writer.add_document(made(one))

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, or replace them."""
        for document in documents:
            self._writer.delete_documents_by_term("id", document.id)
            self._writer.add_document(row(document))

    def remove(self, ids: Iterable[int]) -> None:
        for number in ids:
            self._writer.delete_documents_by_term("id", number)

    def commit(self, mark: Mark) -> None:
        """Make everything since the last commit durable together with how far it goes."""
        made = tantivy.Document()
        made.add_integer("id", MARK_ID)
        made.add_integer("seq", mark.seq)
        made.add_text("change", mark.change)
        made.add_text("version", mark.version)
        self._writer.delete_documents_by_term("id", MARK_ID)
        self._writer.add_document(made)
        self._writer.commit()

    def close(self) -> None:
        """Give up what was not committed and let merges end."""
        self._writer.wait_merging_threads()
