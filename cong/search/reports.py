"""What readers search for, in figures: what many asked, what found nothing, what nobody opened a hit of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from cong.search.models import Noticed, NoticedMonth, NoticedText
from cong.search.noticing import K, sums

MOST_ROWS = 50
FEWEST_SHOWN = 20
"""Sessions: with fewer, how many chose a hit says nothing."""

LOW_CLICK = 0.2
"""Share of sessions."""

_MOST_READ = 5000
_SUMS = ("sessions", "zero", "near", "clicked", "ranks")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One query: how many sessions asked it, found nothing or only near matches, chose a hit, and which (`rank`)."""

    text: str
    sessions: int
    zero: int
    near: int
    clicked: int
    ranks: int

    @property
    def missed(self) -> int:
        return self.zero + self.near

    @property
    def click_share(self) -> float:
        """Return the share of sessions that chose a hit, 0 to 1."""
        return self.clicked / self.sessions if self.sessions else 0.0

    @property
    def rank(self) -> float | None:
        """Return the mean of the first hits that were chosen."""
        return self.ranks / self.clicked if self.clicked else None


@dataclass(frozen=True, kw_only=True)
class Report:
    """`all`: everything that was counted; `untold`: sessions of queries that too few asked for their text to be kept.

    `top`, `missed` (nothing, or only near matches), `low` (hits that hardly anybody opened), most sessions first.
    """

    all: Row
    untold: int
    top: tuple[Row, ...]
    missed: tuple[Row, ...]
    low: tuple[Row, ...]


def of_days(days: int, *, at: datetime) -> Report:
    """Return the report of the last days, today among them; at most as many as are kept."""
    since = timezone.localtime(at).date() - timedelta(days=days - 1)
    rows = Noticed.objects.filter(day__gte=since)
    told: Any = rows.filter(query__in=NoticedText.objects.values("query")).values("query").annotate(**sums())
    return _report(told.filter(sessions__gte=K).order_by("-sessions", "query"), rows.aggregate(**sums()))


def of_month(month: date) -> Report:
    """Return the report of a month, up to its last finished day."""
    rows = NoticedMonth.objects.filter(month=month)
    told = rows.filter(query__in=NoticedText.objects.values("query"), sessions__gte=K).values("query", *_SUMS)
    whole = rows.aggregate(**{f"all_{name}": Sum(name, default=0) for name in _SUMS})
    return _report(told.order_by("-sessions", "query"), {name: whole[f"all_{name}"] for name in _SUMS})


def months() -> list[date]:
    """Return the months that have sums, the newest first."""
    return list(NoticedMonth.objects.order_by("-month").values_list("month", flat=True).distinct())


def _report(told: Any, whole: dict[str, int]) -> Report:
    rows = _rows(told[:_MOST_READ])
    missed = sorted((one for one in rows if one.missed), key=lambda one: (-one.missed, one.text))
    low = [one for one in rows if one.sessions >= FEWEST_SHOWN and one.click_share < LOW_CLICK]
    return Report(
        all=Row(text="", **whole),
        untold=whole["sessions"] - sum(one.sessions for one in rows),
        top=tuple(rows[:MOST_ROWS]),
        missed=tuple(missed[:MOST_ROWS]),
        low=tuple(low[:MOST_ROWS]),
    )


def _rows(told: Iterable[dict[str, Any]]) -> list[Row]:
    found = list(told)
    texts = dict(
        NoticedText.objects.filter(query__in=[row["query"] for row in found]).values_list("query", "text")
    )  # fmt: skip
    return [
        Row(text=texts[row["query"]], **{name: row[name] for name in _SUMS}) for row in found if row["query"] in texts
    ]
