"""Decides whether a new version may take the place of the old one: complete, finds what it holds, judged no worse."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cong.entries.models import Entry
from cong.search import sampling, shelf
from cong.search.engine import Engine, Query

SAMPLE = 50
"""Entries that are asked for by their titles."""

FOUND = 0.95
"""The share of them that is to be found."""

MARGIN = 0.02
"""The judged queries may lose so much nDCG@10."""

_DEEP = 10

Asking = Callable[[str], Query]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Whoever types this should find that entry among the first ten."""

    query: str
    entry: int


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`trouble`: why the version is not good enough, in Vietnamese; empty: it is. Scores are mean nDCG@10, 0 to 1."""

    trouble: tuple[str, ...] = ()
    judged: float | None = None
    judged_before: float | None = None

    @property
    def passed(self) -> bool:
        return not self.trouble


@dataclass(frozen=True, kw_only=True)
class Exam:
    """What a version is judged by: the judged set, how a text becomes a query, and what the last version scored.

    `before` is used when the old version cannot be asked any more.
    """

    judged: Sequence[Judged] = ()
    asking: Asking | None = None
    before: float | None = None


def examine(new: Engine, old: Engine | None, exam: Exam, *, at: datetime) -> Verdict:
    """Judge a version that has just read everything. `old`: what is read now, None when it cannot be asked."""
    asking = exam.asking or (lambda text: sampling.plain_query(text, lang="vi", at=at))
    judged = _live(exam.judged)
    score = ndcg(new, judged, asking)
    before = ndcg(old, judged, asking) if old is not None else exam.before
    trouble = [*_incomplete(new), *_blind(new, at), *_worse(score, before)]
    return Verdict(trouble=tuple(trouble), judged=score, judged_before=before)


def ndcg(engine: Engine, judged: Mapping[str, set[int]], asking: Asking) -> float | None:
    """Return the mean nDCG@10 over the queries, None without any."""
    if not judged:
        return None
    return sum(_ndcg(engine, asking(text), wanted) for text, wanted in judged.items()) / len(judged)


def _ndcg(engine: Engine, query: Query, wanted: set[int]) -> float:
    page = engine.search(query)
    found = [hit.id for hit in (*page.hits, *page.near)][:_DEEP]
    gained = sum(_gain(rank) for rank, one in enumerate(found) if one in wanted)
    return gained / sum(_gain(rank) for rank in range(min(len(wanted), _DEEP)))


def _gain(rank: int) -> float:
    return 1 / math.log2(rank + 2)


def _live(judged: Iterable[Judged]) -> dict[str, set[int]]:
    """Return the wanted entries by query; what is not public any more is wanted by nobody."""
    rows = list(judged)
    live = set(Entry.objects.filter(pk__in={one.entry for one in rows}).values_list("pk", flat=True))
    found: defaultdict[str, set[int]] = defaultdict(set)
    for one in rows:
        if one.entry in live:
            found[one.query].add(one.entry)
    return dict(found)


def _incomplete(engine: Engine) -> list[str]:
    held, public = engine.size, shelf.size()
    # Counted before it is asked what came since: whatever came in between is among it.
    since = shelf.last_seq() - engine.mark().seq
    return [] if abs(held - public) <= since else [f"Chỉ mục mới có {held} mục, kệ xuất bản có {public}."]


def _blind(engine: Engine, at: datetime) -> list[str]:
    entries = sampling.sampled(SAMPLE, chance=random.SystemRandom())
    changed = shelf.changed_after(engine.mark().seq, [entry.pk for entry in entries])
    asked = [entry for entry in entries if entry.pk not in changed]
    lost = sampling.unfound(engine, asked, at=at)
    if len(lost) <= len(asked) * (1 - FOUND):
        return []
    return [f"{len(lost)} trong {len(asked)} mục lấy mẫu không tìm được bằng chính tiêu đề: {_some(lost)}."]


def _worse(score: float | None, before: float | None) -> list[str]:
    if score is None or before is None or score >= before - MARGIN:
        return []
    return [f"Bộ câu tìm mẫu kém hơn chỉ mục cũ: nDCG {score:.3f}, trước là {before:.3f}."]


def _some(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:5])) + (" …" if len(ids) > 5 else "")
