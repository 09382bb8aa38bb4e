"""The acronyms that come with the program: each line is put in once, whatever staff make of it afterwards."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from cong.journal.actions import record
from cong.search import teaching
from cong.search.models import Direction, Shipped, Wording, WordingKind
from cong.search.tuning import Word, wording_fields

ACRONYMS = Path(__file__).parent / "data" / "acronyms.toml"


def take_shipped(*, at: datetime, text: str = "") -> int:
    """Put in the lines that were never put in before; returns how many wordings are new.

    For the command line alone: nobody's right is asked. `text`: TOML instead of the list of the program.
    """
    with transaction.atomic():
        known = set(Shipped.objects.values_list("pair", flat=True))
        fresh = {row.pair: row for row in _rows(text or ACRONYMS.read_text(encoding="utf-8")) if row.pair not in known}
        Shipped.objects.bulk_create(Shipped(pair=pair) for pair in fresh)
        theirs = set(Wording.objects.filter(pair__in=fresh).values_list("pair", flat=True))
        new = [row for row in fresh.values() if row.pair not in theirs]
        Wording.objects.bulk_create(new)
        if new:
            record("search.acronyms", "wordings", actor="cong", at=at, added=[str(row) for row in new])
            transaction.on_commit(teaching.forget)
    teaching.forget()
    return len(new)


def _rows(text: str) -> Iterator[Wording]:
    for direction, lines in tomllib.loads(text).items():
        for short, longs in lines.items():
            for long in longs:
                word = Word(kind=WordingKind.ACRONYM, short=short, long=long, direction=Direction(direction))
                yield Wording(**wording_fields(word))
