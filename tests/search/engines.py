"""The engines that can be tried here, each made of documents in a place of its own."""

from __future__ import annotations

from tests.search.asking import Make, tantivy

ENGINES: dict[str, Make] = {"tantivy": tantivy}
