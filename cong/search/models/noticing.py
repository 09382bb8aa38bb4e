"""What is counted of searches: sessions without names, texts only of what many asked, and sums by month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

HASH = 32
"""Hexadecimal digits of a keyed hash."""


class DayKey(models.Model):
    """The key by which sessions of one day are hashed; thrown away when the day is over: no two days can be joined."""

    day = models.DateField(primary_key=True)
    secret = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.day}"


class Noticed(models.Model):
    """One session asked one query on one day; again is the same row.

    `query`: keyed hash of the folded syllables; `spelling`: of the syllables with their marks; `session`: hashed with
    the day's key. `is_zero`: nothing was found; `is_near`: only near matches were. `best_rank`: the first hit that
    was chosen, counted from 1. `is_counted`: it is in the sums of its month.
    """

    day = models.DateField()
    query = models.CharField(max_length=HASH)
    spelling = models.CharField(max_length=HASH)
    session = models.CharField(max_length=HASH)
    is_zero = models.BooleanField(default=False)
    is_near = models.BooleanField(default=False)
    best_rank = models.PositiveIntegerField(null=True)
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query", "day", "session"], name="a_session_counts_once_a_day"),
            models.CheckConstraint(condition=~Q(is_zero=True, is_near=True), name="noticed_is_zero_or_near"),
        ]
        indexes = [models.Index(fields=["day"], name="noticed_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.query}"


class NoticedText(models.Model):
    """What a query says: only while so many sessions of the kept days asked it that it tells of nobody."""

    query = models.CharField(max_length=HASH, primary_key=True)
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text


class NoticedMonth(models.Model):
    """Sums of one query in one month; `query` is empty for all that too few asked, whose hashes are thrown away.

    `sessions` are counted by day; `ranks` is the sum of the best ranks of the `clicked` ones.
    """

    month = models.DateField()
    query = models.CharField(max_length=HASH, blank=True)
    sessions = models.PositiveIntegerField(default=0)
    zero = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    clicked = models.PositiveIntegerField(default=0)
    ranks = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "query"], name="one_sum_a_month_and_query")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.query}"
