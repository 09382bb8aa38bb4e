"""What staff tune search with: other wordings, pinned hits, what is never suggested, the judged set and its runs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LONGEST_SHORT, LONGEST_LONG, LONGEST_NOTE = 60, 200, 300
LAST_POSITION = 5


class WordingKind(models.TextChoices):
    ACRONYM = "acronym", _("Từ viết tắt")
    SYNONYM = "synonym", _("Từ đồng nghĩa")


class Direction(models.TextChoices):
    BOTH = "both", _("Cả hai chiều")
    ONE_WAY = "one-way", _("Chỉ một chiều: gõ từ thứ nhất cũng tìm từ thứ hai")


class Wording(models.Model):
    """Whoever types `short` also finds `long`, and the other way round unless it is one-way.

    Keys are folded syllables with a space between; `pair` is both keys in order: no pair is told twice.
    An acronym with several long forms has a row for each.
    """

    kind = models.CharField(max_length=10, choices=WordingKind.choices)
    short = models.CharField(max_length=LONGEST_SHORT)
    long = models.CharField(max_length=LONGEST_LONG)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.BOTH)
    short_key = models.TextField()
    long_key = models.TextField()
    pair = models.TextField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(short_key="") & ~Q(long_key="") & ~Q(short_key=F("long_key")),
                name="wording_says_two_things",
            ),
            models.CheckConstraint(condition=Q(kind__in=WordingKind.values), name="wording_is_of_a_kind"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="wording_has_a_direction"),
        ]
        indexes = [models.Index(fields=["short_key"], name="wording_by_short")]

    def __str__(self) -> str:
        return f"{self.short} = {self.long}"


class Shipped(models.Model):
    """A line of the list that comes with the program was put in once; what staff made of it is theirs."""

    pair = models.TextField(primary_key=True)

    def __str__(self) -> str:
        return self.pair


class Pin(models.Model):
    """An entry stands first for a whole query from a day to a day; `position` orders the pins of one query."""

    query = models.CharField(max_length=LONGEST_LONG)
    key = models.TextField()
    entry_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField(default=1)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "entry_id"], name="one_pin_a_query_and_entry"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=LAST_POSITION), name="pin_stands_at_the_top"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="pin_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(key=""), name="pin_has_a_query"),
        ]

    def __str__(self) -> str:
        return f"{self.query} → {self.entry_id}"


class Denied(models.Model):
    """A wording whose titles and repairs are never offered while somebody types."""

    wording = models.CharField(max_length=LONGEST_LONG)
    key = models.TextField(unique=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(key=""), name="denied_says_something")]

    def __str__(self) -> str:
        return self.wording


class Expectation(models.Model):
    """One line of the judged set: whoever types this should find that entry among the first ten."""

    query = models.CharField(max_length=LONGEST_LONG)
    entry_id = models.BigIntegerField()
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query", "entry_id"], name="one_expectation_a_query_and_entry"),
            models.CheckConstraint(condition=~Q(query=""), name="expectation_has_a_query"),
        ]

    def __str__(self) -> str:
        return f"{self.query} → {self.entry_id}"


class Ran(models.Model):
    """One run of the judged set; `results` holds {query, entries, ranks, ndcg} for each query.

    `ndcg`, `success`: means over the queries, 0 to 1. `drop`: how much the queries that the run before also asked
    lost since the last run that passed. `by` is empty for the nightly run.
    """

    at = models.DateTimeField(db_index=True)
    version = models.CharField(max_length=64)
    queries = models.PositiveIntegerField()
    ndcg = models.FloatField()
    success = models.FloatField()
    drop = models.FloatField(default=0)
    passed = models.BooleanField()
    results = models.JSONField()
    by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ndcg__gte=0, ndcg__lte=1, success__gte=0, success__lte=1),
                name="ran_is_measured_from_0_to_1",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} nDCG {self.ndcg:.3f}"
