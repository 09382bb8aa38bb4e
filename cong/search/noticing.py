"""Counts what readers search for, so that nobody can be told from it: no address, no name, texts only of many.

A session is hashed with a key of the day that is thrown away: it can be told from others on that day, and on no two
days. The text of a query is kept only while K sessions of *one* day asked it, for sessions of several days may be one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from cong.search.meaning import dictionary
from cong.search.models import DayKey, Noticed, NoticedMonth, NoticedText
from cong.search.models.noticing import HASH
from cong.search.notices import Notice

K = 5
"""Sessions of one day that must have asked a query before its text is kept."""

KEPT = timedelta(days=30)
_SUMS_KEPT_YEARS = 2
_CHUNK = 500
_SUMS = ("sessions", "zero", "near", "clicked", "ranks")


@transaction.atomic
def notice(told: Notice, *, at: datetime) -> None:
    """Count one page of results that was shown, or one hit that was chosen."""
    day = _day(at)
    query, spelling = hashed(told.key), hashed(told.text)
    session = _keyed(_secret(day).encode(), told.session)
    row, _ = Noticed.objects.get_or_create(query=query, day=day, session=session, defaults={"spelling": spelling})
    if told.rank is None:
        row.is_zero, row.is_near = told.is_zero, told.is_near
    else:
        row.best_rank = min(told.rank, row.best_rank or told.rank)
    row.save(update_fields=["is_zero", "is_near", "best_rank"])
    if told.is_short:
        _keep_text(told, Noticed.objects.filter(query=query, day=day), row)


def _keep_text(told: Notice, today: QuerySet[Noticed], row: Noticed) -> None:
    """Keep the text when enough sessions of this day asked it: with its marks when enough typed it with these marks."""
    kept = NoticedText.objects.filter(query=row.query).first()
    if (kept and kept.text != told.key) or not _are_many(today):
        return
    spelled = row.spelling == hashed(told.text) and _are_many(today.filter(spelling=row.spelling))
    NoticedText.objects.update_or_create(query=row.query, defaults={"text": told.text if spelled else told.key})


def _are_many(rows: QuerySet[Noticed]) -> bool:
    return len(rows.values_list("pk")[:K]) >= K


def hashed(text: str) -> str:
    """Return what a query is known by: nobody without the portal's secret can try out words."""
    return _keyed(b"cong.search.noticing " + settings.SECRET_KEY.encode(), text)


def _keyed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "replace"), "sha256").hexdigest()[:HASH]


def _secret(day: date) -> str:
    """Return the day's key; whoever makes a new one throws the old ones away."""
    key, is_new = DayKey.objects.get_or_create(day=day, defaults={"secret": secrets.token_hex(32)})
    if is_new:
        DayKey.objects.filter(day__lt=day).delete()
    return key.secret


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


# ---- every night -----------------------------------------------------------------------------------------------------


@transaction.atomic
def tidy(*, at: datetime) -> int:
    """Add finished days to the sums of their months and forget what is old; returns how many rows were forgotten."""
    today = _day(at)
    finished = Noticed.objects.filter(is_counted=False, day__lt=today)
    _add_up(finished)
    finished.update(is_counted=True)
    forgotten, _ = Noticed.objects.filter(day__lt=today - KEPT).delete()
    DayKey.objects.filter(day__lt=today).delete()
    _forget_texts()
    _forget_rare(today)
    return forgotten


def sums() -> dict[str, Any]:
    """Return what is summed over rows: sessions, zero, near, clicked, and the best ranks of the clicked ones."""
    return {
        "sessions": Count("pk"),
        "zero": Count("pk", filter=Q(is_zero=True)),
        "near": Count("pk", filter=Q(is_near=True)),
        "clicked": Count("pk", filter=Q(best_rank__isnull=False)),
        "ranks": Sum("best_rank", default=0),
    }


def _add_up(rows: QuerySet[Noticed]) -> None:
    by_month = rows.annotate(month=TruncMonth("day")).values("month", "query").annotate(**sums())
    told = by_month.order_by("month", "query").iterator(_CHUNK)
    while chunk := list(islice(told, _CHUNK)):
        _add([NoticedMonth(**row) for row in chunk])


def _add(more: Sequence[NoticedMonth]) -> None:
    """Add sums to those of the same month and query, if there are some already."""
    found = NoticedMonth.objects.filter(month__in={one.month for one in more}, query__in={one.query for one in more})
    known = {(one.month, one.query): one for one in found}
    for one in more:
        if before := known.get((one.month, one.query)):
            for name in _SUMS:
                setattr(before, name, getattr(before, name) + getattr(one, name))
    NoticedMonth.objects.bulk_update(known.values(), _SUMS)
    NoticedMonth.objects.bulk_create(one for one in more if (one.month, one.query) not in known)


def _forget_texts() -> None:
    """Forget the texts of queries that no kept day has enough sessions of; and the marks that too few typed."""
    many = Noticed.objects.values("query", "day").annotate(sessions=Count("pk")).filter(sessions__gte=K)
    NoticedText.objects.exclude(query__in=many.values("query")).delete()
    by_spelling = Noticed.objects.filter(query__in=NoticedText.objects.values("query"))
    alike = by_spelling.values("query", "spelling", "day").annotate(sessions=Count("pk")).filter(sessions__gte=K)
    spelled = set(alike.values_list("query", "spelling"))
    for kept in NoticedText.objects.iterator():
        if (kept.query, hashed(kept.text)) not in spelled:
            NoticedText.objects.filter(pk=kept.pk).update(text=" ".join(dictionary.key(kept.text)))


def _forget_rare(today: date) -> None:
    """Throw away the hashes of what too few asked in months that are wholly forgotten, and sums of years ago."""
    whole = (today - KEPT).replace(day=1)
    rare = NoticedMonth.objects.filter(month__lt=whole, sessions__lt=K).exclude(query="")
    rest: Any = rare.values("month").annotate(**{f"all_{name}": Sum(name) for name in _SUMS}).order_by("month")
    _add([
        NoticedMonth(month=row["month"], query="", **{name: row[f"all_{name}"] for name in _SUMS}) for row in rest
    ])  # fmt: skip
    rare.delete()
    NoticedMonth.objects.filter(month__lt=today.replace(year=today.year - _SUMS_KEPT_YEARS, day=1)).delete()
