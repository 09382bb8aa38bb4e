"""Documents and queries for tests of search, and the engines that are there to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cong.search.engines.engine import Document, Engine, Mark, Page, Query
from cong.search.engines.tantivy_engine import TantivyEngine
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.language.clauses import Asked, Clause, Field, Phrase, Prefix, Sign, Span, Term, Unit, Word
from cong.search.meaning import wording
from cong.search.meaning.rows import VERSION

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
_LONG_AGO = NOON - timedelta(days=400)
PLAIN = Document(
    id=1, title="", summary="", body="", number="", kind="news", section="giao-duc", part="tin-hoat-dong",
    agency=1, lang="vi", published_at=_LONG_AGO, published_on=_LONG_AGO.date(),
)  # fmt: skip

Make = Callable[[Path, Iterable[Document]], Engine]


def tantivy(path: Path, documents: Iterable[Document]) -> TantivyEngine:
    writer = TantivyWriter(path)
    made = list(documents)
    writer.add(made)
    writer.commit(Mark(seq=len(made), change="", version=VERSION))
    writer.close()
    return TantivyEngine(path)


def shelf(*titles: str) -> list[Document]:
    return [replace(PLAIN, id=number, title=title) for number, title in enumerate(titles, 1)]


def published(document: Document, at: datetime) -> Document:
    return replace(document, published_at=at, published_on=at.date())


def query(text: str = "", *units: Unit, lang: str = "vi", no: Iterable[Unit] = (), **given: Any) -> Query:
    """Make a query of plain words, other units, and units that must not be met."""
    words = {name: given.pop(name) for name in ("alternatives", "repairs") if name in given}
    plain = [Clause(unit=Word(text=word)) for word in text.split()]
    others = [Clause(unit=unit) for unit in units] + [Clause(unit=unit, sign=Sign.NOT) for unit in no]
    return Query(
        asked=Asked(clauses=(*plain, *others)),
        words=wording.read(text, lang=lang, **words),
        **({"at": NOON} | given),
    )


def term(field: Field, *values: str) -> Term:
    return Term(field=field, values=values)


def ids(page: Page) -> list[int]:
    return [hit.id for hit in page.hits]


def near(page: Page) -> list[int]:
    return [hit.id for hit in page.near]


__all__ = ["Phrase", "Prefix", "Span", "Word"]
