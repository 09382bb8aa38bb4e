"""Decides whether a new version may take the place of the old one: complete, finds what it holds, judged no worse."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cong.search.engines.engine import Engine
from cong.search.index import sampling, shelf
from cong.search.measures import Score, drop

SAMPLE = 50
"""Entries that are asked for by their titles."""

FOUND = 0.95
"""The share of them that is to be found."""

MARGIN = 0.02
"""The judged queries may lose so much nDCG@10."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`trouble`: why the version is not good enough, in Vietnamese; empty: it is.

    `judged`, `judged_before`: mean nDCG@10 of the judged set, 0 to 1; None when there is none.
    """

    trouble: tuple[str, ...] = ()
    judged: float | None = None
    judged_before: float | None = None

    @property
    def passed(self) -> bool:
        return not self.trouble


@dataclass(frozen=True, kw_only=True)
class Exam:
    """The judged set, asked of an engine; None: there is none.

    `before`: what came of it last, for when the old engine cannot be asked.
    """

    ask: Callable[[Engine], Score] | None = None
    before: Score | None = None


def examine(new: Engine, old: Engine | None, exam: Exam, *, at: datetime) -> Verdict:
    """Judge a version that has just read everything. `old`: what is read now, None when it cannot be asked."""
    now = exam.ask(new) if exam.ask else None
    before = exam.ask(old) if exam.ask and old is not None else exam.before
    return Verdict(
        trouble=(*_incomplete(new), *_blind(new, at), *_worse(now, before)),
        judged=now.ndcg if now else None,
        judged_before=before.ndcg if now and before else None,
    )


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


def _worse(now: Score | None, before: Score | None) -> list[str]:
    lost = drop(before, now) if now and before else 0.0
    return [f"Bộ câu tìm mẫu kém bản cũ {_figure(lost)} điểm nDCG@10."] if lost > MARGIN else []


def _figure(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def _some(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:5])) + (" …" if len(ids) > 5 else "")
