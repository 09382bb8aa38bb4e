"""Other engines on the same entries in the same run: FTS5 and PostgreSQL full text, as a portal would use them."""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.search_corpus import Made
from tests.services import Missing, postgres


@dataclass(frozen=True, kw_only=True)
class Timed:
    """Milliseconds of queries, and seconds of building."""

    name: str
    build_s: float
    ms: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.ms)

    @property
    def high(self) -> float:
        """Return the 99th percentile."""
        return sorted(self.ms)[int(len(self.ms) * 0.99)]


def timed(name: str, build_s: float, ask: Callable[[str], object], queries: Sequence[str]) -> Timed:
    for query in queries[:5]:
        ask(query)
    measured = []
    for query in queries:
        began = time.perf_counter()
        ask(query)
        measured.append((time.perf_counter() - began) * 1000)
    return Timed(name=name, build_s=build_s, ms=tuple(measured))


def fts5(folder: Path, made: Iterator[Made], queries: Sequence[str]) -> list[Timed]:
    """Measure FTS5 with marks removed: every word, and any word; the best twenty by bm25."""
    began = time.perf_counter()
    with closing(sqlite3.connect(folder / "fts5.sqlite3")) as peer:
        peer.execute("PRAGMA synchronous=OFF")
        peer.execute("CREATE VIRTUAL TABLE e USING fts5(title, body, tokenize='unicode61 remove_diacritics 2')")
        rows = ((one.id, one.title, one.body) for one in made)
        peer.executemany("INSERT INTO e (rowid, title, body) VALUES (?, ?, ?)", rows)
        peer.commit()
        built = time.perf_counter() - began

        def ask(query: str, glue: str) -> object:
            words = glue.join(f'"{word}"' for word in query.split())
            return peer.execute("SELECT rowid FROM e WHERE e MATCH ? ORDER BY rank LIMIT 20", (words,)).fetchall()

        return [
            timed("FTS5, every word", built, lambda query: ask(query, " "), queries),
            timed("FTS5, any word", built, lambda query: ask(query, " OR "), queries[:50]),
        ]


def full_text(made: Iterator[Made], queries: Sequence[str]) -> list[Timed]:
    """Measure PostgreSQL: unaccented, `simple`, GIN index, ts_rank; every word, and any word."""
    try:
        with postgres() as url, psycopg.connect(url, autocommit=True) as peer:
            return _full_text(peer, made, queries)
    except Missing:
        print("*** PostgreSQL was NOT measured: it is not installed ***", file=sys.stderr)
        return []


def _full_text(
    peer: psycopg.Connection[tuple[object, ...]], made: Iterator[Made], queries: Sequence[str]
) -> list[Timed]:
    began = time.perf_counter()
    peer.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    peer.execute("CREATE TABLE e (id bigint, title text, body text, words tsvector)")
    with peer.cursor() as cursor, cursor.copy("COPY e (id, title, body) FROM STDIN") as copy:
        for one in made:
            copy.write_row((one.id, one.title, one.body))
    peer.execute(
        "UPDATE e SET words = setweight(to_tsvector('simple', unaccent(title)), 'A')"
        " || to_tsvector('simple', unaccent(body))"
    )
    peer.execute("CREATE INDEX ON e USING gin (words)")
    peer.execute("ANALYZE e")
    built = time.perf_counter() - began
    asked = (
        "SELECT id FROM e, to_tsquery('simple', unaccent(%s)) q WHERE words @@ q"
        " ORDER BY ts_rank(words, q) DESC LIMIT 20"
    )

    def ask(query: str, glue: str) -> object:
        return peer.execute(asked, (glue.join(query.split()),)).fetchall()

    return [
        timed("PostgreSQL, every word", built, lambda query: ask(query, " & "), queries[:100]),
        timed("PostgreSQL, any word", built, lambda query: ask(query, " | "), queries[:10]),
    ]


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
