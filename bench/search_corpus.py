"""A large shelf for benchmarks of search: real sentences as titles and bodies, straight into a scratch database.

The rows go around the ledger (its triggers are set aside meanwhile and put back), because releasing a million entries
one by one measures publishing, not search.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SEED, _BODY_SYLLABLES, _AGENCIES, _BATCH = 11, 121, 108, 5_000
# Far from the numbers that releases give while the benchmark runs.
_FIRST_ID, _FIRST_AGENCY = 1_000_000_000, 10_000
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_KINDS = ("news",) * 8 + ("document", "photo", "video", "page")
_SECTIONS = ("tin-hoat-dong", "xay-dung-dang", "kinh-te", "van-hoa-xa-hoi", "giao-duc", "moi-truong")
_START = datetime(2016, 1, 1, tzinfo=UTC)
_DAYS = 3_950


@dataclass(frozen=True, kw_only=True)
class Source:
    """Sentences that may be titles, and whole texts to cut bodies from."""

    titles: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]


def source(folder: Path) -> Source:
    """Read news texts (*.jsonl with `text`) of a folder."""
    texts = [
        json.loads(line)["text"] for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    if not texts:
        raise SystemExit(f"Không có bài nào (*.jsonl) trong {folder}.")
    sentences = dict.fromkeys(one.strip() for text in texts for one in _SENTENCE.split(text))
    titles = tuple(one for one in sentences if 6 <= len(one.split()) <= 18)
    return Source(titles=titles, texts=tuple(tuple(text.split()) for text in texts))


@dataclass(frozen=True, kw_only=True)
class Made:
    """One entry of the large shelf."""

    id: int
    title: str
    body: str
    kind: str
    section: str
    agency: int
    published_at: datetime


def entries(found: Source, count: int) -> Iterator[Made]:
    """Make entries, the same every time."""
    dice = random.Random(_SEED)
    for number in range(1, count + 1):
        text = dice.choice(found.texts)
        first = dice.randrange(max(1, len(text) - _BODY_SYLLABLES))
        yield Made(
            id=_FIRST_ID + number,
            title=dice.choice(found.titles),
            body=" ".join(text[first : first + _BODY_SYLLABLES]),
            kind=dice.choice(_KINDS),
            section=dice.choice(_SECTIONS),
            agency=dice.randrange(1, _AGENCIES + 1),
            published_at=_START + timedelta(days=dice.randrange(_DAYS), seconds=dice.randrange(86_400)),
        )


def queries(found: Source, count: int, *, seed: int = 5) -> list[str]:
    """Return four syllables in a row out of titles."""
    dice, made = random.Random(seed), list[str]()
    while len(made) < count:
        words = re.findall(r"[^\W\d_]+", dice.choice(found.titles))
        if len(words) >= 4:
            first = dice.randrange(len(words) - 3)
            made.append(" ".join(words[first : first + 4]).lower())
    return made


def fill(database: Path, found: Source, count: int) -> None:
    """Put agencies and entries into a migrated, empty SQLite portal."""
    with sqlite3.connect(database) as shelf:
        shelf.execute("PRAGMA synchronous=OFF")
        gates = shelf.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='entries_entry'"
        ).fetchall()
        for name, _ in gates:
            shelf.execute(f"DROP TRIGGER {name}")
        _insert(shelf, "agencies_agency", [_agency(number) for number in range(1, _AGENCIES + 1)])
        batch: list[dict[str, object]] = []
        for one in entries(found, count):
            batch.append(_row(one))
            if len(batch) == _BATCH:
                _insert(shelf, "entries_entry", batch)
                batch = []
        _insert(shelf, "entries_entry", batch)
        for _, statement in gates:
            shelf.execute(statement)


def _agency(number: int) -> dict[str, object]:
    name = f"Cơ quan số {number}"
    return {
        "id": _FIRST_AGENCY + number, "name": name, "short_name": name, "slug": f"co-quan-so-{number}",
        "category": "ministry", "address": "", "phone": "", "mail": "", "site": "", "emblem": "", "is_centre": 0,
        "order": number,
    }  # fmt: skip


def _row(one: Made) -> dict[str, object]:
    moment = one.published_at.strftime("%Y-%m-%d %H:%M:%S")
    return {
        "id": one.id, "release_id": one.id, "sha256": f"{one.id:064x}", "kind": one.kind,
        "agency_id": _FIRST_AGENCY + one.agency, "part": "tin-hoat-dong", "section": one.section, "lang": "vi",
        "slug": f"bai-{one.id}", "title": one.title, "summary": " ".join(one.body.split()[:30]),
        "html": f"<p>{one.body.replace('<', ' ')}</p>", "author": "", "source_name": "", "source_url": "", "number": "",
        "tags": "[]", "picture": "", "picture_width": 0, "picture_height": 0, "picture_alt": "", "note": "",
        "corrections": 0, "published_at": moment, "released_at": moment, "media": "[]",
    }  # fmt: skip


def _insert(shelf: sqlite3.Connection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        names = list(rows[0])
        places = ", ".join("?" * len(names))
        columns = ", ".join(f'"{name}"' for name in names)
        shelf.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", [tuple(row.values()) for row in rows])
        shelf.commit()
