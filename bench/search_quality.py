"""Search quality: what a person finds, however they type it, beside targets and beside SQLite FTS5 in the same run.

`python -m bench.search_quality` needs SEARCH_FOLDER, NEWS_FOLDER and DOCUMENTS_FOLDER (see bench.search_sets); what is
not set is left out, and said. Each corpus is indexed by the writer that the portal uses into a directory that is thrown
away, and asked through the grammar, the wording with its repairs, and the engine. It prints nDCG@10 (precision at 1 for
numbers; for accent pairs the share of the first ten that hold the phrase with those marks) and how often clean titles
are offered a repair. Exit status 1 when a target is missed or a corpus is left out.
"""

from __future__ import annotations

import math
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bench.search_sets import NOON, Corpus, Judged, JudgedSet, judged_folders, legal, news
from cong.search.engines.engine import Document, Mark, Query
from cong.search.engines.tantivy_engine import TantivyEngine
from cong.search.engines.tantivy_writer import TantivyWriter
from cong.search.language import grammar
from cong.search.meaning import wording
from cong.search.meaning.rows import VERSION
from cong.search.text import analysis
from cong.search.text.repair import Repairer
from cong.search.text.spelling import Counts, CountsBuilder

_DEPTH = 10
_TARGETS = {
    "xquad-vi": 0.965, "xquad-en": 0.965, "xquad-th": 0.935, "xquad-zh": 0.965, "clean": 0.90, "none": 0.90,
    "half": 0.90, "typo": 0.85, "telex": 0.87, "old tones": 0.90, "accent pairs": 0.99,
}  # fmt: skip
_NUMBER_TARGET, _OFFERED_PERCENT = 0.98, 5.0
_FOLDERS = ("SEARCH_FOLDER", "NEWS_FOLDER", "DOCUMENTS_FOLDER")

Ask = Callable[[str, str], list[int]]
Measure = Callable[[Sequence[int], Judged], float]


class Ours:
    """The embedded engine over one corpus, asked as a reader's page asks it."""

    def __init__(self, place: Path, documents: Sequence[Document]) -> None:
        writer, builder = TantivyWriter(place / "index"), CountsBuilder()
        writer.add(documents)
        writer.commit(Mark(seq=len(documents), change="", version=VERSION))
        writer.close()
        for one in documents:
            builder.add(f"{one.title}\n{one.body}")
        builder.write(place / "counts")
        self.repairer = Repairer(Counts.open(place / "counts"))
        self._engine = TantivyEngine(place / "index")

    def ask(self, text: str, lang: str) -> list[int]:
        asked = grammar.read(text, today=NOON.date())
        repairs = [one.text for one in self.repairer.repairs(asked.words) if one.ranks]
        words = wording.read(asked.words, lang=lang, repairs=repairs)
        page = self._engine.search(Query(asked=asked, words=words, at=NOON, limit=_DEPTH))
        return [hit.id for hit in (*page.hits, *page.near)][:_DEPTH]


class Peer:
    """SQLite FTS5 with marks removed, any word, ranked by bm25: the best that Django's usual search does."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.execute("CREATE VIRTUAL TABLE e USING fts5(title, body, tokenize='unicode61 remove_diacritics 2')")
        rows = [(one.id, one.title, one.body) for one in documents]
        self._base.executemany("INSERT INTO e (rowid, title, body) VALUES (?, ?, ?)", rows)

    def ask(self, text: str, _lang: str) -> list[int]:
        words = " OR ".join(f'"{one}"' for one in analysis.accented(analysis.forms(text)) if one)
        asked = "SELECT rowid FROM e WHERE e MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in self._base.execute(asked, (words, _DEPTH))] if words else []

    def close(self) -> None:
        self._base.close()


def ndcg(found: Sequence[int], judged: Judged) -> float:
    """Return nDCG@10 with every right entry worth the same."""
    gain = sum(1 / math.log2(rank + 2) for rank, one in enumerate(found[:_DEPTH]) if one in judged.relevant)
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(_DEPTH, len(judged.relevant))))


def first(found: Sequence[int], judged: Judged) -> float:
    return float(bool(found) and found[0] in judged.relevant)


def share(found: Sequence[int], judged: Judged) -> float:
    """Return how many of the first ten are right, of as many as could be."""
    most = min(_DEPTH, len(judged.relevant))
    return sum(one in judged.relevant for one in found[:most]) / most


def main() -> int:
    missing = [name for name in _FOLDERS if not os.environ.get(name)]
    missed = [f"{name} chưa đặt" for name in missing]
    print(f"load {os.getloadavg()[0]:.1f}; nDCG@10, numbers and accent pairs: precision")
    print(f"{'':22} {'queries':>7} {'ours':>7} {'target':>7} {'FTS5':>7} {'ms':>6}")
    for corpus in _corpora():
        missed += measure(corpus)
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


def _corpora() -> list[Corpus]:
    found: list[Corpus] = []
    if folder := os.environ.get("SEARCH_FOLDER"):
        found += judged_folders(Path(folder))
    if folder := os.environ.get("NEWS_FOLDER"):
        found.append(news(Path(folder)))
    if folder := os.environ.get("DOCUMENTS_FOLDER"):
        found.append(legal(Path(folder)))
    return found


def measure(corpus: Corpus) -> list[str]:
    """Print a line for every set of a corpus; return what missed its target."""
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, closing(Peer(corpus.documents)) as peer:
        ours = Ours(Path(folder), corpus.documents)
        for one in corpus.sets:
            how, target = _measured(corpus, one)
            value, ms = _mean(ours.ask, one, how)
            other, _ = _mean(peer.ask, one, how)
            aim = "" if target is None else f"{target:.3f}"
            print(f"{one.name:22} {len(one.queries):7} {value:7.3f} {aim:>7} {other:7.3f} {ms:6.1f}", flush=True)
            if target is not None and value < target:
                missed.append(f"{one.name} {value:.4f} < {target}")
        if corpus.name == "news":
            missed += offered(ours.repairer, corpus)
    return missed


def _measured(corpus: Corpus, one: JudgedSet) -> tuple[Measure, float | None]:
    if corpus.name == "numbers":
        return first, _NUMBER_TARGET
    return (share if one.name == "accent pairs" else ndcg), _TARGETS.get(one.name)


def _mean(ask: Ask, judged: JudgedSet, how: Measure) -> tuple[float, float]:
    """Return the mean of a measure, and milliseconds of CPU a query."""
    started = time.process_time()
    total = sum(how(ask(one.text, judged.lang), one) for one in judged.queries)
    count = max(1, len(judged.queries))
    return total / count, (time.process_time() - started) * 1000 / count


def offered(repairer: Repairer, corpus: Corpus) -> list[str]:
    """Print how often a clean query and a clean title are offered something else; return it when that is too often."""
    clean = [one.text for one in corpus.sets[0].queries]
    titles = [one.title for one in corpus.documents]
    missed: list[str] = []
    for name, texts in (("clean queries", clean), ("clean titles", titles)):
        percent = 100 * sum(bool(repairer.repairs(text)) for text in texts) / max(1, len(texts))
        print(f"{name} offered a repair {percent:5.2f} %  at most {_OFFERED_PERCENT} %")
        if percent > _OFFERED_PERCENT:
            missed.append(f"{name} offered a repair {percent:.2f} %")
    return missed


if __name__ == "__main__":
    sys.exit(main())
